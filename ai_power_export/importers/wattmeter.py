"""A watt-meter's or smart plug's CSV: moments with a power or an energy counter, units in the header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from ai_power_export.errors import BadInput
from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Found,
    Imported,
    Importer,
    Refused,
    Senseless,
    checked_energy,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.readings import Readings
from ai_power_export.importers.table import Header, Row, header_of, rows
from ai_power_export.importers.text import Text
from ai_power_export.units import JOULES_PER_KWH

TIMES = frozenset(
    {"timestamp", "time", "datetime", "date_time", "date time", "date", "ts", "zeit", "zeitstempel"}
)
WATTS = {
    "W": 1.0,
    "w": 1.0,
    "kW": 1e3,
    "kw": 1e3,
    "KW": 1e3,
    "mW": 1e-3,
    "watt": 1.0,
    "watts": 1.0,
    "kilowatts": 1e3,
}
"""W of one unit; `mw` is left out: it may be a thousandth or a million."""
KWH = {
    "kWh": 1.0,
    "kwh": 1.0,
    "KWH": 1.0,
    "Wh": 1e-3,
    "wh": 1e-3,
    "mWh": 1e-6,
    "MWh": 1e3,
    "J": 1 / JOULES_PER_KWH,
    "joule": 1 / JOULES_PER_KWH,
    "joules": 1 / JOULES_PER_KWH,
    "kJ": 1e3 / JOULES_PER_KWH,
    "MJ": 1e6 / JOULES_PER_KWH,
}
"""kWh of one unit."""
NEEDS = "needs a column timestamp (or time) and one with its unit, such as `power (W)` or `energy (kWh)`"
LONG_UNIT = 4
"""Letters from which a unit is a word, whose case means nothing: `Watts`."""
SECONDS_A_DAY = 86400


@dataclass(frozen=True)
class _Columns:
    time: str
    value: str
    factor: float
    """W or kWh of one unit of the value."""
    is_power: bool


def detect(head: str) -> bool:
    """Tell a table that has a time and something in W or Wh."""
    header = header_of(head)
    return bool(_times(header) and (_with_unit(header, WATTS) or _with_unit(header, KWH)))


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield one run, from the first reading to the last."""
    columns = _columns(header_of(text.head, text.name))
    meter = Readings() if columns.is_power else _Counter()
    line = 0
    for row in rows(text, (columns.time, columns.value)):
        if isinstance(row, Refused):
            yield row
            continue
        line = line or row.line
        try:
            meter.add(_moment(row, columns), _value(row, columns) * columns.factor)
        except Senseless as why:
            yield Refused(row.line, str(why))
    try:
        yield _imported(line, meter, columns)
    except Senseless as why:
        yield Refused(0, str(why))


def _times(header: Header) -> list[str]:
    return [name for name in header.names if re.sub(r"\s*[\[(].*", "", name).strip().lower() in TIMES]


def _with_unit(header: Header, units: dict[str, float]) -> dict[str, float]:
    """Return the columns whose name ends with one of the units, and what one is worth."""
    found = {}
    for name in header.names:
        unit = (re.findall(r"[A-Za-z]+", name) or [""])[-1]
        factor = units.get(unit if len(unit) < LONG_UNIT else unit.lower())
        if factor is not None:
            found[name] = factor
    return found


def _columns(header: Header) -> _Columns:
    """Choose the columns: a power before a counter, which may be too coarse for a short run.

    Raises:
        BadInput: A column is missing, or there are several of a kind.
    """
    times, watts, kwh = _times(header), _with_unit(header, WATTS), _with_unit(header, KWH)
    if not times or not (watts or kwh):
        raise BadInput("is no table of a watt-meter", header.where, f"it {NEEDS}")
    values = watts or kwh
    if len(values) > 1:
        several = ", ".join(values)
        raise BadInput(f"several columns could be the meter's: {several}", header.where, "leave one of them")
    name, factor = next(iter(values.items()))
    return _Columns(times[0], name, factor, bool(watts))


def _moment(row: Row, columns: _Columns) -> datetime:
    text = row.text(columns.time)
    if re.fullmatch(r"\d{1,8}(\.\d*)?", text):
        what = f"{columns.time} counts from a start of its own"
        raise BadInput(what, row.header.where, "it needs dates and times, or seconds since 1970")
    clock = row.text("time") if columns.time.lower() == "date" and "time" in row.header.names else ""
    found = moment(f"{text} {clock}" if clock else text)
    if found.tzinfo is None and "utc" in columns.time.lower():
        return found.replace(tzinfo=timezone.utc)
    return found


def _value(row: Row, columns: _Columns) -> float:
    cell = row.text(columns.value)
    if not cell:
        raise Senseless(f"{columns.value} is empty")
    return row.as_number(columns.value, re.sub(r"\s*[A-Za-z]+$", "", cell) if cell[:1].isdigit() else cell)


class _Counter:
    """A counter of energy (kWh) that only grows, but for a reset."""

    def __init__(self) -> None:
        self.readings = Readings()
        self.kwh = 0.0
        """What it has grown by."""
        self.resets = 0
        self._counted = 0.0

    def add(self, at: datetime, counted: float) -> None:
        """Add a reading.

        Raises:
            Senseless: It is negative, or the clock was set back.
        """
        if counted < 0:
            raise Senseless(f"energy is negative ({counted:g} kWh)")
        self.readings.add(at, 0.0)
        if self.readings.count > 1:
            fell = counted < self._counted
            self.resets += fell
            self.kwh += counted if fell else counted - self._counted
        self._counted = counted

    def notices(self) -> tuple[Notice, ...]:
        """Tell of resets."""
        text = (
            f"the counter began again {self.resets} times: what it counted just before is not in the energy"
        )
        return (Notice("counter-reset", text),) if self.resets else ()


def _imported(line: int, meter: Readings | _Counter, columns: _Columns) -> Imported:
    readings = meter.readings if isinstance(meter, _Counter) else meter
    if readings.count < 2:
        raise Senseless("fewer than two readings: there is no time between them")
    if isinstance(meter, _Counter) and meter.resets > 1 + readings.seconds / SECONDS_A_DAY:
        raise Senseless(f"{columns.value} goes up and down: it is no counter of all energy so far")
    maker = "the meter's file does not say it: --set measures.manufacturer=…"
    return Imported(
        tool="wattmeter",
        line=line,
        key=("readings", str(readings.first), str(readings.last), repr(meter.kwh), str(readings.count)),
        energy=checked_energy(meter.kwh, readings.seconds),
        begin=readings.first,
        seconds=readings.seconds,
        lacks=(
            Missing("measures.version", "the meter's file does not say it"),
            Missing("measures.manufacturer", maker),
        ),
        notices=(
            Notice("whole-machine", f"everything behind the meter, from {columns.value}"),
            *meter.notices(),
        ),
    )


IMPORTER = Importer(
    "wattmeter", "CSV of a watt-meter: time with W, or with a counter in Wh, kWh or J", detect, read
)
