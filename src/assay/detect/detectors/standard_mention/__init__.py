"""Named standards: which of them govern, which stand in titles, which are only compared with."""
