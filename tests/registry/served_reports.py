"""Reports that a registry is read for: ordinary ones, and one for each thing that databases differ in."""

from __future__ import annotations

from typing import Any

from public_reports import changed, of_version, public_report

ORDINARY = 40


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
