"""`aipower validate`."""
