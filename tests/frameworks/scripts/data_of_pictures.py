"""Clusters the pictures of a folder."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.cluster import KMeans

pictures = [np.asarray(Image.open(file)) for file in sorted(Path(sys.argv[1]).iterdir())]
pixels = np.stack(pictures).reshape(len(pictures), -1) / 255
KMeans(n_clusters=2, n_init=20, random_state=0).fit(pixels)
