"""Reports after the fact: what other trackers and meters left behind, read and turned into reports."""
