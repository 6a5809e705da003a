"""Moments: written as the format wants, possible, and in an order that time allows.

A moment of the format has no time zone. At the same clock time it is 26 hours
earlier in the first zone (UTC+14) than in the last (UTC-12), so what is called
impossible here is so in every zone, and what is only so in one and the same zone
is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Measure, Reading, Spot
from ai_power_export.report.checks.meaning.wording import error, plain, quoted, warning

FORM = "YYYY-MM-DD HH:MM:SS"
EARLIEST_ZONE, LATEST_ZONE = 14 * 3600, 12 * 3600
"""Seconds that clocks are ahead of UTC in Kiribati (Line Islands), and behind it on Baker Island."""
CLOCK_ERROR = 300
"""Seconds that the clocks of two machines may differ by."""
OLDEST_YEAR = 2000
"""No tool that reports cite measured before; a moment of 1970 is a clock that was never set."""
SECOND = 1
"""Moments are written to the second: two of them may be this much further apart than they look."""
DRIFT = 5e-4
"""Seconds a second that a clock which is being set right may differ from the one that durations are read from
(the most by which `adjtime` slews)."""
LONGEST = 40
"""Characters of a moment that are looked at, more than any way to write one has."""

_MOMENT = re.compile(
    r"""(?P<year>\d{4}) (?P<dash>[-/.]?) (?P<month>\d{1,2}) (?P=dash) (?P<day>\d{1,2})
        (?: [T\s_]+ (?P<hour>\d\d) :? (?P<minute>\d\d) (?: :? (?P<second>\d\d) (?: [.,]\d+ )? )?
            \s* (?P<zone> Z | UTC | GMT | (?P<sign>[+-]) (?P<hours>\d\d) :? (?P<minutes>\d\d)? )? )?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_RIGHT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Moment:
    """A moment that was read."""

    clock: float
    """Seconds since 1970 on the clock that it was read from."""
    zone: int | None
    """Seconds that this clock is ahead of UTC; None where it is not said."""
    year: int
    whole_day: bool = False
    """Whether no time of the day was said: the clock is then that of midnight."""

    @property
    def earliest(self) -> float:
        """The moment in UTC if it was read in the first of all zones."""
        return self.clock - (EARLIEST_ZONE if self.zone is None else self.zone)

    @property
    def latest(self) -> float:
        """The moment in UTC if it was read in the last of all zones."""
        day = 24 * 3600 if self.whole_day else 0
        return self.clock + day + (LATEST_ZONE if self.zone is None else -self.zone)

    @property
    def text(self) -> str:
        """The moment as the format wants it: in UTC if its zone is known."""
        return (_EPOCH + timedelta(seconds=self.clock - (self.zone or 0))).strftime("%Y-%m-%d %H:%M:%S")


def findings(reading: Reading, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the moments of a report."""
    published_at = reading.one("header").spot("reportDatetime")
    published, wrong = read(published_at)
    yield from wrong
    yield from _in_time(published_at, published, now)
    for measure in reading.measures:
        began_at = measure.part.spot("measurementDateTime")
        began, wrong = read(began_at)
        yield from wrong
        yield from _in_time(began_at, began, now)
        if began and published:
            yield from _in_order(measure, began_at.path, began, published)


def read(spot: Spot) -> tuple[Moment | None, list[Finding]]:
    """Read a moment; findings tell what is wrong with the way it is written."""
    if not isinstance(spot.value, str) or not spot.value.strip():
        return None, []
    text = spot.value.strip()
    match = _MOMENT.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        what = f"is {quoted(text)}, no moment"
        return None, [error(spot.path, "date-unreadable", what, f"write it as {FORM}")]
    moment = _moment(match)
    if moment is None:
        what = f"is {quoted(text)}, which no calendar has"
        return None, [error(spot.path, "date-impossible", what, "give the day and time it really was")]
    if _RIGHT.fullmatch(spot.value):
        return moment, []
    right = f"{moment.text[:10]} HH:MM:SS" if moment.whole_day else moment.text
    what = f"is {quoted(spot.value)}, not in the form {FORM}"
    return moment, [warning(spot.path, "date-form", what, f"write {right}")]


def _moment(match: re.Match[str]) -> Moment | None:
    parts = {name: int(text or 0) for name, text in match.groupdict().items() if name in _NUMBERS}
    leap = parts["second"] == 60 and (parts["minute"] + 1) % 15 == 0
    try:
        day = datetime(parts["year"], parts["month"], parts["day"])
        if not (parts["hour"] == 24 and parts["minute"] == parts["second"] == 0):
            day.replace(hour=parts["hour"], minute=parts["minute"], second=59 if leap else parts["second"])
    except ValueError:
        return None
    time = parts["hour"] * 3600 + parts["minute"] * 60 + parts["second"]
    clock = (day - _EPOCH).total_seconds() + time
    if not -62135596800 + 86400 <= clock <= 253402300799 - 86400:  # years 1 to 9999, a zone's width inside
        return None
    return Moment(clock, _zone(match, parts), parts["year"], match["hour"] is None)


_NUMBERS = ("year", "month", "day", "hour", "minute", "second", "hours", "minutes")


def _zone(match: re.Match[str], parts: dict[str, int]) -> int | None:
    if match["zone"] is None:
        return None
    ahead = parts["hours"] * 3600 + parts["minutes"] * 60
    return -ahead if match["sign"] == "-" else ahead


def _in_time(spot: Spot, moment: Moment | None, now: datetime) -> Iterator[Finding]:
    present = (now if now.tzinfo else now.replace(tzinfo=timezone.utc)).timestamp()
    if moment is None:
        return
    if moment.earliest > present + CLOCK_ERROR:
        what = f"is {quoted(spot.value)}, still to come in every time zone"
        yield error(spot.path, "date-in-future", what, "give the real moment: is a clock wrong?")
    elif moment.year < OLDEST_YEAR:
        what = f"is {quoted(spot.value)}, before there were such tools"
        yield warning(spot.path, "date-too-old", what, "give the real moment: was a clock never set?")


def _in_order(measure: Measure, path: str, began: Moment, published: Moment) -> Iterator[Finding]:
    seconds = max(measure.seconds or 0.0, 0.0)
    alike = began.zone is None is published.zone and not (began.whole_day or published.whole_day)
    zones = "give when it began, unless the two moments are of different time zones"
    if began.earliest + seconds > published.latest + CLOCK_ERROR:
        what = f"and {plain(seconds)} s of measuring end after reportDatetime, in every time zone"
        yield error(path, "ends-after-published", what, "give when it began, and when it was published")
    elif not alike or seconds * (1 - DRIFT) <= published.clock - began.clock + SECOND:
        return
    elif abs(began.clock - published.clock) <= SECOND:
        what = f"is the moment of publishing, yet {plain(seconds)} s were measured: it is their end"
        began_at = Moment(began.clock - seconds, None, 0).text if seconds < began.clock else "the beginning"
        yield error(path, "end-as-beginning", what, f"give when the measurement began: about {began_at}")
    elif began.clock > published.clock:
        yield warning(path, "begun-after-published", "is after reportDatetime", zones)
    else:
        what = f"and {plain(seconds)} s of measuring end after reportDatetime"
        yield warning(path, "ends-after-published", what, zones)
