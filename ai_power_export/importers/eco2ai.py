"""eco2AI's CSV, plain and encoded: one row a run, or one an epoch.

Columns: `id, project_name, experiment_description, epoch, start_time, duration(s), power_consumption(kWh),
CO2_emissions(kg), CPU_name, GPU_name, OS, region/country, cost`. Here `start_time` is the beginning.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator
from dataclasses import replace

from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Energy,
    Found,
    Imported,
    Importer,
    Machine,
    Place,
    Senseless,
    checked_energy,
    checked_seconds,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.table import Row, header_of, read_rows, rows
from ai_power_export.importers.text import Text

COLUMNS = ("id", "project_name", "start_time", "duration(s)", "power_consumption(kWh)", "CO2_emissions(kg)")
DEFAULT_PROJECT = "Default project name"
WORLD_AVERAGE = 436.529
"""kg/MWh that eco2AI takes for a country that its table lacks."""
GRAMS = 1000
CPU = re.compile(r"(?P<model>.*)/(?P<count>\d+) device\(s\), TDP:(?P<tdp>.*)")
GPU = re.compile(r"(?P<model>.*?) ?(?P<count>\d+) device\(s\)")
COUNTRY = re.compile(r"\(?([A-Z]{2})(?:/(.*?))?\)?")

SHIFT = 5
_LATIN = "".join(char for char in string.printable[:95] if char not in ",\"'")
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюёЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_LETTERS = _LATIN + _CYRILLIC
_HALF = len(_LETTERS) // 2
ALPHABET = "".join(a + b for a, b in zip(_LETTERS[:_HALF], _LETTERS[_HALF : 2 * _HALF], strict=True))
"""The order of characters in which eco2AI's encoding writes each as the one five places on."""
DECODED = str.maketrans(ALPHABET[SHIFT:], ALPHABET[:-SHIFT])
"""The last five characters have none five places on, and stay as they are when they are encoded again."""
TWICE_DECODED = str.maketrans(ALPHABET[2 * SHIFT :], ALPHABET[: -2 * SHIFT]) | str.maketrans(
    {char: char.translate(DECODED) for char in ALPHABET[-SHIFT::2]}
)
"""eco2AI writes an epoch twice, once encoded and once encoded again. Of two characters that one of the last
five may stand for, it stands for the one that dates, numbers and names have."""


def detect(head: str) -> bool:
    """Tell the file by its columns, which stay plain when the rows are encoded."""
    return set(COLUMNS) <= set(header_of(head).names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield the runs: epochs of one run together, or one by one with `per_row`."""
    reader = _Reader()
    found = read_rows(rows(text, COLUMNS), reader.imported)
    yield from found if per_row else _runs(found)


class _Reader:
    """Turns rows into what they tell, and leaves out a row that says the same as the one before."""

    def __init__(self) -> None:
        self._before: tuple[str, ...] = ()

    def imported(self, row: Row) -> Imported | None:
        plain = decoded(row)
        cells = tuple(plain.cells)
        if cells == self._before:
            return None
        self._before = cells
        return _imported(plain)


def decoded(row: Row) -> Row:
    """Return the row with plain cells.

    Raises:
        Senseless: It is neither plain nor encoded as eco2AI encodes.
    """
    for table in ({}, DECODED, TWICE_DECODED):
        plain = replace(row, cells=[cell.translate(table) for cell in row.cells])
        if _is_plain(plain):
            return plain
    raise Senseless("the start time is no date, neither plain nor decoded")


def _is_plain(row: Row) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*", row.text("start_time")) is not None


def _imported(row: Row) -> Imported:
    seconds = checked_seconds(row.needed("duration(s)"))
    energy = checked_energy(row.needed("power_consumption(kWh)"), seconds)
    machine, notices = _machine(row)
    epoch = row.text("epoch")
    return Imported(
        tool="eco2AI",
        line=row.line,
        key=("row", row.text("id"), row.text("start_time"), epoch),
        energy=energy,
        begin=moment(row.text("start_time")),
        seconds=seconds,
        cpu_mode="cpu_load",
        quality="low",
        machine=machine,
        place=_place(row, energy.kwh),
        project="" if row.text("project_name") == DEFAULT_PROJECT else row.text("project_name"),
        run_id=row.text("id"),
        epochs=1 if epoch.startswith("epoch:") else None,
        lacks=(Missing("measures.version", "eco2AI does not write its version"),),
        notices=notices,
    )


def _machine(row: Row) -> tuple[Machine, tuple[Notice, ...]]:
    cpu, gpu = CPU.fullmatch(row.text("CPU_name")), GPU.fullmatch(row.text("GPU_name"))
    model = re.sub(r"^b'(.*)'$", r"\1", gpu["model"].strip()) if gpu else ""
    text = (
        "eco2AI multiplies the load of the process, without its children, by the highest power of all CPUs "
        "whose names are like this one's; a PUE that was set is in the energy"
    )
    notices = [Notice("load-model", text)]
    if cpu and not _watts(cpu["tdp"]):
        notices.append(Notice("cpu-not-counted", f"eco2AI knew no power of {cpu['model']}: it counted none"))
    machine = Machine(
        cpu=cpu["model"].strip() if cpu else "",
        packages=int(cpu["count"]) if cpu else None,
        gpus=((model, int(gpu["count"])),) if gpu and model and int(gpu["count"]) else (),
        os=row.text("OS"),
    )
    return machine, tuple(notices)


def _watts(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _place(row: Row, kwh: float) -> Place:
    match = COUNTRY.fullmatch(row.text("region/country"))
    if match is None:
        return Place()
    kilograms = row.number("CO2_emissions(kg)")
    grams = round(kilograms * GRAMS / kwh, 6) if kilograms and kilograms > 0 else None
    is_world = grams is not None and math.isclose(grams, WORLD_AVERAGE, abs_tol=0.01)
    return Place(iso_code=match[1], region=match[2] or "", grams_per_kwh=None if is_world else grams)


def _runs(found: Iterator[Found]) -> Iterator[Found]:
    """Put the rows of one run, which follow one another, together."""
    run: Imported | None = None
    for each in found:
        if run is not None and isinstance(each, Imported) and each.run_id == run.run_id:
            run = _together(run, each)
            continue
        if isinstance(each, Imported):
            if run is not None:
                yield run
            run = replace(each, key=("run", *each.key[1:3]))
        else:
            yield each
    if run is not None:
        yield run


def _together(run: Imported, row: Imported) -> Imported:
    energy = Energy(run.energy.kwh + row.energy.kwh)
    epochs = (run.epochs or 0) + (row.epochs or 0)
    seconds = (run.seconds or 0.0) + (row.seconds or 0.0)
    place = run.place if run.place == row.place else replace(run.place, grams_per_kwh=_mean(run, row))
    return replace(run, energy=energy, epochs=epochs or None, seconds=seconds, place=place)


def _mean(run: Imported, row: Imported) -> float | None:
    """Return the mean carbon intensity of two parts, by their energy."""
    first, second = run.place.grams_per_kwh, row.place.grams_per_kwh
    if first is None or second is None:
        return None
    grams = first * run.energy.kwh + second * row.energy.kwh
    return round(grams / (run.energy.kwh + row.energy.kwh), 6)


IMPORTER = Importer("eco2ai", "eco2AI CSV, plain or encoded", detect, read)
