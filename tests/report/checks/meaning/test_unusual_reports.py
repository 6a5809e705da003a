"""Reports that are unusual and right: no error, and no warning either unless one is named."""

import pytest
from putting import DROP
from sound_report import BOAMPS_2024, CURRENT, ORANGE, changed, found


def _with(*changes, document=CURRENT):
    for path, value in zip(changes[::2], changes[1::2], strict=True):
        document = changed(document, path, value)
    return document


def _at(country, latitude, longitude):
    place = {"country": country, "latitude": latitude, "longitude": longitude}
    return _with("environment", place)


def _ran(kwh, seconds, *components, **more):
    measure = {
        "measurementMethod": "codecarbon",
        "powerConsumption": kwh,
        "measurementDuration": seconds,
        **more,
    }
    hardware = [
        {"componentType": kind, "nbComponent": count, **({"componentName": name} if name else {}), **rest}
        for kind, count, name, rest in components
    ]
    return _with("measures", [measure], "infrastructure.components", hardware)


CPU, GPU, RAM = "cpu", "gpu", "ram"
MOMENTS = ("header.reportDatetime", "measures.0.measurementDateTime", "measures.0.measurementDuration")
INFERENCE = {
    "taskStage": "inference",
    "taskFamily": "text generation",
    "nbRequest": 1,
    "algorithms": [{"algorithmType": "llm", "foundationModelName": "mixtral-8x7b", "parametersNumber": 47}],
    "dataset": [
        {"dataUsage": "input", "dataType": "token", "dataQuantity": 11.5},
        {"dataUsage": "output", "dataType": "token", "dataQuantity": 828},
    ],
}

PLACES = {
    "Svalbard in Norway": ("Norway", 78.22, 15.65),
    "Svalbard by its own code": ("SJM", 78.22, 15.65),
    "French Guiana in France": ("France", 4.94, -52.33),
    "Réunion": ("Réunion", -20.88, 55.45),
    "Hong Kong": ("Hong Kong", 22.28, 114.16),
    "Hong Kong in China": ("China", 22.28, 114.16),
    "Taiwan as ISO has it": ("Taiwan, Province of China", 25.03, 121.56),
    "Taiwan as people have it": ("Taiwan", 25.03, 121.56),
    "Kosovo": ("Kosovo", 42.66, 21.17),
    "Kosovo in Serbia": ("Serbia", 42.66, 21.17),
    "Puerto Rico in the United States": ("USA", 18.4, -66.1),
    "Hawaii": ("United States", 21.3, -157.86),
    "Alaska west of the antimeridian": ("US", 52.9, 172.9),
    "Fiji on the antimeridian": ("Fiji", -16.8, 180.0),
    "Russia east of it": ("Russia", 65.6, -171.0),
    "Greenland in Denmark": ("Denmark", 64.18, -51.7),
    "Sevastopol in Ukraine": ("Ukraine", 44.6, 33.5),
    "Northern Cyprus in Cyprus": ("Cyprus", 35.2, 33.36),
    "Western Sahara in Morocco": ("Morocco", 27.15, -13.2),
    "Antarctica": ("Antarctica", -77.85, 166.67),
    "a French station in Antarctica": ("France", -66.66, 140.0),
    "Singapore": ("Singapore", 1.35, 103.82),
    "Monaco to whole degrees": ("Monaco", 44, 7),
    "Tuvalu": ("Tuvalu", -8.52, 179.2),
    "the North Pole's neighbour": ("Canada", 82.5, -62.35),
    "Quebec itself, not the fallback": ("Canada", 46.81, -71.21),
    "Namibia by its code": ("NA", -22.56, 17.08),
    "a data centre at sea": ("United Kingdom", 58.95, -2.9),
    "South Korea": ("South Korea", 37.57, 126.98),
    "Turkey by its old name": ("Turkey", 41.0, 29.0),
    "Côte d'Ivoire": ("Côte d'Ivoire", 5.35, -4.0),
    "the DR of the Congo": ("Congo, The Democratic Republic of the", -4.3, 15.3),
}

RIGHT = {
    "a tiny laptop": _ran(2e-6, 1.0, (CPU, 1, "Intel(R) Core(TM) m3-7Y30 CPU @ 1.00GHz", {})),
    "a Raspberry Pi": _ran(0.0005, 600, (CPU, 1, "Cortex-A72", {}), (RAM, 1, "", {"memorySize": 1})),
    "an Apple laptop that hardly works": _ran(1e-6, 10, (CPU, 1, "Apple M2", {})),
    "ten thousand GPUs for three months": _ran(
        25e6,
        90 * 86400,
        (CPU, 2500, "Intel(R) Xeon(R) Platinum 8480C", {}),
        (GPU, 10000, "NVIDIA H100 80GB HBM3", {"memorySize": 80}),
        (RAM, 1250, "", {"memorySize": 2048}),
    ),
    "one full rack of GPUs": _ran(130, 3600, (GPU, 72, "NVIDIA GB200", {}), (CPU, 36, "Grace", {})),
    "a GPU at its limit and its data centre around it": _ran(
        1.4, 3600, (GPU, 1, "NVIDIA H100 SXM", {}), (CPU, 1, "AMD EPYC 9654", {})
    ),
    "a slice of a GPU": _ran(0.001, 3600, (GPU, 1, "NVIDIA A100", {"share": 0.1})),
    "hardware that nobody has figures for": _ran(50, 1, ("quantumAnnealer", 1, "", {}), (CPU, 1, "", {})),
    "a cloud service behind somebody's laptop": _with(
        "infrastructure.cloudService", "openAI service", "measures.0.powerConsumption", 500.0
    ),
    "a processor counted by its threads": _ran(0.1, 600, (CPU, 128, "AMD EPYC 7R13", {})),
    "a wattmeter with its maker": _ran(
        0.1, 600, (CPU, 1, "AMD EPYC 7R13", {}), manufacturer="PCE", measurementMethod="wattmeter"
    ),
    "two meters that differ by a third": _with(
        "measures",
        [{"measurementMethod": "codecarbon", "powerConsumption": 0.459},
         {"measurementMethod": "wattmeter", "powerConsumption": 0.61}],
    ),
    "two meters of which one follows the GPU only": _with(
        "measures",
        [{"measurementMethod": "perf", "powerConsumption": 0.02},
         {"measurementMethod": "nvidia-smi", "powerConsumption": 0.6}],
    ),
    "two meters that differ by what MJ and kWh do": _with(
        "measures",
        [{"measurementMethod": "codecarbon", "powerConsumption": 0.0279},
         {"measurementMethod": "wattmeter", "powerConsumption": 0.1004}],
    ),
    "midnight": _with(*sum(zip(MOMENTS, ("2026-11-20 00:00:00", "2026-11-19 23:50:00", 600), strict=True), ())),
    "a leap day": _with(*sum(zip(MOMENTS, ("2024-02-29 12:00:00", "2024-02-29 11:00:00", 600), strict=True), ())),
    "a leap second": _with(*sum(zip(MOMENTS, ("2017-01-01 12:00:00", "2016-12-31 23:59:60", 600), strict=True), ())),
    "a leap second east of Greenwich": _with(
        *sum(zip(MOMENTS, ("2017-01-02 12:00:00", "2017-01-01 05:29:60", 600), strict=True), ())
    ),
    "published in Auckland today": _with("header.reportDatetime", "2026-11-23 01:00:00"),
    "published within the second in which it ended": _with(
        *sum(zip(MOMENTS, ("2026-11-20 10:00:05", "2026-11-20 10:00:00", 5.9), strict=True), ()),
        "measures.0.powerConsumption", 0.0005,
    ),
    "half a second": _with(
        *sum(zip(MOMENTS, ("2026-11-20 10:00:00", "2026-11-20 10:00:00", 0.5), strict=True), ()),
        "measures.0.powerConsumption", 3e-5,
    ),
    "published a year later": _with("measures.0.measurementDateTime", "2025-11-20 10:00:00"),
    "a week's run whose clock was set right": _with(
        *sum(zip(MOMENTS, ("2026-11-18 10:00:00", "2026-11-11 10:00:00", 604830), strict=True), ()),
        "measures.0.powerConsumption", 60,
    ),
    "no requests of a training": _with("task.nbRequest", 0),
    "an inference": _with("task", INFERENCE),
    "an inference whose data say not whether they go in or out": _with(
        "task", {**INFERENCE, "dataset": [{"dataType": "token"}]}
    ),
    "an unknown stage": _with("task.taskStage", "pretraining"),
    "two stages": _with("task.taskStage", "training + inference"),
    "the format's own words with blanks": _with(
        "task.taskFamily", "text classification", "task.algorithms.0.algorithmType", "neural network"
    ),
    "a word of another language": _with("task.taskFamily", "reconnaissance d'images"),
    "an adapter for an optimizer": _with("task.algorithms.0.optimizer", "lora"),
    "no quantization": _with("task.algorithms.0.quantization", "none"),
    "half an epoch": _with("task.algorithms.0.epochsNumber", 0.5),
    "174 trillion parameters": _with("task.algorithms.0.parametersNumber", 174000),
    "the largest memory of a GPU": _with("infrastructure.components.1.memorySize", 288),
    "a processor with memory in it": _with(
        "infrastructure.components.0",
        {"componentName": "Intel(R) Xeon(R) CPU Max 9480", "componentType": "cpu", "nbComponent": 2, "memorySize": 64},
    ),
    "two models of GPUs in one component": _with(
        "infrastructure.components.1",
        {"componentName": "2 x NVIDIA A100-SXM4-40GB, 1 x NVIDIA T4", "componentType": "gpu", "nbComponent": 3},
    ),
    "a project called Foo Fighters": _with("header.publisher.projectName", "Foo Fighters"),
    "an address of another kind": _with("task.dataset.0.sourceUri", "s3://open-data/train"),
    "hydroelectricity": _with("environment.powerSource", "hydroelectric", "environment.powerSourceCarbonIntensity", 4),
    "a dirty grid whose main source is coal": _with(
        "environment.powerSource", "coal", "environment.powerSourceCarbonIntensity", 1100
    ),
    "nothing but what the format requires": {
        "task": {
            "taskStage": "training",
            "taskFamily": "chatbot",
            "algorithms": [{"algorithmName": "x"}],
            "dataset": [{"dataUsage": "input", "dataType": "text"}],
        },
        "measures": [{"measurementMethod": "wattmeter", "powerConsumption": 1}],
        "infrastructure": {"infraType": "other", "components": [{"componentType": "cpu", "nbComponent": 1}]},
    },
}  # fmt: skip

OLDER = {
    "operations instead of energy": (
        _with("measures.0.unit", "petaFLOPS", "measures.0.powerConsumption", 1e9, document=BOAMPS_2024),
        "boamps-2024",
    ),
    "megajoules": (
        _with("measures.0.unit", "MJoule", "measures.0.powerConsumption", 0.36, document=BOAMPS_2024),
        "boamps-2024",
    ),
    "Orange's entries under names": (
        _with("measures", [{"first": {"$$key": "CodeCarbon", "unit": "kWh", "value": 1}}], document=ORANGE),
        "orange-0.0.1",
    ),
    "Orange without an environment": (_with("environment", DROP, document=ORANGE), "orange-0.0.1"),
    "another unit of carbon": (
        _with(
            "environment.powerSourceCarbonIntensityUnit",
            "kgCO2eq/kWh",
            "environment.powerSourceCarbonIntensity",
            0.085,
            document=ORANGE,
        ),
        "orange-0.0.1",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_in_its_country(place):
    assert found(_at(*PLACES[place])) == set()


@pytest.mark.parametrize("what", RIGHT)
def test_what_is_unusual_may_be_right(what):
    assert found(RIGHT[what]) == set()


@pytest.mark.parametrize("what", OLDER)
def test_it_may_in_older_versions_too(what):
    document, version = OLDER[what]
    assert found(document, version) == set()
