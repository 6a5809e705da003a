"""A training that a callback of the user's breaks off in its third epoch."""

import os
import time

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np


class Alarm(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        time.sleep(0.5)
        if epoch == 2:
            raise RuntimeError("the room is on fire")


rng = np.random.default_rng(0)
x = rng.normal(size=(2_000, 10)).astype("float32")
y = (x[:, 0] > 0).astype("int32")
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(8), keras.layers.Dense(2, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
try:
    model.fit(x, y, batch_size=64, epochs=50, callbacks=[Alarm()], verbose=0)
except RuntimeError as error:
    print(error)
