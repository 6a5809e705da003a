"""Intervals and what the energy meter says of them."""
