"""Editing a report: what to ask, what an answer changes, and how it gets to disk."""
