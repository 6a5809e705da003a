"""A report in which everything can be true, in each version of the format, and a way to change one thing in it."""

import copy
from datetime import datetime, timezone

from putting import put

from ai_power_export.report.checks.finding import in_order
from ai_power_export.report.checks.meaning import meaning_findings

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=timezone.utc)
CURRENT = {
    "header": {
        "licensing": "CC-BY-4.0",
        "formatVersion": "0.1",
        "formatVersionSpecificationUri": "https://github.com/Boavizta/BoAmps/tree/main/model",
        "reportId": "0f3f6a3e-6f0e-4c53-9a55-0d6a3f2b7c11",
        "reportDatetime": "2026-11-20 10:10:00",
        "reportStatus": "final",
        "publisher": {"name": "Example Institute", "confidentialityLevel": "public"},
    },
    "task": {
        "taskStage": "training",
        "taskFamily": "imageClassification",
        "algorithms": [
            {
                "trainingType": "supervisedLearning",
                "algorithmType": "neuralNetwork",
                "algorithmName": "ResNet50",
                "algorithmUri": "https://example.org/resnet",
                "parametersNumber": 0.0256,
                "framework": "torch",
                "classPath": "torchvision.models.resnet50",
                "layersNumber": 50,
                "epochsNumber": 12,
                "optimizer": "sgd",
                "quantization": "fp32",
            }
        ],
        "dataset": [
            {
                "dataUsage": "input",
                "dataType": "image",
                "dataSize": 12.5,
                "dataQuantity": 60000,
                "sourceUri": "https://example.org/data",
            }
        ],
        "measuredAccuracy": 0.93,
    },
    "measures": [
        {
            "measurementMethod": "codecarbon",
            "version": "3.3.2",
            "cpuTrackingMode": "rapl",
            "gpuTrackingMode": "nvml",
            "averageUtilizationCpu": 0.4,
            "averageUtilizationGpu": 0.8,
            "powerCalibrationMeasurement": 0.001,
            "durationCalibrationMeasurement": 30,
            "powerConsumption": 0.1,
            "measurementDuration": 600,
            "measurementDateTime": "2026-11-20 10:00:00",
        }
    ],
    "system": {"os": "linux", "distribution": "debian", "distributionVersion": "12"},
    "software": {"language": "python", "version": "3.12.4"},
    "infrastructure": {
        "infraType": "onPremise",
        "components": [
            {
                "componentName": "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
                "componentType": "cpu",
                "nbComponent": 1,
            },
            {
                "componentName": "1 x NVIDIA A100-SXM4-40GB",
                "componentType": "gpu",
                "nbComponent": 1,
                "memorySize": 40,
            },
            {"componentType": "ram", "nbComponent": 1, "memorySize": 256},
        ],
    },
    "environment": {
        "country": "France",
        "latitude": 48.9,
        "longitude": 2.4,
        "powerSource": "nuclear",
        "powerSourceCarbonIntensity": 56,
    },
    "quality": "high",
}

BOAMPS_2024 = {
    "header": {
        "formatVersion": "0.1",
        "reportId": "0f3f6a3e-6f0e-4c53-9a55-0d6a3f2b7c11",
        "reportDatetime": "2024-11-20 10:10:00",
        "reportStatus": "final",
    },
    "task": {
        "taskType": "supervisedLearning",
        "taskStage": "inference",
        "taskFamily": "chatbot",
        "algorithms": [{"algorithmName": "llama", "quantization": 16}],
        "dataset": [
            {
                "dataType": "text",
                "volume": 80,
                "volumeUnit": "megabyte",
                "items": 1000,
                "shape": [12],
                "inferenceProperties": [
                    {"nbRequest": 10, "parametersNLP": {"nbTokensInput": 11.5, "cache": False}}
                ],
            }
        ],
    },
    "measures": [
        {
            "measurementMethod": "codecarbon",
            "unit": "Wh",
            "powerConsumption": 100,
            "measurementDuration": 600,
            "measurementDateTime": "2024-11-20 10:00:00",
        }
    ],
    "infrastructure": {
        "infraType": "publicCloud",
        "cloudProvider": "aws",
        "components": [{"componentName": "gpu", "nbComponent": 2, "series": "rtx4080"}],
    },
    "environment": {"country": "france", "powerSourceCarbonIntensity": 25},
}

ORANGE = {
    "header": {
        "formatVersion": "0.0.1",
        "reportId": "0f3f6a3e-6f0e-4c53-9a55-0d6a3f2b7c11",
        "reportDatetime": "2023-12-01 08:30:00",
        "reportStatus": "final",
        "publisher": {"name": None, "confidentialityLevel": "public"},
    },
    "datasets": [{"$$key": "tabular", "volume": 80, "volumeUnit": "megabyte", "items": 150000}],
    "measures": [{"$$key": "CodeCarbon", "unit": "Wh", "value": 351}],
    "task": {
        "type": "supervised",
        "algorithms": [{"$$key": "RandomForest", "trainPercent": 70, "testPercent": 30}],
    },
    "hardware": [{"$$key": "cpu", "items": 1, "series": "7000X3D", "share": 0.2}],
    "environment": {
        "country": "France",
        "powerSourceCarbonIntensityUnit": "gCO2eq/kWh",
        "powerSourceCarbonIntensity": 85,
    },
}


def changed(document, path, value):
    """A copy of a document with one value set, or dropped; `measures.0.version` goes through a list."""
    copied = copy.deepcopy(document)
    put(copied, path, value)
    return copied


def found(document, version="boamps", severity=None):
    """Paths and codes of what is found in a document."""
    findings = in_order(meaning_findings(document, version, NOW))
    return {(each.path, each.code) for each in findings if severity in (None, each.severity)}
