"""What each value becomes in another version, and which are left out since they would be guesses."""

import json

import pytest

from ai_power_export.facts import Fact, Origin
from ai_power_export.reconcile.verdict import Decision
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.evidence import Evidence
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, ORANGE


def observed(values):
    """Evidence of a first algorithm that was seen to have these hyperparameters."""
    path = "task.algorithms.hyperparameters"
    fact = Fact(path, values, Origin.OBSERVED, "train.py:3", subject="sklearn.svm.SVC")
    return Evidence("1", {"task.algorithms[0].hyperparameters": Decision(fact)})


def converted(document, source, target, **more):
    return convert(document, source, target, **more)


def entry(list_path, leaves, source, target, there=None, **around):
    """Convert a document of one entry of a list, and return that entry."""
    document = dict(around)
    *above, last = list_path.split(".")
    node = document
    for key in above:
        node = node.setdefault(key, {})
    node[last] = [leaves]
    made = converted(document, source, target)
    node = made.document
    for key in (there or list_path).split("."):
        node = node.get(key, {})
    return (node[0] if node else None), {held.field.rpartition(".")[2]: held.why for held in made.held}


@pytest.mark.parametrize(
    ("volume", "unit", "gigabytes"),
    [
        (80, "megabyte", 0.08),
        (3, "kilobyte", 3e-6),
        (2, "terabyte", 2000),
        (1, "yottabyte", 10**15),
        (0, "exabyte", 0),
    ],
)
def test_volumes_are_sizes_in_gb_by_decimal_prefixes(volume, unit, gigabytes):
    made, _ = entry("task.dataset", {"volume": volume, "volumeUnit": unit}, BOAMPS_2024, CURRENT)
    assert made["dataSize"] == gigabytes
    made, _ = entry(
        "datasets",
        {"$$key": "tabular", "volume": volume, "volumeUnit": unit},
        ORANGE,
        CURRENT,
        "task.dataset",
    )
    assert made["dataSize"] == gigabytes


@pytest.mark.parametrize(
    ("gigabytes", "volume", "unit"),
    [
        (0.08, 80, "megabyte"),
        (3, 3, "gigabyte"),
        (0.0015, 1500, "kilobyte"),
        (2000.0, 2000, "gigabyte"),
        (0, 0, "gigabyte"),
    ],
)
def test_sizes_are_whole_volumes_in_a_unit_that_holds_them(gigabytes, volume, unit):
    made, held = entry("task.dataset", {"dataType": "text", "dataSize": gigabytes}, CURRENT, BOAMPS_2024)
    assert (made["volume"], made["volumeUnit"], held) == (volume, unit, {})
    assert isinstance(made["volume"], int)


def test_a_size_that_no_unit_holds_is_rounded_and_told_or_left_out_where_it_would_be_another():
    made, held = entry("task.dataset", {"dataType": "text", "dataSize": 0.000689664}, CURRENT, BOAMPS_2024)
    assert (made["volume"], made["volumeUnit"]) == (690, "kilobyte")
    assert "690 kilobyte" in held["dataSize"]
    made, held = entry("task.dataset", {"dataType": "text", "dataSize": 1.4e-6}, CURRENT, BOAMPS_2024)
    assert made == {"dataType": "text"} and "kilobyte" in held["dataSize"]


@pytest.mark.parametrize("unit", ["kWh", "gigabyte", "gCO2eq/kWh", "petaFLOPS", 3])
@pytest.mark.parametrize("target", [CURRENT, ORANGE])
def test_amounts_in_units_of_another_kind_are_left_out(unit, target):
    volume = {"dataType": "image", "volume": 80, "volumeUnit": unit if unit != "gigabyte" else "kWh"}
    energy = {
        "version": "1",
        "powerConsumption": 80,
        "unit": unit if unit not in ("kWh", "petaFLOPS") else "gigabyte",
    }
    made = converted({"task": {"dataset": [volume]}, "measures": [energy]}, BOAMPS_2024, target).document
    assert made["measures"] == [{"version": "1"}]
    assert [*(made.get("task") or made)["dataset" if target == CURRENT else "datasets"][0].values()] == [
        "image"
    ]


@pytest.mark.parametrize("unit", [None, "gallon"])
def test_a_volume_without_a_known_unit_is_left_out(unit):
    made, held = entry(
        "task.dataset", {"owner": "me", "volume": 80, "volumeUnit": unit}, BOAMPS_2024, CURRENT
    )
    assert made == {"owner": "me"} and "unit" in held["volume"]


@pytest.mark.parametrize(
    ("number", "unit", "kwh"),
    [
        (351, "Wh", 0.351),
        (7, "kWh", 7),
        (0.5, "mWh", 5e-7),
        (2, "MWh", 2000),
        (1, "GWh", 10**6),
        (3600, "kJoule", 1),
        (3.6, "MJoule", 1.0),
        (1, "GJoule", 1e9 / 3.6e6),
        (1, "TJoule", 1e12 / 3.6e6),
        (36, "PJoule", 10**10),
        (1, "BTU", 1055.05585262 / 3.6e6),
    ],
)
def test_energies_are_told_in_kwh(number, unit, kwh):
    leaves = {"unit": unit, "powerConsumption": number, "powerCalibrationMeasurement": number}
    made, _ = entry("measures", leaves, BOAMPS_2024, CURRENT)
    assert made["powerConsumption"] == pytest.approx(kwh, rel=1e-15)
    assert made["powerCalibrationMeasurement"] == made["powerConsumption"]


def test_operations_are_no_energy():
    flops = {"measurementMethod": "flops-compute", "unit": "petaFLOPS", "powerConsumption": 3}
    energy = {"measurementMethod": "codecarbon", "unit": "Wh", "powerConsumption": 3}
    made = converted({"measures": [flops, energy]}, BOAMPS_2024, CURRENT)
    assert made.document["measures"] == [{"measurementMethod": "codecarbon", "powerConsumption": 0.003}]
    assert [(each.field, each.value) for each in made.held][:1] == [("measures[0]", flops)]
    made = converted({"measures": [flops]}, BOAMPS_2024, ORANGE)
    assert made.document["measures"] == [{"$$key": "flops-compute", "value": 3, "unit": "petaFLOPS"}]


def test_a_unit_that_the_target_has_stays_and_another_becomes_kwh():
    made, _ = entry("measures", {"unit": "Wh", "powerConsumption": 351}, BOAMPS_2024, ORANGE)
    assert made == {"value": 351, "unit": "Wh"}
    made, _ = entry("measures", {"unit": "mWh", "powerConsumption": 351}, BOAMPS_2024, ORANGE)
    assert made == {"value": 0.000351, "unit": "kWh"}


@pytest.mark.parametrize(
    ("words", "bits"),
    [
        ("fp32", 32),
        ("bf16", 16),
        ("b16", 16),
        ("int8", 8),
        ("q16", 16),
        ("nf4", 4),
        ("8-bit", 8),
        ("4 bits", 4),
    ],
)
def test_number_formats_that_say_their_bits(words, bits):
    made, _ = entry("task.algorithms", {"quantization": words}, CURRENT, BOAMPS_2024)
    assert made == {"quantization": bits}


@pytest.mark.parametrize("words", ["awq", "q4_k_m", "w8a8", "tf32", "fp8_e4m3", ""])
def test_number_formats_that_do_not(words):
    made, held = entry("task.algorithms", {"framework": "x", "quantization": words}, CURRENT, BOAMPS_2024)
    assert made == {"framework": "x"} and "quantization" in held


def test_bits_do_not_say_of_which_kind_the_numbers_are():
    made, _ = entry("task.algorithms", {"quantization": 16}, BOAMPS_2024, CURRENT)
    assert made == {"quantization": "16-bit"}
    for senseless in (0.0, -8, 1.58):
        made, held = entry("task.algorithms", {"quantization": senseless}, BOAMPS_2024, CURRENT)
        assert made is None and "bits" in held["quantization"]


@pytest.mark.parametrize(
    ("words", "count", "item"),
    [("(1347, 64)", 1347, [64]), ("(12, 1000)", 1000, [12]), ("150000 x 60 x 32", 150000, [60, 32])],
)
def test_the_shape_of_an_item_is_that_of_all_without_their_count(words, count, item):
    leaves = {"shape": words, "dataQuantity": count}
    made, _ = entry("task.dataset", leaves, CURRENT, BOAMPS_2024)
    assert made == {"items": count, "shape": item}
    made, _ = entry("task.dataset", leaves, CURRENT, ORANGE, "datasets")
    assert made == {"items": count, "itemsDimension": item}


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("(64, 64)", 64),
        ("(10, 20)", None),
        ("(10, 20)", 5),
        ("wide", 5),
        ("(5,)", 5),
        (f"(5, {'9' * 5000})", 5),
    ],
)
def test_a_shape_whose_count_is_not_known_is_left_out(words, count):
    leaves = {"owner": "me", "shape": words, **({"dataQuantity": count} if count else {})}
    made, held = entry("task.dataset", leaves, CURRENT, BOAMPS_2024)
    assert "shape" not in made and "shape" in held


@pytest.mark.parametrize(
    ("shape", "items", "words"),
    [
        ([60], 150000, "(150000, 60)"),
        ([60, 60, 32], 150000, "(150000, 60, 60, 32)"),
        ([20, 150000], 150000, "(20, 150000)"),
        ([224, 224, 3], 3, None),
        ([60], None, None),
        (["60"], 5, None),
    ],
)
def test_the_shape_of_all_is_that_of_an_item_with_their_count(shape, items, words):
    leaves = {"owner": "me", "shape": shape, **({"items": items} if items else {})}
    made, held = entry("task.dataset", leaves, BOAMPS_2024, CURRENT)
    assert made.get("shape") == words
    assert ("shape" in held) == (words is None)


def test_whole_numbers_are_no_rounded_ones():
    leaves = {"componentType": "ram", "nbComponent": 1, "memorySize": 23.54}
    made, held = entry("infrastructure.components", leaves, CURRENT, BOAMPS_2024)
    assert made == {"componentName": "ram", "nbComponent": 1} and "whole" in held["memorySize"]
    made, _ = entry("infrastructure.components", {**leaves, "memorySize": 32.0}, CURRENT, BOAMPS_2024)
    assert made["memorySize"] == 32 and isinstance(made["memorySize"], int)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("cpu", {"componentType": "cpu"}),
        ("GPU", {"componentType": "GPU"}),
        ("Tesla V100", {"componentName": "Tesla V100"}),
    ],
)
def test_what_2024_names_a_component_is_its_type_if_it_is_a_word_for_one(name, made):
    assert entry("infrastructure.components", {"componentName": name}, BOAMPS_2024, CURRENT)[0] == made


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("$other", "other"),
        ("public_cloud", "publicCloud"),
        ("PublicCloud", "publicCloud"),
        ("moon", None),
        (7, None),
    ],
)
def test_words_are_spelt_as_the_version_has_them(theirs, ours):
    made = converted({"infrastructure": {"infraType": theirs}}, BOAMPS_2024, CURRENT)
    assert made.document.get("infrastructure", {}).get("infraType") == ours
    back = converted({"infrastructure": {"infraType": "other"}}, CURRENT, BOAMPS_2024)
    assert back.document["infrastructure"]["infraType"] == "$other"


TRAINED = {"algorithmName": "svm", "trainingType": "supervisedLearning"}


@pytest.mark.parametrize(
    ("algorithms", "stage", "kind"),
    [
        ([TRAINED], "training", "supervisedLearning"),
        ([TRAINED, TRAINED], "training", "supervisedLearning"),
        ([TRAINED, {"algorithmName": "pca"}], "training", None),
        ([TRAINED, {**TRAINED, "trainingType": "unsupervisedLearning"}], "training", None),
        ([{"algorithmName": "svm"}], "preprocessing", "preprocessing"),
        ([{"algorithmName": "svm"}], "inference", None),
    ],
)
def test_the_type_of_a_task_is_the_kind_of_learning_of_all_its_algorithms(algorithms, stage, kind):
    made = converted({"task": {"taskStage": stage, "algorithms": algorithms}}, CURRENT, BOAMPS_2024)
    assert made.document["task"].get("taskType") == kind
    assert ("task.taskType is missing" in made.lacks) == (kind is None)


@pytest.mark.parametrize(
    ("algorithms", "stage", "kind", "told"),
    [
        (1, "training", "supervisedLearning", "supervisedLearning"),
        (1, "finetuning", "transferLearning", "transferLearning"),
        (2, "training", "supervisedLearning", None),
        (1, "inference", "supervisedLearning", None),
        (1, "training", "other", None),
    ],
)
def test_the_training_type_is_the_type_of_a_training_of_one_algorithm(algorithms, stage, kind, told):
    task = {"taskType": kind, "taskStage": stage, "algorithms": [{"algorithmName": "svm"}] * algorithms}
    made = converted({"task": task}, BOAMPS_2024, CURRENT)
    assert made.document["task"]["algorithms"][0].get("trainingType") == told
    assert ("task.taskType" in [held.field for held in made.held]) == (told is None)


@pytest.mark.parametrize(
    ("orange", "stage", "kind"),
    [
        ({"type": "supervised"}, "training", "supervisedLearning"),
        ({"type": "semisupervised"}, "training", "semiSupervisedLearning"),
        ({"type": "finetuning"}, "finetuning", None),
        ({"type": "inference"}, "inference", None),
        ({"type": "$other", "altType": "datacreation"}, "datacreation", "datacreation"),
    ],
)
def test_oranges_task_type_and_the_stage_say_the_same(orange, stage, kind):
    made = converted({"task": orange}, ORANGE, BOAMPS_2024).document["task"]
    assert (made["taskStage"], made.get("taskType")) == (stage, kind)
    assert converted({"task": made}, BOAMPS_2024, ORANGE).document["task"] == orange


@pytest.mark.parametrize(
    "orange", [{"type": "machine-learning"}, {"type": "$other", "altType": "evaluation"}, {"type": 3}]
)
def test_a_task_type_that_says_no_stage_is_left_out(orange):
    made = converted({"task": {**orange, "algorithms": [{"$$key": "svm"}]}}, ORANGE, CURRENT)
    assert "task.taskStage is missing" in made.lacks
    assert {held.field for held in made.held} == {f"task.{name}" for name in orange}


def test_a_training_whose_kind_is_not_said_has_no_type_for_orange():
    task = {"taskStage": "training", "algorithms": [{"algorithmName": "svm"}]}
    made = converted({"task": task}, CURRENT, ORANGE)
    assert "task.type is missing" in made.lacks


@pytest.mark.parametrize(
    ("stage", "properties", "usage"),
    [
        ("training", None, "input"),
        ("preprocessing+training", None, "input"),
        ("inference", None, None),
        ("inference", [{"nbRequest": 2}], "input"),
        ("inference", [], None),
        ("datacreation", None, None),
        (None, None, None),
    ],
)
def test_data_went_in_where_the_stage_leaves_no_doubt(stage, properties, usage):
    document = {
        "task": {"dataset": [{"dataType": "text", "inferenceProperties": properties}], "taskStage": stage}
    }
    made = converted(document, BOAMPS_2024, CURRENT).document
    assert made["task"]["dataset"][0].get("dataUsage") == usage


def test_what_came_out_has_no_place_in_a_list_of_what_is_worked_on():
    document = {
        "task": {
            "dataset": [
                {"dataUsage": "input", "dataType": "text"},
                {"dataUsage": "output", "dataType": "image"},
            ]
        }
    }
    made = converted(document, CURRENT, BOAMPS_2024)
    assert made.document["task"]["dataset"] == [{"dataType": "text"}]
    assert [(each.field, each.value) for each in made.held] == [
        ("task.dataset[1]", {"dataUsage": "output", "dataType": "image"})
    ]


def test_requests_and_their_tokens():
    task = {
        "taskStage": "inference",
        "nbRequest": 100,
        "dataset": [
            {"dataUsage": "input", "dataType": "text", "dataQuantity": 7, "owner": "me"},
            {"dataUsage": "input", "dataType": "token", "dataQuantity": 11},
            {"dataUsage": "output", "dataType": "token", "dataQuantity": 828},
            {"dataUsage": "output", "dataType": "word", "dataQuantity": 600},
        ],
    }
    made = converted({"task": task}, CURRENT, BOAMPS_2024)
    language = {"nbTokensInput": 11, "nbTokensOutput": 828, "nbWordsOutput": 600}
    properties = [{"nbRequest": 100, "parametersNLP": language}]
    assert made.document["task"]["dataset"] == [
        {"dataType": "text", "items": 7, "inferenceProperties": properties, "owner": "me"}
    ]
    assert made.held == ()
    back = converted(made.document, BOAMPS_2024, CURRENT).document["task"]
    assert (back["nbRequest"], back["dataset"]) == (100, task["dataset"])


def test_several_kinds_of_requests_do_not_add_up():
    properties = [{"nbRequest": 1}, {"nbRequest": 2, "parametersNLP": {"nbTokensInput": 3}}]
    document = {"task": {"dataset": [{"dataType": "text", "inferenceProperties": properties}]}}
    made = converted(document, BOAMPS_2024, CURRENT)
    assert "nbRequest" not in made.document["task"]
    assert [(each.field, each.value) for each in made.held] == [
        ("task.dataset[0].inferenceProperties", properties)
    ]


def test_what_else_2024_says_of_a_request_is_told():
    language = {"nbTokensInput": 3, "contextWindowsSize": 4096, "cache": False}
    document = {"task": {"dataset": [{"inferenceProperties": [{"nbRequest": 1, "parametersNLP": language}]}]}}
    made = converted(document, BOAMPS_2024, CURRENT)
    at = "task.dataset[0].inferenceProperties[0].parametersNLP"
    assert {each.field: each.value for each in made.held} == {
        f"{at}.contextWindowsSize": 4096,
        f"{at}.cache": False,
    }


def test_a_foundation_model_has_one_name_in_older_versions():
    made, _ = entry("task.algorithms", {"foundationModelName": "llama3.1-8b"}, CURRENT, BOAMPS_2024)
    assert made == {"algorithmName": "llama3.1-8b"}
    made, held = entry(
        "task.algorithms", {"algorithmName": "rag", "foundationModelName": "llama3.1-8b"}, CURRENT, ORANGE
    )
    assert made == {"$$key": "rag"} and "foundationModelName" in held


def test_a_search_is_a_tuning_method_and_what_fits_weights_is_not():
    assert entry("task.algorithms", {"optimizer": "gridSearch"}, CURRENT, BOAMPS_2024)[0] == {
        "hyperparameters": {"tuningMethod": "gridSearch"}
    }
    made, held = entry("task.algorithms", {"optimizer": "adam"}, CURRENT, BOAMPS_2024)
    assert made is None and "optimizer" in held
    method = {"hyperparameters": {"tuningMethod": "randomizedSearch"}}
    assert entry("task.algorithms", method, BOAMPS_2024, CURRENT)[0] == {"optimizer": "randomizedSearch"}


def test_observed_hyperparameters_fill_the_older_versions():
    document = {"task": {"algorithms": [{"algorithmName": "svm"}, {"algorithmName": "pca"}]}}
    values = {"C": 1.0, "kernel": "rbf", "class_weight": None}
    made = convert(document, CURRENT, BOAMPS_2024, evidence=observed(values))
    first, second = made.document["task"]["algorithms"]
    assert first["hyperparameters"]["values"] == [
        {"hyperparameterName": "C", "hyperparameterValue": "1.0"},
        {"hyperparameterName": "kernel", "hyperparameterValue": "rbf"},
        {"hyperparameterName": "class_weight", "hyperparameterValue": "None"},
    ]
    assert "hyperparameters" not in second
    made = convert(document, CURRENT, ORANGE, evidence=observed(values))
    assert made.document["task"]["algorithms"][0]["hyperparameters"] == values


def test_hyperparameters_of_another_algorithm_than_the_one_there_now_are_left_out():
    document = {"task": {"algorithms": [{"algorithmName": "pca", "classPath": "sklearn.decomposition.PCA"}]}}
    made = convert(document, CURRENT, BOAMPS_2024, evidence=observed({"C": 1.0}))
    assert made.document["task"]["algorithms"] == [document["task"]["algorithms"][0]]


def test_hyperparameters_that_were_changed_by_hand_stay_changed_on_the_way_there_and_back():
    document, evidence = {"task": {"algorithms": [{"algorithmName": "svm"}]}}, observed({"C": 1.0})
    first = convert(document, CURRENT, BOAMPS_2024, evidence=evidence)
    edited = json.loads(json.dumps(first.document))
    edited["task"]["algorithms"][0]["hyperparameters"]["values"][0]["hyperparameterValue"] = "9"
    back = convert(edited, BOAMPS_2024, CURRENT, steps=first.steps, evidence=evidence)
    again = convert(back.document, CURRENT, BOAMPS_2024, steps=back.steps, evidence=evidence)
    assert again.document == edited
    assert not [held for held in again.held if "kept" in held.why]


def test_hyperparameters_between_the_older_versions():
    listed = [{"hyperparameterName": "C", "hyperparameterValue": "1"}]
    made, _ = entry("task.algorithms", {"hyperparameters": {"values": listed}}, BOAMPS_2024, ORANGE)
    assert made == {"hyperparameters": {"C": "1"}}
    made, _ = entry("task.algorithms", made, ORANGE, BOAMPS_2024)
    assert made == {"hyperparameters": {"values": listed}}
    made, held = entry(
        "task.algorithms", {"hyperparameters": {"values": [*listed, *listed]}}, BOAMPS_2024, ORANGE
    )
    assert made is None and held["values"] == "has a name twice"


def test_orange_in_the_form_of_its_schema():
    document = {
        "datasets": [{"train": {"$$key": "image", "items": 3}, "test": {"$$key": "image", "items": 1}}],
        "infrastructure": {"shared": True, "parts": [{"a": {"$$key": "cpu", "items": 1}}]},
        "region": {
            "country": "France",
            "powerSourceCarbonIntensity": 0.056,
            "powerSourceCarbonIntensityUnit": "kgCO2eq/kWh",
        },
    }
    made = converted(document, ORANGE, CURRENT)
    assert [each["dataQuantity"] for each in made.document["task"]["dataset"]] == [3, 1]
    assert made.document["infrastructure"]["components"] == [{"componentType": "cpu", "nbComponent": 1}]
    assert made.document["environment"] == {"country": "France", "powerSourceCarbonIntensity": 56.0}
    told = {each.field: each.value for each in made.held}
    assert told == {
        "datasets[0].train": "train",
        "datasets[0].test": "test",
        "infrastructure.parts[0].a": "a",
        "infrastructure.shared": True,
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("codecarbon", "CodeCarbon"), ("wattmeter", "$Wattmeter"), ("pyrapl", "pyRAPL"), ("zeus", None)],
)
def test_meters_of_orange_are_an_enumeration(ours, theirs):
    made, held = entry("measures", {"measurementMethod": ours, "version": "1"}, CURRENT, ORANGE)
    assert made.get("$$key") == theirs
    assert ("measurementMethod" in held) == (theirs is None)
    if theirs:
        assert entry("measures", {"$$key": theirs}, ORANGE, CURRENT)[0] == {"measurementMethod": ours}


@pytest.mark.parametrize("unit", ["gCO2/kWh", None, 3])
def test_an_intensity_without_a_known_unit_is_left_out(unit):
    region = {"country": "UK", "powerSourceCarbonIntensity": 85, "powerSourceCarbonIntensityUnit": unit}
    made = converted({"environment": region}, ORANGE, CURRENT)
    assert made.document["environment"] == {"country": "UK"}


def test_a_value_that_its_own_version_refuses_is_told_and_not_carried_over():
    document = {"task": {"measuredAccuracy": 71, "taskFamily": ["a"]}, "system": {"os": {"name": "linux"}}}
    made = converted(document, BOAMPS_2024, CURRENT)
    assert {each.field for each in made.held} == {"task.measuredAccuracy", "task.taskFamily", "system.os"}
    assert made.document.keys() == {"header"}


def test_a_signature_does_not_survive():
    signature = {"hashAlgorithm": "SHA-256", "cryptographicAlgorithm": "EDDSA", "value": "AA=="}
    made = converted({"$hash": signature}, ORANGE, BOAMPS_2024)
    assert "$hash" not in made.document
    assert [(each.field, each.value) for each in made.held] == [("$hash", signature)]


def test_an_incomplete_result_is_a_draft_and_says_so():
    made = converted({"header": {"reportStatus": "final", "reportId": "1"}}, CURRENT, BOAMPS_2024)
    assert made.document["header"]["reportStatus"] == "draft"
    assert ("header.reportStatus", "final") in [(each.field, each.value) for each in made.held]
    assert "task is missing" in made.lacks


def test_what_was_changed_by_hand_stands_and_what_was_kept_for_it_is_told():
    document = {
        "task": {"taskFamily": "x", "taskDescription": "whole"},
        "measures": [{"powerConsumption": 1}],
    }
    there = converted(document, CURRENT, BOAMPS_2024)
    edited = {**there.document, "measures": [{"powerConsumption": 5, "unit": "Wh"}]}
    back = converted(edited, BOAMPS_2024, CURRENT, steps=there.steps)
    assert back.document["measures"] == [{"powerConsumption": 0.005}]
    assert back.document["task"]["taskDescription"] == "whole"
    edited["measures"] = [{"powerConsumption": 1, "unit": "kWh"}, *edited["measures"]]
    edited["task"] = {"taskFamily": "x", "taskStage": "training"}
    assert len(converted(edited, BOAMPS_2024, CURRENT, steps=there.steps).document["measures"]) == 2


def test_a_value_that_was_kept_is_told_where_another_stands_since():
    there = converted(
        {"task": {"dataset": [{"dataType": "text", "dataSize": 0.000689664}]}}, CURRENT, BOAMPS_2024
    )
    entry = there.document["task"]["dataset"][0]
    edited = {**there.document, "task": {"dataset": [{**entry, "volume": 700}]}}
    back = converted(edited, BOAMPS_2024, CURRENT, steps=there.steps)
    assert back.document["task"]["dataset"][0]["dataSize"] == 0.0007
    assert ("task.dataset[0].dataSize", 0.000689664) in [(each.field, each.value) for each in back.held]
