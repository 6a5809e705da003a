"""Delivery: what may leave, whether it may, and where it goes."""
