"""Let a model answer that was trained before."""

import sys

import joblib
import numpy as np

model = joblib.load(sys.argv[1])
rows = np.random.default_rng(0).normal(size=(900, 6))
for start in range(0, 900, 300):
    print(model.predict(rows[start : start + 300]).sum())
