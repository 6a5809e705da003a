"""`aipower label`."""
