"""What importers hand over: runs that somebody else has measured, and rows that make no sense."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ai_power_export.facts import Missing, Notice
from ai_power_export.units import JOULES_PER_KWH

if TYPE_CHECKING:
    from ai_power_export.importers.text import Text

MOST_WATTS = 1_000_000
"""Mean power above which a row must be a mistake of units: a whole rack of GPUs draws some 0.13 MW."""


class Senseless(ValueError):
    """A row that makes no sense; the text says why, to be read after its line number."""


@dataclass(frozen=True)
class Refused:
    """A row that was left out."""

    line: int
    """Counted from 1; 0 for the file as a whole."""
    why: str


@dataclass(frozen=True)
class Energy:
    """Energy in kWh, and that of its parts where they are known; None is "not measured"."""

    kwh: float
    cpu: float | None = None
    gpu: float | None = None
    ram: float | None = None


@dataclass(frozen=True)
class Machine:
    """What a file says of the machine; empty and None where it says nothing."""

    cpu: str = ""
    packages: int | None = None
    """Processor packages (sockets)."""
    threads: int | None = None
    gpus: tuple[tuple[str, int], ...] = ()
    """Model and count."""
    gpu_memory_gb: float | None = None
    """Of one GPU, where all are of one model."""
    ram_gb: float | None = None
    os: str = ""
    """As `platform.platform` or `platform.system` writes it."""
    python: str = ""


@dataclass(frozen=True)
class Place:
    """Where the machine stood, as far as the tool has seen it."""

    iso_code: str = ""
    """ISO 3166 code of the country, two or three letters."""
    country: str = ""
    """As the tool writes it; looked up by the code where empty."""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    cloud_provider: str = ""
    cloud_region: str = ""
    grams_per_kwh: float | None = None
    """Carbon intensity (gCO2eq/kWh): the tool's emissions over its energy."""


@dataclass(frozen=True)
class Imported:
    """One run, or one part of a run with a report of its own, as a tool measured it."""

    tool: str
    """As `measurementMethod` has it."""
    line: int
    """Where it stands in its file, from 1."""
    key: tuple[str, ...]
    """What makes it the same run when it is imported again: the tool's own id, else the content."""
    energy: Energy
    begin: datetime | None = None
    """With a time zone, or the machine's local time where the file names no zone."""
    end: datetime | None = None
    """Like `begin`, where the file has this instead: the begin then follows from the seconds."""
    seconds: float | None = None
    version: str = ""
    cpu_mode: str = ""
    """Tracking mode of the CPU, empty where the file does not tell."""
    gpu_mode: str = ""
    cpu_utilization: float | None = None
    """Mean share, 0 to 1."""
    gpu_utilization: float | None = None
    quality: str = ""
    """Where it follows from what the tool is; else it is derived from the modes."""
    pue: float | None = None
    """Factor that is in the energy."""
    tracking: str = ""
    """`machine` or `process`."""
    machine: Machine = field(default_factory=Machine)
    place: Place = field(default_factory=Place)
    project: str = ""
    run_id: str = ""
    stage: str = ""
    """What the user called this part of the run."""
    task_stage: str = ""
    """The format's `taskStage`, where the tool measures nothing else."""
    requests: int | None = None
    epochs: int | None = None
    lacks: tuple[Missing, ...] = ()
    notices: tuple[Notice, ...] = ()


Found = Imported | Refused


@dataclass(frozen=True)
class Importer:
    """How the files of one tool are known and read."""

    name: str
    """As `--from` takes it."""
    files: str
    """What it reads, in words; empty for files that are only known to be refused."""
    detect: Callable[[str], bool]
    """Tells from the first lines of a file whether the tool wrote it."""
    read: Callable[[Text, bool], Iterator[Found]]
    """Yields what a file holds; the second argument asks for the parts of runs instead of runs.

    Raises:
        BadInput: The file holds nothing that could ever be imported, and why."""


def checked_energy(kwh: float, seconds: float | None, **parts: float | None) -> Energy:
    """Return an energy that can be true.

    Raises:
        Senseless: It is negative, not finite, zero, or more than any machine draws.
    """
    for name, value in (("energy", kwh), *((f"{name} energy", value) for name, value in parts.items())):
        if value is not None and not math.isfinite(value):
            raise Senseless(f"{name} is no finite number")
        if value is not None and value < 0:
            raise Senseless(f"{name} is negative ({value:g} kWh)")
    if kwh == 0:
        raise Senseless("no energy was measured (0 kWh)")
    if seconds is not None:
        checked_seconds(seconds)
        watts = kwh * JOULES_PER_KWH / seconds
        if watts > MOST_WATTS:
            raise Senseless(f"energy and duration make {watts:.3g} W, more than any machine draws")
    return Energy(kwh, **parts)


def checked_seconds(seconds: float) -> float:
    """Return a duration that can be true.

    Raises:
        Senseless: It is not.
    """
    if not math.isfinite(seconds) or seconds <= 0:
        raise Senseless(f"duration is not above zero ({seconds:g} s)")
    return seconds
