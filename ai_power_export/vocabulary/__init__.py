"""Canonical names and the catalogue of what classes and loaders are (TOML data)."""
