"""Pages of the room: one module per subject; all registers share `records`."""
