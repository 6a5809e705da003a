"""The names of the front doors of Flax and Optax, as data."""

from __future__ import annotations

OPTIMIZERS = (
    "adabelief",
    "adafactor",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "lamb",
    "lion",
    "rmsprop",
    "sgd",
)
"""The functions of `optax` that make optimizers; each takes the learning rate first."""
