"""What holds of every rating, whatever the values."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from result_tables import rated_rows, with_mode, written

from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.schemes import made

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
METRICS = ("energy", "time", "accuracy")
MONOTONE = (
    *("optimistic median", "pessimistic median", "optimistic mean", "pessimistic mean", "rounded mean"),
    *("best", "worst"),
)
"""The majority is not among them: it can move from A to E when the runner-up letters meet in one."""


def scheme_of(against="none", mode="optimistic median", scale=1, quantiles=None, on_boundary="below"):
    """A scheme of three metrics on values in tenths, or in units that are `scale` times smaller."""
    raw = against == "none"
    rising, falling = [1.0, 2.0, 5.0, 10.0], [2.0, 1.0, 0.5, 0.25]
    metrics = [
        {
            "name": name,
            "title": name,
            "better": "higher" if name == "accuracy" else "lower",
            "weight": weight,
        }
        for name, weight in zip(METRICS, (0.5, 0.2, 0.3), strict=True)
    ]
    for metric in metrics if quantiles is None else ():
        if raw:
            metric["boundaries"] = [
                scale * b for b in (falling[::1] if metric["better"] == "higher" else rising)
            ]
        else:
            metric["boundaries"] = falling
    content = {
        "name": "s",
        "version": "1",
        "date": "2026-11-22",
        "group": ["group"],
        "needed": 3 if quantiles else 1,
        "index": {"against": against} | ({"reference": "reference"} if against == "reference" else {}),
        "boundaries": {"on_boundary": on_boundary} | ({"quantiles": quantiles} if quantiles else {}),
        "compound": {"mode": mode},
        "metrics": metrics,
    }
    return made(content, "s")


FROZEN = [scheme_of("none"), scheme_of("reference")]
QUANTILES = [0.8, 0.6, 0.4, 0.2]
ALL = [
    *FROZEN,
    scheme_of("best", quantiles=QUANTILES),
    scheme_of("best", "index mean", quantiles=QUANTILES, on_boundary="above"),
    scheme_of("none", quantiles=QUANTILES),
]
VALUE = (
    st.none() | st.sampled_from([0, 1, 2, 5, 10, 0.5, 0.25, -1]) | st.integers(1, 400).map(lambda n: n / 16)
)
RUN = st.fixed_dictionaries({name: VALUE for name in METRICS} | {"group": st.sampled_from("ab")})
RUNS = st.lists(RUN, min_size=1, max_size=12)
REFERENCES = [
    {"energy": 4, "time": 2, "accuracy": 0.5, "group": "a", "model": "reference"},
    {"energy": 8, "time": "", "accuracy": 0.25, "group": "b", "model": "reference"},
]


def rated(folder, runs, scheme):
    """What each run gets, the references after them left out: letters by metric, compound, uncovered weight."""
    rows = [{"model": f"m{place}", **run} for place, run in enumerate(runs)] + REFERENCES
    columns = ("model", "group", *METRICS)
    table = written(folder / "t.csv", [{name: row[name] for name in columns} for row in rows])
    return [
        (one["grade"], one["compound"], one["uncovered"], one["why_not"], one["row"]["model"])
        for one in rated_rows(table, scheme)
        if one["row"]["model"] != "reference"
    ]


def without_name(results):
    return [result[:-1] for result in results]


@FEW
@given(runs=RUNS, more=RUNS, scheme=st.sampled_from(FROZEN))
def test_adding_runs_never_changes_a_frozen_label(tmp_path, runs, more, scheme):
    assert rated(tmp_path, runs + more, scheme)[: len(runs)] == rated(tmp_path, runs, scheme)


@FEW
@given(runs=RUNS, scheme=st.sampled_from(ALL), data=st.data())
def test_the_order_of_rows_changes_nothing(tmp_path, runs, scheme, data):
    order = data.draw(st.permutations(range(len(runs))))
    straight = without_name(rated(tmp_path, runs, scheme))
    assert without_name(rated(tmp_path, [runs[place] for place in order], scheme)) == [
        straight[place] for place in order
    ]


@FEW
@given(runs=RUNS, scale=st.sampled_from([1000, 3600, 1024, 60]))
@pytest.mark.parametrize("against", ["none", "reference", "best"])
def test_other_units_change_nothing(tmp_path, runs, scale, against):
    """Values that are exact in both units, as those above are, for what rounds differently is another value."""
    scaled = [run | {name: run[name] and scale * run[name] for name in METRICS} for run in runs]
    if against == "none":
        smaller = scheme_of("none", scale=scale)
        assert rated(tmp_path, scaled, smaller) == rated(tmp_path, runs, scheme_of("none"))
        return
    scheme = scheme_of("best") if against == "best" else scheme_of("reference")
    before = rated(tmp_path, runs, scheme)
    originals = [dict(reference) for reference in REFERENCES]
    try:
        for reference in REFERENCES:
            reference.update({name: reference[name] and scale * reference[name] for name in METRICS})
        assert rated(tmp_path, scaled, scheme) == before
    finally:
        REFERENCES[:] = originals


@FEW
@given(
    run=RUN,
    better=st.fixed_dictionaries({name: st.integers(2, 64) for name in METRICS}),
    mode=st.sampled_from(MONOTONE),
)
@pytest.mark.parametrize("scheme", FROZEN, ids=["none", "reference"])
def test_better_in_every_metric_is_never_worse_in_letter(tmp_path, scheme, run, better, mode):
    improved = run | {
        name: run[name] and (run[name] * better[name] if name == "accuracy" else run[name] / better[name])
        for name in METRICS
    }
    (worse, compound, *_), (ours, improved_compound, *_) = rated(
        tmp_path, [run, improved], with_mode(scheme, mode)
    )
    for name in METRICS:
        assert (worse[name] == UNRATED) == (ours[name] == UNRATED)
        assert ours[name] <= worse[name]
    assert (compound == UNRATED) == (improved_compound == UNRATED)
    assert improved_compound <= compound


@FEW
@given(runs=RUNS, scheme=st.sampled_from(ALL))
def test_letters_are_earned_by_values_and_what_has_none_says_why(tmp_path, runs, scheme):
    weights = {metric.name: metric.weight for metric in scheme.metrics}
    for run, (grades, compound, uncovered, why_not, _) in zip(
        runs, rated(tmp_path, runs, scheme), strict=True
    ):
        for name in METRICS:
            assert (grades[name] == UNRATED) == bool(why_not[name])
            if not run[name] or run[name] <= 0:
                assert grades[name] == UNRATED
        assert math.isclose(
            uncovered, sum(w for name, w in weights.items() if grades[name] == UNRATED), abs_tol=1e-12
        )
        if all(grade == UNRATED for grade in grades.values()):
            assert compound == UNRATED


@FEW
@given(runs=RUNS, scheme=st.sampled_from(ALL))
def test_equal_runs_of_a_group_share_their_letters(tmp_path, runs, scheme):
    results = rated(tmp_path, runs + runs, scheme)
    assert without_name(results[: len(runs)]) == without_name(results[len(runs) :])
