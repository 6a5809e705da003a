"""What is said of trainings and answers of XGBoost, LightGBM and CatBoost."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pytest

pytestmark = pytest.mark.slow

BREAST_CANCER = "https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic"

TRAINING = {
    "task.taskStage": "training",
    "task.taskFamily": "tabularClassification",
    "task.nbRequest": None,
    "task.algorithms[0].algorithmType": "gradientBoosting",
    "task.algorithms[0].trainingType": "supervisedLearning",
    "task.algorithms[0].optimizer": None,
    "task.algorithms[0].parametersNumber": None,
    "task.algorithms[0].layersNumber": None,
    "task.algorithms[0].epochsNumber": None,
    "task.algorithms[1]": None,
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "tabular",
    "task.dataset[1]": None,
}

XGBOOST = {
    **TRAINING,
    "task.algorithms[0].algorithmName": "xgboost",
    "task.algorithms[0].framework": "xgboost",
    "task.algorithms[0].classPath": "xgboost.train",
    "task.dataset[0].dataQuantity": 426,
    "task.dataset[0].shape": "(426, 30)",
    "task.dataset[0].dataSize": None,
    "task.dataset[0].source": "public",
    "task.dataset[0].sourceUri": BREAST_CANCER,
    "hyperparameters.objective": "binary:logistic",
    "hyperparameters.eta": 0.1,
    "hyperparameters.max_depth": 4,
    "hyperparameters.num_boost_round": 200,
    "hyperparameters.early_stopping_rounds": 10,
}
XGBOOST_ESTIMATOR = {
    **TRAINING,
    "task.taskFamily": "tabularRegression",
    "task.algorithms[0].algorithmName": "xgboost",
    "task.algorithms[0].framework": "xgboost",
    "task.algorithms[0].classPath": "xgboost.XGBRegressor",
    "task.dataset[0].dataQuantity": 331,
    "task.dataset[0].shape": "(331, 10)",
    "task.dataset[0].dataSize": 331 * 10 * 8 / 1e9,
    "task.measuredAccuracy": None,
    "hyperparameters.n_estimators": 300,
    "hyperparameters.learning_rate": 0.05,
    "hyperparameters.early_stopping_rounds": 5,
    "hyperparameters.objective": "reg:squarederror",
}
XGBOOST_INFERENCE = {
    "task.taskStage": "inference",
    "task.taskFamily": "tabularClassification",
    "task.nbRequest": 4,
    "task.algorithms[0].algorithmName": "xgboost",
    "task.algorithms[0].classPath": "xgboost.Booster",
    "task.algorithms[0].trainingType": None,
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataQuantity": 500,
    "task.dataset[0].shape": "(500, 8)",
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataType": "tabular",
    "task.dataset[1].dataQuantity": 500,
    "task.measuredAccuracy": None,
}
LIGHTGBM = {
    **TRAINING,
    "task.algorithms[0].algorithmName": "lightgbm",
    "task.algorithms[0].framework": "lightgbm",
    "task.algorithms[0].classPath": "lightgbm.train",
    "task.algorithms[1]": None,
    "task.dataset[0].dataQuantity": 133,
    "task.dataset[0].shape": "(133, 13)",
    "task.dataset[0].dataSize": 133 * 13 * 8 / 1e9,
    "task.measuredAccuracy": None,
    "hyperparameters.objective": "multiclass",
    "hyperparameters.num_class": 3,
    "hyperparameters.learning_rate": 0.1,
    "hyperparameters.num_boost_round": 600,
}
LIGHTGBM_SEARCH = {
    **TRAINING,
    "task.algorithms[0].algorithmName": "lightgbm",
    "task.algorithms[0].framework": "lightgbm",
    "task.algorithms[0].classPath": "lightgbm.LGBMClassifier",
    "task.algorithms[0].optimizer": "gridSearch",
    "task.dataset[0].shape": "(426, 30)",
    "hyperparameters.n_estimators": 30,
    "hyperparameters.num_leaves": 15,
}
CATBOOST = {
    **TRAINING,
    "task.algorithms[0].algorithmName": "catboost",
    "task.algorithms[0].framework": "catboost",
    "task.algorithms[0].classPath": "catboost.CatBoostClassifier",
    "task.dataset[0].dataQuantity": 426,
    "task.dataset[0].shape": "(426, 30)",
    "task.dataset[0].dataSize": None,
    "hyperparameters.n_estimators": 60,
    "hyperparameters.iterations": None,
    "hyperparameters.max_depth": 4,
    "hyperparameters.depth": None,
    "hyperparameters.l2_leaf_reg": 3,
    "hyperparameters.bayesian_matrix_reg": 0.1,
    "hyperparameters.loss_function": "Logloss",
    "hyperparameters.class_names": None,
}
CATBOOST_TRAIN = {
    **TRAINING,
    "task.taskFamily": "tabularRegression",
    "task.algorithms[0].algorithmName": "catboost",
    "task.algorithms[0].framework": "catboost",
    "task.algorithms[0].classPath": "catboost.train",
    "task.dataset[0].dataQuantity": 400,
    "task.dataset[0].shape": "(400, 2)",
    "task.measuredAccuracy": None,
    "hyperparameters.loss_function": "MAE",
    "hyperparameters.iterations": 40,
    "hyperparameters.learning_rate": 0.03,
}


@pytest.mark.parametrize(
    ("script", "expected", "accuracy"),
    [
        ("xgboost_native.py", XGBOOST, True),
        ("xgboost_estimator.py", XGBOOST_ESTIMATOR, False),
        ("lightgbm_native.py", LIGHTGBM, False),
        ("lightgbm_estimator.py", LIGHTGBM_SEARCH, True),
        ("catboost_classifier.py", CATBOOST, True),
        ("catboost_functions.py", CATBOOST_TRAIN, False),
    ],
)
def test_a_training_is_said_as_it_was(said, script, expected, accuracy):
    library = script.partition("_")[0]
    pytest.importorskip(library)

    told = said(script)

    assert told.values(expected) == expected
    assert told.value("task.algorithms[0].frameworkVersion") == version(library)
    measured = told.value("task.measuredAccuracy")
    assert measured is not None and 0.9 < measured <= 1 if accuracy else measured is None


def test_answers_of_a_loaded_booster_are_said_as_they_were(said, tmp_path):
    xgboost = pytest.importorskip("xgboost")
    rows = np.random.default_rng(1).normal(size=(300, 8))
    matrix = xgboost.DMatrix(rows, label=(rows[:, 0] > 0).astype(int))
    xgboost.train({"objective": "binary:logistic"}, matrix, 5).save_model(tmp_path / "model.ubj")

    told = said("xgboost_inference.py", str(tmp_path / "model.ubj"))

    assert told.values(XGBOOST_INFERENCE) == XGBOOST_INFERENCE
