"""Train Keras's InceptionV3 to tell discs, squares and crosses apart, until that gets no better.

Needs Keras 3 and one of its backends, such as PyTorch: `pip install keras torch`.
The pictures are drawn here and the weights begin at random: nothing is downloaded.

    aipower export examples/keras_inception_early_stopping.py --images 16 --epochs 2
"""

import argparse
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

SIDE = 75
"""Pixels: the smallest pictures that InceptionV3 takes."""
SHAPES = ("disc", "square", "cross")


def draw(shape, rng):
    """Draw one shape in a colour of its own, somewhere on a noisy ground."""
    row, column = rng.integers(25, SIDE - 25, 2)
    size = rng.integers(12, 22)
    y, x = np.mgrid[:SIDE, :SIDE]
    down, across = abs(y - row), abs(x - column)
    inside = {
        "disc": down**2 + across**2 < size**2,
        "square": np.maximum(down, across) < size,
        "cross": (np.minimum(down, across) < 5) & (np.maximum(down, across) < size),
    }[shape]
    picture = rng.normal(0.0, 0.2, (SIDE, SIDE, 3))
    picture[inside] += rng.uniform(0.5, 1.0, 3)
    return picture.astype("float32")


def pictures(count, rng):
    """Return so many pictures, and which shape is on each."""
    labels = rng.integers(0, len(SHAPES), count)
    return np.stack([draw(SHAPES[label], rng) for label in labels]), labels


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--images", type=int, default=32)
parser.add_argument("--epochs", type=int, default=8)
arguments = parser.parse_args()

rng = np.random.default_rng(0)
x_train, y_train = pictures(arguments.images, rng)
x_valid, y_valid = pictures(arguments.images // 4, rng)

model = keras.applications.InceptionV3(weights=None, classes=len(SHAPES), input_shape=(SIDE, SIDE, 3))
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-4),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_valid, y_valid),
    batch_size=16,
    epochs=arguments.epochs,
    callbacks=[keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=1)],
    verbose=2,
)
print(f"stopped after {len(history.epoch)} of {arguments.epochs} epochs")
