"""Find what is odd in a table."""

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

random = np.random.default_rng(0)
frame = pd.DataFrame(random.normal(size=(3000, 4)), columns=["a", "b", "c", "d"])
model = IsolationForest(n_estimators=50, random_state=0).fit(frame)
print((model.predict(frame) == -1).sum())
