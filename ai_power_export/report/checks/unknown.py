"""Keys that the format does not have: it allows them, but nobody reads what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import CURRENT, form_of
from ai_power_export.report.reading.places import LONGEST_KEY, below

ANYWHERE = {"$schema", "$comment"}
"""Keys that any JSON object may have: they speak of the document, not of what it reports."""

MOST = 20
"""Unknown keys of one object that are told one by one."""


@dataclass(eq=False)
class _Known:
    """What the format has inside a value."""

    fields: dict[str, _Known] = field(default_factory=dict)
    """By key; empty where an object may hold anything."""
    entries: _Known | None = None
    """In each entry of a list, or under each key of an object that has no fields."""


def unknown_findings(document: Any, version: str = CURRENT) -> Iterator[Finding]:
    """Yield a warning for each key of a document that a version of the format does not have."""
    known = _known(version, form_of(document, version))
    if isinstance(document, (dict, list)):
        yield from _inside(document, known, "", _homes(known))


def _inside(
    node: dict[str, Any] | list[Any], known: _Known, path: str, homes: Mapping[str, str]
) -> Iterator[Finding]:
    if isinstance(node, dict) and known.fields and not node.keys() <= known.fields.keys():
        yield from _unknown(sorted(node.keys() - known.fields.keys() - ANYWHERE), known, path, homes)
    members: Iterable[tuple[Any, Any]] = node.items() if isinstance(node, dict) else enumerate(node)
    for part, value in members:
        if isinstance(value, (dict, list)):
            inner = known.fields.get(part) or known.entries
            if inner is not None:
                yield from _inside(value, inner, below(path, part), homes)


def _unknown(keys: list[str], known: _Known, path: str, homes: Mapping[str, str]) -> Iterator[Finding]:
    for key in keys[:MOST]:
        what = "is no field of the format, so nobody reads it"
        yield Finding(below(path, key), what, _meant(key, known, homes), "warning", "unknown-key")
    if len(keys) > MOST:
        what = f"and {len(keys) - MOST} more beside it are no fields of the format"
        yield Finding(below(path, keys[MOST]), what, "", "warning", "unknown-key")


def _meant(key: str, known: _Known, homes: Mapping[str, str]) -> str:
    """Return what to do about an unknown key: the field that was meant, as far as that can be told."""
    names = {name.lower(): name for name in known.fields}
    near = get_close_matches(key[:LONGEST_KEY].lower(), names, 1)
    if near:
        return f"did you mean {names[near[0]]}?"
    return f"did you mean {homes[key]}?" if key in homes else "take it out, or say it in a field there is"


@cache
def _known(version: str, form: str) -> _Known:
    """Return what a form of a version has."""
    schema = load_schema(version, form)
    made = {f"#/$defs/{name}": _Known() for name in schema.get("$defs", {})}
    # Orange's schema takes data sets for whole reports, by mistake: what is in them is not judged.
    made["#"] = _Known()

    def fill(known: _Known, part: Mapping[str, Any]) -> _Known:
        known.fields = {name: inside(value) for name, value in part.get("properties", {}).items()}
        entry = part.get("items") or part.get("additionalProperties")
        known.entries = inside(entry) if entry else None
        return known

    def inside(part: Mapping[str, Any]) -> _Known:
        return made[part["$ref"]] if "$ref" in part else fill(_Known(), part)

    for name, part in schema.get("$defs", {}).items():
        fill(made[f"#/$defs/{name}"], part)
    return fill(_Known(), schema)


@cache
def _homes(known: _Known) -> Mapping[str, str]:
    """Return where each field has its place, by its name; of several places the first."""
    homes: dict[str, str] = {}
    level = [("", known)]
    for above, here in level:
        for name, inner in here.fields.items():
            path = below(above, name)
            homes.setdefault(name, path)
            while inner.entries is not None:
                inner = inner.entries
            level.append((path, inner))
    return homes
