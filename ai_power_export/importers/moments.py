"""Moments as trackers and meters write them."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from ai_power_export.importers.imported import Senseless

EARLIEST, LATEST = 2000, 2100
"""Years between which a measurement can have begun; unset clocks say 1970."""

EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))
"""Least number of units since 1970 that a clock in ns, µs, ms or s shows, and how many make a second."""

ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(.+))?")
WITH_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T, ]+(.+))?")
"""Day first: so far as is known nobody writes months first with dots."""
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?")
ASCTIME = "%a %b %d %H:%M:%S %Y"
"""As `time.asctime` and `perf stat` write it."""


def moment(text: str) -> datetime:
    """Read a moment: ISO 8601 and its relatives, `21.11.2026 23:54`, or a count since 1970.

    One with a zone, or counted since 1970, comes back in UTC; any other without a zone.

    Raises:
        Senseless: It is none, or no plausible one.
    """
    text = " ".join(text.split())
    try:
        found = (
            _since_1970(float(text)) if re.fullmatch(r"\d{9,}(\.\d+)?(e\+?\d+)?", text) else _written(text)
        )
    except (ValueError, OverflowError):
        raise Senseless(f"{text[:40]!r} is no date and time") from None
    if not EARLIEST <= found.year < LATEST:
        raise Senseless(f"the year {found.year} cannot be")
    return found


def _since_1970(count: float) -> datetime:
    for least, per_second in EPOCH_UNITS:
        if count >= least:
            return datetime.fromtimestamp(count / per_second, timezone.utc)
    raise ValueError(count)


def _written(text: str) -> datetime:
    if match := ISO.fullmatch(text):
        year, month, day, clock = match.groups()
    elif match := WITH_DOTS.fullmatch(text):
        day, month, year, clock = match.groups()
    else:
        return datetime.strptime(text, ASCTIME)
    if clock is None:
        raise ValueError(text)
    return _at(datetime(int(year), int(month), int(day)), clock)


def _at(day: datetime, clock: str) -> datetime:
    match = CLOCK.fullmatch(clock)
    if match is None:
        raise ValueError(clock)
    hour, minute, second, fraction, zone = match.groups()
    microsecond = int(f"{fraction or 0:0<6}"[:6])
    found = day.replace(hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=microsecond)
    if zone is None:
        return found
    offset = "+0000" if zone in ("Z", "UTC") else zone.replace(":", "")
    return datetime.strptime(found.isoformat() + offset, _format(found)).astimezone(timezone.utc)


def _format(found: datetime) -> str:
    return "%Y-%m-%dT%H:%M:%S.%f%z" if found.microsecond else "%Y-%m-%dT%H:%M:%S%z"
