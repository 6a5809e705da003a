"""Keras jobs: each untouched script gives a valid report that says what is true of it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

# Importing Keras here would choose a backend for good.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("keras") and find_spec("torch")), reason="Keras on PyTorch is not here"
    ),
]

ALGORITHM = "task.algorithms[0]."
INPUT = "task.dataset[0]."

MLP = {
    "task.taskStage": "training",
    "task.taskFamily": "tabularClassification",
    "task.nbRequest": None,
    "task.algorithms[1]": None,
    ALGORITHM + "classPath": "keras.Sequential",
    ALGORITHM + "framework": "keras",
    ALGORITHM + "algorithmName": "multilayerPerceptron",
    ALGORITHM + "algorithmType": "neuralNetwork",
    ALGORITHM + "trainingType": "supervisedLearning",
    ALGORITHM + "parametersNumber": 225 / 1e9,
    ALGORITHM + "layersNumber": 3,
    ALGORITHM + "epochsNumber": 4,
    ALGORITHM + "optimizer": "adam",
    ALGORITHM + "quantization": "fp32",
    ALGORITHM + "foundationModelName": None,
    INPUT + "dataUsage": "input",
    INPUT + "dataType": "tabular",
    INPUT + "dataQuantity": 480,
    INPUT + "shape": "(480, 12)",
    INPUT + "dataSize": 480 * 12 * 4 / 1e9,
    "task.dataset[1]": None,
    "hyperparameters.learning_rate": 0.001,
    "hyperparameters.beta_1": 0.9,
    "hyperparameters.batch_size": 32,
    "hyperparameters.epochs": 4,
    "hyperparameters.loss": "binary_crossentropy",
}

CNN = {
    "task.taskStage": "training",
    "task.taskFamily": "imageClassification",
    ALGORITHM + "classPath": "__main__.Digits",
    ALGORITHM + "framework": "keras",
    ALGORITHM + "algorithmName": "cnn",
    ALGORITHM + "algorithmType": "neuralNetwork",
    ALGORITHM + "trainingType": "supervisedLearning",
    ALGORITHM + "parametersNumber": (8 * 10 + 9 * 16 + 17 * 4) / 1e9,
    ALGORITHM + "layersNumber": 4,
    ALGORITHM + "epochsNumber": 3,
    ALGORITHM + "optimizer": "adamW",
    ALGORITHM + "quantization": "fp32",
    INPUT + "dataType": "image",
    INPUT + "dataQuantity": 200,
    INPUT + "shape": "(200, 16, 16, 1)",
    "hyperparameters.learning_rate": 0.01,
    "hyperparameters.weight_decay": 0.001,
    "hyperparameters.batch_size": 25,
    "hyperparameters.validation_split": 0.2,
    "hyperparameters.loss": "SparseCategoricalCrossentropy",
}

FUNCTIONAL = {
    "task.taskStage": "training",
    "task.taskFamily": "tabularRegression",
    "task.measuredAccuracy": None,
    ALGORITHM + "classPath": "keras.Model",
    ALGORITHM + "framework": "keras",
    ALGORITHM + "algorithmName": "multilayerPerceptron",
    ALGORITHM + "trainingType": "supervisedLearning",
    ALGORITHM + "parametersNumber": (10 * 20 + 21 * 2) / 1e9,
    ALGORITHM + "layersNumber": 4,
    ALGORITHM + "epochsNumber": 3,
    ALGORITHM + "optimizer": "sgd",
    ALGORITHM + "quantization": "bf16",
    INPUT + "dataType": "tabular",
    INPUT + "dataQuantity": 300,
    INPUT + "shape": None,
    INPUT + "dataSize": 300 * 9 * 8 / 1e9,
    "hyperparameters.learning_rate": 0.05,
    "hyperparameters.momentum": 0.9,
    "hyperparameters.early_stopping_patience": 2,
    "hyperparameters.loss": None,
}

LSTM = {
    "task.taskStage": "training",
    "task.taskFamily": "textClassification",
    ALGORITHM + "classPath": "keras.Sequential",
    ALGORITHM + "algorithmName": "lstm",
    ALGORITHM + "parametersNumber": (200 * 8 + 2 * 4 * 8 * (8 + 8 + 1) + 17 * 3) / 1e9,
    ALGORITHM + "layersNumber": 3,
    ALGORITHM + "epochsNumber": 3,
    ALGORITHM + "optimizer": "rmsprop",
    INPUT + "dataType": "token",
    INPUT + "dataQuantity": 120 * 12,
    INPUT + "shape": "(120, 12)",
    "hyperparameters.learning_rate": 0.001,
    "hyperparameters.epochs": 1,
    "hyperparameters.batch_size": 40,
}

FOLDS = {
    "task.taskStage": "training",
    "task.taskFamily": "tabularRegression",
    "task.measuredAccuracy": None,
    "task.algorithms[1]": None,
    ALGORITHM + "classPath": "keras.Sequential",
    ALGORITHM + "parametersNumber": (6 * 8 + 9) / 1e9,
    ALGORITHM + "layersNumber": 2,
    ALGORITHM + "epochsNumber": 4,
    ALGORITHM + "optimizer": "adam",
    ALGORITHM + "quantization": "fp32",
    INPUT + "dataType": "tabular",
    INPUT + "dataQuantity": 200,
    INPUT + "shape": "(200, 5)",
    "hyperparameters.learning_rate": 0.01,
    "hyperparameters.batch_size": 20,
}

BROKEN_OFF = {
    "task.taskStage": "training",
    "task.taskFamily": "tabularClassification",
    ALGORITHM + "classPath": "keras.Sequential",
    ALGORITHM + "epochsNumber": 2,
    ALGORITHM + "optimizer": "adam",
    INPUT + "dataQuantity": 2_000,
    "hyperparameters.epochs": 50,
}

PREDICT = {
    "task.taskStage": "inference",
    "task.taskFamily": "imageClassification",
    "task.nbRequest": 5,
    "task.measuredAccuracy": None,
    ALGORITHM + "classPath": "keras.Sequential",
    ALGORITHM + "framework": "keras",
    ALGORITHM + "algorithmName": "cnn",
    ALGORITHM + "parametersNumber": (4 * 28 + 5 * 2) / 1e9,
    ALGORITHM + "layersNumber": 3,
    ALGORITHM + "optimizer": None,
    ALGORITHM + "epochsNumber": None,
    ALGORITHM + "trainingType": None,
    ALGORITHM + "quantization": "fp32",
    INPUT + "dataUsage": "input",
    INPUT + "dataType": "image",
    INPUT + "dataQuantity": 2,
    INPUT + "shape": "(2, 16, 16, 3)",
    "task.dataset[1].dataUsage": "output",
    "task.dataset[1].dataQuantity": 2,
}

SAVES = """
import os
os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
layers = [keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)]
model = keras.Sequential([keras.Input((16, 16, 3)), *layers])
model.compile("adam", "sparse_categorical_crossentropy")
model.save("model.keras")
"""


@pytest.mark.parametrize(
    ("script", "expected", "has_accuracy"),
    [
        ("keras_mlp.py", MLP, True),
        ("keras_cnn.py", CNN, True),
        ("keras_functional.py", FUNCTIONAL, False),
        ("keras_lstm.py", LSTM, True),
        ("keras_broken_off.py", BROKEN_OFF, True),
    ],
)
def test_a_training_says_what_is_true(said, script, expected, has_accuracy):
    found = said(script)

    assert found.values(expected) == expected
    assert (found.value("task.measuredAccuracy") is not None) == has_accuracy


def test_fresh_models_do_not_add_up_their_epochs_on_another_backend(said):
    if not find_spec("jax"):
        pytest.skip("JAX is not here")

    assert said("keras_folds.py").values(FOLDS) == FOLDS


def test_predictions_of_a_loaded_model_are_an_inference(said, run):
    assert run("-c", SAVES).returncode == 0

    assert said("keras_predict.py", "model.keras").values(PREDICT) == PREDICT
