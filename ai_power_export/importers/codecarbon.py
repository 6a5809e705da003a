"""CodeCarbon's `emissions.csv` and task CSV, versions 1 to 3.

Columns by version, from CodeCarbon's history: 1.x has `timestamp, experiment_id, project_name, duration (s),
emissions (kg), energy_consumed (kWh), country_name, country_iso_code, region, on_cloud, cloud_provider,
cloud_region`; 2.0 adds `run_id`, powers (W) and energies (kWh) by part, `os`, `python_version`, hardware,
coordinates and `tracking_mode`; 2.2 `codecarbon_version`; 2.3 `pue` and the task CSV; 2.6 `experiment_id`;
3.1 water; 3.2 utilisation. `timestamp` is the end of the run, in local time without its zone, in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from ai_power_export.errors import BadInput
from ai_power_export.facts import Missing, Notice
from ai_power_export.importers import codecarbon_place, codecarbon_shift
from ai_power_export.importers.codes import Codes
from ai_power_export.importers.imported import (
    Energy,
    Found,
    Imported,
    Importer,
    Machine,
    Refused,
    Senseless,
    checked_energy,
    checked_seconds,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.table import Row, header_of, read_rows, rows
from ai_power_export.importers.text import Text
from ai_power_export.importers.wares import gpus_in
from ai_power_export.units import JOULES_PER_KWH

COLUMNS = ("timestamp", "project_name", "duration", "emissions", "energy_consumed")
"""Columns of every version."""

CONSTANT_EXPERIMENT = "5b0fa12a-3dd7-45bb-9766-cc326314d9f1"
"""`experiment_id` of everybody who chose none; before 2.5 it was random, one a run."""

PROJECT = "codecarbon"
"""`project_name` of everybody who chose none."""

PARTS_TOLERANCE = 0.001
"""Share by which the parts may miss the total, for rounding."""

LONGER, SHORTER, SECONDS = 1.1, 0.8, 2.0
"""How far the time that the RAM's energy tells may be off the duration: factors, and seconds on top."""


def detect(head: str) -> bool:
    """Tell an `emissions.csv` or task CSV by its columns."""
    return set(COLUMNS) <= set(header_of(head).names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield the runs; with `per_row` what was measured between the rows of a run that was flushed."""
    repeated = _repeated(text)
    converted = read_rows(rows(text, COLUMNS, codecarbon_shift.mended), _imported)
    yield from _stretches(converted, repeated) if per_row else _last_of_each(converted, repeated)


@dataclass
class _Repeated:
    """A run of which there are several rows: each flush writes one, with the totals up to then."""

    rows: int = 0
    last_line: int = 0
    longest: float = 0.0
    """Seconds."""
    before: Imported | None = None


def _repeated(text: Text) -> dict[int, _Repeated]:
    """Find the runs with several rows, by a hash of their id, in 8 bytes a row."""
    seen = Codes()
    repeated: dict[int, _Repeated] = {}
    quiet = Text(text.path)
    with suppress(BadInput):  # of a file that cannot be read to its end, the rows before that count
        for found in read_rows(rows(quiet, COLUMNS, codecarbon_shift.mended), _imported):
            if isinstance(found, Imported) and not seen.add(code := _code(found)):
                repeated[code] = _Repeated()
    with suppress(BadInput):
        if repeated:
            _count(repeated, quiet)
    return repeated


def _count(repeated: dict[int, _Repeated], text: Text) -> None:
    for found in read_rows(rows(text, COLUMNS, codecarbon_shift.mended), _imported):
        run = repeated.get(_code(found)) if isinstance(found, Imported) else None
        if run is not None and isinstance(found, Imported):
            run.rows += 1
            run.last_line = found.line
            run.longest = max(run.longest, found.seconds or 0.0)


def _code(found: Imported) -> int:
    return hash(found.key) & 0xFFFFFFFFFFFFFFFF


def _last_of_each(found: Iterator[Found], repeated: dict[int, _Repeated]) -> Iterator[Found]:
    for each in found:
        run = repeated.get(_code(each)) if isinstance(each, Imported) else None
        if run is None or isinstance(each, Refused):
            yield each
        elif each.line == run.last_line:
            text = f"the last of {run.rows} rows of this run: those before are its totals at earlier flushes"
            told = replace(each, notices=(*each.notices, Notice("earlier-rows-counted-in", text)))
            started_again = (each.seconds or 0.0) < run.longest
            yield (
                _without_time(told, "an earlier row of this run is of a longer time")
                if started_again
                else told
            )


def _stretches(found: Iterator[Found], repeated: dict[int, _Repeated]) -> Iterator[Found]:
    for each in found:
        run = repeated.get(_code(each)) if isinstance(each, Imported) else None
        if run is None or isinstance(each, Refused):
            yield each
            continue
        before, run.before = run.before, each
        try:
            yield _first(each) if before is None else _between(before, each)
        except Senseless as why:
            yield Refused(each.line, str(why))


def _first(row: Imported) -> Imported:
    """Return the first stretch of a run, which is not the run."""
    return replace(row, key=(*row.key, "after 0 s"))


def _between(before: Imported, after: Imported) -> Imported:
    """Return what was measured between two rows of a run, which both hold totals."""
    if before.seconds is None or after.seconds is None or after.seconds <= before.seconds:
        raise Senseless(f"its time is not longer than that of line {before.line} of the same run")
    seconds = after.seconds - before.seconds
    parts = {
        name: None if total is None else total - (getattr(before.energy, name) or 0.0)
        for name, total in (("cpu", after.energy.cpu), ("gpu", after.energy.gpu), ("ram", after.energy.ram))
    }
    energy = checked_energy(after.energy.kwh - before.energy.kwh, seconds, **parts)
    key = (*after.key, f"after {before.seconds!r} s")
    # Its utilisation is the mean since the start of the run.
    return replace(after, energy=energy, seconds=seconds, key=key, gpu_utilization=None)


def _imported(row: Row) -> Imported:
    if row.text("task_name") and not row.text("run_id"):
        raise Senseless("the task has no run_id")
    seconds = checked_seconds(row.needed("duration"))
    energy = _energy(row, seconds)
    found = Imported(
        tool="codecarbon",
        line=row.line,
        key=_key(row),
        energy=energy,
        end=moment(row.text("timestamp")),
        seconds=seconds,
        version=row.text("codecarbon_version"),
        gpu_mode=_gpu_mode(row, energy),
        gpu_utilization=_gpu_utilization(row, energy),
        pue=row.number("pue"),
        tracking=row.text("tracking_mode"),
        machine=_machine(row),
        place=codecarbon_place.place(row, energy.kwh),
        project="" if row.text("project_name") == PROJECT else row.text("project_name"),
        run_id=row.text("run_id"),
        stage=row.text("task_name"),
        lacks=(*_lacks(row), *codecarbon_place.lacks(row, energy.kwh)),
        notices=_notices(row),
    )
    return _checked_time(row, found)


def _key(row: Row) -> tuple[str, ...]:
    """Name the run: by its id; in 1.x by the experiment's, which was one a run; else by its row."""
    run = row.text("run_id")
    if task := row.text("task_name"):
        return ("task", run, task, row.text("timestamp"))
    if run:
        return ("run", run)
    experiment = row.text("experiment_id")
    return ("run", experiment) if experiment not in ("", CONSTANT_EXPERIMENT) else ("row", *row.cells)


def _energy(row: Row, seconds: float) -> Energy:
    total = row.needed("energy_consumed")
    parts = {name: row.number(f"{name}_energy") for name in ("cpu", "gpu", "ram")}
    energy = checked_energy(total, seconds, **parts)
    known = [value for value in parts.values() if value is not None]
    if len(known) == len(parts) and abs(sum(known) - total) > PARTS_TOLERANCE * total:
        raise Senseless(
            f"CPU, GPU and RAM add up to {sum(known):.6g} kWh, not to the total of {total:.6g} kWh"
        )
    return energy


def _gpu_mode(row: Row, energy: Energy) -> str:
    """CodeCarbon has one way to follow NVIDIA's GPUs, in all versions."""
    names = ("nvidia", "tesla", "geforce", "quadro")
    return "nvml" if energy.gpu and any(name in row.text("gpu_model").lower() for name in names) else ""


def _gpu_utilization(row: Row, energy: Energy) -> float | None:
    """Return the mean share; 0 may mean that no sample was taken."""
    percent = row.number("gpu_utilization_percent")
    return percent / 100 if energy.gpu and percent and 0 < percent <= 100 else None


def _machine(row: Row) -> Machine:
    model, count = row.text("gpu_model"), row.count("gpu_count")
    ram = row.number("ram_total_size")
    return Machine(
        cpu=row.text("cpu_model"),
        threads=row.count("cpu_count"),
        gpus=gpus_in(model, count),
        ram_gb=round(ram, 2) if ram and ram > 0 else None,
        os=row.text("os"),
        python=row.text("python_version"),
    )


def _lacks(row: Row) -> Iterator[Missing]:
    yield Missing("measures.cpuTrackingMode", "CodeCarbon's CSV does not tell how the CPU was followed")
    if row.number("cpu_utilization_percent") is not None:
        why = "CodeCarbon's samples are wrong: each is taken by a thread that has no earlier one to compare"
        yield Missing("measures.averageUtilizationCpu", why)


def _notices(row: Row) -> tuple[Notice, ...]:
    found = []
    if row.number("ram_energy"):
        found.append(Notice("ram-power-assumed", "CodeCarbon assumes the RAM's power from its size"))
    if row.header.index("cpu_energy") is None:
        text = "CodeCarbon 1.x counts no RAM, only CPUs with Intel's counters, and not a run's last seconds"
        found.append(Notice("energy-incomplete", text))
    if row.text("tracking_mode") == "process":
        found.append(Notice("share-of-process", "the energy is the share of the process, not of the machine"))
    if row.number("pue") not in (None, 1.0):
        found.append(Notice("pue-in-energy", f"the energy includes a PUE of {row.text('pue')}"))
    if row.text("task_name"):
        text = "a task of a run: a report of the run has this energy in it too"
        found.append(Notice("also-in-run", text))
    return tuple(found)


def _checked_time(row: Row, found: Imported) -> Imported:
    """Leave the time out where the RAM's energy shows that it is not the energy's.

    With tasks, and when a tracker was started again, CodeCarbon writes the energy of all with the duration of
    the last. The RAM of a whole machine has one power: its energy tells the time it was counted for.
    """
    energy, power = found.energy.ram, row.number("ram_power")
    if not energy or not power or power <= 0 or found.seconds is None or found.tracking == "process":
        return found
    counted = energy * JOULES_PER_KWH / power / (found.pue or 1.0)
    if counted > found.seconds * LONGER + SECONDS:
        return _without_time(found, f"the energy is that of {counted:.3g} s, the duration of the last part")
    if counted < found.seconds * SHORTER - SECONDS:
        text = f"the energy covers only some {counted:.3g} s of the {found.seconds:.3g} s"
        return replace(found, notices=(*found.notices, Notice("energy-of-less-time", text)))
    return found


def _without_time(found: Imported, why: str) -> Imported:
    lacks = (Missing("measures.measurementDuration", why), Missing("measures.measurementDateTime", why))
    notice = Notice("time-left-out", why)
    return replace(
        found, end=None, seconds=None, lacks=(*found.lacks, *lacks), notices=(*found.notices, notice)
    )


IMPORTER = Importer("codecarbon", "CodeCarbon emissions.csv and task CSV", detect, read)
