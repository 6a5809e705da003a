"""Find the groups in generated points with k-means."""

import argparse

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=8)
    parser.add_argument("--points", type=int, default=60_000)
    arguments = parser.parse_args()

    points, _ = make_blobs(n_samples=arguments.points, n_features=12, centers=8, random_state=1)
    model = KMeans(n_clusters=arguments.clusters, n_init=10, random_state=1)
    model.fit(points)
    print(f"inertia: {model.inertia_:.0f} after {model.n_iter_} iterations")


if __name__ == "__main__":
    main()
