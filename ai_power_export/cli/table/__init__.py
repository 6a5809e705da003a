"""`aipower table`."""
