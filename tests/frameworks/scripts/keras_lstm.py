"""A bidirectional LSTM on sequences of tokens, fitted one epoch after the other."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

rng = np.random.default_rng(0)
tokens = rng.integers(0, 200, size=(120, 12))
labels = keras.utils.to_categorical(tokens[:, 0] % 3, 3)
model = keras.Sequential(
    [
        keras.layers.Embedding(200, 8),
        keras.layers.Bidirectional(keras.layers.LSTM(8)),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile("rmsprop", "categorical_crossentropy", metrics=["acc"])
for _ in range(3):
    model.fit(tokens, labels, batch_size=40, epochs=1, verbose=0)
    model.optimizer.learning_rate = float(model.optimizer.learning_rate) / 2
