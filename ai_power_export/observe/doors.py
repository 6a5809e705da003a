"""The front doors of frameworks: the functions whose calls are watched, as data.

Everything that a program asks of a framework passes through few functions. A
door names one of them, or a class whose methods, and those of all its
subclasses, are doors; `reader` names the module beside this one that
understands the calls.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, unwrap

from ai_power_export.observe.data.loader_doors import LOADERS
from ai_power_export.observe.frameworks import flax_doors, keras_doors

ESTIMATOR_METHODS = (
    "fit",
    "fit_predict",
    "fit_transform",
    "partial_fit",
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score_samples",
    "kneighbors",
    "transform",
    "score",
)

CATBOOST_METHODS = (
    "fit",
    "grid_search",
    "randomized_search",
    "predict",
    "predict_proba",
    "predict_log_proba",
    "score",
)
LIGHTNING_METHODS = ("fit", "validate", "test", "predict")
STATSMODELS_FITS = ("fit", "fit_constrained", "fit_regularized")
STATSMODELS_ANSWERS = ("predict", "forecast", "get_forecast", "get_prediction")

SENTENCE_METHODS = ("encode", "encode_query", "encode_document", "encode_multi_process", "predict", "rank")
TRAINER_METHODS = ("train", "evaluate", "predict", "num_examples")


@dataclass(frozen=True)
class Door:
    """One watched function, or one class with the methods that are watched."""

    module: str
    """The submodule that defines it: watching begins once this is imported."""
    target: str
    """Its name in that module; of one method of one class `Class.method`."""
    reader: str
    """Which of `READERS` in `watch` understands the calls, or which of `FOLLOWERS` hears of them."""
    methods: tuple[str, ...] = ()
    """For a class: the methods watched, on it and on every subclass, also later ones."""
    made_by: str = "__init__"
    """For a class without `__init_subclass__`: its method that runs as an object of a subclass is made."""


DOORS = (
    Door("sklearn.base", "BaseEstimator", "scikit-learn", ESTIMATOR_METHODS),
    Door("sklearn.model_selection._validation", "cross_val_score", "scikit-learn"),
    Door("sklearn.model_selection._validation", "cross_validate", "scikit-learn"),
    Door("sklearn.model_selection._validation", "cross_val_predict", "scikit-learn"),
    Door("sklearn.model_selection._validation", "learning_curve", "scikit-learn"),
    Door("sklearn.model_selection._validation", "permutation_test_score", "scikit-learn"),
    Door("sklearn.model_selection._validation", "validation_curve", "scikit-learn"),
    Door("sklearn.metrics._classification", "accuracy_score", "scikit-learn"),
    Door("sklearn.metrics._classification", "classification_report", "scikit-learn"),
    Door("transformers.modeling_utils", "PreTrainedModel", "transformers", ("from_pretrained", "generate")),
    Door("transformers.pipelines.base", "Pipeline", "transformers", ("__call__", "forward")),
    Door("transformers.trainer", "Trainer", "transformers", TRAINER_METHODS),
    Door("stable_baselines3.common.base_class", "BaseAlgorithm", "stable-baselines3", ("learn", "predict")),
    Door("stable_baselines3.common.evaluation", "evaluate_policy", "stable-baselines3"),
    Door(
        "diffusers.pipelines.pipeline_utils",
        "DiffusionPipeline",
        "diffusers",
        ("__call__", "from_pretrained"),
        made_by="register_modules",
    ),
    Door("sentence_transformers.base.model", "BaseModel", "sentence-transformers", SENTENCE_METHODS),
    Door("xgboost.training", "train", "xgboost"),
    Door("xgboost.training", "cv", "xgboost"),
    Door("xgboost.core", "Booster", "xgboost", ("update", "boost", "predict", "inplace_predict")),
    Door("lightgbm.engine", "train", "lightgbm"),
    Door("lightgbm.engine", "cv", "lightgbm"),
    Door("lightgbm.basic", "Booster", "lightgbm", ("update", "predict")),
    Door("catboost.core", "CatBoost", "catboost", CATBOOST_METHODS),
    Door("catboost.core", "train", "catboost"),
    Door("catboost.core", "cv", "catboost"),
    Door("statsmodels.base.model", "Model", "statsmodels", STATSMODELS_FITS),
    Door("statsmodels.base.model", "Results", "statsmodels", STATSMODELS_ANSWERS),
    Door("statsmodels.tsa.vector_ar.var_model", "VARResults", "statsmodels", ("forecast",)),
    Door("optuna.study.study", "Study", "optuna", ("optimize",)),
    Door("lightning.pytorch.trainer.trainer", "Trainer", "lightning", LIGHTNING_METHODS),
    Door("pytorch_lightning.trainer.trainer", "Trainer", "lightning", LIGHTNING_METHODS),
    Door("torch.optim.optimizer", "Optimizer.__init__", "pytorch"),
    Door("torch.utils.data.dataloader", "DataLoader.__iter__", "pytorch"),
    Door("torchmetrics.classification.accuracy", "BinaryAccuracy.compute", "torchmetrics"),
    Door("torchmetrics.classification.accuracy", "MulticlassAccuracy.compute", "torchmetrics"),
    *(Door(module, name, "loaders") for module, names in LOADERS.items() for name in names),
    Door("flax.nnx.training.optimizer", "Optimizer.update", "flax"),
    Door("flax.training.train_state", "TrainState.apply_gradients", "flax"),
    *(Door("optax._src.alias", name, "flax") for name in flax_doors.OPTIMIZERS),
    Door("keras.src.models.model", "Model", "keras", keras_doors.METHODS),
    *(
        Door(f"keras.src.applications.{module}", name, "keras")
        for module, names in keras_doors.APPLICATIONS.items()
        for name in names
    ),
)

_NO_PLAIN_CALL = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


def plain_function(found: object, stop: Callable[[object], bool] | None = None) -> types.FunctionType | None:
    """Return the Python function that does the work behind decorators and descriptors, if there is one.

    Watching the innermost function makes all ways to it (decorators,
    `available_if`, other names) one door. `stop` ends the unwrapping early.
    """
    if isinstance(found, (classmethod, staticmethod)):
        found = found.__func__
    found = getattr(found, "fn", found) if not isinstance(found, types.FunctionType) else found
    if not isinstance(found, types.FunctionType):
        return None
    inner = unwrap(found, stop=stop)
    if not isinstance(inner, types.FunctionType) or inner.__code__.co_flags & _NO_PLAIN_CALL:
        return None
    return inner


def subclasses(root: type) -> Iterator[type]:
    """Yield a class and all its subclasses that exist now, each once."""
    seen = {root}
    waiting = [root]
    while waiting:
        cls = waiting.pop()
        yield cls
        new = [each for each in _direct_subclasses(cls) if each not in seen]
        seen.update(new)
        waiting += new


def _direct_subclasses(cls: type) -> list[type]:
    return type.__subclasses__(cls)


def creation_hook(root: type, made_by: str = "__init__") -> types.FunctionType | None:
    """Return the Python function that runs whenever a subclass of `root` is made, if it has one.

    Without `__init_subclass__` it is the method `made_by`, which runs before a new subclass's other methods.
    """
    made = plain_function(getattr(root.__init_subclass__, "__func__", None))
    return made or plain_function(vars(root).get(made_by))
