"""Reports to sign, of each version of the format, and keys to sign with."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ai_power_export.report.signing.keys import SigningKey

PUBLISHER = {"publisher": {"name": "Example Org", "confidentialityLevel": "public"}}
CURRENT = {
    "header": {"reportId": "an-id", "reportDatetime": "2026-11-22 10:00:00", **PUBLISHER},
    "task": {"taskStage": "training", "nbRequest": 2, "algorithms": [{"algorithmName": "randomForest"}]},
    "measures": [{"measurementMethod": "codecarbon", "powerConsumption": 4.2e-05}],
    "infrastructure": {"infraType": "other", "components": [{"componentType": "cpu", "nbComponent": 1}]},
}
OF_2024 = {
    "header": {"formatVersion": "0.1", "reportId": "an-id", "reportStatus": "final", **PUBLISHER},
    "task": {"taskType": "supervisedLearning", "algorithms": [{"algorithmName": "randomForest"}]},
    "measures": [{"measurementMethod": "codecarbon", "unit": "kWh", "powerConsumption": 4.2e-05}],
    "infrastructure": {"infraType": "$other", "components": [{"componentName": "cpu", "nbComponent": 1}]},
}
ORANGE = {
    "header": {"formatVersion": "0.0.1", "reportId": "an-id", **PUBLISHER},
    "task": {"type": "deep-learning", "algorithms": [{"$$key": "ResNet50"}]},
    "measures": [{"$$key": "CodeCarbon", "unit": "Wh", "value": 459}],
}
VERSIONS = {"boamps": CURRENT, "boamps-2024": OF_2024, "orange-0.0.1": ORANGE}


def a_key(number: int = 1) -> SigningKey:
    """The same key for the same number."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def written(folder: Path, document: dict, name: str = "report_a.json") -> Path:
    """Write a report; return its path."""
    path = folder / name
    path.write_text(json.dumps(document))
    return path


def leaves(node, path=()):
    """Yield the path of each value of a document that is no object or list, as keys and indices."""
    if isinstance(node, (dict, list)):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from leaves(value, (*path, key))
    else:
        yield path
