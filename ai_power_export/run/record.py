"""What must be known of a run to write its reports: plain data, JSON in and out.

The process that is measured only fills a record. Whoever has it can write the
reports: the same process afterwards, or the reporter that outlives a script.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.ranks import Rank


@dataclass(frozen=True)
class Scope:
    """Which source a stretch of the run executed."""

    path: str = ""
    """Absolute path of the source file; empty where it has none (REPL, `-c`)."""
    function: str = ""
    """The one function that was measured, empty for a whole script."""
    lines: tuple[int, int] | None = None
    """Lines of the calls that began and ended the stretch; what lies between was measured."""


@dataclass
class Stretch:
    """The part of a run between two readings of the meter."""

    scope: Scope
    interval: Interval
    observations: list[dict[str, Any]] = field(default_factory=list)
    """What the running program showed, as `observe` writes it to JSON."""
    edge: bool = False
    """True between start and the first flush, and between the last flush and stop."""


@dataclass
class Record:
    """Everything that the measured process knows of its run."""

    run_id: str
    folder: str
    """Working folder at the start: settings are looked up and outputs placed from here."""
    script: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings given in code or on the command line; they win over the project's."""
    meter: Meter = field(default_factory=Meter)
    stretches: list[Stretch] = field(default_factory=list)
    warnings: list[list[str]] = field(default_factory=list)
    """Code and text of what went wrong on our side."""
    cut_short: str = ""
    """Why the run did not come to its end, empty if it did."""
    rank: Rank | None = None
    """Which process of a distributed job was measured; None outside of such a job."""

    def to_json(self) -> dict[str, Any]:
        """Return the record as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Rebuild a record written by `to_json`."""
        stretches = [_stretch(item) for item in data["stretches"]]
        rank = Rank(**data["rank"]) if data["rank"] else None
        return cls(**{**data, "meter": Meter.from_json(data["meter"]), "stretches": stretches, "rank": rank})


def _stretch(data: dict[str, Any]) -> Stretch:
    lines = data["scope"]["lines"]
    scope = Scope(**{**data["scope"], "lines": tuple(lines) if lines else None})
    return Stretch(**{**data, "scope": scope, "interval": Interval.from_json(data["interval"])})
