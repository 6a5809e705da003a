"""Reports that a registry is read for: ordinary ones, and one for each thing that databases differ in."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from public_reports import public_report

from ai_power_export.report.convert.conversion import convert

ORDINARY = 40


def changed(number: int, *changes: tuple[str, Any]) -> dict[str, Any]:
    """Make a public report with values at dotted paths; None takes a value away."""
    document = copy.deepcopy(public_report(number))
    document["header"]["reportId"] = str(UUID(int=number))
    for path, value in changes:
        *above, key = (int(part) if part.isdecimal() else part for part in path.split("."))
        node: Any = document
        for part in above:
            node = node[part]
        if value is None:
            del node[key]
        else:
            node[key] = value
    return document


def of_version(name: str, number: int) -> dict[str, Any]:
    """Make a report of an older version of the format."""
    told = (
        ("task.algorithms.0.trainingType", "supervisedLearning"),
        ("task.taskStage", "training"),
        ("task.dataset.0.dataType", "image"),
        ("task.dataset.1", None),  # the older versions have no place for what comes out
    )
    converted = convert(changed(number, *told), "boamps", name)
    assert not converted.lacks, converted.lacks
    return converted.document


def served_reports() -> list[dict[str, Any]]:
    """Make all of them, in the order in which they are sent."""
    publisher, algorithm = "header.publisher.name", "task.algorithms.0.algorithmName"
    two = [
        {"algorithmName": "cnn", "framework": "torch"},
        {"algorithmName": "SVM", "framework": "scikit-learn"},
    ]
    return [
        *(public_report(number) for number in range(ORDINARY)),
        changed(1001, (publisher, "Zoë & Söhne"), ("task.measuredAccuracy", None)),
        changed(1002, (publisher, "zoo"), ("quality", None)),
        changed(1003, (publisher, "Éclair"), ("environment.country", "FRA")),
        changed(1004, (publisher, "100%_sure/yes"), ("environment.country", "france")),
        changed(1005, (publisher, "=HYPERLINK(1)"), (algorithm, "RandomForest")),
        changed(1006, (publisher, "a\"b',;\n<script>"), ("task.algorithms", two)),
        changed(1007, (publisher, "\U0001f40c"), ("header.reportDatetime", "2026-10-05 08:00:00")),
        changed(1008, (publisher, "ﬀ"), ("measures.0.powerConsumption", 1e-12)),
        changed(1009, ("measures.0.measurementDuration", None), ("task.dataset.0.dataQuantity", None)),
        changed(1010, ("header.publisher.name", None), ("environment", None)),
        of_version("boamps-2024", 2001),
        of_version("orange-0.0.1", 2002),
    ]
