"""The machine, as seen by itself: hardware, system, Python, place, repository."""
