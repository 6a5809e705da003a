"""How long the forward and backward passes of models took, as running totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PassTimes:
    """Seconds that a model spent in its passes so far, or in some stretch of time."""

    forward: float = 0.0
    backward: float = 0.0
    """What is computed a second time for the gradients (activation checkpoints) is in here."""
    calls: int = 0
    """Forward passes."""

    def with_forward(self, seconds: float) -> PassTimes:
        """Return the totals after another forward pass."""
        return PassTimes(self.forward + seconds, self.backward, self.calls + 1)

    def with_backward(self, seconds: float) -> PassTimes:
        """Return the totals after more of a backward pass."""
        return PassTimes(self.forward, self.backward + seconds, self.calls)


Models = Mapping[str, PassTimes]
"""The times of each model by the name it has been given."""

NONE = PassTimes()


def passes_between(first: Models, last: Models) -> dict[str, PassTimes]:
    """Return what was spent between two moments, of the models that did anything."""
    found = {}
    for name, total in last.items():
        before = first.get(name, NONE)
        spent = PassTimes(
            total.forward - before.forward, total.backward - before.backward, total.calls - before.calls
        )
        if spent != NONE:
            found[name] = spent
    return found


def passes_together(parts: Iterable[Models]) -> dict[str, PassTimes]:
    """Return what was spent in several stretches of time together."""
    found: dict[str, PassTimes] = {}
    for part in parts:
        for name, spent in part.items():
            known = found.get(name, NONE)
            found[name] = PassTimes(
                known.forward + spent.forward, known.backward + spent.backward, known.calls + spent.calls
            )
    return found
