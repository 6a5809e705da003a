"""What becomes of the official sample reports: valid where the old report says enough, else a draft."""

import pytest
from official_boamps import official_folder, official_validator, read

from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, NAMES, ORANGE, version_of

SAMPLES = {
    "2024-08-example-1.json": (BOAMPS_2024, {CURRENT: [], ORANGE: []}),
    "2024-08-example-2.json": (
        BOAMPS_2024,
        {
            CURRENT: [
                "task.dataset[1].dataUsage",
                "infrastructure.components[0].componentType",
                "infrastructure.components[1].componentType",
            ],
            ORANGE: [
                "datasets[1].$$key",
                "datasets[3].$$key",
                *(f"measures[{index}].$$key" for index in range(9)),
                "task.type",
            ],
        },
    ),
    "boamps-llm-inference.json": (
        CURRENT,
        {
            BOAMPS_2024: [
                "task.taskType",
                *(f"task.dataset[0].{name}" for name in ("dataType", "volume", "volumeUnit")),
            ],
            ORANGE: [f"datasets[0].{name}" for name in ("$$key", "volume", "volumeUnit")],
        },
    ),
    **{
        f"orange-0.0.1-instance{number}.json": (
            ORANGE,
            {
                CURRENT: [
                    "task.taskStage",
                    "task.taskFamily",
                    "task.dataset[0].dataUsage",
                    "infrastructure.infraType",
                ],
                BOAMPS_2024: [
                    "task.taskType",
                    "task.taskFamily",
                    "task.taskStage",
                    "infrastructure.infraType",
                ],
            },
        )
        for number in (1, 2)
    },
}
"""By file: its version, and what it lacks in each other one."""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_in_each_other_version(name):
    document = read(official_folder() / "examples" / name)
    version, expected = SAMPLES[name]
    assert version_of(document) == version
    for target in NAMES:
        if target == version:
            continue
        made = convert(document, version, target)
        assert made.lacks == tuple(f"{field} is missing" for field in expected[target])
        assert version_of(made.document) == target
        if target != ORANGE and not made.lacks:
            assert official_validator(target).is_valid(made.document)
        if made.lacks:
            assert made.document["header"]["reportStatus"] == "draft"
        assert convert(made.document, target, version, steps=made.steps).document == document


def test_an_old_report_that_says_enough_in_full():
    document = read(official_folder() / "examples" / "2024-08-example-1.json")
    made = convert(document, BOAMPS_2024, CURRENT)
    assert made.document["task"] == {
        "taskStage": "training",
        "taskFamily": "classification",
        "algorithms": [{"trainingType": "supervisedLearning", "algorithmName": "randomForest"}],
        "dataset": [
            {
                "dataUsage": "input",
                "dataType": "tabular",
                "dataFormat": "csv",
                "dataSize": 0.08,
                "dataQuantity": 150000,
                "shape": "(20, 150000)",
                "source": "private",
            }
        ],
        "measuredAccuracy": 0.71,
    }
    assert made.document["measures"] == [
        {
            "measurementMethod": "codecarbon",
            "version": "2.5.0",
            "powerConsumption": 0.351,
            "measurementDuration": 1500,
            "measurementDateTime": "2023-07-01 10:02:05",
        }
    ]
    assert [each["componentType"] for each in made.document["infrastructure"]["components"]] == ["cpu", "gpu"]
    assert [held.field for held in made.held] == ["$schema"]


def test_the_first_reports_keep_their_energies_and_their_place():
    document = read(official_folder() / "examples" / "orange-0.0.1-instance2.json")
    made = convert(document, ORANGE, CURRENT)
    assert [(each["measurementMethod"], each["powerConsumption"]) for each in made.document["measures"]] == [
        ("codecarbon", 0.459),
        ("wattmeter", 0.61),
    ]
    assert made.document["task"]["dataset"] == [
        {
            "dataType": "image",
            "dataSize": 0.08,
            "dataQuantity": 150000,
            "shape": "(150000, 60, 60, 32)",
            "source": "private",
        }
    ]
    assert made.document["environment"] == {
        "country": "France",
        "powerSupplierType": "public",
        "powerSourceCarbonIntensity": 85,
    }
    told = {held.field: held.value for held in made.held}
    assert told["environment.powerSource"] == "default"
    assert told["task.type"] == "deep-learning"
    assert told["$hash"] == document["$hash"]
