"""Flax jobs: what can be seen of a loop that JAX runs without Python."""

from __future__ import annotations

import pytest

pytest.importorskip("flax")
pytestmark = pytest.mark.slow

ALGORITHM = "task.algorithms[0]."

NNX = {
    "task.taskStage": "training",
    "task.algorithms[1]": None,
    ALGORITHM + "classPath": "__main__.Classifier",
    ALGORITHM + "framework": "flax",
    ALGORITHM + "algorithmName": "multilayerPerceptron",
    ALGORITHM + "algorithmType": "neuralNetwork",
    ALGORITHM + "parametersNumber": (9 * 32 + 33 * 2) / 1e9,
    ALGORITHM + "optimizer": "adamW",
    ALGORITHM + "quantization": "fp32",
    "hyperparameters.learning_rate": 0.001,
}

LINEN = {
    "task.taskStage": "training",
    "task.algorithms[1]": None,
    ALGORITHM + "classPath": "__main__.Regressor",
    ALGORITHM + "framework": "flax",
    ALGORITHM + "algorithmType": "neuralNetwork",
    ALGORITHM + "parametersNumber": (5 * 16 + 17) / 1e9,
    ALGORITHM + "optimizer": "sgd",
    ALGORITHM + "quantization": "fp32",
    "hyperparameters.learning_rate": 0.05,
}


@pytest.mark.parametrize(("script", "expected"), [("flax_nnx.py", NNX), ("flax_linen.py", LINEN)])
def test_a_loop_says_what_can_be_seen_of_it(said, script, expected):
    found = said(script, valid=False)  # what goes into a compiled step is not seen

    assert found.values(expected) == expected
    assert found.value("task.measuredAccuracy") is None
