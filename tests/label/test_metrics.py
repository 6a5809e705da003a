"""The metrics of a report, and the functional unit that its energy is counted by."""

import pytest
from labelled_reports import inference, report
from putting import DROP

from ai_power_export.errors import BadInput
from ai_power_export.label.amounts import factor
from ai_power_export.label.metrics import measured_of


def test_training_is_counted_by_sample_and_epoch():
    measured = measured_of(report())
    assert (measured.unit.name, measured.unit.count) == ("sample and epoch", 10_000)
    assert measured.values["energy"] == pytest.approx(1e-5)
    assert measured.values["time"] == pytest.approx(0.06)
    assert measured.values["run_energy"] == 0.1
    assert measured.values["parameters"] == 0.0256


def test_a_forest_knows_no_epochs():
    changes = {"task.algorithms": [{"algorithmType": "treeEnsemble", "algorithmName": "randomForest"}]}
    assert measured_of(report(changes)).unit.name == "sample"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"task.algorithms.0.epochsNumber": DROP}, "epochs"),
        ({"task.algorithms": [{"algorithmType": "something new"}]}, "epochs"),
        ({"task.algorithms.0.optimizer": "gridSearch"}, "search"),
        ({"task.dataset.0.dataQuantity": DROP}, "samples"),
        ({"task.dataset.0.dataQuantity": 0}, "samples"),
        ({"task.taskStage": "training+inference"}, "several stages"),
        ({"task.taskStage": "preprocessing"}, "preprocessing"),
        ({"task.taskStage": "inference"}, "nbRequest"),
    ],
)
def test_without_what_it_needs_there_is_no_functional_unit_and_no_energy_by_it(changes, reason):
    measured = measured_of(report(changes))
    assert measured.unit.name == ""
    assert reason in measured.why_not["energy"]
    assert measured.why_not["energy"].startswith("no functional unit: ")
    assert "energy" not in measured.values
    assert measured.values["run_energy"] == 0.1


def test_inputs_of_different_numbers_are_no_samples():
    data = [{"dataUsage": "input", "dataType": "image", "dataQuantity": count} for count in (10, 20)]
    assert measured_of(report({"task.dataset": data})).unit.name == ""
    data[1]["dataQuantity"] = 10
    assert measured_of(report({"task.dataset": data})).unit.count == 100


@pytest.mark.parametrize(
    ("changes", "name", "count"),
    [
        ({}, "token", 500),
        ({"task.dataset.1.dataType": "image"}, "image", 500),
        ({"task.dataset.1.dataType": "text"}, "request", 10),
        ({"task.dataset.1.dataQuantity": DROP}, "request", 10),
        ({"task.taskFamily": "textClassification", "task.dataset.1.dataType": "word"}, "token", 200),
        ({"task.dataset": [{"dataUsage": "input", "dataType": "image", "dataQuantity": 8}]}, "image", 80),
        ({"task.dataset": [{"dataUsage": "input", "dataType": "tabular", "dataQuantity": 8}]}, "sample", 80),
        ({"task.dataset": [{"dataUsage": "input", "dataType": "tabular"}]}, "request", 10),
    ],
)
def test_inference_is_counted_by_what_a_request_is_made_of(changes, name, count):
    unit = measured_of(inference(changes)).unit
    assert (unit.name, unit.count) == (name, count)


@pytest.mark.parametrize(("wanted", "count"), [("request", 10), ("second", 600), ("token", 500)])
def test_a_scheme_may_ask_for_another_unit(wanted, count):
    assert measured_of(inference(), wanted).unit.count == count


def test_a_unit_that_the_report_does_not_count_is_none():
    measured = measured_of(inference(), "image")
    assert measured.why_not["energy"] == "no functional unit: the report counts no image"


def test_of_several_meters_the_one_that_saw_most_counts():
    meters = [{"measurementMethod": name, "powerConsumption": kwh} for name, kwh in (("a", 0.1), ("b", 0.2))]
    assert measured_of(report(measures=meters)).values["run_energy"] == 0.2
    meters[1]["measurementMethod"] = "A"
    measured = measured_of(report(measures=meters))
    assert "run_energy" not in measured.values
    assert "two measures" in measured.why_not["energy"]


def test_quality_is_the_error_and_none_is_the_worst():
    assert [measured_of(report(quality=each)).error for each in ("high", "medium", "low")] == [0.1, 0.25, 0.5]
    assert measured_of(report(quality=DROP)).error == 0.5


def test_a_unit_that_a_metric_cannot_have_is_refused_in_one_line():
    with pytest.raises(BadInput, match="'kg' is no unit of energy"):
        factor("energy", "kg")
    with pytest.raises(BadInput, match="no report has the metric 'gflops'"):
        factor("gflops", "GFLOP")
