"""Measure a run's energy and write an open BoAmps report of it, by itself."""
