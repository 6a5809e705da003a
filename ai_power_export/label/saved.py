"""The label as JSON: the rating, the scheme it was made under, and what it was compared with.

`aipower label verify` reads it and rates the report again; pictures and pages carry the same object.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.label.comparable import Run, hash_of_runs
from ai_power_export.label.draw import SUFFIXES, embedded
from ai_power_export.label.judge import needs_runs
from ai_power_export.label.rated import Rating
from ai_power_export.label.scheme import Scheme, content_of, hash_of
from ai_power_export.label.schemes import made
from ai_power_export.report.reading.file import read_json

FORM = "aipower-label"
VERSION = 1


@dataclass(frozen=True)
class Label:
    """A label as it was saved."""

    rating: Mapping[str, Any]
    """As `rating_json` has it."""
    scheme: Scheme | None = None
    """None where only the rating was saved, as pictures carry it."""
    runs_hash: str = ""
    """Which reports were at hand to compare with (`comparable.hash_of_runs`); empty where none were."""


def rating_json(rating: Rating) -> dict[str, Any]:
    """Return a rating as a JSON object."""
    return dataclasses.asdict(rating)


def label_json(rating: Rating, scheme: Scheme, runs: Sequence[Run] | None) -> dict[str, Any]:
    """Return the label of a rating as a JSON object.

    Args:
        rating: Of the report.
        scheme: That it was rated under.
        runs: What was at hand to compare with; a frozen scheme looks at none.
    """
    label: dict[str, Any] = {FORM: VERSION, "rating": rating_json(rating), "scheme": content_of(scheme)}
    if runs is not None and needs_runs(scheme):
        label["against"] = {"reports": len(runs), "sha256": hash_of_runs(runs)}
    return label


def read_saved(path: Path) -> Label:
    """Return the label in a file.

    Raises:
        BadInput: The file cannot be read, or is no label; one line.
    """
    if path.suffix.lower() in SUFFIXES:
        return read_label(embedded(path), path.name)
    return read_label(read_json(path), path.name)


def read_label(document: Any, where: str) -> Label:
    """Return the label in a JSON document, or the rating that is one by itself; errors as in `read_saved`."""
    if not isinstance(document, Mapping) or not {FORM, "report_hash"} & set(document):
        raise BadInput("is no label", where, "give one that aipower label -o label.json wrote")
    if FORM not in document:
        return Label(document)
    if document[FORM] != VERSION:
        raise BadInput(f"is a label of version {document[FORM]!r}, and this reads {VERSION}", where)
    rating, content, against = (document.get(key) for key in ("rating", "scheme", "against"))
    if not (isinstance(rating, Mapping) and "report_hash" in rating and isinstance(content, Mapping)):
        raise BadInput("lacks its rating or its scheme", where)
    told = against if isinstance(against, Mapping) else {}
    scheme = made(dict(content), f"{where}: scheme")
    return Label(rating, scheme, str(told.get("sha256", "")))


def differences(label: Label, rating: Rating) -> list[str]:
    """Return in what a label differs from the rating that its report gets now, a line each."""
    now = rating_json(rating)
    if label.rating.get("report_hash") != rating.report_hash:
        return [f"report: the label is of another one, or it was changed since (sha256 {rating.report_hash})"]
    lines = [
        f"{name}: the label says {_short(label.rating.get(name))}, and it is {_short(now[name])}"
        for name in now
        if name != "metrics" and label.rating.get(name) != _as_json(now[name])
    ]
    theirs = label.rating.get("metrics")
    if not isinstance(theirs, list):
        lines.append("metrics: the label has none")
    elif theirs != _as_json(now["metrics"]):
        told = {each.get("name"): each for each in theirs if isinstance(each, Mapping)}
        for metric in _as_json(now["metrics"]):
            lines += _of_metric(metric, told.get(metric["name"], {}))
        lines = lines or ["metrics: the label has others"]
    if label.scheme and hash_of(label.scheme) != label.rating.get("scheme_hash"):
        lines.append("scheme: the rules in the label are not those of its scheme_hash")
    return lines


def _of_metric(now: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    return [
        f"{now['name']}.{name}: the label says {_short(told.get(name))}, and it is {_short(value)}"
        for name, value in now.items()
        if told.get(name) != value
    ]


def _as_json(value: Any) -> Any:
    """Return a value as it is read back from JSON: tuples are lists."""
    if isinstance(value, Mapping):
        return {key: _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, (list, tuple)) else value


def _short(value: Any) -> str:
    text = "nothing" if value is None or value == "" else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
