"""What comes of one check of one report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

Doubt = Literal["pass", "fail", "ignore"]
"""What is said of a doubtful one; `ignore` takes numbers as if they had no error."""


class Verdict(str, Enum):
    """On which side of a limit something is."""

    WITHIN = "within"
    DOUBTFUL = "doubtful"
    """Within or over, as far as the error tells."""
    OVER = "over"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Amount:
    """A number with its error."""

    value: float
    error: float
    """Share of the value that it may be off by, to either side."""

    @property
    def low(self) -> float:
        """The good end of its error: no energy is below zero."""
        return self.value * max(0.0, 1 - self.error)

    @property
    def high(self) -> float:
        """The bad end of its error."""
        return self.value * (1 + self.error)

    def verdict(self, limit: float, doubt: Doubt) -> Verdict:
        """Tell on which side of a limit it is; on the limit itself is within."""
        low, high = (self.value, self.value) if doubt == "ignore" else (self.low, self.high)
        if low > limit:
            return Verdict.OVER
        return Verdict.WITHIN if high <= limit else Verdict.DOUBTFUL


@dataclass(frozen=True)
class Finding:
    """One check of one report."""

    report: str
    """Name of its file."""
    check: str
    """Against what: `max-kwh`, `max-co2`, `baseline`, or `report` where no number of it counts."""
    verdict: Verdict
    reason: str
    """One line."""
    stage: str = ""
    amount: Amount | None = None
    limit: float | None = None
    unit: str = ""
    """Of amount and limit: `kWh`, `kg CO2eq`, or the share of the baseline, which is 1."""
    exit_code: int = 2
    """0 where it passes, 1 where not, 2 where it could not be checked."""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object; without numbers where there are none."""
        said: dict[str, Any] = {
            "report": self.report,
            "stage": self.stage,
            "check": self.check,
            "verdict": self.verdict.value,
            "passed": self.exit_code == 0,
            "reason": self.reason,
        }
        if self.amount is None or self.limit is None:
            return said
        numbers = {"value": self.amount.value, "low": self.amount.low, "high": self.amount.high}
        return {**said, **numbers, "limit": self.limit, "unit": self.unit}


def exit_code(verdict: Verdict, doubt: Doubt) -> int:
    """Return 0 for what passes, 1 for what does not."""
    return int(verdict is Verdict.OVER or (verdict is Verdict.DOUBTFUL and doubt == "fail"))
