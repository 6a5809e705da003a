"""`aipower explain`."""
