"""EcoLogits' impacts of one request to a language model, as JSON: one object, a list, or one a line.

Nothing is measured: the energy is that of a model of the provider's servers, a range in kWh.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

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
from ai_power_export.importers.text import Text
from ai_power_export.units import JOULES_PER_KWH

UNITS = {"kWh": 1.0, "Wh": 1e-3, "J": 1 / JOULES_PER_KWH}
"""kWh of one unit."""
MOST_LINES = 200_000
"""Lines of one JSON document that is not one object a line."""


def detect(head: str) -> bool:
    """Tell impacts by their names."""
    return head.lstrip()[:1] in ("{", "[") and all(
        re.search(rf'"{name}"\s*:', head) for name in ("energy", "gwp")
    )


def read(text: Text, per_row: bool) -> Iterator[Found]:
    """Yield each request."""
    for number, (line, said) in enumerate(_objects(text)):
        try:
            yield _imported(line, number, said)
        except Senseless as why:
            yield Refused(line, str(why))


def _objects(text: Text) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a file with their lines; for a single document the order stands for the line."""
    first = next((line for line in text.lines() if line.text.strip()), None)
    if first is not None and _loaded(first.text) is not None:
        for line in text.lines():
            if line.text.strip():
                loaded = _loaded(line.text)
                each = loaded if isinstance(loaded, list) else [loaded]
                yield from ((line.number, item) for item in each)
        return
    whole = _loaded("\n".join(line.text for line in islice(text.lines(), MOST_LINES)))
    if whole is None:
        raise BadInput("is not readable as JSON", text.name)
    yield from enumerate(whole, 1) if isinstance(whole, list) else [(1, whole)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _imported(line: int, number: int, said: Any) -> Imported:
    if not isinstance(said, Mapping):
        raise Senseless("is no JSON object")
    impacts = said.get("impacts", said)
    energy = impacts.get("energy") if isinstance(impacts, Mapping) else None
    if not isinstance(energy, Mapping):
        raise Senseless("has no energy: EcoLogits did not know the model")
    least, most = _range(energy)
    text = f"EcoLogits' model gives {least:.4g} to {most:.4g} kWh, nothing was measured: this is the middle"
    return Imported(
        tool="ecologits",
        line=line,
        key=("impacts", str(number), json.dumps(said, sort_keys=True)),
        energy=checked_energy((least + most) / 2, None),
        quality="low",
        task_stage="inference",
        requests=1,
        lacks=(
            Missing("measures.version", "the impacts do not say it"),
            Missing("measures.measurementDuration", "the impacts do not say it"),
            Missing("measures.measurementDateTime", "the impacts do not say it"),
            Missing(
                "environment.country", "where the provider's servers stand is a part of EcoLogits' model"
            ),
        ),
        notices=(Notice("modelled-not-measured", text), *_doubts(impacts)),
    )


def _range(energy: Mapping[str, Any]) -> tuple[float, float]:
    """Return the least and the most energy in kWh."""
    factor = UNITS.get(str(energy.get("unit", "kWh")))
    if factor is None:
        raise Senseless(f"energy is in {energy.get('unit')!r}")
    value = energy.get("value", energy)
    ends = (value.get("min"), value.get("max")) if isinstance(value, Mapping) else (value, value)
    numbers = [end * factor for end in ends if isinstance(end, (int, float)) and not isinstance(end, bool)]
    if len(numbers) != len(ends):
        raise Senseless("energy is no number and no range of numbers")
    least, most = numbers
    if least > most:
        raise Senseless("the range of the energy is upside down")
    return least, most


def _doubts(impacts: Mapping[str, Any]) -> Iterator[Notice]:
    """Yield EcoLogits' own warnings."""
    warnings = impacts.get("warnings")
    for warning in warnings if isinstance(warnings, list) else []:
        code = warning.get("code") if isinstance(warning, Mapping) else warning
        yield Notice("ecologits-warning", str(code)[:200])


IMPORTER = Importer("ecologits", "EcoLogits impacts (JSON)", detect, read)
