"""`aipower edit`, and the same conversation after a run."""
