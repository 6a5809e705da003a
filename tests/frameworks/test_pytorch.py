"""Training loops of the user's own with PyTorch, and Lightning, give the facts that a reader of them would."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.slow

ALGORITHM, INPUT = "task.algorithms[0]", "task.dataset[0]"

COMMON = {
    "task.taskStage": "training",
    "task.nbRequest": None,
    "task.measuredAccuracy": None,
    f"{ALGORITHM}.algorithmType": "neuralNetwork",
    f"{ALGORITHM}.framework": "pytorch",
    f"{ALGORITHM}.quantization": "fp32",
    f"{ALGORITHM}.foundationModelName": None,
    f"{INPUT}.dataUsage": "input",
    "task.dataset[1]": None,
}

LOOP = {
    **COMMON,
    "task.taskFamily": "imageClassification",
    f"{ALGORITHM}.classPath": "__main__.Net",
    f"{ALGORITHM}.algorithmName": "cnn",
    f"{ALGORITHM}.trainingType": "supervisedLearning",
    f"{ALGORITHM}.epochsNumber": 3,
    f"{ALGORITHM}.optimizer": "adamW",
    f"{ALGORITHM}.parametersNumber": 6.58e-07,
    f"{ALGORITHM}.layersNumber": 2,
    f"{INPUT}.dataType": "image",
    f"{INPUT}.dataQuantity": 512,
    f"{INPUT}.shape": "(512, 1, 8, 8)",
    f"{INPUT}.dataSize": (512 * 64 * 4 + 512 * 8) / 1e9,
    "task.algorithms[1]": None,
    "hyperparameters.lr": 1e-3,
    "hyperparameters.weight_decay": 0.1,
    "hyperparameters.betas": [0.9, 0.999],
    "hyperparameters.batch_size": 32,
}

FUNCTION = {
    **COMMON,
    "task.taskFamily": "tabularRegression",
    f"{ALGORITHM}.classPath": "torch.nn.Sequential",
    f"{ALGORITHM}.algorithmName": "multilayerPerceptron",
    f"{ALGORITHM}.trainingType": "supervisedLearning",
    f"{ALGORITHM}.epochsNumber": 4,
    f"{ALGORITHM}.optimizer": "sgd",
    f"{ALGORITHM}.parametersNumber": 2.57e-07,
    f"{ALGORITHM}.layersNumber": 2,
    f"{INPUT}.dataType": "tabular",
    f"{INPUT}.dataQuantity": 320,
    f"{INPUT}.shape": "(320, 6)",
    "task.algorithms[1]": None,
    "hyperparameters.lr": 0.05,
    "hyperparameters.momentum": 0.9,
    "hyperparameters.batch_size": 64,
}

TRAINER_CLASS = {
    **COMMON,
    f"{ALGORITHM}.classPath": "__main__.SequenceClassifier",
    f"{ALGORITHM}.algorithmName": "lstm",
    f"{ALGORITHM}.epochsNumber": 2,
    f"{ALGORITHM}.optimizer": "rmsprop",
    f"{ALGORITHM}.parametersNumber": (50 * 16 + 4 * 24 * (16 + 24 + 2) + 4 * 24 * (24 + 24 + 2) + 50) / 1e9,
    f"{ALGORITHM}.layersNumber": 4,
    f"{INPUT}.dataQuantity": 300,
    "task.algorithms[1]": None,
    "hyperparameters.lr": 2e-3,
    "hyperparameters.batch_size": 20,
}

COMPILED = {
    **COMMON,
    "task.taskFamily": "tabularClassification",
    f"{ALGORITHM}.classPath": "__main__.Net",
    f"{ALGORITHM}.algorithmName": "multilayerPerceptron",
    f"{ALGORITHM}.trainingType": "supervisedLearning",
    f"{ALGORITHM}.epochsNumber": 2,
    f"{ALGORITHM}.optimizer": "adam",
    f"{ALGORITHM}.parametersNumber": 8.99e-07,
    f"{ALGORITHM}.layersNumber": 2,
    f"{INPUT}.dataType": "tabular",
    f"{INPUT}.dataQuantity": 256,
    f"{INPUT}.shape": "(256, 10)",
    "task.algorithms[1]": None,
    "hyperparameters.lr": 0.01,
}

STUDY = {
    **COMMON,
    "task.taskFamily": "tabularClassification",
    f"{ALGORITHM}.classPath": "torch.nn.Sequential",
    f"{ALGORITHM}.algorithmName": "multilayerPerceptron",
    f"{ALGORITHM}.epochsNumber": 4,
    f"{ALGORITHM}.optimizer": "optuna",
    f"{ALGORITHM}.parametersNumber": 7.4e-08,
    f"{INPUT}.dataQuantity": 96,
    "task.algorithms[1]": None,
    "hyperparameters.betas": [0.9, 0.999],
}

INFERENCE = {
    **COMMON,
    "task.taskStage": "inference",
    "task.taskFamily": "imageClassification",
    "task.nbRequest": 16,
    f"{ALGORITHM}.classPath": "__main__.Net",
    f"{ALGORITHM}.algorithmName": "cnn",
    f"{ALGORITHM}.trainingType": None,
    f"{ALGORITHM}.epochsNumber": None,
    f"{ALGORITHM}.optimizer": None,
    f"{ALGORITHM}.parametersNumber": 6.58e-07,
    f"{ALGORITHM}.layersNumber": 2,
    f"{INPUT}.dataType": "image",
    f"{INPUT}.dataQuantity": 500 / 16,
    f"{INPUT}.dataSize": (500 * 64 * 4 + 500 * 8) / 16 / 1e9,
    "task.algorithms[1]": None,
    "hyperparameters.batch_size": 32,
}

LIGHTNING = {
    **COMMON,
    "task.taskFamily": "tabularClassification",
    "task.measuredAccuracy": 0.703125,
    f"{ALGORITHM}.classPath": "__main__.Classifier",
    f"{ALGORITHM}.framework": "pytorch-lightning",
    f"{ALGORITHM}.algorithmName": "multilayerPerceptron",
    f"{ALGORITHM}.trainingType": "supervisedLearning",
    f"{ALGORITHM}.epochsNumber": 3,
    f"{ALGORITHM}.optimizer": "adam",
    f"{ALGORITHM}.parametersNumber": 7.71e-07,
    f"{ALGORITHM}.layersNumber": 2,
    f"{INPUT}.dataType": "tabular",
    f"{INPUT}.dataQuantity": 256,
    f"{INPUT}.shape": "(256, 20)",
    "task.algorithms[1]": None,
    "hyperparameters.lr": 0.01,
    "hyperparameters.hidden": 32,
    "hyperparameters.max_epochs": 3,
    "hyperparameters.precision": "32-true",
    "hyperparameters.batch_size": 16,
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("torch_loop.py", LOOP),
        ("torch_function.py", FUNCTION),
        ("torch_compiled.py", COMPILED),
        ("torch_inference.py", INFERENCE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_loop_is_followed(said, script, expected):
    assert said(script).values(expected) == expected


def test_a_network_that_an_object_holds_is_found(said):
    # Nothing tells what the items of the program's own data set are, so the report is a draft.
    assert said("torch_trainer_class.py", valid=False).values(TRAINER_CLASS) == TRAINER_CLASS


def test_both_networks_of_an_adversarial_pair_are_named(said):
    report = said("torch_adversarial.py", valid=False)

    algorithms = report.value("task.algorithms")
    assert {each["classPath"] for each in algorithms} == {"__main__.Generator", "__main__.Discriminator"}
    assert {each["classPath"]: each["parametersNumber"] for each in algorithms} == {
        "__main__.Generator": 9.505e-06,
        "__main__.Discriminator": 9.93e-07,
    }
    assert [each["epochsNumber"] for each in algorithms] == [2, 2]
    assert [each["algorithmName"] for each in algorithms] == ["cnn", "cnn"]
    assert report.value(f"{INPUT}.dataQuantity") == 200


def test_the_trials_of_a_study_are_one_algorithm_and_name_the_study(said):
    pytest.importorskip("optuna")
    assert said("torch_study.py").values(STUDY) == STUDY


def test_lightning_is_read(said):
    pytest.importorskip("lightning")
    assert said("lightning_classifier.py").values(LIGHTNING) == LIGHTNING
