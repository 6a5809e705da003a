"""Where one call repeats thousands of times, not all are read, and what is said stays true."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ai_power_export.facts import Certainty
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.spacing import OFTEN

DATA, TARGET = np.zeros((30, 4)), np.array([0, 1] * 15)
MANY = 3000
HYPERPARAMETERS = "task.algorithms.hyperparameters"


class Tiny(RegressorMixin, BaseEstimator):
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def fit(self, X, y):
        return self


class Outer(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        Tiny().fit(X, y)
        return self


class Judge(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        return self

    def predict(self, X):
        return TARGET


def test_every_call_is_counted_though_not_every_one_is_read(watch):
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)

    (seen,) = watch.cut()
    assert seen.count == MANY
    assert seen.sampled
    assert seen.data.shape == "(30, 4)"
    assert seen.seconds > 0


def test_a_thread_of_a_library_does_not_make_every_call_be_read(watch):
    thread = threading.Thread(target=partial(Tiny().fit, DATA, TARGET))
    thread.start()
    thread.join()
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)

    own = max(watch.cut(), key=lambda seen: seen.count)
    assert (own.count, own.sampled) == (MANY, True)


def test_what_the_meter_does_for_itself_does_not_make_every_call_be_read(watch):
    meters = {}
    exec(compile("def work(call): call()", "/site-packages/codecarbon/input.py", "exec"), meters)
    thread = threading.Thread(target=meters["work"], args=[partial(Tiny().fit, DATA, TARGET)])
    thread.start()
    thread.join()
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)

    (own,) = watch.cut()
    assert (own.count, own.sampled) == (MANY, True)


def test_few_calls_are_all_read(watch):
    for alpha in range(50):
        Tiny(alpha).fit(DATA, TARGET)

    (seen,) = watch.cut()
    assert (seen.count, seen.sampled) == (50, False)


def test_a_parameter_that_changes_is_no_constant(watch):
    for number in range(MANY):
        Tiny(number % 7).fit(DATA, TARGET)

    (seen,) = watch.cut()
    assert "alpha" not in seen.parts[0].parameters
    assert set(seen.parts[0].varied["alpha"]) == set(range(7))


def test_what_was_not_read_makes_the_constant_ones_likely(watch):
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)

    (fact,) = observed_facts(watch.cut(), measured_seconds=1.0).about(HYPERPARAMETERS)
    assert fact.certainty is Certainty.LIKELY


def test_calls_inside_those_that_are_not_read_are_not_taken_for_the_users_own(watch):
    for _ in range(MANY):
        Outer().fit(DATA, TARGET)

    (seen,) = watch.cut()
    (inner,) = seen.children
    assert seen.parts[0].class_path.endswith("Outer")
    assert (seen.count, inner.count) == (MANY, MANY)


def test_another_call_in_between_is_read(watch):
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)
    Judge().fit(DATA, TARGET)
    Tiny(5.0).fit(DATA, TARGET)

    tiny, judge, last = watch.cut()
    assert judge.count == 1
    assert tiny.count + last.count == MANY + 1


def test_each_accuracy_of_a_loop_is_read(watch):
    for _ in range(2 * OFTEN):
        Judge().fit(DATA, TARGET).score(DATA, TARGET)

    seen = {each.method: each for each in watch.cut()}
    assert seen["score"].count == 2 * OFTEN
    assert not seen["score"].sampled
    assert seen["score"].accuracy == 1.0


def test_an_accuracy_after_fits_that_were_not_read_may_be_on_their_data(watch):
    for _ in range(MANY):
        Judge().fit(DATA, TARGET)
    other = DATA.copy()
    Judge().fit(other, TARGET).score(other, TARGET)

    score = next(each for each in watch.cut() if each.method == "score")
    assert score.seen_before in ("alike", "same")


def test_calls_that_fail_at_times_do_not_upset_the_account(watch):
    class Moody(Tiny):
        def fit(self, X, y):
            if self.alpha % 500 == 499:
                raise ValueError("no")
            return self

    for number in range(MANY):
        with suppress(ValueError):
            Moody(number).fit(DATA, TARGET)

    (seen,) = watch.cut()
    assert seen.count == MANY
    assert watch.warnings == []


def test_a_cut_counts_what_came_before_it(watch):
    counts = []
    for _ in range(2):
        for _ in range(MANY):
            Tiny().fit(DATA, TARGET)
        (seen,) = watch.cut()
        counts.append(seen.count)

    assert counts == [MANY, MANY]


def test_the_programs_random_numbers_stay_its_own(watch):
    random.seed(7)
    expected = random.random()
    random.seed(7)
    for _ in range(MANY):
        Tiny().fit(DATA, TARGET)

    assert random.random() == expected
