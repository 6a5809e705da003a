"""The versions of the format, and which of them a document follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.report.format.fields import FieldInfo
    from ai_power_export.report.format.part import Part

CURRENT = "boamps"
BOAMPS_2024 = "boamps-2024"
ORANGE = "orange-0.0.1"

WHOLE = "report"
"""The form of a version that its official schema describes; every version has it."""
PUBLISHED = "published"
"""The form in which Orange's own reports were published, which their schema does not describe."""


@dataclass(frozen=True)
class Version:
    """One version of the format."""

    name: str
    title: str
    """What it is, in a few words."""
    format_version: str
    """For `header.formatVersion`. It tells little: all official samples say 0.1, Orange's too."""
    specification_uri: str
    """Where it is specified, for `header.formatVersionSpecificationUri`."""
    source: str
    """Whose it is."""
    models: Mapping[str, str]
    """Module of the models by form; each has `Report` and `FIELDS`."""


_MODULES = "ai_power_export.report.format."
_BOAVIZTA = "BoAmps by Boavizta (https://github.com/Boavizta/BoAmps)"
_ORANGE = (
    "ai-power-measures-sharing by Orange (https://github.com/Orange-OpenSource/ai-power-measures-sharing)"
)

VERSIONS: Mapping[str, Version] = {
    each.name: each
    for each in (
        Version(
            CURRENT,
            "BoAmps as of April 2026",
            "0.1",
            "https://github.com/Boavizta/BoAmps/tree/main/model",
            _BOAVIZTA,
            {WHOLE: _MODULES + "boamps"},
        ),
        Version(
            BOAMPS_2024,
            "BoAmps as of August 2024, with hyperparameters and inference properties",
            "0.1",
            "https://github.com/Boavizta/BoAmps/tree/00949ea036ed3f593a5bcfd70bc8e1830a31dedf/model",
            _BOAVIZTA,
            {WHOLE: _MODULES + "boamps_2024"},
        ),
        Version(
            ORANGE,
            "the first version, by Orange, of March 2024",
            "0.0.1",
            "https://github.com/Orange-OpenSource/ai-power-measures-sharing/tree/"
            "296f422361cd6c43d119d9515115d1c460b30c86/model",
            _ORANGE,
            {WHOLE: _MODULES + "orange", PUBLISHED: _MODULES + "orange_published"},
        ),
    )
}
NAMES: tuple[str, ...] = tuple(VERSIONS)
"""From the newest version to the oldest."""

_DECLARED = (
    (re.compile("boavizta/(boamps|ai-power-measures-sharing)/.*00949ea", re.I), BOAMPS_2024),
    (re.compile("boavizta/boamps", re.I), CURRENT),
    (re.compile("orange-opensource/ai-power-measures-sharing", re.I), ORANGE),
)
"""What in a URI tells the version for certain."""

_FORMER_NAME = re.compile("boavizta/ai-power-measures-sharing", re.I)
"""The repository of BoAmps up to early 2025: the branch it means held the version of 2024, and the
current one at the end, so what the document shows may say otherwise."""

_MARKS: Mapping[str, tuple[str, ...]] = {
    CURRENT: (
        "task.nbRequest",
        "task.taskDescription",
        "task.algorithms.trainingType",
        "task.algorithms.algorithmType",
        "task.algorithms.algorithmUri",
        "task.algorithms.foundationModelName",
        "task.algorithms.foundationModelUri",
        "task.algorithms.parametersNumber",
        "task.algorithms.layersNumber",
        "task.algorithms.epochsNumber",
        "task.algorithms.optimizer",
        "task.dataset.dataUsage",
        "task.dataset.dataFormat",
        "task.dataset.dataSize",
        "task.dataset.dataQuantity",
        "infrastructure.cloudService",
        "infrastructure.components.componentType",
    ),
    BOAMPS_2024: (
        "task.taskType",
        "task.algorithms.hyperparameters",
        "task.algorithms.hyperparameters.values",
        "task.dataset.fileType",
        "task.dataset.volume",
        "task.dataset.volumeUnit",
        "task.dataset.items",
        "task.dataset.inferenceProperties",
        "measures.serverSideInference",
        "measures.unit",
        "$hash",
    ),
    ORANGE: (
        "datasets",
        "region",
        "hardware",
        "task.domain",
        "task.altDomain",
        "task.type",
        "task.altType",
        "task.algorithms.$$key",
        "measures.$$key",
        "infrastructure.parts",
        "infrastructure.shared",
        "system.distro",
        "system.distroVersion",
        "$hash",
    ),
}
"""Fields that one version has and those after it have not, dotted, lists looked through."""

_OTHER = (
    "header.reportStatus",
    "task.dataset.dataType",
    "task.dataset.fileType",
    "task.dataset.source",
    "infrastructure.infraType",
    "environment.powerSupplierType",
    "environment.powerSource",
)
"""Choices that end in `$other` in 2024 and in `other` now."""

_ENTRIES = 100
"""Entries of a list that are looked at for marks: enough for what people write."""


def version(name: str) -> Version:
    """Return a version by its name.

    Raises:
        BadInput: There is no such version.
    """
    if name not in VERSIONS:
        raise BadInput(f"there is no format {name!r}", mend=f"known: {', '.join(NAMES)}")
    return VERSIONS[name]


def report_model(name: str, form: str = WHOLE) -> type[Part]:
    """Return the pydantic model of whole reports of a version; imports pydantic."""
    model: type[Part] = import_module(version(name).models[form]).Report
    return model


def fields_of(name: str, form: str = WHOLE) -> tuple[FieldInfo, ...]:
    """Return the leaf fields of a version in its own order; imports pydantic."""
    fields: tuple[FieldInfo, ...] = import_module(version(name).models[form]).FIELDS
    return fields


def version_of(document: object) -> str:
    """Return the name of the version that a document declares, or else shows by its fields.

    A document of any shape is taken; one that tells nothing counts as current.
    """
    return _declared(document) or _shown(document)


def form_of(document: object, name: str) -> str:
    """Return which form of a version a document shows: `report`, or `published` for Orange's.

    The official form of Orange keeps the entries of a list in objects, under names; the
    published one has them directly (a `$$key` that is a value), and `hardware` at the root.
    """
    if PUBLISHED not in version(name).models:
        return WHOLE
    lists = ("datasets", "measures", "task.algorithms", "hardware", "infrastructure.parts")
    keys = (value for path in lists for value in _values(document, [*path.split("."), "$$key"]))
    direct = any(not isinstance(key, Mapping) for key in keys)
    return PUBLISHED if direct or _has(document, "hardware") else WHOLE


def _declared(document: object) -> str | None:
    for uri in _uris(document):
        for pattern, name in _DECLARED:
            if pattern.search(uri):
                return name
    return ORANGE if "0.0.1" in _values(document, ["header", "formatVersion"]) else None


def _shown(document: object) -> str:
    """Return the version with most of its marks in the document, the newer one of equals."""
    marks = {name: sum(_has(document, path) for path in paths) for name, paths in _MARKS.items()}
    marks[BOAMPS_2024] += any("$other" in _values(document, path.split(".")) for path in _OTHER)
    marks[BOAMPS_2024] += any(_FORMER_NAME.search(uri) is not None for uri in _uris(document))
    return max(NAMES, key=lambda name: marks[name])


def _uris(document: object) -> Iterator[str]:
    for path in (["$schema"], ["header", "formatVersionSpecificationUri"]):
        yield from (value for value in _values(document, path) if isinstance(value, str))


def _has(document: object, path: str) -> bool:
    return any(True for _ in _values(document, path.split(".")))


def _values(node: Any, keys: list[str]) -> Iterator[Any]:
    """Yield the values under a path, in every entry of each list on the way."""
    if isinstance(node, list) and keys:
        for entry in islice(node, _ENTRIES):
            if isinstance(entry, Mapping):
                yield from _values(entry, keys)
    elif not keys:
        yield node
    elif isinstance(node, Mapping) and keys[0] in node:
        yield from _values(node[keys[0]], keys[1:])
