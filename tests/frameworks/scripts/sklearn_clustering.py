"""Find clusters."""

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

data, _ = make_blobs(n_samples=20000, centers=5, n_features=8, random_state=0)
print(KMeans(n_clusters=5, n_init=3, random_state=0).fit_predict(data)[:10])
