"""One thing is changed in a sound report: exactly that is found."""

import pytest
from putting import DROP
from sound_report import BOAMPS_2024, CURRENT, ORANGE, changed, found

MEASURE, ALGORITHM, DATA = "measures.0.", "task.algorithms.0.", "task.dataset.0."
CPU, GPU, RAM = (f"infrastructure.components.{index}." for index in range(3))

ERRORS = [
    ("a day that no calendar has", "header.reportDatetime", "2026-02-30 10:00:00", "date-impossible"),
    ("a time that no clock shows", MEASURE + "measurementDateTime", "2026-11-20 25:00:00", "date-impossible"),
    ("a word for a day", MEASURE + "measurementDateTime", "yesterday", "date-unreadable"),
    ("seconds since 1970", MEASURE + "measurementDateTime", "1763632800", "date-unreadable"),
    ("the day first", MEASURE + "measurementDateTime", "20/11/2026 10:00:00", "date-unreadable"),
    ("published next year", "header.reportDatetime", "2027-11-20 10:10:00", "date-in-future"),
    (
        "published before it began",
        "header.reportDatetime",
        "2026-11-18 10:00:00",
        "ends-after-published measures[0].measurementDateTime",
    ),
    ("the end as the beginning", MEASURE + "measurementDateTime", "2026-11-20 10:10:00", "end-as-beginning"),
    ("no energy", MEASURE + "powerConsumption", 0, "energy-not-positive"),
    ("energy below zero", MEASURE + "powerConsumption", -0.1, "energy-not-positive"),
    ("no duration", MEASURE + "measurementDuration", 0, "duration-not-positive"),
    ("a duration below zero", MEASURE + "measurementDuration", -600, "duration-not-positive"),
    ("Wh for kWh", MEASURE + "powerConsumption", 100, "power-impossible"),
    ("joules for kWh", MEASURE + "powerConsumption", 360000, "power-impossible"),
    (
        "minutes for seconds of a calibration",
        MEASURE + "durationCalibrationMeasurement",
        -1,
        "calibration-negative",
    ),
    ("no such component", GPU + "nbComponent", 0, "count-zero"),
    ("fewer components than none", CPU + "nbComponent", -2, "count-negative"),
    ("requests below zero", "task.nbRequest", -1, "count-negative task.nbRequest"),
    ("layers below zero", ALGORITHM + "layersNumber", -50, "count-negative"),
    ("parameters below zero", ALGORITHM + "parametersNumber", -1, "count-negative"),
    ("a data set below nothing", DATA + "dataQuantity", -3, "count-negative"),
    ("memory below nothing", RAM + "memorySize", -256, "count-negative"),
    ("north of the pole", "environment.latitude", 99, "coordinate-out-of-range"),
    ("beyond the antimeridian", "environment.longitude", 182.4, "coordinate-out-of-range"),
    (
        "another country's place",
        "environment.longitude",
        77.2,
        "coordinates-outside-country environment.latitude",
    ),
    (
        "a country elsewhere",
        "environment.country",
        "Japan",
        "coordinates-outside-country environment.latitude",
    ),
    ("carbon below nothing", "environment.powerSourceCarbonIntensity", -56, "intensity-negative"),
]
WARNINGS = [
    ("a T between day and time", MEASURE + "measurementDateTime", "2026-11-20T10:00:00Z", "date-form"),
    ("no time of the day", "header.reportDatetime", "2026-11-21", "date-form"),
    ("a clock that was never set", MEASURE + "measurementDateTime", "1970-01-01 00:00:12", "date-too-old"),
    (
        "begun after it was published",
        "header.reportDatetime",
        "2026-11-20 09:58:00",
        "begun-after-published measures[0].measurementDateTime",
    ),
    (
        "not yet ended when it was published",
        MEASURE + "measurementDuration",
        1200,
        "ends-after-published measures[0].measurementDateTime",
    ),
    ("ten times the energy", MEASURE + "powerConsumption", 1.0, "power-implausible"),
    ("MWh for kWh", MEASURE + "powerConsumption", 0.0001, "power-too-low | calibration-above-task measures[0].powerCalibrationMeasurement"),
    ("a calibration of unknown length", MEASURE + "durationCalibrationMeasurement", DROP, "calibration-incomplete measures[0].powerCalibrationMeasurement"),
    ("a calibration without energy", MEASURE + "powerCalibrationMeasurement", 0, "calibration-zero"),
    ("a calibration that works more than the task", MEASURE + "powerCalibrationMeasurement", 0.1, "calibration-above-task"),
    ("parameters counted one by one", ALGORITHM + "parametersNumber", 25600000, "parameters-unit"),
    ("no parameters", ALGORITHM + "parametersNumber", 0, "count-zero"),
    ("half a layer", ALGORITHM + "layersNumber", 50.5, "count-not-whole"),
    ("no epoch", ALGORITHM + "epochsNumber", 0, "count-zero"),
    ("part of an image", DATA + "dataQuantity", 60000.5, "count-not-whole"),
    ("no data", DATA + "dataQuantity", 0, "count-zero"),
    ("bytes for GB of data", DATA + "dataSize", 12.5e9, "data-size-unit"),
    ("MB for GB of memory", RAM + "memorySize", 16384, "memory-unit"),
    ("MB for GB of a GPU", GPU + "memorySize", 40960, "memory-unit"),
    ("the machine's memory in its processor", CPU + "memorySize", 256, "memory-in-cpu"),
    ("a count that the name contradicts", GPU + "nbComponent", 4, "count-against-name"),
    ("a GPU that drew nothing of it", GPU + "share", 0, "share-zero"),
    ("every answer wrong", "task.measuredAccuracy", 0, "accuracy-zero"),
    ("a measured accuracy and an estimate", "task.estimatedAccuracy", "good", "accuracy-twice"),
    ("requests of a training", "task.nbRequest", 10, "requests-without-inference"),
    ("a training field of a preprocessing", "task.taskStage", "preprocessing", "training-field task.algorithms[0].trainingType | training-field task.algorithms[0].epochsNumber"),
    ("a hyphen in the stage", "task.taskStage", "Fine-Tuning", "vocabulary"),
    ("a comma between stages", "task.taskStage", "training, inference", "vocabulary"),
    ("a slip in the stage", "task.taskStage", "trainning", "vocabulary"),
    ("blanks in the type of learning", ALGORITHM + "trainingType", "Supervised Learning", "vocabulary"),
    ("half a type of learning", ALGORITHM + "trainingType", "supervised", "vocabulary"),
    ("hyphens in the family", "task.taskFamily", "Image-Classification", "vocabulary"),
    ("underscores in the type of algorithm", ALGORITHM + "algorithmType", "neural_network", "vocabulary"),
    ("an optimizer's class", ALGORITHM + "optimizer", "AdamW", "vocabulary"),
    ("a bare number of bits", ALGORITHM + "quantization", "8", "quantization-number"),
    ("another spelling of the tool", MEASURE + "measurementMethod", "CodeCarbon", "vocabulary"),
    ("a slip in the tool", MEASURE + "measurementMethod", "codecarbn", "vocabulary"),
    ("what was followed for how", MEASURE + "cpuTrackingMode", "machine", "tracking-mode-scope"),
    ("capitals in the mode", MEASURE + "cpuTrackingMode", "RAPL", "vocabulary"),
    ("capitals in the kind of component", GPU + "componentType", "GPU", "vocabulary"),
    ("the maker of a program", MEASURE + "manufacturer", "CodeCarbon", "manufacturer-without-wattmeter"),
    ("a GPU that is not listed", "infrastructure.components", [{"componentType": "cpu", "nbComponent": 1}], "gpu-not-listed measures[0].gpuTrackingMode"),
    ("a platform for an OS", "system.os", "Linux-6.1.0-18-amd64-x86_64-with-glibc2.36", "os-is-platform"),
    ("a cloud at home", "infrastructure.cloudProvider", "aws", "cloud-on-premise"),
    ("a cloud without a name", "infrastructure.infraType", "publicCloud", "cloud-unnamed"),
    ("an algorithm without a name", "task.algorithms", [{"algorithmType": "llm"}], "algorithm-unnamed task.algorithms[0]"),
    ("one name twice", ALGORITHM + "foundationModelName", "resnet50", "named-twice task.algorithms[0].algorithmName"),
    ("millions of parameters", ALGORITHM + "foundationModelName", "llama-70b", "parameters-unit task.algorithms[0].parametersNumber"),
    ("a code that is no country's", "environment.country", "UK", "country-unknown"),
    ("a country that is none", "environment.country", "Atlantis", "country-unknown"),
    ("half a place", "environment.longitude", DROP, "coordinate-alone environment.latitude"),
    ("a place in the sea before the country", "environment.latitude", 52.3, "coordinates-near-country"),
    ("electricity without carbon", "environment.powerSourceCarbonIntensity", 0, "intensity-zero"),
    ("kilograms for grams", "environment.powerSourceCarbonIntensity", 0.056, "intensity-unit"),
    ("more than the worst coal", "environment.powerSourceCarbonIntensity", 56000, "intensity-too-high"),
    ("nuclear as dirty as coal", "environment.powerSourceCarbonIntensity", 900, "intensity-against-source"),
    ("coal as clean as nuclear", "environment.powerSource", "coal", "intensity-against-source environment.powerSourceCarbonIntensity"),
    ("an identifier for one machine", "header.reportId", "r", "report-id"),
    ("no identifier", "header.reportId", "00000000-0000-0000-0000-000000000000", "report-id"),
    ("a format to come", "header.formatVersion", "7.2", "format-version"),
    ("no text", "header.publisher.name", "", "empty-text"),
    ("blanks", "system.distribution", "  ", "empty-text"),
    ("a blank at the end", "software.language", "python ", "outer-blanks"),
    ("an alphabet", "header.licensing", "ABCDEFGHIJ", "placeholder"),
    ("a type for a value", "task.taskFamily", "string", "placeholder"),
    ("to do", ALGORITHM + "algorithmName", "TODO", "placeholder"),
    ("unknown", "environment.country", "Unknown", "placeholder"),
    ("not applicable", "environment.location", "N/A", "placeholder environment.location"),
    ("a form", "header.publisher.name", "<your organisation>", "placeholder"),
    ("no address", DATA + "sourceUri", "https://x", "uri-form"),
    ("a file of somebody", DATA + "sourceUri", "data/train.csv", "uri-form"),
]  # fmt: skip

IN_2024 = [
    ("kWh for Wh", "measures.0.unit", "kWh", "power-impossible measures[0].powerConsumption"),
    ("a volume below nothing", "task.dataset.0.volume", -80, "count-negative"),
    ("too large a unit", "task.dataset.0.volumeUnit", "exabyte", "data-size-unit task.dataset[0].volume"),
    ("no length", "task.dataset.0.shape.0", 0, "count-zero"),
    ("no request", "task.dataset.0.inferenceProperties.0.nbRequest", 0, "count-zero"),
    (
        "tokens below zero",
        "task.dataset.0.inferenceProperties.0.parametersNLP.nbTokensInput",
        -1,
        "count-negative",
    ),
    ("half a type of learning", "task.taskType", "supervised learning", "vocabulary"),
    ("capitals in the kind of component", "infrastructure.components.0.componentName", "GPU", "vocabulary"),
]
IN_ORANGE = [
    ("no energy", "measures.0.value", 0, "energy-not-positive"),
    ("a share in per cent", "hardware.0.share", 20, "share-out-of-range"),
    ("more than the whole", "task.algorithms.0.trainPercent", 90, "percentages-above-whole"),
    ("more than all", "task.algorithms.0.testPercent", 120, "percentage-out-of-range"),
    ("no such hardware", "hardware.0.items", 0, "count-zero"),
    ("no data", "datasets.0.items", 0, "count-zero"),
    ("a code that is no country's", "environment.country", "UK", "country-unknown"),
    ("kilograms for grams", "environment.powerSourceCarbonIntensity", 0.085, "intensity-unit"),
]


INFERENCE = [
    ("no answer", [{"dataUsage": "input", "dataType": "text"}], "inference-data", "task.dataset"),
    ("no question", [{"dataUsage": "output", "dataType": "text"}], "inference-data", "task.dataset"),
]
MEASURES = [
    ("in Wh", {"powerConsumption": 120}),
    ("in J", {"powerConsumption": 400000}),
    ("in MJ", {"powerConsumption": 0.36, "measurementMethod": "codecarbon"}),
    ("in MWh, for a longer time", {"powerConsumption": 0.0004, "measurementDuration": 2400}),
]


def _dotted(path):
    """The path of a finding for the path of a change."""
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".")).lstrip(".")


def _expected(path, told):
    """Paths and codes that a line of the tables tells: `CODE`, or `CODE PATH`, more of them after `|`."""
    parts = [each.split() for each in told.split("|")]
    return {(code, *where) if where else (code, _dotted(path)) for code, *where in parts}


def _ids(rows):
    return [row[0] for row in rows]


def _codes(document, version, severity=None):
    return {(code, path) for path, code in found(document, version, severity)}


@pytest.mark.parametrize(
    ("document", "version"),
    [(CURRENT, "boamps"), (BOAMPS_2024, "boamps-2024"), (ORANGE, "orange-0.0.1")],
    ids=["boamps", "boamps-2024", "orange-0.0.1"],
)
def test_of_a_sound_report_nothing_is_found(document, version):
    assert found(document, version) == set()


@pytest.mark.parametrize(("what", "path", "value", "told"), ERRORS, ids=_ids(ERRORS))
def test_what_cannot_be_is_an_error(what, path, value, told):
    document = changed(CURRENT, path, value)
    assert _codes(document, "boamps") == _expected(path, told) == _codes(document, "boamps", "error")


@pytest.mark.parametrize(("what", "path", "value", "told"), WARNINGS, ids=_ids(WARNINGS))
def test_what_hardly_can_be_is_a_warning(what, path, value, told):
    document = changed(CURRENT, path, value)
    assert _codes(document, "boamps") == _expected(path, told) == _codes(document, "boamps", "warning")


@pytest.mark.parametrize(("what", "path", "value", "told"), IN_2024, ids=_ids(IN_2024))
def test_it_is_found_in_the_version_of_2024(what, path, value, told):
    assert _codes(changed(BOAMPS_2024, path, value), "boamps-2024") == _expected(path, told)


@pytest.mark.parametrize(("what", "path", "value", "told"), IN_ORANGE, ids=_ids(IN_ORANGE))
def test_it_is_found_in_the_first_version(what, path, value, told):
    assert _codes(changed(ORANGE, path, value), "orange-0.0.1") == _expected(path, told)


@pytest.mark.parametrize(("unit", "measure"), MEASURES, ids=_ids(MEASURES))
def test_measures_of_one_task_are_in_one_unit(unit, measure):
    without_power = changed(
        CURRENT, "infrastructure.components", [{"componentType": "other", "nbComponent": 1}]
    )
    second = {"measurementMethod": "wattmeter", **measure}
    document = changed(without_power, "measures", [*CURRENT["measures"], second])
    (told,) = _codes(document, "boamps")
    assert told == ("measures-disagree", "measures[1].powerConsumption")


@pytest.mark.parametrize(("what", "data", "code", "path"), INFERENCE, ids=_ids(INFERENCE))
def test_an_inference_has_input_and_output(what, data, code, path):
    algorithms = [{"foundationModelName": "llama2-13b", "parametersNumber": 13}]
    task = {"taskStage": "inference", "taskFamily": "chatbot", "algorithms": algorithms, "dataset": data}
    assert _codes(changed(CURRENT, "task", task), "boamps") == {(code, path)}


def test_an_inference_answers_requests():
    both = [{"dataUsage": usage, "dataType": "text"} for usage in ("input", "output")]
    algorithms = [{"foundationModelName": "llama2-13b"}]
    task = {"taskStage": "inference", "taskFamily": "chatbot", "algorithms": algorithms, "dataset": both}
    assert _codes(changed(CURRENT, "task", {**task, "nbRequest": 0}), "boamps") == {
        ("requests-zero", "task.nbRequest")
    }


def test_more_than_all_data_centres_use_is_no_energy():
    measure = {"measurementMethod": "wattmeter", "powerConsumption": 1e12}
    assert _codes(changed(CURRENT, "measures", [measure]), "boamps", "error") == {
        ("energy-impossible", "measures[0].powerConsumption")
    }
    measure["powerConsumption"] = 1e9
    assert _codes(changed(CURRENT, "measures", [measure]), "boamps", "warning") == {
        ("energy-implausible", "measures[0].powerConsumption")
    }


def test_a_place_turned_round_is_told():
    document = changed(changed(CURRENT, "environment.latitude", 2.4), "environment.longitude", 48.9)
    assert _codes(document, "boamps", "error") == {("coordinates-swapped", "environment.latitude")}


def test_the_silent_fallback_of_codecarbon_is_told():
    place = {"country": "Canada", "latitude": 46.8, "longitude": -71.2}
    assert _codes(changed(CURRENT, "environment", place), "boamps") == {
        ("place-fallback", "environment.country")
    }
    nowhere = {"country": "France", "latitude": 0, "longitude": 0.0}
    assert _codes(changed(CURRENT, "environment", nowhere), "boamps") == {
        ("coordinates-zero", "environment.latitude")
    }
