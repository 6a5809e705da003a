"""No document makes a check of meaning fail, and none takes it long."""

import time

import pytest
from boamps_documents import JSON, full_document, mutated_documents, valid_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sound_report import BOAMPS_2024, CURRENT, NOW, ORANGE, changed

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning import meaning_findings
from ai_power_export.report.format.versions import NAMES

ODD = st.sampled_from(
    [None, True, "", " ", "x" * 300, [], {}, [[]], [{}], [None], float("nan"), float("inf"), -float("inf"),
     0, -1, 0.5, 10**400, -(10**400), 5e-324, 1e308, "0000-00-00 00:00:00", "9999-12-31 23:59:60",
     "0001-01-01 00:00:00", "2026-01-01 24:00:00", "2026-01-01T00:00:00+99:99", "\ud800", "\u0661\u0662\u0663\u0664-01-01"]
)  # fmt: skip
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _found(document, version):
    findings = list(meaning_findings(document, version, NOW))
    assert all(isinstance(each, Finding) and str(each) for each in findings)
    return findings


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(document=JSON | valid_documents | mutated_documents(), version=st.sampled_from(NAMES))
def test_a_document_of_any_shape_is_checked(document, version):
    _found(document, version)


def _places(node, path=""):
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield f"{path}.{key}".lstrip(".")
        yield from _places(value, f"{path}.{key}")


PLACES = [
    (document, version, place)
    for document, version in (
        (CURRENT, "boamps"),
        (full_document(), "boamps"),
        (BOAMPS_2024, "boamps-2024"),
        (ORANGE, "orange-0.0.1"),
    )
    for place in _places(document)
]


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(where=st.sampled_from(PLACES), value=ODD | JSON)
def test_any_value_may_stand_anywhere(where, value):
    document, version, place = where
    _found(changed(document, place, value), version)


def _deep(levels):
    document: dict = {"measures": []}
    for _ in range(levels):
        document = {"task": document, "a": [""]}
    return document


LARGE = {
    "many components": lambda n: {
        "infrastructure": {"components": [{"componentType": "cpu", "nbComponent": 1, "componentName": "i7"}] * n}
    },
    "many measures": lambda n: {
        "measures": [{"powerConsumption": 1, "measurementDuration": 9, "measurementMethod": "codecarbn"}] * n,
        "infrastructure": {"components": [{"componentType": "cpu", "nbComponent": 1}] * n},
    },
    "many texts": lambda n: {"header": {f"x{i}": "TODO" for i in range(n)}},
    "many data sets": lambda n: {"task": {"dataset": [{"shape": [0], "dataSize": -1}] * n}},
    "a long text": lambda n: {"task": {"taskStage": "a+" * n, "taskFamily": "1 x " * n}},
    "long names": lambda n: {
        "environment": {"country": "ab " * n},
        "system": {"os": "a-1" + "." * n + "!"},
        "infrastructure": {"components": [{"componentType": "gpu", "nbComponent": 1, "componentName": "2 x " * n}]},
        "task": {"algorithms": [{"foundationModelName": "7x" * n, "parametersNumber": 1, "algorithmUri": "a." * n}]},
    },
    "deep": _deep,
}  # fmt: skip


def _seconds(document):
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        for _ in meaning_findings(document, "boamps", NOW):
            pass
        best = min(best, time.perf_counter() - begin)
    return best


@pytest.mark.parametrize("what", LARGE)
def test_it_takes_no_more_than_its_share_of_time(what):
    """Eight times as much takes some eight times as long, not sixty-four."""
    make = LARGE[what]
    small = _seconds(make(300))
    assert _seconds(make(2400)) < 24 * max(small, 0.002)
