"""Reads the accuracies that torchmetrics computes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.observation import Doing
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint

IS_ACCURACY = {"average": (None, "micro"), "multidim_average": (None, "global"), "top_k": (None, 1)}
"""Attributes of a metric with their values where it is the share of right answers: the mean over
classes, `macro`, is none, nor is that of the first `k` guesses. A binary one has no `average`."""


class TorchmetricsReader:
    """Reads `compute` of the accuracies; inside another watched call, that call's reader knows better."""

    reads_inside: frozenset[str] = frozenset()

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return nothing: a metric is no model at work."""
        return ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: whether an accuracy over all that was fed since the last reset comes out."""
        held = attributes_of(point.positional(values, 0))
        # `metric(predictions, targets)` computes the value of one batch, and says so by this.
        if held.get("_enable_grad") is True:
            return UNREADABLE
        is_accuracy = all(held.get(name) in allowed for name, allowed in IS_ACCURACY.items())
        known = "alike" if _gradients_are_on() else ""
        return Reading((), does=Doing.MEASURES, seen_before=known, gives_accuracy=is_accuracy)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read the accuracy."""
        if not reading.gives_accuracy or class_path(type(result)) != "torch.Tensor" or result.numel() != 1:
            return NOTHING
        value = plain(result.item())
        return Outcome(value) if isinstance(value, float) and 0 <= value <= 1 else NOTHING

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a metric that was not computed."""
        return NOTHING


def _gradients_are_on() -> bool:
    """Tell whether PyTorch keeps account for training: who evaluates on other data turns that off."""
    torch = sys.modules.get("torch")
    return torch is None or bool(torch.is_grad_enabled())
