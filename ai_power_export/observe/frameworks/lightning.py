"""Reads the calls of Lightning's `Trainer`, under both names of the package.

The `Trainer`'s methods are watched like any other front door. Lightning's own
entry point for callbacks would give every `Trainer` of every program on the
machine a callback, measured or not, and it sees no more than this.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.data.torch import Served, served_by_loader
from ai_power_export.observe.frameworks.constructors import attributes_of, is_plain
from ai_power_export.observe.frameworks.models import measure, network_part
from ai_power_export.observe.frameworks.networks import modules_in
from ai_power_export.observe.frameworks.torch_inputs import as_read
from ai_power_export.observe.frameworks.torch_kinds import SUPERVISED, is_loss, kind_by
from ai_power_export.observe.frameworks.torch_optimizers import settings_of
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint

DOES = {
    "fit": Doing.TRAINS,
    "validate": Doing.EVALUATES,
    "test": Doing.EVALUATES,
    "predict": Doing.ANSWERS,
}
"""What the watched methods do."""
LOOPS = {"fit": "fit_loop", "validate": "validate_loop", "test": "test_loop", "predict": "predict_loop"}
"""The attribute of the trainer that runs each method."""
ACCURACY_NAMES = {
    "fit": ("val_acc", "val_accuracy", "valid_acc", "valid_accuracy"),
    "validate": ("val_acc", "val_accuracy", "valid_acc", "valid_accuracy", "acc", "accuracy"),
    "test": ("test_acc", "test_accuracy", "acc", "accuracy"),
}
"""Names by which an accuracy on held-out data is logged, with `_` for any other separator."""
_SECRET = ("token", "key", "password", "secret", "dir", "path", "url", "uri", "root", "file")
"""Words in the names of hyperparameters that are nobody's business."""


class LightningReader:
    """Reads training, evaluation and prediction."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._completed_before: dict[int, int] = {}
        """Epochs that a trainer had completed when its present call began, by its `id`."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the trainer."""
        return class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which network, trained by what."""
        trainer = point.positional(values, 0)
        model = values.get("model")
        model = _model_of(trainer) if model is None else model
        self._completed_before[id(trainer)] = _epochs_completed(trainer)
        parts = () if model is None else (_part(model, {}, (), {}),)
        # A checkpoint brings the epochs of an earlier training along.
        settled = values.get("ckpt_path") is None
        return Reading(parts, does=DOES[point.method], settled=settled, about=weakref.ref(trainer))

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what a call has done: the network as it is now, the data, the accuracy that was logged."""
        return self._look(point, reading)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Read what a call has done up to now."""
        return self._look(point, reading)._replace(data=None)

    def _look(self, point: Watchpoint, reading: Reading) -> Outcome:
        trainer = reading.about()
        model = _model_of(trainer)
        if model is None:
            return NOTHING
        served = _served(attributes_of(trainer).get(LOOPS[point.method]))
        data = as_read(served.data, measure(model).layers) if served else None
        if point.method != "fit":
            return Outcome(_accuracy(trainer, point.method), data=data)
        return Outcome(
            _accuracy(trainer, point.method),
            (self._trained(trainer, model, served, reading),),
            data,
        )

    def _trained(self, trainer: Any, model: Any, served: Served | None, reading: Reading) -> Part:
        """Describe the network that a call of `fit` trains."""
        losses = {class_path(type(each)) for each in modules_in(model) if is_loss(each)}
        kind = kind_by(losses, served.targets) if served else ""
        optimizers = _strategy(trainer).get("_optimizers")
        found = [settings_of(each) for each in optimizers] if type(optimizers) is list else []
        settings = found[0] if len(found) == 1 else None
        words = {each.word for each in found if each is not None}
        epochs = _epochs_completed(trainer) - self._completed_before.get(id(trainer), 0)
        said: dict[str, JsonValue] = {
            "optimizer": words.pop() if len(words) == 1 else None,
            "epochsNumber": epochs if epochs > 0 and _passes_are_whole(trainer, reading) else None,
            "trainingType": SUPERVISED if kind else None,
        }
        parameters = {
            **_hyperparameters(model),
            **_trainer_settings(trainer),
            **(settings.parameters if settings else {}),
            **({"batch_size": served.batch_size} if served and served.batch_size else {}),
        }
        defaults = settings.defaults if settings else ()
        return _part(model, parameters, defaults, {k: v for k, v in said.items() if v is not None}, kind)


def _part(
    model: Any,
    parameters: Mapping[str, JsonValue],
    defaults: tuple[str, ...],
    said: Mapping[str, JsonValue],
    kind: str = "",
) -> Part:
    return network_part(model, kind=kind, parameters=parameters, defaults=defaults, said=said)


def _model_of(trainer: Any) -> Any:
    return _strategy(trainer).get("_lightning_module")


def _strategy(trainer: Any) -> Mapping[str, Any]:
    """Return the attributes of what places a network and its optimizers on devices."""
    return attributes_of(attributes_of(attributes_of(trainer).get("_accelerator_connector")).get("strategy"))


def _epochs_completed(trainer: Any) -> int:
    """Return the epochs that a trainer has completed; one that was cut short does not count."""
    loop = attributes_of(attributes_of(trainer).get("fit_loop"))
    current = attributes_of(attributes_of(loop.get("epoch_progress")).get("current"))
    batches = attributes_of(attributes_of(loop.get("epoch_loop")).get("batch_progress"))
    completed = current.get("completed")
    if type(completed) is not int:
        return 0
    was_cut = completed == current.get("processed") and batches.get("is_last_batch") is False
    return max(0, completed - was_cut)


def _passes_are_whole(trainer: Any, reading: Reading) -> bool:
    """Tell whether an epoch is a pass over all the data, of this call alone."""
    limit = attributes_of(trainer).get("limit_train_batches")
    return reading.settled and type(limit) is float and limit == 1.0


def _served(loop: Any) -> Served | None:
    """Describe what the one loader of a loop serves."""
    combined = attributes_of(loop).get("_combined_loader")
    loaders = attributes_of(combined).get("_iterables")
    if type(loaders) is list and len(loaders) == 1:
        loaders = loaders[0]
    return served_by_loader(loaders)


def _trainer_settings(trainer: Any) -> dict[str, JsonValue]:
    own = attributes_of(trainer)
    settings = {name: own.get(name) for name in ("accumulate_grad_batches", "gradient_clip_val")}
    settings["max_epochs"] = attributes_of(own.get("fit_loop")).get("max_epochs")
    connector = attributes_of(own.get("_accelerator_connector"))
    settings["precision"] = connector.get("_precision_flag")
    return {name: plain(value) for name, value in settings.items() if value is not None and is_plain(value)}


def _hyperparameters(model: Any) -> dict[str, JsonValue]:
    """Return what a module keeps by `save_hyperparameters`."""
    kept = attributes_of(model).get("_hparams")
    items = dict.items(kept) if isinstance(kept, dict) else ()
    return {
        name: plain(value)
        for name, value in items
        if type(name) is str and is_plain(value) and not any(word in name.lower() for word in _SECRET)
    }


def _accuracy(trainer: Any, method: str) -> float | None:
    """Return the accuracy that was logged last on held-out data."""
    connector = attributes_of(attributes_of(trainer).get("_logger_connector"))
    logged = connector.get("_callback_metrics")
    if type(logged) is not dict:
        return None
    by_name = {name.replace("/", "_").replace("-", "_").lower(): value for name, value in logged.items()}
    found: Any = next((by_name[name] for name in ACCURACY_NAMES.get(method, ()) if name in by_name), None)
    if class_path(type(found)) != "torch.Tensor" or tuple(found.shape) != ():
        return None
    value = plain(found.item())
    return value if type(value) is float and 0 <= value <= 1 else None
