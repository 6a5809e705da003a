import pytest

from ai_power_export.report.checks.finding import Finding, in_order
from ai_power_export.report.checks.structure import structure_findings
from ai_power_export.report.format.boamps import FIELDS


def problems(document) -> list[Finding]:
    return list(in_order(structure_findings(document)))


def document(**changes) -> dict:
    return {
        "task": {
            "taskStage": "training",
            "taskFamily": "classification",
            "algorithms": [{"algorithmName": "randomForest"}],
            "dataset": [{"dataUsage": "input", "dataType": "tabular"}],
        },
        "measures": [{"measurementMethod": "codecarbon", "powerConsumption": 0.25}],
        "infrastructure": {"infraType": "other", "components": [{"componentType": "cpu", "nbComponent": 1}]},
        **changes,
    }


def test_a_valid_document_has_no_problems():
    assert problems(document()) == []


def test_an_empty_document_lacks_each_required_part():
    assert [(problem.path, problem.what) for problem in problems({})] == [
        ("infrastructure", "is missing"),
        ("measures", "is missing"),
        ("task", "is missing"),
    ]


def test_a_missing_key_is_named_by_its_own_path_and_described():
    broken = document()
    del broken["task"]["taskFamily"]
    family = next(field for field in FIELDS if field.path == "task.taskFamily")
    assert problems(broken) == [
        Finding("task.taskFamily", "is missing", f"add it: {family.description}", "error", "missing-field")
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"quality": "High"},
            "quality: is 'High', none of the values allowed (use one of high, medium, low)",
        ),
        ({"quality": None}, "quality: is null, none of the values allowed (use one of high, medium, low)"),
        (
            {"measures": []},
            "measures: is empty (give at least one: measures of the energy that the task used)",
        ),
        (
            {"measures": [{"measurementMethod": "codecarbon", "powerConsumption": "0.3"}]},
            "measures[0].powerConsumption: is '0.3', not a number "
            "(give a number: energy that the task used, in kWh)",
        ),
        (
            {"measures": [{"measurementMethod": "a", "powerConsumption": float("nan")}]},
            "measures[0].powerConsumption: is nan, not a number "
            "(give a number: energy that the task used, in kWh)",
        ),
        (
            {
                "infrastructure": {
                    "infraType": "other",
                    "components": [{"componentType": "cpu", "nbComponent": 2.0}],
                }
            },
            "infrastructure.components[0].nbComponent: is 2.0, not an integer such as 2 "
            "(give an integer such as 2: count of such components; one RAM of 32 GB counts as 1)",
        ),
        (
            {"environment": {"country": True}},
            "environment.country: is true, not a text (give a text: country where the machine stands)",
        ),
    ],
)
def test_each_problem_is_one_line_with_its_remedy(changes, line):
    assert [str(problem) for problem in problems(document(**changes))] == [line]


def test_a_share_out_of_range_is_told_its_range():
    component = {"componentType": "cpu", "nbComponent": 1, "share": 80}
    [problem] = problems(document(infrastructure={"infraType": "other", "components": [component]}))
    assert (problem.path, problem.what) == ("infrastructure.components[0].share", "is 80, not from 0 to 1")


def test_of_many_choices_the_nearest_are_offered():
    broken = document()
    broken["task"]["dataset"][0]["dataFormat"] = "Parket"
    [problem] = problems(broken)
    assert problem.mend == "use one of parquet, ..."


def test_a_long_value_is_shown_short():
    [problem] = problems(document(quality="x" * 10_000))
    assert len(str(problem)) < 200


def test_problems_are_sorted_by_place_and_told_once():
    paths = [problem.path for problem in problems(document(measures=[{}] * 11, task=3))]
    measures = [
        f"measures[{i}].{key}" for i in range(11) for key in ("measurementMethod", "powerConsumption")
    ]
    assert paths == [*measures, "task"]


def test_what_is_no_object_at_all_is_one_problem():
    assert [(problem.path, problem.what) for problem in problems([])] == [("report", "is [], not an object")]
