"""Reports to be held against budgets: one that is valid, changed."""

ENERGY = 0.5
"""kWh of the report that the tests begin with."""


def document(identity="1", kwh=ENERGY, quality="high", **changes) -> dict:
    """A valid report of a training on 1000 images for 10 epochs; a change is given by its dotted path."""
    found = {
        "header": {
            "reportId": identity,
            "reportStatus": "final",
            "reportDatetime": "2026-11-01 10:00:00",
            "publisher": {"confidentialityLevel": "public"},
        },
        "task": {
            "taskStage": "training",
            "taskFamily": "imageClassification",
            "algorithms": [{"algorithmType": "neuralNetwork", "epochsNumber": 10}],
            "dataset": [{"dataUsage": "input", "dataType": "image", "dataQuantity": 1000}],
        },
        "measures": [
            {
                "measurementMethod": "codecarbon",
                "version": "3.2.0",
                "cpuTrackingMode": "rapl",
                "powerConsumption": kwh,
                "measurementDuration": 3600,
            }
        ],
        "system": {"os": "Linux"},
        "software": {"language": "python"},
        "infrastructure": {
            "infraType": "onPremise",
            "components": [
                {"componentType": "cpu", "componentName": "Xeon Gold 6226R", "nbComponent": 2},
                {"componentType": "ram", "nbComponent": 1, "memorySize": 64},
            ],
        },
        "environment": {"country": "France", "powerSourceCarbonIntensity": 50},
    }
    for path, value in {"quality": quality, **changes}.items():
        *above, name = path.split("__")
        node = found
        for part in above:
            node = node[int(part)] if part.isdigit() else node[part]
        node[int(name) if name.isdigit() else name] = value
        if value is None:
            del node[name]
    return found
