"""`perf stat` of the events power/energy-*: printed, as CSV (`-x,`), and in intervals (`-I`).

What is counted: energy-pkg (CPU packages) and energy-ram. energy-cores and energy-gpu are parts of a
package, energy-psys holds everything: none of them is added.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime

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
from ai_power_export.importers.text import Line, Text
from ai_power_export.units import JOULES_PER_KWH

EVENT = re.compile(r"power/energy-(pkg|ram|cores|gpu|psys)/")
COUNT = r"(?P<count>[\d.,' \u00a0\u202f]*\d|<[^>]*>)"
PRINTED = re.compile(
    rf"^\s*(?:(?P<at>\d+[.,]\d{{6,}})\s+)?(?:S\d+\s+\d+\s+)?{COUNT}\s+Joules\s+power/energy-(?P<part>\w+)/"
)
ELAPSED = re.compile(r"^\s*(?P<seconds>[\d.,]+)\s*(?:\+-.*)?seconds time elapsed")
STARTED = re.compile(r"# started on (.+)")
SEPARATORS = (";", "\t", "|", ",")


def detect(head: str) -> bool:
    """Tell the output by its events."""
    return EVENT.search(head) is not None


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield one run."""
    output = _Output()
    for line in text.lines():
        try:
            output.hear(line)
        except Senseless as why:
            yield Refused(line.number, str(why))
            output.is_whole = False
    if not output.is_whole:
        raise BadInput("a part of the energy is missing, so no report was made", text.name)
    try:
        yield output.imported()
    except Senseless as why:
        yield Refused(0, str(why))


class _Output:
    def __init__(self) -> None:
        self.joules: dict[str, float] = {}
        self.seconds: float | None = None
        self.begin: datetime | None = None
        self.line = 0
        self.is_whole = True
        self._intervals = False

    def hear(self, line: Line) -> None:
        """Take in one line.

        Raises:
            Senseless: An energy was not counted, or is none.
        """
        text = line.text
        if match := STARTED.search(text):
            self.begin = moment(match[1].strip())
        elif match := ELAPSED.match(text):
            self.seconds = _number(match["seconds"])
        elif match := PRINTED.match(text):
            self._count(line, match["at"], match["count"], match["part"])
        elif EVENT.search(text):
            self._count(line, *_csv(text))

    def _count(self, line: Line, at: str | None, count: str, part: str) -> None:
        if part not in ("pkg", "ram"):
            return
        if count.startswith("<"):
            raise Senseless(f"energy-{part} is {count}")
        self.line = self.line or line.number
        self.joules[part] = self.joules.get(part, 0.0) + _number(count)
        if at is not None:
            self.seconds = _number(at)

    def imported(self) -> Imported:
        """Return the run.

        Raises:
            Senseless: No energy was counted.
        """
        if "pkg" not in self.joules:
            raise Senseless(
                "the event power/energy-pkg/ was not counted: record it with -e power/energy-pkg/"
            )
        parts = {
            name: self.joules[event] / JOULES_PER_KWH if event in self.joules else None
            for name, event in (("cpu", "pkg"), ("ram", "ram"))
        }
        kwh = math.fsum(value for value in parts.values() if value is not None)
        return Imported(
            tool="perf",
            line=self.line,
            key=("stat", str(self.begin), str(self.seconds), repr(self.joules)),
            energy=checked_energy(kwh, self.seconds, **parts),
            begin=self.begin,
            seconds=self.seconds,
            cpu_mode="rapl",
            lacks=tuple(self._lacks()),
            notices=tuple(self._notices()),
        )

    def _lacks(self) -> Iterator[Missing]:
        yield Missing("measures.version", "perf does not write its version")
        if self.seconds is None:
            why = (
                "perf's CSV has the time of its counters, of all sockets together; -I 1000 or no -x tells it"
            )
            yield Missing("measures.measurementDuration", why)
        if self.begin is None:
            why = "perf writes it only to a file that it makes itself (-o)"
            yield Missing("measures.measurementDateTime", why)

    def _notices(self) -> Iterator[Notice]:
        yield Notice("gpu-not-counted", "perf counts the energy of CPU packages and their memory alone")
        if "ram" not in self.joules:
            yield Notice("ram-not-counted", "the event power/energy-ram/ was not counted")


def _csv(text: str) -> tuple[str | None, str, str]:
    """Return time (of intervals), count and event of a line of `perf stat -x`.

    Raises:
        Senseless: It is none.
    """
    for separator in SEPARATORS:
        cells = [cell.strip() for cell in text.split(separator)]
        event = next((index for index, cell in enumerate(cells) if EVENT.fullmatch(cell)), None)
        if event is not None and event >= 2:
            found = EVENT.fullmatch(cells[event])
            return _time(cells[: event - 2]), cells[event - 2], found[1] if found else ""
    raise Senseless("the count of this event is cut off, or no number")


def _time(cells: list[str]) -> str | None:
    return next((cell for cell in cells if re.fullmatch(r"\d+[.,]\d{6,}", cell)), None)


def _number(text: str) -> float:
    """Read a number of any country: the last point or comma is the decimal one, others group thousands."""
    whole, point, fraction = re.sub(r"[\s']", "", text).rpartition(max(".,", key=text.rfind))
    if not point:
        whole, fraction = fraction, ""
    digits = re.sub(r"[.,]", "", whole)
    if not (digits + fraction).isdigit():
        raise Senseless(f"{text!r} is no number")
    return float(f"{digits or 0}.{fraction or 0}")


IMPORTER = Importer("perf", "perf stat of power/energy-pkg/ and power/energy-ram/", detect, read)
