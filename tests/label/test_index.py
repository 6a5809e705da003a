"""The arithmetic: indices, boundaries on both sides, quantiles to the last bit, and the modes of compounds."""

import math
import random
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_power_export.label.boundaries import UNRATED, grades_of, quantiles_of
from ai_power_export.label.compound import compound_of, mean_index
from ai_power_export.label.index import MISSING, NEGATIVE, NO_NUMBER, RATED, ZERO, best_of, index_of, refusals
from ai_power_export.label.lanes import order_of

NUMBERS = st.floats(1e-6, 1e6)


def test_more_is_better_whichever_way_the_metric_is():
    assert index_of([2.0, 8.0], 4.0, higher_is_better=False).tolist() == [2.0, 0.5]
    assert index_of([2.0, 8.0], 4.0, higher_is_better=True).tolist() == [0.5, 2.0]


def test_what_is_no_number_above_zero_has_no_index_and_a_reason():
    values = [math.nan, 0.0, -0.0, -1.0, math.inf, -math.inf, 5e-324]
    assert refusals(values).tolist() == [MISSING, ZERO, ZERO, NEGATIVE, NO_NUMBER, NO_NUMBER, RATED]
    assert np.isnan(index_of(values[:-1], 1.0, higher_is_better=False)).all()
    for against in (0.0, -1.0, math.nan, math.inf):
        assert np.isnan(index_of([1.0], against, higher_is_better=True)).all()


def test_the_best_of_a_group_is_no_zero():
    values, groups = np.array([3.0, 0.0, 2.0, np.nan, -1.0]), np.array([0, 0, 0, 1, 2])
    assert best_of(values, groups, 3, higher_is_better=False).tolist()[0] == 2.0
    assert best_of(values, groups, 3, higher_is_better=True).tolist()[0] == 3.0
    assert np.isnan(best_of(values, groups, 3, higher_is_better=True)[1:]).all()


@pytest.mark.parametrize(
    ("on_boundary", "higher", "grades"),
    [
        ("below", True, [0, 1, 1, 2, 2, 3, 3, 4, 4]),
        ("above", True, [0, 0, 1, 1, 2, 2, 3, 3, 4]),
        ("below", False, [4, 3, 3, 2, 2, 1, 1, 0, 0]),
        ("above", False, [4, 4, 3, 3, 2, 2, 1, 1, 0]),
    ],
)
def test_both_sides_of_each_boundary(on_boundary, higher, grades):
    boundaries = [8.0, 6.0, 4.0, 2.0] if higher else [2.0, 4.0, 6.0, 8.0]
    numbers = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    assert grades_of(numbers, boundaries, higher_is_better=higher, on_boundary=on_boundary).tolist() == grades
    just = np.nextafter(8.0, 9.0), np.nextafter(8.0, 7.0)
    beside = grades_of(np.array(just), boundaries, higher_is_better=higher, on_boundary=on_boundary).tolist()
    assert beside == ([0, 1] if higher else [4, 3])


def test_no_number_and_no_boundary_get_no_grade():
    assert (
        grades_of([math.nan, 1.0], [4.0, 3.0, 2.0, 1.0], higher_is_better=True, on_boundary="below")[0]
        == UNRATED
    )
    assert (
        grades_of([1.0], [4.0, 3.0, math.nan, 1.0], higher_is_better=True, on_boundary="below")[0] == UNRATED
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(NUMBERS | st.sampled_from([1.0, 2.0]), max_size=12), min_size=1, max_size=6))
def test_quantiles_are_those_of_numpy_to_the_last_bit(groups):
    shares = (0.8, 0.6, 0.4, 0.2)
    numbers = np.array([number for group in groups for number in [*group, math.nan]])
    which = np.array([place for place, group in enumerate(groups) for _ in [*group, math.nan]])
    order = np.random.default_rng(0).permutation(len(numbers))
    found = quantiles_of(numbers[order], which[order], len(groups), shares)
    for place, group in enumerate(groups):
        assert found.members[place] == len(group)
        assert found.alike[place] == (len(set(group)) == 1)
        wanted = np.quantile(group, shares) if group else np.full(4, np.nan)
        np.testing.assert_array_equal(found.boundaries[place], wanted)


def by_hand(grades, weights, mode):
    """A compound by its definition, in fractions."""
    pairs = sorted((g, Fraction(str(w))) for g, w in zip(grades, weights, strict=True) if g != UNRATED and w)
    if not pairs:
        return UNRATED
    total = sum(weight for _, weight in pairs)
    if mode == "best":
        return pairs[0][0]
    if mode == "worst":
        return pairs[-1][0]
    if mode == "majority":
        return min(statistics.multimode(grade for grade, _ in pairs))
    mean = sum(grade * weight for grade, weight in pairs) / total
    if "median" in mode:
        lower = next(g for g, _ in pairs if 2 * sum(w for other, w in pairs if other <= g) >= total)
        upper = next((g for g, _ in pairs if 2 * sum(w for other, w in pairs if other <= g) > total))
        mean = Fraction(lower + upper, 2)
    return round(mean) if "rounded" in mode else math.floor(mean) if "optimistic" in mode else math.ceil(mean)


MODES_OF_GRADES = (
    *("optimistic median", "pessimistic median", "optimistic mean", "pessimistic mean", "rounded mean"),
    *("best", "worst", "majority"),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-1, 4), st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.4, 0.7, 1.0, 1 / 8])),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from(MODES_OF_GRADES),
)
def test_compounds_are_exact(metrics, mode):
    grades, weights = zip(*metrics, strict=True)
    if any(weights):
        assert compound_of(np.array([grades]), weights, mode).tolist() == [by_hand(grades, weights, mode)]


def test_a_sum_of_decimals_decides_no_letter():
    """0.1 + 0.2 is no 0.3 in doubles: the median and the mean of these lie exactly between two letters."""
    grades = np.array([[1, 1, 2]])
    assert compound_of(grades, [0.1, 0.2, 0.3], "optimistic median").tolist() == [1]
    assert compound_of(grades, [0.1, 0.2, 0.3], "pessimistic median").tolist() == [2]
    assert compound_of(np.array([[0, 0, 1]]), [0.1, 0.2, 0.3], "rounded mean").tolist() == [0], "half to even"
    assert compound_of(np.array([[1, 1, 2]]), [0.1, 0.2, 0.3], "rounded mean").tolist() == [2], "half to even"


def test_the_mean_of_indices_counts_what_is_there():
    means = mean_index(np.array([[1.0, 0.5], [math.nan, 0.5], [math.nan, math.nan]]), [3.0, 1.0])
    assert means[:2].tolist() == [0.875, 0.5]
    assert math.isnan(means[2])


@pytest.mark.parametrize("count", range(1, 20))
def test_lanes_put_numbers_in_order_and_lose_none(count):
    random.seed(count)
    rows = np.array([[random.randrange(5) for _ in range(count)] for _ in range(50)])
    order = order_of(rows)
    assert (np.sort(order, axis=1) == np.arange(count)).all()
    assert (np.take_along_axis(rows, order, axis=1) == np.sort(rows, axis=1)).all()
