"""Cluster, and look for odd points, with libraries that follow scikit-learn."""

import hdbscan
from sklearn.datasets import make_blobs

data, _ = make_blobs(n_samples=1500, centers=4, random_state=0)
print(hdbscan.HDBSCAN(min_cluster_size=20).fit(data).labels_.max())
