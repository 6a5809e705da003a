"""Reduce the dimensions of data."""

import numpy as np
from sklearn.decomposition import PCA

data = np.random.default_rng(0).normal(size=(20000, 60)).astype("float32")
print(PCA(n_components=5, random_state=0).fit_transform(data).shape)
