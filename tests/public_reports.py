"""Public reports without a fault, each different, as many as are asked for."""

from __future__ import annotations

import copy
import random
from typing import Any
from uuid import UUID

from putting import DROP, put

from ai_power_export.report.convert.conversion import convert

TASKS = (
    ("training", "imageClassification", "resnet50", "torch", "image"),
    ("training", "regression", "randomForest", "scikit-learn", "tabular"),
    ("inference", "textGeneration", "llama", "transformers", "text"),
    ("finetuning", "textClassification", "bert", "transformers", "text"),
)
INFRASTRUCTURES = (
    {"infraType": "onPremise"},
    {"infraType": "publicCloud", "cloudProvider": "gcp", "cloudInstance": "a2-ultragpu-1g"},
)
COUNTRIES = ("France", "Germany", "Sweden", "Canada", "Spain")


def public_report(number: int, **header: Any) -> dict[str, Any]:
    """Make the report of a number; the same number gives the same report.

    Args:
        number: Its number; the id of the report is made from it.
        header: Fields of the header that differ.
    """
    chance = random.Random(number)
    stage, family, algorithm, framework, kind = chance.choice(TASKS)
    seconds = chance.uniform(60, 7200)
    return {
        "header": {
            "formatVersion": "0.1",
            "formatVersionSpecificationUri": "https://github.com/Boavizta/BoAmps/tree/main/model",
            "reportId": str(UUID(int=chance.getrandbits(128), version=4)),
            "reportDatetime": f"2026-10-{chance.randrange(1, 29):02} 23:59:59",
            "reportStatus": "final",
            "publisher": {
                "name": "Quillwork Institute",
                "projectName": f"project {chance.randrange(50)}",
                "confidentialityLevel": "public",
            },
            **header,
        },
        "task": {
            "taskStage": stage,
            "taskFamily": family,
            "algorithms": [
                {
                    "algorithmName": algorithm,
                    "framework": framework,
                    "frameworkVersion": f"{chance.randrange(1, 5)}.{chance.randrange(20)}.0",
                    **({} if stage == "inference" else {"epochsNumber": chance.randrange(1, 100)}),
                    "parametersNumber": round(chance.uniform(0.01, 70), 3),
                }
            ],
            "dataset": [
                {
                    "dataUsage": "input",
                    "dataType": kind,
                    "dataFormat": "parquet",
                    "dataSize": round(chance.uniform(0.1, 100), 4),
                    "dataQuantity": chance.randrange(1000, 10**7),
                    "source": "public",
                    "sourceUri": f"https://example.org/data/{chance.getrandbits(64):x}",
                },
                {"dataUsage": "output", "dataType": kind},
            ],
            "measuredAccuracy": round(chance.uniform(0.5, 1), 6),
            "taskDescription": f"Données n° {number}: {family} with {algorithm}",
        },
        "measures": [
            {
                "measurementMethod": "codecarbon",
                "version": "3.3.2",
                "cpuTrackingMode": "rapl",
                "averageUtilizationCpu": round(chance.random(), 4),
                "powerConsumption": chance.uniform(80, 250) * seconds / 3.6e6,
                "measurementDuration": seconds,
                "measurementDateTime": f"2026-09-{chance.randrange(1, 30):02} 10:{chance.randrange(60):02}:07",
            }
        ],
        "system": {"os": "linux", "distribution": "debian", "distributionVersion": "13"},
        "software": {"language": "python", "version": "3.13.1"},
        "infrastructure": {
            **chance.choice(INFRASTRUCTURES),
            "components": [
                {"componentName": "AMD EPYC 7763 (64 cores)", "componentType": "cpu", "nbComponent": 1},
                {
                    "componentName": "NVIDIA A100-SXM4-80GB",
                    "componentType": "gpu",
                    "nbComponent": 1,
                    "memorySize": 80,
                },
                {"componentType": "ram", "nbComponent": 1, "memorySize": 512},
            ],
        },
        "environment": {
            "country": chance.choice(COUNTRIES),
            "powerSourceCarbonIntensity": round(chance.uniform(30, 700), 1),
        },
        "quality": chance.choice(["high", "medium", "low"]),
    }


def changed(number: int, *changes: tuple[str, Any]) -> dict[str, Any]:
    """Make a public report with values at dotted paths; None takes a value away."""
    document = copy.deepcopy(public_report(number))
    document["header"]["reportId"] = str(UUID(int=number))
    for path, value in changes:
        put(document, path, DROP if value is None else value)
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
