"""What is said of models that statsmodels fits."""

from __future__ import annotations

import pytest

statsmodels = pytest.importorskip("statsmodels")

pytestmark = pytest.mark.slow

FIT = {
    "task.taskStage": "training",
    "task.nbRequest": None,
    "task.algorithms[0].trainingType": "supervisedLearning",
    "task.algorithms[0].framework": "statsmodels",
    "task.algorithms[0].frameworkVersion": statsmodels.__version__,
    "task.algorithms[0].optimizer": None,
    "task.algorithms[0].epochsNumber": None,
    "task.algorithms[1]": None,
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "tabular",
    "task.dataset[0].dataFormat": None,
    "task.dataset[1]": None,
    "task.measuredAccuracy": None,
}

JOBS = {
    "statsmodels_ols.py": {
        **FIT,
        "task.taskFamily": "tabularRegression",
        "task.algorithms[0].algorithmName": "ordinaryLeastSquares",
        "task.algorithms[0].algorithmType": "linearModel",
        "task.algorithms[0].classPath": "statsmodels.regression.linear_model.OLS",
        "task.algorithms[0].parametersNumber": 3e-9,
        "task.dataset[0].dataQuantity": 20000,
        "task.dataset[0].shape": "(20000, 3)",
        "task.dataset[0].dataSize": 20000 * 3 * 8 / 1e9,
        "hyperparameters.method": "pinv",
    },
    "statsmodels_logit.py": {
        **FIT,
        "task.taskFamily": "tabularClassification",
        "task.algorithms[0].algorithmName": "logisticRegression",
        "task.algorithms[0].algorithmType": "linearModel",
        "task.algorithms[0].classPath": "statsmodels.discrete.discrete_model.Logit",
        "task.algorithms[0].parametersNumber": 5e-9,
        "task.dataset[0].dataQuantity": 20000,
        "task.dataset[0].shape": "(20000, 5)",
        "hyperparameters.method": "l1",
        "hyperparameters.alpha": 0.5,
    },
    "statsmodels_arima.py": {
        **FIT,
        "task.taskFamily": "timeSeriesForecasting",
        "task.algorithms[0].algorithmName": "arima",
        "task.algorithms[0].algorithmType": "timeSeries",
        "task.algorithms[0].classPath": "statsmodels.tsa.arima.model.ARIMA",
        "task.algorithms[0].parametersNumber": 4e-9,
        "task.dataset[0].dataQuantity": 300,
        "hyperparameters.order": [2, 1, 1],
        "hyperparameters.seasonal_order": [0, 0, 0, 0],
        "hyperparameters.enforce_stationarity": True,
    },
}


@pytest.mark.parametrize("script", JOBS)
def test_a_fit_is_said_as_it_was(said, script):
    expected = JOBS[script]

    assert said(script).values(expected) == expected
