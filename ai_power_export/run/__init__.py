"""The story of one run: what was measured, gathered and written of it."""
