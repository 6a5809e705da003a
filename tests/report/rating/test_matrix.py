"""The rule that makes a medal of scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_power_export.report.rating.matrix import (
    MATRIX,
    MEDALS,
    NO_MEDAL,
    data_quality_rating,
    medal_of,
    score_of_age,
    score_of_share,
)

SCORES = st.lists(st.integers(1, 5), min_size=5, max_size=5)
ORDER = [medal for medal, _ in MEDALS] + [NO_MEDAL]


def test_five_indicators_with_a_meaning_for_each_score():
    assert len({indicator.name for indicator in MATRIX}) == 5
    assert all(len(indicator.meanings) == 5 for indicator in MATRIX)


@pytest.mark.parametrize(
    ("scores", "rating", "medal"),
    [
        ([1, 1, 1, 1, 1], 1.0, "gold"),
        ([1, 1, 1, 1, 2], 14 / 9, "gold"),
        ([1, 1, 1, 2, 2], 15 / 9, "silver"),
        ([3, 3, 3, 3, 3], 3.0, "silver"),
        ([4, 1, 1, 1, 4], 3.0, "silver"),
        ([4, 1, 1, 2, 4], 28 / 9, "bronze"),
        ([4, 4, 4, 4, 4], 4.0, "bronze"),
        ([5, 1, 1, 1, 1], 29 / 9, "bronze"),
        ([5, 3, 3, 3, 3], 37 / 9, "none"),
    ],
)
def test_the_rating_of_the_handbook(scores, rating, medal):
    assert data_quality_rating(scores) == pytest.approx(rating)
    assert medal_of(data_quality_rating(scores)) == medal


@given(SCORES, st.integers(0, 4), st.integers(1, 5))
def test_a_better_score_never_lowers_the_medal(scores, index, better):
    improved = list(scores)
    improved[index] = min(better, scores[index])
    medals = [medal_of(data_quality_rating(each)) for each in (improved, scores)]
    assert data_quality_rating(improved) <= data_quality_rating(scores)
    assert ORDER.index(medals[0]) <= ORDER.index(medals[1])


def test_the_limits_belong_to_the_worse_score_of_ages_and_the_better_one_of_shares():
    assert [score_of_age(years) for years in (0, 2.99, 3, 5.9, 6, 10, 14.9, 15, 99)] == [
        1,
        1,
        2,
        2,
        3,
        4,
        4,
        5,
        5,
    ]
    assert [score_of_share(share) for share in (1, 0.81, 0.8, 0.6, 0.59, 0.4, 0.39, 0)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
    ]
