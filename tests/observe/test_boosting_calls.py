"""What is read of the calls of boosting libraries, and what is left alone."""

from __future__ import annotations

import gc
import weakref
from unittest import mock

import numpy as np
import pytest

from ai_power_export.observe.frameworks.catboost import _shortest
from ai_power_export.observe.observation import Doing

RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(80, 5))
TARGET = (DATA[:, 0] > 0).astype(int)


@pytest.fixture
def watch(watch):
    yield watch
    assert watch.warnings == []


def only(observations, method):
    (found,) = [seen for seen in observations if seen.method == method]
    return found


# ---- XGBoost --------------------------------------------------------------------------------


def test_xgboost_trains_and_answers_under_one_name(watch):
    xgb = pytest.importorskip("xgboost")
    matrix = xgb.DMatrix(DATA, label=TARGET)
    params = {
        "objective": "binary:logistic",
        "eta": np.float32(0.1),
        "missing": float("nan"),
        "seed_file": "/home/me",
    }
    xgb.train(params, matrix, 3).predict(matrix)

    seen = watch.stop()
    train, answer = only(seen, "train"), only(seen, "predict")
    assert train.does is Doing.TRAINS
    assert train.parts[0].kind == "classification"
    assert train.parts[0].parameters == {"objective": "binary:logistic", "eta": 0.1, "num_boost_round": 3}
    assert train.data.shape == "(80, 5)"
    assert train.data.nbytes is None
    assert answer.does is Doing.ANSWERS
    assert answer.parts[0].class_path == "xgboost.train"
    assert answer.output.rows == 80


def test_xgboost_says_the_default_of_what_was_not_given(watch):
    xgb = pytest.importorskip("xgboost")
    xgb.cv({"max_depth": 2}, xgb.DMatrix(DATA, label=TARGET), nfold=2)

    part = only(watch.stop(), "cv").parts[0]
    assert part.kind == "regression"
    assert part.parameters == {"max_depth": 2, "num_boost_round": 10}
    assert part.defaults == ("num_boost_round",)


def test_an_objective_of_the_users_tells_nothing(watch):
    xgb = pytest.importorskip("xgboost")
    matrix = xgb.DMatrix(DATA, label=TARGET)
    booster = xgb.train(
        {}, matrix, 2, obj=lambda predicted, data: (predicted - data.get_label(), np.ones(80))
    )
    loaded = xgb.Booster(model_file=booster.save_raw())
    loaded.predict(matrix)

    seen = watch.stop()
    assert only(seen, "train").parts[0].kind == ""
    assert only(seen, "predict").parts[0].kind == ""
    assert only(seen, "predict").parts[0].class_path == "xgboost.Booster"


def test_nothing_of_a_training_is_kept_alive(watch):
    xgb = pytest.importorskip("xgboost")
    matrix = xgb.DMatrix(DATA, label=TARGET)
    booster = xgb.train({}, matrix, 2)
    references = weakref.ref(matrix), weakref.ref(booster)
    del matrix, booster
    gc.collect()

    assert [reference() for reference in references] == [None, None]


def test_a_training_that_fails_raises_what_it_would(watch):
    xgb = pytest.importorskip("xgboost")
    with pytest.raises(xgb.core.XGBoostError):
        xgb.train({"objective": "nonsense"}, xgb.DMatrix(DATA, label=TARGET), 2)

    assert only(watch.stop(), "train").failed == 1


def test_a_loop_over_rounds_is_a_training(watch):
    xgb = pytest.importorskip("xgboost")
    matrix = xgb.DMatrix(DATA, label=TARGET)
    booster = xgb.Booster({"objective": "binary:logistic"}, [matrix])
    for turn in range(3):
        booster.update(matrix, turn)
    booster.predict(matrix)

    seen = watch.stop()
    update = only(seen, "update")
    assert (update.does, update.count, update.data.rows) == (Doing.TRAINS, 3, 80)
    assert update.parts[0].kind == "classification"
    assert update.parts[0].class_path == only(seen, "predict").parts[0].class_path == "xgboost.Booster"


# ---- LightGBM -------------------------------------------------------------------------------


def test_lightgbm_describes_data_that_it_has_not_built(watch):
    lgb = pytest.importorskip("lightgbm")
    rows = lgb.Dataset(DATA, label=TARGET)
    booster = lgb.train(
        {"objective": "binary", "n_estimators": 4, "verbose": -1, "data_random_seed": 3}, rows
    )
    booster.predict(DATA)

    seen = watch.stop()
    train, answer = only(seen, "train"), only(seen, "predict")
    assert train.parts[0].kind == "classification"
    assert train.parts[0].parameters["n_estimators"] == 4
    assert "num_boost_round" not in train.parts[0].parameters
    assert train.data.shape == "(80, 5)"
    assert train.data.nbytes == DATA.nbytes
    assert answer.parts[0].class_path == "lightgbm.train"


def test_lightgbm_data_of_a_file_is_known_once_it_is_read(watch, tmp_path):
    lgb = pytest.importorskip("lightgbm")
    np.savetxt(tmp_path / "rows.csv", np.column_stack([TARGET, DATA]), delimiter=",")
    lgb.train({"verbose": -1}, lgb.Dataset(tmp_path / "rows.csv"), 2)

    train = only(watch.stop(), "train")
    assert train.data.shape == "(80, 5)"
    assert train.parts[0].kind == "regression"


def test_a_loaded_lightgbm_booster_says_what_it_is_for(watch):
    lgb = pytest.importorskip("lightgbm")
    booster = lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(DATA, label=TARGET), 2)
    lgb.Booster(model_str=booster.model_to_string()).predict(DATA)

    assert only(watch.stop(), "predict").parts[0].kind == "classification"


def test_a_loop_over_lightgbm_rounds_is_a_training(watch):
    lgb = pytest.importorskip("lightgbm")
    booster = lgb.Booster({"objective": "binary", "verbose": -1}, lgb.Dataset(DATA, label=TARGET))
    for _ in range(3):
        booster.update()

    (update,) = watch.stop()
    assert (update.does, update.count, update.data.rows) == (Doing.TRAINS, 3, 80)
    assert update.parts[0].kind == "classification"


# ---- CatBoost -------------------------------------------------------------------------------

QUIET = {"verbose": False, "allow_writing_files": False}


def test_catboost_tells_the_values_that_it_chose(watch):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoost({"loss_function": "Logloss", "num_trees": 5, **QUIET})
    model.fit(catboost.Pool(DATA, TARGET)).predict(DATA)

    seen = watch.stop()
    part = only(seen, "fit").parts[0]
    assert part.kind == "classification"
    assert part.parameters["num_trees"] == 5
    assert "iterations" not in part.parameters
    assert part.parameters["l2_leaf_reg"] == 3
    assert "l2_leaf_reg" in part.defaults
    assert "num_trees" not in part.defaults
    assert only(seen, "fit").data.shape == "(80, 5)"
    assert only(seen, "predict").output.rows == 80


def test_accuracy_is_said_of_a_catboost_classifier_alone(watch):
    catboost = pytest.importorskip("catboost")
    catboost.CatBoostClassifier(iterations=5, **QUIET).fit(DATA, TARGET).score(DATA, TARGET)
    classified = only(watch.cut(), "score")
    catboost.CatBoostRegressor(iterations=5, **QUIET).fit(DATA, DATA[:, 0]).score(DATA, DATA[:, 0])

    assert classified.accuracy > 0.8
    assert classified.seen_before == "same"
    assert only(watch.stop(), "score").accuracy is None


def test_a_search_of_catboosts_own_says_the_best_values(watch):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostRegressor(iterations=3, **QUIET)
    model.grid_search({"depth": [2, 3]}, DATA, DATA[:, 0], cv=2, verbose=False)

    part = only(watch.stop(), "grid_search").parts[0]
    assert part.said == {"optimizer": "gridSearch"}
    assert part.parameters["depth"] in (2, 3)


def test_a_model_that_catboost_train_made_goes_by_that_name(watch):
    catboost = pytest.importorskip("catboost")
    catboost.train(catboost.Pool(DATA, TARGET), {"loss_function": "RMSE", **QUIET}, iterations=3).predict(
        DATA
    )

    assert {seen.parts[0].class_path for seen in watch.stop()} == {"catboost.train"}


def test_a_mock_as_data_does_no_harm(watch):
    catboost = pytest.importorskip("catboost")
    with pytest.raises(catboost.CatBoostError):
        catboost.CatBoostClassifier(**QUIET).fit(mock.MagicMock(), TARGET)

    assert only(watch.stop(), "fit").failed == 1


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        (0.029999999329447743, 0.03),
        (0.800000011920929, 0.8),
        (0.1, 0.1),
        (3.0, 3.0),
        (1e300, 1e300),
        (0.0, 0.0),
    ],
)
def test_a_number_in_single_precision_is_written_as_it_was(kept, written):
    assert _shortest(kept) == written
