"""What a report is filtered, sorted and counted by."""

import copy
import math

import pytest
from boamps_documents import full_document, valid_documents
from hypothesis import HealthCheck, given, settings
from public_reports import changed, of_version

from ai_power_export.registry.columns import BY_NAME, COLUMNS, as_words, columns_of, meant, words_of
from ai_power_export.report.format.boamps import FIELDS

RICH = (
    ("header.licensing", "CC-BY-4.0"),
    ("header.publisher.division", "research"),
    ("task.nbRequest", 12),
    ("task.algorithms.0.algorithmType", "neuralNetwork"),
    ("task.algorithms.0.trainingType", "supervisedLearning"),
    ("task.algorithms.0.foundationModelName", "llama3.1-8b"),
    ("task.algorithms.0.classPath", "torch.nn.Linear"),
    ("task.algorithms.0.optimizer", "adam"),
    ("task.algorithms.0.quantization", "fp16"),
    ("task.algorithms.0.epochsNumber", 3),
    ("task.taskStage", "training"),
    ("environment.powerSource", "wind"),
    ("infrastructure.infraType", "publicCloud"),
    ("infrastructure.cloudProvider", "gcp"),
    ("infrastructure.cloudInstance", "a2"),
)


def test_every_column_has_a_value_of_a_report_that_tells_all():
    values = columns_of(changed(1, *RICH))
    assert list(values) == [column.name for column in COLUMNS]
    assert [name for name, value in values.items() if value is None] == []


def test_paths_are_those_of_the_format():
    paths = {info.path for info in FIELDS}
    for column in COLUMNS:
        assert any(path == column.path or path.startswith(f"{column.path}.") for path in paths)


def test_says_what_the_report_says_in_one_spelling():
    values = columns_of(
        changed(
            1,
            *RICH,
            ("task.taskFamily", "image-classification"),
            ("environment.country", "France"),
            ("measures.0.powerConsumption", 0.6),
            ("task.dataset.0.dataQuantity", 1000),
            ("header.reportDatetime", "2026-10-05T08:00:00+02:00"),
        )
    )
    assert values["family"] == "imageClassification"
    assert values["country"] == "FRA"
    assert values["date"] == "2026-10-05 06:00:00"
    assert values["energy"] == 0.6
    assert values["functional_unit"] == "sample and epoch"
    assert values["functional_count"] == 3000
    assert values["energy_per_unit"] == 0.6 / 3000
    assert words_of(values["gpu"]) == ["NVIDIA A100-SXM4-80GB"]
    assert words_of(values["cpu"]) == ["AMD EPYC 7763 (64 cores)"]


def test_two_measures_by_one_method_have_no_energy():
    document = changed(1)
    document["measures"].append(copy.deepcopy(document["measures"][0]))
    values = columns_of(document)
    assert values["energy"] is None and values["energy_per_unit"] is None and values["duration"] is None


@pytest.mark.parametrize("version", ["boamps-2024", "orange-0.0.1"])
def test_older_versions_say_the_same(version):
    document, current = of_version(version, 7), columns_of(changed(7))
    values = columns_of(document)
    assert values["format_version"] == version
    for name in ("report_id", "publisher", "project", "date", "energy", "country", "algorithm", "framework"):
        assert values[name] == current[name], name
    # That the current version asks for more than an older one makes no draft of the report.
    assert values["status"] == document["header"]["reportStatus"] == "final"


def test_energy_in_another_unit_is_told_in_kwh():
    document = of_version("boamps-2024", 7)
    document["measures"][0] |= {"unit": "Wh", "powerConsumption": 250}
    assert columns_of(document)["energy"] == 0.25
    document["measures"][0] |= {"unit": "teraFLOPS"}
    assert columns_of(document)["energy"] is None


def test_what_no_database_holds_is_no_value():
    for text in ("a\0b", "half \ud800", "x" * 1001, "unit\x1fseparator"):
        document = changed(1, ("header.publisher.name", text), ("task.algorithms.0.algorithmName", text))
        values = columns_of(document)
        assert values["publisher"] is None and values["algorithm"] is None


def test_words_are_a_set():
    assert as_words(["b", "a", "b"]) == as_words(["a", "b"]) != as_words(["ab"])
    assert words_of(as_words(["b", "a c"])) == ["a c", "b"]


def test_what_is_asked_for_is_spelt_as_the_column():
    assert meant(BY_NAME["country"], "Germany") == meant(BY_NAME["country"], "de") == "DEU"
    assert meant(BY_NAME["stage"], "Fine-tuning") == "finetuning"
    assert meant(BY_NAME["country"], "Atlantis") == "Atlantis"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(valid_documents)
def test_any_valid_report_has_plain_values(document):
    for name, value in columns_of(document).items():
        if BY_NAME[name].is_number:
            assert value is None or (isinstance(value, float) and math.isfinite(value)), name
        else:
            assert value is None or (value and "\0" not in value and value.encode()), name


def test_any_full_report_has_an_energy():
    assert columns_of(full_document())["energy"] == 0.5
