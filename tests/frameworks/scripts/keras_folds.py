"""A fresh model for each of three folds, on the JAX backend."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(300, 5)).astype("float32")
y = (x @ np.arange(5)).astype("float32")
for fold in range(3):
    held_out = np.arange(300) % 3 == fold
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    model.fit(x[~held_out], y[~held_out], epochs=4, batch_size=20, verbose=0)
    model.evaluate(x[held_out], y[held_out], verbose=0)
