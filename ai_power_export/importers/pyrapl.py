"""pyRAPL's CSV, a row a socket: `label, timestamp (s since 1970), duration (µs), pkg, dram (µJ), socket`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Energy,
    Found,
    Imported,
    Importer,
    Machine,
    checked_energy,
    checked_seconds,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.table import Row, header_of, read_rows, rows
from ai_power_export.importers.text import Text
from ai_power_export.units import JOULES_PER_KWH

COLUMNS = ("label", "timestamp", "duration", "pkg", "dram", "socket")
MICRO = 1e6


def detect(head: str) -> bool:
    """Tell the file by its columns."""
    return set(COLUMNS) <= set(header_of(head).names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield each measurement: its sockets, one row each, together."""
    pending: Imported | None = None
    for each in read_rows(rows(text, COLUMNS), _imported):
        if isinstance(each, Imported):
            if pending is not None and pending.key[:4] == each.key[:4] and each.key[4] not in pending.key[4:]:
                pending = _together(pending, each)
                continue
            if pending is not None:
                yield pending
            pending = each
        else:
            yield each
    if pending is not None:
        yield pending


def _imported(row: Row) -> Imported:
    seconds = checked_seconds(row.needed("duration") / MICRO)
    cpu = row.needed("pkg") / MICRO / JOULES_PER_KWH
    memory = row.number("dram")
    ram = None if memory is None else memory / MICRO / JOULES_PER_KWH
    averaged = "a measurement that was repeated (`number=`) is the mean of its repetitions"
    notices = [Notice("gpu-not-counted", "pyRAPL measures no GPU"), Notice("maybe-a-mean", averaged)]
    if ram is None:
        notices.append(Notice("ram-not-counted", "pyRAPL measured no RAM here"))
    return Imported(
        tool="pyRAPL",
        line=row.line,
        key=("label", row.text("label"), row.text("timestamp"), row.text("duration"), row.text("socket")),
        energy=checked_energy(cpu + (ram or 0.0), seconds, cpu=cpu, ram=ram),
        begin=moment(row.text("timestamp")),
        seconds=seconds,
        cpu_mode="rapl",
        machine=Machine(packages=1),
        stage=row.text("label"),
        lacks=(Missing("measures.version", "pyRAPL does not write its version"),),
        notices=tuple(notices),
    )


def _together(first: Imported, other: Imported) -> Imported:
    """Add a socket to those of the same measurement."""
    cpu = (first.energy.cpu or 0.0) + (other.energy.cpu or 0.0)
    known = first.energy.ram is not None and other.energy.ram is not None
    ram = (first.energy.ram or 0.0) + (other.energy.ram or 0.0) if known else None
    energy = Energy(first.energy.kwh + other.energy.kwh, cpu=cpu, ram=ram)
    machine = Machine(packages=(first.machine.packages or 0) + 1)
    return replace(first, energy=energy, machine=machine, key=(*first.key, other.key[4]))


IMPORTER = Importer("pyrapl", "pyRAPL CSV", detect, read)
