"""A convolutional network of the user's own class, with a validation split and a learning rate schedule."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras import layers


class Digits(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.convolve = layers.Conv2D(8, 3, activation="relu")
        self.pool = layers.GlobalAveragePooling2D()
        self.head = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(classes)])

    def call(self, images):
        return self.head(self.pool(self.convolve(images)))


rng = np.random.default_rng(0)
labels = rng.integers(0, 4, 200)
images = (rng.normal(size=(200, 16, 16, 1)) + labels[:, None, None, None]).astype("float32")

schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=5, decay_rate=0.5)
network = Digits(4)
network.compile(
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="right")],
)
network.fit(images, labels, batch_size=25, epochs=3, validation_split=0.2, verbose=0)
