"""pyJoules' CSV: `timestamp (s since 1970); tag; duration (s); package_0; dram_0; …`.

RAPL domains are in µJ. NVIDIA's GPUs are in mJ up to 0.5.1, the last release, and in µJ in what was developed
since (commit ed67989); the file does not say which, but only one of the two is a power that a GPU can draw.
`core` and `uncore` are parts of a package and counted in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ai_power_export.facts import Missing, Notice
from ai_power_export.importers.imported import (
    Found,
    Imported,
    Importer,
    Machine,
    Senseless,
    checked_energy,
    checked_seconds,
)
from ai_power_export.importers.moments import moment
from ai_power_export.importers.table import Row, header_of, read_rows, rows
from ai_power_export.importers.text import Text
from ai_power_export.units import JOULES_PER_KWH

COLUMNS = ("timestamp", "tag", "duration")
MICRO, MILLI = 1e6, 1e3
MOST_GPU_WATTS = 2500
"""Above it, what was read as mJ must be µJ: no GPU draws so much, and none so little as 1/1000 of it."""
DOMAINS = ("package_", "dram_", "core_", "uncore_", "nvidia_gpu_")


def detect(head: str) -> bool:
    """Tell the file by its columns."""
    names = header_of(head).names
    return names[:3] == COLUMNS and any(name.startswith(DOMAINS) for name in names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield each tag."""
    yield from read_rows(rows(text, COLUMNS), _imported)


def _imported(row: Row) -> Imported:
    seconds = checked_seconds(row.needed("duration"))
    parts = {
        "cpu": _kwh(row, "package_", MICRO),
        "ram": _kwh(row, "dram_", MICRO),
        "gpu": _gpu_kwh(row, seconds),
    }
    known = [value for value in parts.values() if value is not None]
    if not known:
        raise Senseless("neither a package, nor memory, nor a GPU was measured")
    packages = sum(name.startswith("package_") for name in row.header.names)
    gpus = sum(name.startswith("nvidia_gpu_") for name in row.header.names)
    return Imported(
        tool="pyJoules",
        line=row.line,
        key=("tag", *row.cells),
        energy=checked_energy(math.fsum(known), seconds, **parts),
        begin=moment(row.text("timestamp")),
        seconds=seconds,
        cpu_mode="rapl" if parts["cpu"] is not None else "",
        gpu_mode="nvml" if gpus else "",
        machine=Machine(packages=packages or None, gpus=(("", gpus),) if gpus else ()),
        stage=row.text("tag"),
        lacks=(Missing("measures.version", "pyJoules does not write its version"),),
        notices=tuple(_notices(parts)),
    )


def _kwh(row: Row, domain: str, per_joule: float) -> float | None:
    """Return the energy of all devices of a kind; a counter that ran over gives a negative one, refused."""
    names = [name for name in row.header.names if name.startswith(domain)]
    found = [row.needed(name) / per_joule for name in names]
    if any(joules < 0 for joules in found):
        raise Senseless(f"the energy of {domain.rstrip('_')} is negative: its counter ran over")
    return math.fsum(found) / JOULES_PER_KWH if found else None


def _gpu_kwh(row: Row, seconds: float) -> float | None:
    kwh = _kwh(row, "nvidia_gpu_", MILLI)
    gpus = sum(name.startswith("nvidia_gpu_") for name in row.header.names)
    if kwh is None or kwh * JOULES_PER_KWH / seconds <= MOST_GPU_WATTS * gpus:
        return kwh
    return _kwh(row, "nvidia_gpu_", MICRO)


def _notices(parts: dict[str, float | None]) -> Iterator[Notice]:
    words = {"cpu": "CPU", "ram": "RAM", "gpu": "GPU"}
    for name, value in parts.items():
        if value is None:
            yield Notice(f"{name}-not-counted", f"pyJoules measured no {words[name]} here")


IMPORTER = Importer("pyjoules", "pyJoules CSV", detect, read)
