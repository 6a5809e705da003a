"""The registry: takes reports, keeps every version of them, and serves them as open data."""
