"""Trains on the texts of a file that the datasets library reads."""

import sys

from datasets import load_dataset
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

table = load_dataset("csv", data_files=sys.argv[1], split="train")
texts = TfidfVectorizer().fit_transform(list(table["text"]))
LogisticRegression(max_iter=500).fit(texts, list(table["target"]))
