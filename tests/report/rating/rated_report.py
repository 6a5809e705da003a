"""Reports that are rated: one as good as can be, with its evidence, of a machine that is wholly known."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from functools import cache

from ai_power_export.facts import Facts, Origin
from ai_power_export.reconcile import reconcile
from ai_power_export.report.assemble import assemble
from ai_power_export.report.evidence import Evidence, evidence

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)

PLAIN = {
    "header.reportId": "an-id",
    "header.reportDatetime": "2026-11-21 10:10:00",
    "header.publisher.confidentialityLevel": "public",
    "task.taskStage": "training",
    "task.taskFamily": "imageClassification",
    "task.measuredAccuracy": 0.9,
    "system.os": "linux",
    "system.distribution": "debian",
    "system.distributionVersion": "12",
    "software.language": "python",
    "software.version": "3.12.1",
    "infrastructure.infraType": "onPremise",
    "environment.country": "France",
    "environment.powerSupplierType": "public",
    "environment.powerSource": "nuclear",
    "environment.powerSourceCarbonIntensity": 30.0,
}
ENTRIES = {
    ("task.algorithms", "a.Network"): {
        "classPath": "a.Network",
        "algorithmName": "resnet50",
        "algorithmType": "neuralNetwork",
        "trainingType": "supervisedLearning",
        "framework": "pytorch",
        "frameworkVersion": "2.9.0",
        "parametersNumber": 0.025,
        "quantization": "fp32",
        "epochsNumber": 3,
        "optimizer": "adam",
    },
    ("task.dataset", "input"): {
        "dataUsage": "input",
        "dataType": "image",
        "dataQuantity": 60000,
        "source": "public",
        "sourceUri": "https://example.org/data",
    },
    ("measures", "wattmeter"): {
        "measurementMethod": "wattmeter",
        "manufacturer": "Shelly",
        "version": "1",
        "powerConsumption": 0.5,
        "measurementDuration": 3600.0,
        "measurementDateTime": "2026-11-21 09:00:00",
        "powerCalibrationMeasurement": 0.001,
        "durationCalibrationMeasurement": 60.0,
    },
    ("infrastructure.components", "cpu"): {
        "componentType": "cpu",
        "componentName": "AMD EPYC 7763 64-Core Processor",
        "nbComponent": 2,
        "manufacturer": "AMD",
        "family": "EPYC",
        "series": "7763",
        "share": 1.0,
    },
    ("infrastructure.components", "gpu"): {
        "componentType": "gpu",
        "componentName": "NVIDIA A100-SXM4-40GB",
        "nbComponent": 4,
        "memorySize": 40,
        "manufacturer": "NVIDIA",
        "series": "A100",
        "share": 1.0,
    },
    ("infrastructure.components", "ram"): {
        "componentType": "ram",
        "nbComponent": 1,
        "memorySize": 512,
        "share": 1.0,
    },
}


def good_facts() -> Facts:
    """All that there is to know of a run on a known machine behind a wattmeter."""
    said = Facts()
    for path, value in PLAIN.items():
        said.add(path, value, Origin.USER, "settings")
    for (list_path, subject), fields in ENTRIES.items():
        for name, value in fields.items():
            said.add(f"{list_path}.{name}", value, Origin.OBSERVED, "here", subject=subject, weight=1.0)
    said.add("quality", "high", Origin.DERIVED, "tracking modes and their share of the energy")
    return said


def of_facts(said: Facts) -> tuple[dict, Evidence]:
    """The report that facts make, and its evidence as it is read back."""
    verdict = reconcile(said)
    document = assemble(verdict)
    return document, Evidence.from_json(json.loads(json.dumps(evidence(verdict, document, {}))))


@cache
def _good() -> tuple[dict, Evidence]:
    return of_facts(good_facts())


def good() -> tuple[dict, Evidence]:
    """A fresh copy of the good report, and its evidence."""
    document, beside = _good()
    return copy.deepcopy(document), beside
