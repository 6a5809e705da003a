"""A report as it may leave, and what was taken out of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.report.privacy.filter import PrivacyFilter, Removal
from ai_power_export.report.privacy.level import Level
from ai_power_export.vocabulary.private import Kind

_KEPT = {
    Level.ANONYMOUS: {"confidentialityLevel"},
    Level.ORGANISATION: {"confidentialityLevel", "name", "publicKey"},
}
"""What stays of `header.publisher`; the format requires its confidentiality."""


@dataclass(frozen=True)
class Outgoing:
    """A report as it may leave, and what was taken out of it."""

    document: dict[str, Any]
    removals: tuple[Removal, ...]


def outgoing(
    document: Mapping[str, Any], level: Level, private: PrivacyFilter, *, project_is_said: bool
) -> Outgoing:
    """Return what may leave of a report.

    Args:
        document: The report, of any version of the format.
        level: How much it may tell of its publisher.
        private: The filter that it passes.
        project_is_said: Whether the user gave the project its name; one that was read from a
            repository may be that of a private one.
    """
    removals: list[Removal] = []
    header = document.get("header")
    if isinstance(header, Mapping):
        document = {**document, "header": _header(header, level, removals, project_is_said=project_is_said)}
        if level in _KEPT:
            private = private.knowing(Kind.PUBLISHER, _names_of(header.get("publisher"), _KEPT[level]))
    left, found = private.json(document)
    removals += found
    if removals and "$hash" in left:
        why = "it is the hash of the report before something was taken out"
        removals.append(Removal("$hash", Kind.SEAL, why, left.pop("$hash"), None))
    return Outgoing(left, tuple(removals))


def _header(
    header: Mapping[str, Any], level: Level, removals: list[Removal], *, project_is_said: bool
) -> dict[str, Any]:
    left = dict(header)
    why = _why_identifying(header.get("reportId"), level)
    if why:
        kind = Kind.DEVICE if "MAC" in why else Kind.PUBLISHER
        removals.append(Removal("header.reportId", kind, why, left.pop("reportId"), None))
    publisher = header.get("publisher")
    if isinstance(publisher, Mapping):
        left["publisher"] = _publisher(publisher, level, removals, project_is_said=project_is_said)
    return left


def _publisher(
    publisher: Mapping[str, Any], level: Level, removals: list[Removal], *, project_is_said: bool
) -> dict[str, Any]:
    left = dict(publisher)
    for name in publisher:
        path = f"header.publisher.{name}"
        if level in _KEPT and name not in _KEPT[level]:
            why = f"the level is {level.value}"
            removals.append(Removal(path, Kind.PUBLISHER, why, left.pop(name), None))
        elif name == "projectName" and not project_is_said:
            why = "nothing says that you gave the name; that of a repository may be private"
            removals.append(Removal(path, Kind.PROJECT, why, left.pop(name), None))
    return left


def _why_identifying(report_id: object, level: Level) -> str:
    """Say why an id tells who wrote a report: a UUID of version 1 holds a MAC address; empty if none does."""
    try:
        parsed = uuid.UUID(str(report_id))
    except ValueError:
        named = level is Level.ANONYMOUS and report_id is not None
        return "an id that is no UUID may name somebody" if named else ""
    is_of_a_card = parsed.version == 1 and not parsed.node >> 40 & 1
    return "a UUID of version 1 holds the MAC address of its machine" if is_of_a_card else ""


def _names_of(publisher: object, kept: set[str]) -> list[str]:
    """Return the names, not to be told, by which a publisher may be named elsewhere in the report."""
    said = publisher if isinstance(publisher, Mapping) else {}
    names = {"name", "division", "projectName"} - kept
    return [value for name in names if isinstance(value := said.get(name), str)]
