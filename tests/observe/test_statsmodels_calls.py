"""What is read of the calls of statsmodels."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

sm = pytest.importorskip("statsmodels.api")

from statsmodels.regression.linear_model import OLS  # noqa: E402
from statsmodels.tsa.holtwinters import ExponentialSmoothing  # noqa: E402
from statsmodels.tsa.vector_ar.var_model import VAR  # noqa: E402

from ai_power_export.observe.observation import Doing  # noqa: E402

RANDOM = np.random.default_rng(0)
DATA = sm.add_constant(RANDOM.normal(size=(60, 2)))
TARGET = DATA @ [1.0, 2.0, 3.0] + RANDOM.normal(size=60)


@pytest.fixture
def watch(watch):
    yield watch
    assert watch.warnings == []


def only(observations, method):
    (found,) = [seen for seen in observations if seen.method == method]
    return found


def test_a_fit_says_its_data_and_what_it_estimated(watch):
    sm.GLM(TARGET, DATA, family=sm.families.Gaussian()).fit(maxiter=7)

    seen = only(watch.stop(), "fit")
    assert seen.does is Doing.TRAINS
    assert seen.parts[0].class_path == "statsmodels.genmod.generalized_linear_model.GLM"
    assert seen.parts[0].said["parametersNumber"] == 3 / 1e9
    assert seen.parts[0].parameters["maxiter"] == 7
    assert "maxiter" not in seen.parts[0].defaults
    assert seen.data.shape == "(60, 3)"
    assert seen.place.startswith("test_statsmodels_calls.py:")


def test_results_answer_for_their_model(watch):
    sm.OLS(TARGET, DATA).fit().predict(DATA[:5])

    seen = only(watch.stop(), "predict")
    assert seen.does is Doing.ANSWERS
    assert seen.parts[0].class_path == "statsmodels.regression.linear_model.OLS"
    assert seen.data.shape == "(5, 3)"
    assert seen.output.rows == 5


def test_series_are_forecast(watch):
    ExponentialSmoothing(np.arange(40.0) + RANDOM.normal(size=40), trend="add").fit().forecast(6)
    VAR(RANDOM.normal(size=(80, 2))).fit(maxlags=2).forecast(np.zeros((2, 2)), 4)

    smoothing, vector = (seen for seen in watch.stop() if seen.method == "forecast")
    assert smoothing.parts[0].parameters["trend"] == "add"
    assert smoothing.output.rows == 6
    assert vector.parts[0].class_path == "statsmodels.tsa.vector_ar.var_model.VAR"
    assert vector.output.shape == "(4, 2)"


def test_a_model_of_the_users_is_seen_and_not_kept_alive(watch):
    class Own(OLS):
        def fit(self, **options):
            return super().fit(**options)

    model = Own(TARGET, DATA)
    results = model.fit()
    references = weakref.ref(model), weakref.ref(results)
    del model, results
    gc.collect()

    assert only(watch.stop(), "fit").parts[0].class_path.endswith("Own")
    assert [reference() for reference in references] == [None, None]
