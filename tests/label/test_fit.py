"""Freezing a scheme from reports."""

import datetime

import pytest
from labelled_reports import ENERGY, report
from rated_reports import FIVE, TRAINING, runs

from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.label.comparable import hash_of_runs
from ai_power_export.label.fit import fit
from ai_power_export.label.rate import rate
from ai_power_export.label.scheme import content_of, hash_of
from ai_power_export.label.schemes import load, made, parse, text_of
from ai_power_export.label.subject import subject_of

DAY = datetime.date(2026, 11, 22)


def test_a_frozen_scheme_tells_what_it_was_made_of():
    others = runs(FIVE)
    scheme = fit(TRAINING, others, "ours", "3", DAY).scheme
    assert (scheme.name, scheme.version, scheme.date, scheme.is_frozen) == ("ours", "3", DAY, True)
    assert (
        scheme.boundaries.data == f"5 reports, sha256 {hash_of_runs(others)}; quantiles of scheme training 1"
    )
    assert scheme.groups[0].members == 5
    assert scheme.groups[0].boundaries["energy"] == pytest.approx((7.4e-6, 9.2e-6, 1.4e-5, 2.4e-5))
    assert hash_of(parse(text_of(scheme), "ours.toml")) == hash_of(scheme)


def test_the_order_of_reports_changes_no_frozen_scheme():
    others = runs(FIVE)
    assert hash_of(fit(TRAINING, others, "o", "1", DAY).scheme) == hash_of(
        fit(TRAINING, others[::-1], "o", "1", DAY).scheme
    )


def test_small_groups_are_left_out_and_told():
    few = runs(FIVE[:2], **{"task.taskFamily": "translation"})
    fitted = fit(TRAINING, [*runs(FIVE), *few], "ours", "1", DAY)
    assert len(fitted.scheme.groups) == 1
    assert len(fitted.left_out) == 1
    assert "translation" in fitted.left_out[0]
    with pytest.raises(CheckFailed, match="no group has 5 comparable runs"):
        fit(TRAINING, few, "ours", "1", DAY)


def test_what_is_frozen_already_has_nothing_to_freeze():
    frozen = fit(TRAINING, runs(FIVE), "ours", "1", DAY).scheme
    with pytest.raises(BadInput, match="has no quantiles"):
        fit(frozen, runs(FIVE), "again", "1", DAY)
    with pytest.raises(BadInput, match="no report tells"):
        fit(load("elex-imagenet"), runs(FIVE), "x", "1", DAY)


def test_the_best_of_a_group_is_frozen_with_it():
    best = made(content_of(TRAINING) | {"index": {"against": "best"}}, "x")
    others = runs(FIVE)
    for place, run in enumerate(others):  # runs that differ in time as well
        others[place] = type(run)(
            run.identity, run.sha256, run.title, run.key, {**run.values, "time": 1.0 + place}
        )
    frozen = fit(best, others, "ours", "1", DAY).scheme
    assert frozen.groups[0].references["energy"] == pytest.approx(5e-6)
    for kwh in (0.04, 0.09, 0.15, 0.5):
        subject = subject_of(report({ENERGY: kwh}), "r.json")
        assert rate(subject, frozen).letter == rate(subject, best, others).letter
