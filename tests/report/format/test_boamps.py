import pytest
from official_boamps import official_folder, read
from pydantic import ValidationError

from ai_power_export.report.format.boamps import FIELDS, Component, Header, Measure, Report


def minimal() -> dict:
    return {
        "task": {
            "taskStage": "training",
            "taskFamily": "classification",
            "algorithms": [{}],
            "dataset": [{"dataUsage": "input", "dataType": "tabular"}],
        },
        "measures": [{"measurementMethod": "codecarbon", "powerConsumption": 0.25}],
        "infrastructure": {"infraType": "other", "components": [{"componentType": "cpu", "nbComponent": 1}]},
    }


def test_there_are_77_fields():
    assert len(FIELDS) == 77


def test_the_official_sample_goes_in_and_comes_out_unchanged():
    sample = read(official_folder() / "examples" / "boamps-llm-inference.json")
    assert Report.of_document(sample).to_document() == sample


def test_unknown_keys_are_kept_even_with_null():
    document = {**minimal(), "note": None, "extra": {"deep": [None, 1]}}
    document["task"]["colour"] = "green"
    assert Report.of_document(document).to_document() == document


def test_integers_stay_integers():
    measure = Measure(measurement_method="wattmeter", power_consumption=13)
    assert repr(measure.to_document()["powerConsumption"]) == "13"


def test_python_names_build_a_document_with_the_formats_names():
    header = Header(report_datetime="2026-01-02 03:04:05", format_version="0.1")
    assert header.to_document() == {"reportDatetime": "2026-01-02 03:04:05", "formatVersion": "0.1"}
    assert header.licensing is None


@pytest.mark.parametrize("count", [1.0, True, "1", None])
def test_a_count_is_an_integer_and_nothing_that_looks_like_one(count):
    with pytest.raises(ValidationError):
        Component(component_type="cpu", nb_component=count)


@pytest.mark.parametrize("energy", [float("nan"), float("inf"), True, "0.2", None])
def test_energy_is_a_finite_number(energy):
    with pytest.raises(ValidationError):
        Measure(measurement_method="codecarbon", power_consumption=energy)


def test_an_explicit_null_is_refused():
    with pytest.raises(ValidationError):
        Header.of_document({"reportDatetime": "2026-01-02 03:04:05", "licensing": None})


def test_a_document_has_the_formats_names_alone():
    document = {**minimal(), "task": {**minimal()["task"], "task_description": 7}}
    assert Report.of_document(document).to_document() == document
    del document["task"]["taskFamily"]
    document["task"]["task_family"] = "classification"
    with pytest.raises(ValidationError, match="taskFamily"):
        Report.of_document(document)
