"""Zeus's CSV of windows: `start_time (s since 1970), window_name, elapsed_time (s), gpuN_energy (J)`.

CPU and memory energy never reach this file, even where Zeus has measured them.
"""

from __future__ import annotations

import math
import re
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

COLUMNS = ("start_time", "window_name", "elapsed_time")
GPU = re.compile(r"gpu\d+_energy")
GPU_ONLY = "Zeus writes only the GPUs' energy to its file: CPU and RAM are not in it"


def detect(head: str) -> bool:
    """Tell the file by its columns."""
    return set(COLUMNS) <= set(header_of(head).names)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield each window: windows may be nested, so they are never added up."""
    yield from read_rows(rows(text, COLUMNS), _imported)


def _imported(row: Row) -> Imported:
    gpus = [name for name in row.header.names if GPU.fullmatch(name)]
    if not gpus:
        raise Senseless("no GPU's energy was written, and Zeus writes no other to its file")
    seconds = checked_seconds(row.needed("elapsed_time"))
    joules = [row.needed(name) for name in gpus]
    if min(joules) < 0:
        raise Senseless(f"the energy of a GPU is negative ({min(joules):g} J)")
    kwh = math.fsum(joules) / JOULES_PER_KWH
    return Imported(
        tool="zeus",
        line=row.line,
        key=("window", *row.cells),
        energy=checked_energy(kwh, seconds, gpu=kwh),
        begin=moment(row.text("start_time")),
        seconds=seconds,
        machine=Machine(gpus=(("", len(gpus)),)),
        stage=row.text("window_name"),
        lacks=(Missing("measures.version", "Zeus does not write its version"),),
        notices=(
            Notice("gpu-only", GPU_ONLY),
            Notice(
                "windows-may-overlap", "windows of Zeus may hold one another: do not add their energies up"
            ),
        ),
    )


IMPORTER = Importer("zeus", "Zeus CSV", detect, read)
