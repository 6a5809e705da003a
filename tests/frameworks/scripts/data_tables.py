"""Reads a table, as a module of a user's own does."""

import pandas

READERS = {"csv": pandas.read_csv, "parquet": pandas.read_parquet, "json": pandas.read_json}


def load(name):
    frame = READERS[name.rpartition(".")[2]](name)
    return frame.drop(columns="target"), frame["target"]
