"""Distributed jobs: what ranks, machines and workers leave of a run, and one report made of it."""
