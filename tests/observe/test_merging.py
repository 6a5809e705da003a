"""Observations of several windows, put together, say what one window would have said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ai_power_export.observe.merging import merged
from ai_power_export.observe.watch import Watch

pytest.importorskip("sklearn")

TIMES = ("seconds", "begin", "end")


def observed(*windows):
    """Run each of some functions in a window of its own, and all of them in one."""
    with Watch() as watch:
        parts = []
        for work in windows:
            work()
            parts += watch.cut()
        for work in windows:
            work()
        return merged(parts), watch.cut()


def without_times(observations):
    plain = [replace(each, children=(), **dict.fromkeys(TIMES, 0.0)) for each in observations]
    return sorted((each.to_json() for each in plain), key=lambda each: (each["method"], each["place"]))


def test_calls_in_two_windows_are_as_those_in_one():
    from sklearn.datasets import load_iris
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    X, y = load_iris(return_X_y=True)
    model = DecisionTreeClassifier()

    def fit(depth):
        model.set_params(max_depth=depth)
        StandardScaler().fit_transform(X)
        model.fit(X, y)
        model.predict(X)

    parts, whole = observed(lambda: fit(2), lambda: fit(3), lambda: fit(2))
    assert without_times(parts) == without_times(whole)
    (fits,) = [each for each in parts if each.method == "fit"]
    assert fits.parts[0].varied == {"max_depth": [2, 3]}
    assert fits.count == 3


def test_one_window_stays_as_it_is():
    from sklearn.linear_model import Ridge

    with Watch() as watch:
        Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
        seen = watch.cut()
    assert merged(seen) == seen


def test_a_call_that_is_cut_is_one_call_with_its_own_data():
    from sklearn.base import BaseEstimator, ClassifierMixin

    with Watch() as watch:
        windows = []

        class Cut(ClassifierMixin, BaseEstimator):
            def fit(self, X, y):
                windows.extend(watch.cut())
                return self

        Cut().fit([[0.0], [1.0]], [0, 1])
        (seen,) = merged([*windows, *watch.cut()])
    assert (seen.count, seen.failed) == (1, 0)
    assert seen.data.rows == seen.fed.rows == 2
