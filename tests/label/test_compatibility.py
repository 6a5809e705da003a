"""The letters of the systems before: ELEx's cell by cell, STREP's and GAISSALabel's by their formulas."""

import csv
import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from result_tables import elex_table, rated_rows, with_mode, written

from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.index import MISSING, RATED, ZERO
from ai_power_export.label.rated import LETTERS
from ai_power_export.label.rules import MODES
from ai_power_export.label.schemes import load

TABLES = {"elex-imagenet": "imagenet-reference-mode", "elex-sklearn": "sklearn-reference-mode"}
ELEX_MODES = MODES[:7]
LISTED = Path(__file__).with_name("elex_faults.csv")
"""Each cell of ELEx's tables that we rate otherwise, and the fault of ELEx that is the reason."""


def elex_cells(name, *, as_published):
    """Each cell of a table of ELEx that a rating decides: who and which, theirs, ours, and the rated row."""
    table, scheme = elex_table(TABLES[name]), load(name)
    scheme = scheme.published() if as_published else scheme
    for mode in ELEX_MODES:
        rated_in_mode = with_mode(scheme, mode)
        for rated in rated_rows(table, rated_in_mode):
            row, compound = rated["row"], rated["compound"]
            who = (name, row["task"], row.get("dataset", ""), row["environment"], row["model"])
            theirs = row["compound_" + mode.replace(" ", "_")]
            yield (*who, f"{mode} compound"), theirs, letter(compound), rated
            if mode == ELEX_MODES[0]:
                yield from metric_cells(who, scheme, rated)


def metric_cells(who, scheme, rated):
    for metric in scheme.rated_metrics:
        column, index = metric.in_table, rated["index"][metric.name]
        theirs = number(rated["row"][f"{column}_index"])
        yield (*who, f"{column} index"), theirs, None if math.isnan(index) else index, rated
        theirs = number(rated["row"][f"{column}_rating"])
        yield (*who, f"{column} rating"), letter(theirs), letter(rated["grade"][metric.name]), rated


def number(cell):
    return float(cell) if cell else None


def letter(grade):
    return None if grade in (None, UNRATED) else LETTERS[int(grade)]


@pytest.mark.parametrize(
    ("name", "cells"), [("elex-imagenet", 232 * (2 * 11 + 7)), ("elex-sklearn", 196 * (2 * 12 + 7))]
)
def test_every_cell_of_elex_where_its_faults_are_kept(name, cells):
    compared = list(elex_cells(name, as_published=True))
    assert [cell[:3] for cell in compared if cell[1] != cell[2]] == []
    assert len(compared) == cells


def fault_of(scheme, rated, metric):
    """The fault of ELEx that a metric of a row shows, or None."""
    why_not, cell = rated["why_not"][metric.name], rated["row"][metric.in_table]
    if why_not == MISSING and not cell:
        return "missing is E"
    if why_not == ZERO and float(cell) == 0:
        return "zero is E"
    if rated["index"][metric.name] > 10_000:
        return "above 10,000 is E"
    return None


def differing(name):
    """The cells of a table that we rate otherwise: who and which, theirs, ours, and the faults that are why."""
    scheme = load(name)
    for (*who, which), theirs, ours, rated in elex_cells(name, as_published=False):
        if theirs != ours:
            metrics = [m for m in scheme.rated_metrics if which.startswith(f"{m.in_table} ")]
            counting = metrics or [m for m in scheme.rated_metrics if m.weight]
            faults = sorted({fault_of(scheme, rated, metric) for metric in counting} - {None})
            cells = (*who, which, theirs, ours, " and ".join(faults))
            yield tuple("" if cell is None else str(cell) for cell in cells)


@pytest.mark.parametrize("name", TABLES)
def test_cells_that_differ_from_elex_are_listed_with_the_fault_that_is_the_reason(name):
    with LISTED.open(encoding="utf-8", newline="") as file:
        listed = [tuple(row) for row in csv.reader(file) if row[0] == name]
    assert sorted(differing(name)) == sorted(listed)
    assert all(reason for *_, reason in listed)


def strep(rows, scheme):
    """STREP's best mode written out by its formulas, faults and all, for tables whose groups are (task, environment)."""
    shares = scheme.boundaries.quantiles
    groups = {}
    for row in rows:
        groups.setdefault((row["task"], row["environment"]), []).append(row)
    grades, compounds = {}, {}
    with np.errstate(all="ignore"):
        for key, members in groups.items():
            means, total = np.zeros(len(members)), 0.0
            for metric in scheme.rated_metrics:
                values = np.array([float(row[metric.name] or "nan") for row in members])
                if metric.stage not in ("", key[0]) or np.isnan(values).all():
                    total += metric.weight if metric.stage in ("", key[0]) else 0
                    continue
                best = np.nanmax(values) if metric.higher_is_better else np.nanmin(values)
                index = values / best if metric.higher_is_better else best / values
                known = index[~np.isnan(index)]
                total += metric.weight
                means += metric.weight * np.nan_to_num(index)
                if len(known):
                    for row, grade in zip(
                        members, np.digitize(index, np.quantile(known, shares)), strict=True
                    ):
                        grades[(*key, row["model"]), metric.name] = int(grade)
            means /= total
            for row, grade in zip(members, np.digitize(means, np.quantile(means, shares)), strict=True):
                compounds[(*key, row["model"])] = int(grade)
    return grades, compounds


def test_strep_with_its_faults_is_its_formulas():
    scheme, table = load("strep-imagenet"), elex_table("imagenet-reference-mode")
    rated = list(rated_rows(table, scheme.published()))
    grades, compounds = strep([row["row"] for row in rated], scheme)
    missing_as_a = 0
    for one in rated:
        who = (one["row"]["task"], one["row"]["environment"], one["row"]["model"])
        assert one["compound"] == compounds[who]
        for name, grade in one["grade"].items():
            assert grade == grades.get((who, name), UNRATED)
            stage = scheme.metric(name).stage
            missing_as_a += grade == 0 and not one["row"][name] and stage in ("", one["row"]["task"])
    assert missing_as_a == 34, "34 of 34 missing cells are rated A"


def test_strep_without_its_faults_rates_nothing_that_is_missing_and_no_group_that_is_too_small_or_alike():
    scheme, table = load("strep-imagenet"), elex_table("imagenet-reference-mode")
    sizes = Counter()
    rated = list(rated_rows(table, scheme))
    for one in rated:
        sizes[one["row"]["task"], one["row"]["environment"]] += 1
    for one in rated:
        members = sizes[one["row"]["task"], one["row"]["environment"]]
        assert (one["compound"] == UNRATED) == (members < scheme.needed)
        for name, grade in one["grade"].items():
            if not one["row"][name] or float(one["row"][name]) == 0 or members < scheme.needed:
                assert grade == UNRATED
            assert (grade == UNRATED) == (one["why_not"][name] != RATED)


def runs_of(values, **others):
    return [
        {"task": "t", "environment": "e", "model": f"m{place}", "parameters": value, **others}
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "fixed", "as_published"),
    [
        ([2, 2, 2, 2, 2, 4], [0, 0, 0, 0, 0, 4], [4, 4, 4, 4, 4, 0]),  # ties are E, and the worst is A
        ([3, 3, 3, 3, 3], [None] * 5, [4] * 5),  # all alike: nothing to tell apart
        ([3], [None], [4]),  # alone
        ([1, 2, 3, 4, 5, ""], [0, 1, 2, 3, 4, None], [0, 1, 2, 3, 4, 0]),  # missing is A
        ([1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4, None], [4, 4, 4, 4, 4, 4]),  # one zero empties the group
    ],
)
def test_faults_of_strep_and_what_is_done_instead(tmp_path, values, fixed, as_published):
    table, scheme = written(tmp_path / "t.csv", runs_of(values)), load("strep-imagenet")
    for rules, grades in ((scheme, fixed), (scheme.published(), as_published)):
        got = [one["grade"]["parameters"] for one in rated_rows(table, rules)]
        assert got == [UNRATED if grade is None else grade for grade in grades]


def gaissalabel(values, scheme):
    """GAISSALabel's compound by its formulas: intervals in the order of letters, the rounded mean of what has a value."""
    total = weights = 0
    for metric in scheme.rated_metrics:
        if (value := values[metric.name]) is None:
            continue
        ends = (
            [math.inf, *metric.boundaries, -math.inf]
            if metric.higher_is_better
            else [-math.inf, *metric.boundaries, math.inf]
        )
        intervals = [sorted(pair) for pair in pairwise(ends)]
        weight = Fraction(str(metric.weight))
        total += weight * next(
            grade for grade, (lower, upper) in enumerate(intervals) if upper >= value > lower
        )
        weights += weight
    return round(total / weights) if weights else UNRATED


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_gaissalabel_is_its_formulas(data, tmp_path_factory):
    scheme = load("gaissalabel")
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    m.name: st.none() | st.sampled_from(m.boundaries) | st.floats(1e-3, 1e12)
                    for m in scheme.rated_metrics
                }
            ),
            min_size=1,
            max_size=20,
        )
    )
    table = written(tmp_path_factory.mktemp("t") / "t.csv", rows)
    assert [one["compound"] for one in rated_rows(table, scheme)] == [
        gaissalabel(row, scheme) for row in rows
    ]


ML_ENERGYLABEL = {  # value of distilgpt2 or the median, and quantiles of the index; of the carbon footprint, of its root
    "co2_eq_emissions": (149200, (714.73, 287.32, 147.84, 72.89)),
    "size_efficency": (2364.837, (703521, 138905, 43875, 11654)),
    "datasets_size_efficency": (266551.574, (119.18, 12.96, 5.318, 0.7227)),
    "downloads": (1172830, (7.33e-5, 4.51e-5, 1.71e-5, 5.1e-6)),
    "performance_score": (0.823525, (1.1744, 1.0865, 0.9095, 0.5816)),
}


@pytest.mark.parametrize("name", ML_ENERGYLABEL)
def test_intervals_of_gaissalabel_are_in_the_unit_of_the_value(name):
    """They were quantiles of an index, compared with values: hardly any model could be other than A, or be A at all."""
    reference, quantiles = ML_ENERGYLABEL[name]
    metric = load("gaissalabel").metric(name)
    in_units = [reference * q if metric.higher_is_better else reference / q**2 for q in quantiles]
    assert metric.boundaries == pytest.approx(in_units, rel=1e-5)
