"""Shares of a whole, where the schema sets no limits, and those that are zero."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Part, Reading
from ai_power_export.report.checks.meaning.wording import error, plain, warning
from ai_power_export.report.format.versions import ORANGE

SPLITS = ("trainPercent", "validationPercent", "testPercent")
"""Percentages of Orange's algorithms: together the whole at most."""
ROUNDING = 1.0
"""Per cent that the three may be off by."""


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield shares that are none."""
    task = reading.one("task")
    if task.number("measuredAccuracy") == 0:
        mend = "leave it out if it was not measured"
        yield warning(
            task.spot("measuredAccuracy").path, "accuracy-zero", "is 0: every answer was wrong", mend
        )
    for part in reading.components:
        yield from _share(part, reading.version)
    if reading.version == ORANGE:
        for part in reading.many("algorithms"):
            yield from _splits(part)


def _share(part: Part, version: str) -> Iterator[Finding]:
    share, path = part.number("share"), part.spot("share").path
    if share == 0:
        mend = "give the share that the task had, or leave the component out"
        yield warning(path, "share-zero", "is 0: the task used nothing of it", mend)
    elif share is not None and version == ORANGE and not 0 <= share <= 1:
        mend = f"did you mean {plain(share / 100)}?" if 1 < share <= 100 else "give a share from 0 to 1"
        yield error(path, "share-out-of-range", f"is {plain(share)}, not from 0 to 1", mend)


def _splits(part: Part) -> Iterator[Finding]:
    given = {name: number for name in SPLITS if (number := part.number(name)) is not None}
    for name, number in given.items():
        if not 0 <= number <= 100:
            what = f"is {plain(number)}, not from 0 to 100"
            yield error(part.spot(name).path, "percentage-out-of-range", what, "give per cent of the data")
    if all(0 <= number <= 100 for number in given.values()) and sum(given.values()) > 100 + ROUNDING:
        what = f"adds up to {plain(sum(given.values()))} % with the other parts of the data"
        name = next(iter(given))
        yield warning(part.spot(name).path, "percentages-above-whole", what, "give parts of one whole")
