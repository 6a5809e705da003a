"""Fit a linear model by a formula."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

random = np.random.default_rng(0)
frame = pd.DataFrame(random.normal(size=(20000, 3)), columns=["height", "width", "noise"])
frame["weight"] = 2 * frame.height - frame.width + frame.noise
for _ in range(20):
    results = smf.ols("weight ~ height + width", frame).fit()
print(results.params)
