"""Fit a logistic regression with a penalty."""

import numpy as np
import statsmodels.api as sm

random = np.random.default_rng(0)
data = sm.add_constant(random.normal(size=(20000, 4)))
target = (data @ np.array([0.1, 1, -1, 2, 0]) + random.normal(size=20000) > 0).astype(int)
results = sm.Logit(target, data).fit_regularized(alpha=0.5, disp=False)
print(results.predict(data[:5]))
