"""What fitted estimators say of themselves in the words of the format.

`parametersNumber` counts the coefficients of linear models and of perceptrons,
intercepts among them. Trees, neighbours and support vectors have no equivalent
and say nothing. `epochsNumber` is what scikit-learn documents as passes over
the training data: `n_iter_` of stochastic gradient descent, and of perceptrons
trained by it. Iterations of other solvers, rounds of boosting and steps of
k-means read the data more or less often than once. After a `partial_fit`, or a
fit that goes on from the one before, `n_iter_` is no count of all passes: then
the number of epochs is None, which no other use of the estimator makes known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.vocabulary.catalogue import load_catalogue

Said = dict[str, JsonValue]
"""Fields of the format's `algorithms`."""
Tell = Callable[[str, Mapping[str, Any]], Said]
"""Returns what a fitted estimator says, given the path of its class and its own attributes."""

EPOCHS = "epochsNumber"
BILLION = 1e9
"""`parametersNumber` is in billions."""


def perceptron(path: str, fitted: Mapping[str, Any]) -> Said:
    """Describe a multilayer perceptron; its input is no layer, as in other frameworks."""
    weights, biases = fitted.get("coefs_"), fitted.get("intercepts_")
    if type(weights) is not list or type(biases) is not list:
        return {}
    solver = fitted.get("solver")
    said: Said = {"layersNumber": len(weights), "optimizer": solver if type(solver) is str else ""}
    size = sum(map(_size, (*weights, *biases)))
    if size:
        said["parametersNumber"] = size / BILLION
    return said | (_passes(fitted) if solver in ("adam", "sgd") else {})


def linear(path: str, fitted: Mapping[str, Any]) -> Said:
    """Count the coefficients of a linear model."""
    size = _size(fitted.get("coef_"))
    if not size:
        return {}
    intercept = fitted.get("intercept_") if fitted.get("fit_intercept", True) is not False else None
    return {"parametersNumber": (size + _size(intercept)) / BILLION}


def stochastic(path: str, fitted: Mapping[str, Any]) -> Said:
    """Describe a linear model that stochastic gradient descent trained."""
    optimizer = {"optimizer": "sgd"} if path.rpartition(".")[2].startswith("SGD") else {}
    return {**linear(path, fitted), **_passes(fitted), **optimizer}


def skorch_net(path: str, fitted: Mapping[str, Any]) -> Said:
    """Describe the PyTorch network that a skorch estimator has trained."""
    from ai_power_export.observe.frameworks.models import network_part

    history: Any = fitted.get("history_")
    optimizer = load_catalogue().entry(class_path(type(fitted.get("optimizer_"))))
    network = network_part(fitted["module_"]).said if "module_" in fitted else {}
    return {
        **network,
        EPOCHS: list.__len__(history) if list in type(history).__mro__ else None,
        "optimizer": optimizer.algorithm_name if optimizer is not None else "",
    }


OF_TRAINING = frozenset({EPOCHS, "optimizer"})
"""The fields among them that say how an estimator was trained."""

TELLERS: dict[str, Tell] = {
    "sklearn.neural_network._multilayer_perceptron.BaseMultilayerPerceptron": perceptron,
    "sklearn.linear_model._stochastic_gradient.BaseSGD": stochastic,
    "sklearn.linear_model._base.LinearModel": linear,
    "sklearn.linear_model._base.LinearClassifierMixin": linear,
    "sklearn.linear_model._glm.glm._GeneralizedLinearRegressor": linear,
    "skorch.net.NeuralNet": skorch_net,
}
"""Who tells what an estimator has become, by the class path of its base; the first that fits."""


def teller_of(bases: tuple[str, ...]) -> Tell | None:
    """Return who tells what a fitted estimator has become that inherits from these classes."""
    return next((tell for base, tell in TELLERS.items() if base in bases), None)


def what_is_told(tell: Tell, path: str, estimator: object) -> Said:
    """Return what a fitted estimator says of itself."""
    said = tell(path, attributes_of(estimator))
    return {name: value for name, value in said.items() if value or name == EPOCHS}


def _size(values: Any) -> int:
    """Return how many numbers an array or a numpy scalar holds; 0 of anything else."""
    cls = type(values)
    if cls.__module__ != "numpy":
        return 1 if cls is float else 0
    return int(values.size)


def _passes(fitted: Mapping[str, Any]) -> Said:
    passes = fitted.get("n_iter_")
    goes_on = fitted.get("warm_start", False) is not False
    return {EPOCHS: passes if type(passes) is int and not goes_on else None}
