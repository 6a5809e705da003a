"""Let boosted trees answer that were trained before."""

import sys

import numpy as np
import xgboost as xgb

booster = xgb.Booster(model_file=sys.argv[1])
rows = np.random.default_rng(0).normal(size=(2000, 8))
for start in range(0, 2000, 500):
    print(booster.predict(xgb.DMatrix(rows[start : start + 500])).mean())
