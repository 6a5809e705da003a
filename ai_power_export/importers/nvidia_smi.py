"""`nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv`, read again and again."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ai_power_export.errors import BadInput
from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Found,
    Imported,
    Importer,
    Machine,
    Refused,
    Senseless,
    checked_energy,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.readings import Readings
from ai_power_export.importers.table import Header, Row, header_of, rows
from ai_power_export.importers.text import Text

POWERS = ("power.draw", "power.draw.average", "power.draw.instant")
"""Columns with W, the best first: `power.draw` is the mean of a second on most GPUs."""
IDENTITIES = ("uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id", "index")
NAMES = ("name", "gpu_name")
MEBIBYTES_A_GB = 1024
GPU_ONLY = "nvidia-smi measures only the GPUs: CPU and RAM are not in it"


def detect(head: str) -> bool:
    """Tell the file by its header, with or without units."""
    names = [_bare(name) for name in header_of(head).names]
    return any(power in names for power in POWERS)


def _bare(name: str) -> str:
    return re.sub(r"\s*\[[^\]]*\]$", "", name)


def _column(header: Header, *names: str) -> str:
    """Return the full name of the first of some columns that is there; empty where none is."""
    full = {_bare(each): each for each in header.names}
    return next((full[name] for name in names if name in full), "")


@dataclass
class _Gpu:
    readings: Readings = field(default_factory=Readings)
    model: str = ""
    memory_gb: float | None = None


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield one run: all GPUs of the file, from the first reading to the last."""
    header = header_of(text.head, text.name)
    power, time = _column(header, *POWERS), _column(header, "timestamp")
    if not time:
        mend = "add it: --query-gpu=timestamp,index,name,power.draw"
        raise BadInput("has no column timestamp", text.name, mend)
    gpus: dict[str, _Gpu] = {}
    line = 0
    for row in rows(text, (time, power)):
        if isinstance(row, Refused):
            yield row
            continue
        line = line or row.line
        try:
            _hear(row, gpus, time, power)
        except Senseless as why:
            yield Refused(row.line, str(why))
    try:
        yield _imported(line, gpus)
    except Senseless as why:
        yield Refused(0, str(why))


def _hear(row: Row, gpus: dict[str, _Gpu], time: str, power: str) -> None:
    watts = _number(row, power)
    if watts is None:
        raise Senseless(f"{power} is empty")
    header = row.header
    identity = _column(header, *IDENTITIES)
    gpu = gpus.setdefault(row.text(identity) if identity else "", _Gpu())
    percent = _number(row, _column(header, "utilization.gpu"))
    gpu.readings.add(moment(row.text(time)), watts, None if percent is None else percent / 100)
    gpu.model = row.text(_column(header, *NAMES))
    memory = _number(row, _column(header, "memory.total"))
    gpu.memory_gb = None if memory is None else round(memory / MEBIBYTES_A_GB, 2)
    if not identity and gpu.readings.count > 2 and _is_crowded(gpu.readings):
        what = "rows of several GPUs, which nothing tells apart"
        raise BadInput(what, "", "add the column index: --query-gpu=timestamp,index,name,power.draw")


def _is_crowded(readings: Readings) -> bool:
    """Tell whether rows come in bunches: then each bunch is one reading of several GPUs."""
    return readings.widest > 0 and readings.count > 2 and readings.narrowest < readings.widest / 10


def _number(row: Row, name: str) -> float | None:
    """Read a number with its unit: `65.23 W`, `40960 MiB`, `87 %`."""
    cell = row.text(name) if name else ""
    if not cell or cell.startswith("["):
        return None
    return row.as_number(name, cell.split()[0])


def _imported(line: int, gpus: dict[str, _Gpu]) -> Imported:
    known = [gpu for gpu in gpus.values() if gpu.readings.count > 1]
    if not known:
        raise Senseless("fewer than two readings of any GPU: there is no time between them")
    first = min(gpu.readings.first for gpu in known if gpu.readings.first)
    last = max(gpu.readings.last for gpu in known if gpu.readings.last)
    seconds = (last - first).total_seconds()
    kwh = math.fsum(gpu.readings.kwh for gpu in known)
    models: dict[str, int] = {}
    for gpu in known:
        models[gpu.model] = models.get(gpu.model, 0) + 1
    sizes = {gpu.memory_gb for gpu in known}
    notices = dict.fromkeys(notice for gpu in known for notice in gpu.readings.notices())
    busy = [gpu.readings.busy for gpu in known if gpu.readings.busy is not None]
    return Imported(
        tool="nvidia-smi",
        line=line,
        key=("readings", str(first), str(last), repr(kwh), *sorted(gpus)),
        energy=checked_energy(kwh, seconds, gpu=kwh),
        begin=first,
        seconds=seconds,
        gpu_mode="nvml",
        gpu_utilization=math.fsum(busy) / len(busy) if len(busy) == len(known) else None,
        machine=Machine(
            gpus=tuple(models.items()),
            gpu_memory_gb=sizes.pop() if len(sizes) == 1 and len(models) == 1 else None,
        ),
        lacks=(Missing("measures.version", "nvidia-smi does not write its version there"),),
        notices=(Notice("gpu-only", GPU_ONLY), *notices),
    )


IMPORTER = Importer("nvidia-smi", "nvidia-smi power log (--query-gpu=… --format=csv)", detect, read)
