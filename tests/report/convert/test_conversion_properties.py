"""What holds of conversions of all documents: there and back is the same, and nothing is lost in silence."""

import json
import re
from fractions import Fraction

import pytest
from boamps_documents import mutated_documents, valid_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from official_boamps import official_validator
from version_documents import documents

from ai_power_export.report.convert.content import plain_leaves
from ai_power_export.report.convert.conversion import Step, convert
from ai_power_export.report.convert.writing import form_written, refusals
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, NAMES, ORANGE

DIRECTIONS = [(source, target) for source in NAMES for target in NAMES if source != target]
JOULES = {
    "mWh": Fraction(36, 10),
    "Wh": 3600,
    "kWh": 3_600_000,
    "MWh": 3_600_000_000,
    "GWh": 3_600_000_000_000,
    "kJoule": 10**3,
    "MJoule": 10**6,
    "GJoule": 10**9,
    "TJoule": 10**12,
    "PJoule": 10**15,
    "BTU": Fraction("1055.05585262"),
}


def examples(count: int) -> settings:
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def stored(steps):
    """Steps as they come back from a file."""
    return tuple(Step.from_json(json.loads(json.dumps(step.to_json()))) for step in steps)


@pytest.mark.slow
@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
@examples(30)
@given(data=st.data())
def test_there_and_back_is_the_same_document(source, target, data):
    document = data.draw(documents(source))
    there = convert(document, source, target)
    back = convert(there.document, target, source, steps=stored(there.steps))
    assert json.dumps(back.document, sort_keys=True) == json.dumps(document, sort_keys=True)
    again = convert(back.document, source, target, steps=stored(back.steps))
    assert again.document == there.document


@pytest.mark.slow
@examples(15)
@given(document=valid_documents | mutated_documents())
@pytest.mark.parametrize("target", [BOAMPS_2024, ORANGE])
def test_there_and_back_with_documents_of_any_text_and_number(target, document):
    there = convert(document, CURRENT, target)
    assert convert(there.document, target, CURRENT, steps=stored(there.steps)).document == document


@examples(30)
@given(document=documents(CURRENT))
def test_the_way_over_two_versions_leads_back(document):
    first = convert(document, CURRENT, BOAMPS_2024)
    second = convert(first.document, BOAMPS_2024, ORANGE, steps=stored(first.steps))
    back = convert(second.document, ORANGE, CURRENT, steps=stored(second.steps))
    assert back.document == document


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
@examples(30)
@given(data=st.data())
def test_the_version_refuses_nothing_but_what_is_missing(source, target, data):
    made = convert(data.draw(documents(source)), source, target)
    assert all(lacks for _, lacks in refusals(made.document, target, form_written(target)))
    if made.lacks:
        assert made.document["header"]["reportStatus"] == "draft"


@pytest.mark.parametrize(("source", "target"), [pair for pair in DIRECTIONS if pair[1] != ORANGE])
@examples(25)
@given(data=st.data())
def test_the_official_schema_refuses_nothing_but_what_is_missing(source, target, data):
    """Orange's takes no data set that is not a whole report."""
    made = convert(data.draw(documents(source)), source, target)
    errors = [*official_validator(target).iter_errors(made.document)]
    assert {error.validator for error in errors} <= {"required"}
    assert bool(errors) == bool(made.lacks)


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
@examples(30)
@given(data=st.data())
def test_nothing_is_dropped_in_silence(source, target, data):
    """Each value of the source is told to have no place, or stands in the result, or follows from it by a rule."""
    document = data.draw(documents(source))
    made = convert(document, source, target)
    told = [held.path for held in made.held]
    found = said_in(made.document)
    for path, value in plain_leaves(document):
        name = next(key for key in reversed(path) if isinstance(key, str))
        is_told = any(path[: len(each)] == each for each in told)
        assert is_told or follows(path, value) or spelt(value) in found or is_amount(name), (path, value)
    amounts = [*amounts_in(document, told)]
    there = [*amounts_in(made.document, [])]
    for unit, amount in amounts:
        assert any(unit == other and abs(amount - each) <= abs(amount) / 10**12 for other, each in there), (
            amount
        )


def follows(path, value) -> bool:
    """Values that the other version says by a rule, not by a value of its own."""
    if path[:2] in {("header", "formatVersion"), ("header", "formatVersionSpecificationUri")}:
        return True  # each document declares its own version
    name = next(key for key in reversed(path) if isinstance(key, str))
    if name == "dataUsage":
        return value == "input"  # older versions list the data sets that went in
    if name in ("type", "taskStage", "taskType", "trainingType"):
        return True  # `test_rules.py` has each of them
    if name != path[-1] or ("hyperparameters" in path[:-2] and "values" not in path):
        return True  # parts of lists and of hyperparameters stand in texts
    # Dimensions stand in a text, or without the count; types of data that are counts of a query are its keys.
    return name in ("shape", "itemsDimension") or (name == "dataType" and value in ("token", "word"))


def said_in(document) -> set[str]:
    """The values of a document, and its keys, which may be names of hyperparameters; spelt alike."""
    leaves = [*plain_leaves(document)]
    return {spelt(value) for _, value in leaves} | {spelt(key) for path, _ in leaves for key in path}


def spelt(value) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(Fraction(repr(value)))
    match = re.fullmatch(r"(?:fp|int)?(\d+)(?:-bit)?", value)
    return match[1] if match else re.sub(r"[$_ .-]", "", value.lower())


AMOUNTS = {
    "powerConsumption": "unit",
    "powerCalibrationMeasurement": "unit",
    "value": "unit",
    "volume": "volumeUnit",
    "dataSize": "",
    "powerSourceCarbonIntensity": "powerSourceCarbonIntensityUnit",
}
IMPLIED = {"dataSize": "gigabyte", "powerSourceCarbonIntensity": "gCO2eq/kWh"}
BASE = {
    **{unit: ("J", factor) for unit, factor in JOULES.items()},
    **{
        unit: ("B", 1000 ** (power + 1))
        for power, unit in enumerate(
            f"{prefix}byte" for prefix in ("kilo", "mega", "giga", "tera", "peta", "exa", "zetta", "yotta")
        )
    },
    "gCO2eq/kWh": ("g", 1),
    "kgCO2eq/kWh": ("g", 1000),
}


def is_amount(name: str) -> bool:
    return name in AMOUNTS or name in AMOUNTS.values()


def amounts_in(node, told, path=()):
    """The amounts of a document that are not told to have no place, as (base unit, amount)."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        at = (*path, key)
        if any(at[: len(each)] == each for each in told):
            continue
        if isinstance(value, (dict, list)):
            yield from amounts_in(value, told, at)
        elif key in AMOUNTS and isinstance(node, dict) and type(value) in (int, float):
            unit = node.get(AMOUNTS[key]) or IMPLIED.get(key, "kWh")
            base, factor = BASE.get(unit, (unit, 1)) if isinstance(unit, str) else ("?", 1)
            yield base, Fraction(repr(value)) * factor


@examples(30)
@given(
    number=st.integers(0, 10**12) | st.floats(1e-12, 1e12),
    unit=st.sampled_from(sorted(JOULES)),
    target=st.sampled_from([CURRENT, ORANGE]),
)
def test_energy_is_preserved(number, unit, target):
    document = {"measures": [{"measurementMethod": "codecarbon", "unit": unit, "powerConsumption": number}]}
    made = convert(document, BOAMPS_2024, target).document
    (entry,) = made["measures"]
    told = entry.get("powerConsumption", entry.get("value"))
    joules = Fraction(repr(number)) * JOULES[unit]
    assert abs(Fraction(repr(told)) * JOULES[entry.get("unit", "kWh")] - joules) <= joules / 10**12
