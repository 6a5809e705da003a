"""What would move a letter up."""

import pytest
from hypothesis import given, settings
from labelled_reports import ENERGY, inference, report
from rated_reports import FIVE, amounts, energy_of, groups, rated, runs

from ai_power_export.label.rated import MetricRating, Words, grade_of
from ai_power_export.label.schemes import load
from ai_power_export.label.why import move_of, moves_of

TITLE = Words("t", "t")


def metric(value, letter, boundaries, *, higher=False):
    return MetricRating(
        "energy", TITLE, "kWh", higher_is_better=higher, weight=1, rated=True, value=value, letter=letter,
        boundaries=boundaries,
    )  # fmt: skip


def test_the_next_boundary_and_how_far_it_is():
    move = move_of(energy_of(rated(report(), runs(FIVE))))
    assert (move.letter, move.boundary) == ("B", pytest.approx(9.2e-6))
    assert move.factor == pytest.approx(0.92)
    assert move.text == Words(
        "B begins at about 9.2\u00a0mWh: 8 % less", "B commence vers 9,2\u00a0mWh : 8 % de moins"
    )


def test_advice_is_of_what_the_run_did():
    (of_network, *_) = moves_of(rated(report(), runs(FIVE)))
    forest = {"task.algorithms": [{"algorithmType": "treeEnsemble"}]}
    (of_forest, *_) = moves_of(rated(report(forest), runs(FIVE, **forest)))
    scheme = load("inference")
    (of_chat, *_) = moves_of(rated(inference(), runs(FIVE, inference, scheme), scheme))
    advice = [move.advice[0].en for move in (of_network, of_forest, of_chat)]
    assert ["16-bit" in advice[0], "trees" in advice[1], "answer" in advice[2]] == [True] * 3


def test_the_best_have_nowhere_to_go():
    assert move_of(metric(1.0, "A", (2.0, 3.0, 4.0, 5.0))) is None
    assert move_of(metric(1.0, None, ())) is None


def test_where_letters_are_left_out_the_next_that_there_is_counts():
    assert move_of(metric(4.0, "E", (1.0, 2.0, 2.0, 2.0))).letter == "B"
    assert move_of(metric(0.1, "E", (0.9, 0.8, 0.5, 0.2), higher=True)).text.en.endswith("100 % more")


def test_what_counts_most_comes_first():
    moves = moves_of(rated(report(), runs(FIVE, **{"measures.0.measurementDuration": 300})))
    assert moves[0].metric == "energy"


@settings(max_examples=20, deadline=None)
@given(groups, amounts)
def test_who_goes_there_gets_the_letter(energies, own):
    others = runs(energies)
    move = move_of(energy_of(rated(report({ENERGY: own}), others)))
    if move:
        after = rated(report({ENERGY: own * move.factor * (1 - 1e-9)}), others)
        assert grade_of(after.letter) <= grade_of(move.letter)
