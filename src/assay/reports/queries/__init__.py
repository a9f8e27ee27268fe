"""Reading across rooms: each function returns the frozen picture of one page or export."""
