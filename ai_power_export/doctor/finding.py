"""What the doctor finds, point by point."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class State(str, Enum):
    """How good a point is; those of a part of the energy are the format's qualities."""

    GOOD = "good"
    """Measured by a counter (±10 %), or as it should be."""
    FAIR = "fair"
    """Modelled from what is known (±25 %), or not needed."""
    POOR = "poor"
    """Assumed (±50 %), missing, or in the way."""


@dataclass(frozen=True)
class Mend:
    """Something that would improve a point."""

    command: str
    """A command line as it can be typed; words in CAPITALS are the user's to fill in."""
    note: str
    """What it does, for how long, and what speaks against it."""


@dataclass(frozen=True)
class Finding:
    """One point."""

    topic: str
    """`cpu`, `gpu`, `ram`, `codecarbon`, `place`, `output`, `calibration`, `machine`, `meters`."""
    state: State
    says: str
    improve: tuple[Mend, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "state": self.state.value}


def state_of(error: float) -> State:
    """Return the state of a part whose energy has this error (0 to 1)."""
    return State.GOOD if error <= 0.10 else State.FAIR if error <= 0.25 else State.POOR
