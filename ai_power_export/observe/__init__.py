"""What the running program shows: calls of frameworks, live models, live data."""
