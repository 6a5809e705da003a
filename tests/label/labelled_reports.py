"""Reports to be rated: one that is valid in every field a label looks at, changed, and folders of such."""

import copy
import json

from putting import put

BASE = {
    "header": {
        "formatVersionSpecificationUri": "https://github.com/Boavizta/BoAmps/tree/main/model",
        "reportId": "an-id",
        "reportDatetime": "2026-11-20 10:10:00",
        "publisher": {"confidentialityLevel": "public"},
    },
    "task": {
        "taskStage": "training",
        "taskFamily": "imageClassification",
        "algorithms": [
            {
                "algorithmType": "neuralNetwork",
                "algorithmName": "ResNet50",
                "epochsNumber": 10,
                "parametersNumber": 0.0256,
            }
        ],
        "dataset": [{"dataUsage": "input", "dataType": "image", "dataQuantity": 1000, "dataSize": 0.5}],
        "measuredAccuracy": 0.93,
    },
    "measures": [
        {
            "measurementMethod": "codecarbon",
            "version": "3.3.2",
            "powerConsumption": 0.1,
            "measurementDuration": 600,
            "measurementDateTime": "2026-11-20 10:00:00",
        }
    ],
    "system": {"os": "linux"},
    "software": {"language": "python"},
    "infrastructure": {
        "infraType": "onPremise",
        "components": [
            {"componentType": "cpu", "componentName": "Intel(R) Xeon(R) Gold 6226R", "nbComponent": 1},
            {"componentType": "gpu", "componentName": "NVIDIA A100-SXM4-40GB", "nbComponent": 1},
            {"componentType": "ram", "nbComponent": 1, "memorySize": 256},
        ],
    },
    "environment": {"country": "France", "powerSourceCarbonIntensity": 50},
    "quality": "high",
}


def report(changes=(), **more):
    """A training of ResNet50 with 0.1 kWh for 1000 images in 10 epochs, 1e-5 kWh each, changed at paths."""
    document = copy.deepcopy(BASE)
    for path, value in {**dict(changes), **more}.items():
        put(document, path, value)
    return document


def inference(changes=(), *, output="token", **more):
    """A chat of 10 requests, each with 20 tokens in and 50 out."""
    return report(
        {
            "task.taskStage": "inference",
            "task.taskFamily": "chatbot",
            "task.nbRequest": 10,
            "task.dataset": [
                {"dataUsage": "input", "dataType": "token", "dataQuantity": 20},
                {"dataUsage": "output", "dataType": output, "dataQuantity": 50},
            ],
            **dict(changes),
        },
        **more,
    )


ENERGY = "measures.0.powerConsumption"


def folder_of(folder, energies, make=report, **changes):
    """Write one report for each energy (kWh) into a folder; return it."""
    folder.mkdir(exist_ok=True)
    for place, energy in enumerate(energies):
        document = make({ENERGY: energy, "header.reportId": f"run-{place}", **changes})
        (folder / f"run-{place}.json").write_text(json.dumps(document))
    return folder
