"""Tells what a PyTorch network is for by the loss that it is trained with."""

from __future__ import annotations

from collections.abc import Iterable

from ai_power_export.observe.data.shape import class_path
from ai_power_export.vocabulary.catalogue import load_catalogue

SUPERVISED = "supervisedLearning"
"""`trainingType` of the kinds told here: what the network is to answer comes with the data."""

ANOTHER_END = ""
"""Stands among losses for one that tells what networks are for and judges something else in the loop."""

LOSS = "torch.nn.modules.loss._Loss"
"""What PyTorch's losses inherit from."""

_AGREES = {"classification": ("classes", "numbers"), "regression": ("numbers",)}
"""What the data has to come with for a kind; see `data.torch.Served.targets`. Cross-entropy over words or
pixels, or against what the network made up itself, is no classification of the items."""


def is_loss(module: object) -> bool:
    """Tell whether an object is one of PyTorch's losses."""
    return any(class_path(base) == LOSS for base in type(module).__mro__)


def tells_kind(loss: str) -> bool:
    """Tell whether a loss, by its class path, says what the networks are for that are trained with it."""
    entry = load_catalogue().entry(loss)
    return entry is not None and bool(entry.kind)


def kind_by(losses: Iterable[str], targets: str) -> str:
    """Return what a network is for, where its losses agree and what the data comes with fits; else nothing.

    Args:
        losses: Class paths of the losses.
        targets: What the data comes with, as in `data.torch.Served`.
    """
    kind = _kind_of(losses)
    return kind if targets in _AGREES.get(kind, ()) else ""


def is_open(losses: Iterable[str], targets: str) -> bool:
    """Tell whether it is known what the data comes with, and a loss does not tell by it what it is for."""
    kind = _kind_of(losses)
    unfit = bool(targets and kind and targets not in _AGREES.get(kind, ()))
    return targets == "other" or unfit or ANOTHER_END in losses


def _kind_of(losses: Iterable[str]) -> str:
    kinds = {entry.kind for entry in map(load_catalogue().entry, losses) if entry is not None}
    return kinds.pop() if len(kinds) == 1 else ""
