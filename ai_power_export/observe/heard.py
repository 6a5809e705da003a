"""Who understands the calls of which framework, and of which functions no call goes unheard."""

from __future__ import annotations

from ai_power_export.observe.frameworks import flax_doors

LOADERS = "loaders"
"""The reader of functions that bring data in; every call of them is heard."""

READERS = {
    "scikit-learn": "frameworks.scikit_learn:ScikitLearnReader",
    "transformers": "frameworks.transformers:TransformersReader",
    "keras": "frameworks.keras:KerasReader",
    "flax": "frameworks.flax:FlaxReader",
    "stable-baselines3": "frameworks.stable_baselines3:StableBaselines3Reader",
    "diffusers": "frameworks.diffusers:DiffusersReader",
    "sentence-transformers": "frameworks.sentence_transformers:SentenceTransformersReader",
    "catboost": "frameworks.catboost:CatBoostReader",
    "lightning": "frameworks.lightning:LightningReader",
    "lightgbm": "frameworks.boosting:LightGBMReader",
    LOADERS: "data.loaders:LoaderReader",
    "optuna": "frameworks.optuna:OptunaReader",
    "statsmodels": "frameworks.statsmodels:StatsmodelsReader",
    "torchmetrics": "frameworks.torchmetrics:TorchmetricsReader",
    "xgboost": "frameworks.boosting:XGBoostReader",
}
"""Who understands the calls of which framework, by module and class; imported when the framework is."""

FOLLOWERS = {"pytorch": "frameworks.pytorch:LoopFollower"}
"""Who follows loops that pass no front door, by module and class; doors may name one as well."""
AWAITED = {"torch": "pytorch"}
"""The module of a framework that a follower waits for, and the follower's name."""

WHOLLY_SEEN = frozenset({"catboost", "sklearn", "stable_baselines3", "statsmodels"})
"""Frameworks whose models cannot be trained or asked past their doors; a network is simply called."""

HEARD_ONCE = frozenset(
    {"flax.apply_gradients", "flax.update", *(f"optax.{name}" for name in flax_doors.OPTIMIZERS)}
)
"""Functions that a compiled step calls while it is traced, or a program before it, and never again."""
HEARD_WHOLLY = HEARD_ONCE | frozenset(
    {
        "keras.fit",
        "lightgbm.fit",
        "lightgbm.predict",
        "lightgbm.predict_proba",
        "lightgbm.train",
        "lightning.fit",
        "pytorch_lightning.fit",
        "sentence_transformers.encode",
        "torch.step",
        "transformers.Pipeline.__call__",
        "transformers.generate",
        "transformers.train",
        "xgboost.fit",
        "xgboost.inplace_predict",
        "xgboost.predict",
        "xgboost.predict_proba",
        "xgboost.train",
    }
)
"""Functions of other frameworks of which every call is heard, whatever class of theirs has them."""
