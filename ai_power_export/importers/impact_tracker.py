"""experiment-impact-tracker's `data.json`: one JSON object a line with the power at that moment.

Its power is the share of the process: that of RAPL (CPU, RAM) by CPU time and memory, that of NVIDIA's GPUs
by their use. Its own totals are this energy times a PUE of 1.58, which is left out here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

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
from ai_power_export.importers.text import Line, Text

POWERS = {"cpu": "rapl_estimated_attributable_power_draw", "gpu": "nvidia_estimated_attributable_power_draw"}
"""Fields in W, by what they count."""
SIGNS = ("cpu_count_adjusted_average_load", "process_ids", *POWERS.values())


def detect(head: str) -> bool:
    """Tell the file by the names in its first line."""
    first = head.lstrip().partition("\n")[0]
    return first.startswith("{") and '"timestamp"' in first and any(f'"{sign}"' in first for sign in SIGNS)


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield one run, from the first sample to the last."""
    powers = {name: Readings() for name in POWERS}
    first = 0
    for line in text.lines():
        if not line.text.strip():
            continue
        first = first or line.number
        try:
            _hear(line, powers)
        except Senseless as why:
            yield Refused(line.number, str(why))
    try:
        yield _imported(first, powers)
    except Senseless as why:
        yield Refused(0, str(why))


def _hear(line: Line, powers: Mapping[str, Readings]) -> None:
    try:
        sample = json.loads(line.text)
    except (ValueError, RecursionError):
        raise Senseless("is not readable as JSON" + ("" if line.ended else ": it is cut off")) from None
    if not isinstance(sample, Mapping) or "timestamp" not in sample:
        raise Senseless("has no timestamp")
    at = moment(repr(sample["timestamp"]))
    watts = {name: _watts(sample, field) for name, field in POWERS.items()}
    for name, value in watts.items():
        if value is not None:
            powers[name].add(at, value)


def _watts(sample: Mapping[str, Any], field: str) -> float | None:
    value = sample.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Senseless(f"{field} is no number")
    return float(value)


def _imported(line: int, powers: Mapping[str, Readings]) -> Imported:
    known = {name: readings for name, readings in powers.items() if readings.count > 1}
    if not known:
        raise Senseless("holds no power: experiment-impact-tracker found neither RAPL nor an NVIDIA GPU")
    first = min(each.first for each in known.values() if each.first)
    last = max(each.last for each in known.values() if each.last)
    seconds = (last - first).total_seconds()
    energies = {name: each.kwh for name, each in known.items()}
    kwh = math.fsum(energies.values())
    notices = dict.fromkeys(notice for each in known.values() for notice in each.notices())
    absent = [
        Notice(f"{name}-not-counted", f"{POWERS[name]} is not in it") for name in POWERS if name not in known
    ]
    return Imported(
        tool="experiment-impact-tracker",
        line=line,
        key=("samples", str(first), str(last), repr(kwh)),
        energy=checked_energy(kwh, seconds, **energies),
        begin=first,
        seconds=seconds,
        cpu_mode="rapl" if "cpu" in known else "",
        gpu_mode="nvml" if "gpu" in known else "",
        tracking="process",
        lacks=(Missing("measures.version", "the samples do not say it"),),
        notices=(
            Notice("share-of-process", "the energy is the share of the process, not of the machine"),
            *notices,
            *absent,
        ),
    )


IMPORTER = Importer("experiment-impact-tracker", "experiment-impact-tracker data.json", detect, read)
