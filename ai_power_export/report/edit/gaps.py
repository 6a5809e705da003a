"""What a report lacks that the format requires of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, get_args, get_origin

from ai_power_export.errors import BadInput
from ai_power_export.report.edit.places import put, value_of
from ai_power_export.report.format.boamps import Report
from ai_power_export.report.format.part import Part, given_type, is_part

NAMING = {"task.algorithms": "algorithmName"}
"""The field that stands for an entry of a list which the format wants, where it wants none of its fields."""


def required_gaps(document: Mapping[str, Any]) -> set[str]:
    """Return the places of the fields that the format wants and a report does not have."""
    return set(_gaps(Report, document, ""))


def also_required(document: Mapping[str, Any], place: str) -> set[str]:
    """Return what else the format wants once a report has a value at a place, where it has no object yet."""
    around = place.rpartition(".")[0]
    if not around or value_of(document, around) is not None:
        return set()
    trial = deepcopy(dict(document))
    try:
        put(trial, place, "")
    except BadInput:
        return set()
    before = required_gaps(document)
    return {gap for gap in required_gaps(trial) if gap not in before or gap.startswith(f"{around}.")}


def _gaps(model: type[Part], node: Any, prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        value = node.get(key) if isinstance(node, Mapping) else None
        kind = given_type(field.annotation)
        if value is None and not field.is_required():
            continue
        if get_origin(kind) is list:
            yield from _gaps_of_entries(get_args(kind)[0], value, prefix + key)
        elif is_part(kind):
            yield from _gaps(kind, value, f"{prefix}{key}.")
        elif value is None:
            yield prefix + key


def _gaps_of_entries(model: type[Part], value: Any, path: str) -> Iterator[str]:
    if path in NAMING and not value:
        yield f"{path}[0].{NAMING[path]}"
    for index, entry in enumerate(value if isinstance(value, list) and value else [None]):
        yield from _gaps(model, entry, f"{path}[{index}].")
