"""The rows of the live log: what was measured, and what the user watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ai_power_export.console import say
from ai_power_export.facts import plain
from ai_power_export.measure.interval import Interval, Reading
from ai_power_export.units import JOULES_PER_KWH

if TYPE_CHECKING:
    from ai_power_export.run.stages import Span


class Watched:
    """The values that the user watches: objects as they are at the moment, callables by what they return."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self._told: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self._values)

    def read(self) -> dict[str, Any]:
        """Return the values as they are now; null where one is no plain value or its callable fails."""
        return {name: self._read(name, value) for name, value in self._values.items()}

    def _read(self, name: str, value: Any) -> Any:
        try:
            return plain(value() if callable(value) else value)
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever their own callable does
            if name not in self._told:
                self._told.add(name)
                say(f"the watched value {name!r} could not be read: {type(error).__name__}: {error}")
            return None


def row_of(run_id: str, span: Span, latest: Reading) -> dict[str, Any]:
    """Return the row of a stage's period or of an iteration.

    Where the totals at its end are not known yet it says so (`settled`) and tells what was measured
    up to the `latest` reading, perhaps nothing; a row of the same period follows.
    """
    settled = span.interval()
    found = settled or span.interval(latest)
    if found is not None and not settled and found.seconds <= 0:
        found = None
    of_iteration = {} if span.iteration is None else {"iteration": span.iteration}
    return {
        "run": run_id,
        "row": span.row,
        "stage": span.stage,
        "period": span.period,
        **of_iteration,
        **(_measured(found, end=span.last.clock if settled else latest.clock) if found else {"kwh": None}),
        "with": list(span.stages),
        **({"models": {name: asdict(each) for name, each in span.models.items()}} if span.models else {}),
        "settled": settled is not None,
        "values": span.values,
    }


def interval_row(
    run_id: str, number: int, interval: Interval, end: float, values: dict[str, Any]
) -> dict[str, Any]:
    """Return the row of what was measured between two flushes, up to the clock's `end`."""
    return {
        "run": run_id,
        "row": "interval",
        "period": number,
        **_measured(interval, end=end),
        "settled": True,
        "values": values,
    }


def _measured(interval: Interval, *, end: float) -> dict[str, Any]:
    found = {name: value for name, value in interval.to_json().items() if name != "co2_kg"}
    watts = interval.kwh * JOULES_PER_KWH / interval.seconds if interval.seconds > 0 else None
    return {**found, "begin": _moment(interval.begin), "end": _moment(end), "watts": watts}


def _moment(clock: float) -> str:
    """Write a moment (s since the epoch) to the millisecond, in UTC, as ISO 8601 has it."""
    return datetime.fromtimestamp(clock, timezone.utc).isoformat(timespec="milliseconds")


def clock_of(moment: str) -> float:
    """Return the seconds since the epoch of a moment written in a row."""
    return datetime.fromisoformat(moment).timestamp()
