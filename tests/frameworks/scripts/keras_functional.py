"""A functional model with two inputs and two outputs, both numbers, fitted in bfloat16."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

keras.config.set_dtype_policy("mixed_bfloat16")


def build():
    size, place = keras.Input((6,), name="size"), keras.Input((3,), name="place")
    both = keras.layers.Concatenate()([size, place])
    hidden = keras.layers.Dense(20, activation="relu")(both)
    price = keras.layers.Dense(1, name="price", dtype="float32")(hidden)
    rent = keras.layers.Dense(1, name="rent", dtype="float32")(hidden)
    return keras.Model([size, place], [price, rent])


rng = np.random.default_rng(0)
sizes, places = rng.normal(size=(300, 6)), rng.normal(size=(300, 3))
prices, rents = sizes.sum(1), places.sum(1)
model = build()
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
    loss={"price": "mse", "rent": keras.losses.MeanAbsoluteError()},
)
stop = keras.callbacks.EarlyStopping(monitor="loss", patience=2, min_delta=1e9)
model.fit([sizes, places], [prices, rents], batch_size=50, epochs=20, callbacks=[stop], verbose=0)
