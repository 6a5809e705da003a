"""Budgets: whether reports keep a limit, or what runs like them took before.

The energy of a report may be off by its `quality` (10, 25 or 50 %; where none is told 50 %). What is over a
limit even at the good end of its error is over beyond doubt; what keeps it even at the bad end is within.
"""
