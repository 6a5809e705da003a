"""Look for odd points with PyOD."""

import numpy as np
from pyod.models.ecod import ECOD

data = np.random.default_rng(0).normal(size=(4000, 5))
model = ECOD(contamination=0.05)
model.fit(data)
print(model.labels_.sum())
