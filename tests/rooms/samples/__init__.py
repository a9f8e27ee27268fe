"""One module per room: which arguments its addresses take, and who may use them. See `url_samples`."""
