"""Reads what `transformers.Trainer`, and the trainers that inherit from it, do: training and evaluation."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.facts import JsonValue, plain
from ai_power_export.observe.data.shape import DataShape, class_path, describe_data
from ai_power_export.observe.frameworks.configurations import settings_of
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.hugging_face_models import (
    PEFT_MODEL,
    TYPE_OF_INPUT,
    base_model,
    inherits,
    main_input,
    origin_of_weights,
)
from ai_power_export.observe.frameworks.models import is_module, measure, network_part, unwrap
from ai_power_export.observe.frameworks.pretrained import loaded_from
from ai_power_export.observe.frameworks.torch_optimizers import settings_of as optimizer_settings
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role

SETTINGS = (
    "gradient_accumulation_steps",
    "learning_rate",
    "lr_scheduler_type",
    "num_train_epochs",
    "optim",
    "per_device_train_batch_size",
    "seed",
    "weight_decay",
)
"""Arguments of a training that are told also where they have their default."""

OPTIMIZER_SETTINGS = frozenset(
    {"adam_beta1", "adam_beta2", "adam_epsilon", "learning_rate", "optim", "optim_args", "weight_decay"}
)
"""Arguments that have no effect on an optimizer that the program made itself."""

SUPERVISED = ("Classification", "regression", "Answering", "Detection", "Segmentation", "Recognition")
"""Ends of the words for what a model is for that is trained on answers given by people."""
SELF_SUPERVISED = frozenset({"maskedLanguageModeling", "textGeneration"})
"""What a model is for that learns from texts alone, as long as it is not trained further."""

TOKENIZER = "transformers.tokenization_utils_base.PreTrainedTokenizerBase"


class Session:
    """A training or evaluation while it runs: a weak reference to its trainer, and what is needed later."""

    def __init__(self, trainer: Any, values: Mapping[str, Any]) -> None:
        known = attributes_of(trainer)
        self._trainer = weakref.ref(trainer)
        self.old_state = id(known.get("state"))
        """The state of the training before: each begins a new one."""
        self.resumes = values.get("resume_from_checkpoint") not in (None, False)
        self.brings_optimizer = known.get("optimizer") is not None
        self.examples: int | None = None
        """Examples in the training data, as the trainer counts them."""
        self.prefix = values.get("metric_key_prefix") or "eval"
        """What the names of an evaluation's metrics begin with."""

    def __call__(self) -> Any:
        """Return the trainer, None if it is gone."""
        return self._trainer()


_training: weakref.WeakValueDictionary[int, Session] = weakref.WeakValueDictionary()
"""The trainings that run, by the `id` of their trainer."""


# ---- training --------------------------------------------------------------------------------


def read_training(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read a training as it begins."""
    trainer = point.positional(values, 0)
    known = attributes_of(trainer)
    session = _training[id(trainer)] = Session(trainer, values)
    data = _data(known, known.get("train_dataset"))
    return Reading(
        (_part(trainer, session),),
        data if data is not None and data.rows is not None else None,
        Doing.FINETUNES if _is_pretrained(known.get("model")) else Doing.TRAINS,
        _known_from_training(known, known.get("eval_dataset")),
        about=session,
    )


def training_outcome(reading: Reading) -> Outcome:
    """Read a training that has ended."""
    outcome = training_progress(reading)
    trainer = reading.about()
    if trainer is None or reading.data is not None:
        return outcome
    known = attributes_of(trainer)
    examples = reading.about.examples if isinstance(reading.about, Session) else None
    return outcome._replace(data=_data(known, known.get("train_dataset"), examples))


def training_progress(reading: Reading) -> Outcome:
    """Read how far a training has got, which may be broken off or still run."""
    session = reading.about
    trainer = session()
    return Outcome(parts=(_part(trainer, session),)) if trainer is not None else NOTHING  # type: ignore[arg-type]


def read_example_count(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read that a trainer counts examples: the first time within a training, those of the training data."""
    trainer = point.positional(values, 0)
    session = _training.get(id(trainer))
    is_first = session is not None and session() is trainer and session.examples is None
    return Reading((), about=session) if session is not None and is_first else UNREADABLE


def example_count(reading: Reading, result: object) -> Outcome:
    """Keep the count of examples until the training ends."""
    if isinstance(reading.about, Session) and type(result) is int:
        reading.about.examples = result
    return NOTHING


def _is_pretrained(model: Any) -> bool:
    network = unwrap(model)
    return inherits(network, PEFT_MODEL) or loaded_from(network) is not None


def _part(trainer: Any, session: Session) -> Part:
    """Describe the model with the settings of its training, and how far it is trained by now."""
    known, entry = attributes_of(trainer), _entry(type(trainer))
    model = known.get("model")
    settings, defaults = _settings(known, session)
    part = network_part(model, kind=entry.kind if entry else "", parameters=settings, defaults=defaults)
    optimizer = optimizer_settings(known.get("optimizer"))
    said = {
        "optimizer": optimizer.word if optimizer is not None else None,
        "epochsNumber": _epochs(known, session),
        "trainingType": _training_type(part),
    }
    by_reward = {"trainingType": entry.training_type} if entry is not None and entry.training_type else {}
    weights = origin_of_weights(unwrap(model))
    return replace(part, said={**said, **weights, **part.said, **by_reward})


def _entry(cls: type) -> ClassEntry | None:
    """Return what the catalogue says of a trainer more special than `Trainer` itself: what it trains for."""
    entries = (load_catalogue().entry(class_path(base)) for base in cls.__mro__)
    return next((each for each in entries if each is not None and each.role is Role.TRAINER), None)


def _settings(known: Mapping[str, Any], session: Session) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the hyperparameters of a training, and the names of those that have their default."""
    settings, defaults = settings_of(known.get("args"), always=SETTINGS)
    if session.brings_optimizer:
        settings = {name: value for name, value in settings.items() if name not in OPTIMIZER_SETTINGS}
        own = optimizer_settings(known.get("optimizer"))
        settings |= own.parameters if own is not None else {}
        defaults += own.defaults if own is not None else ()
    if "max_steps" in settings:
        settings.pop("num_train_epochs", None)  # has no effect then
    settings |= _batch_size(known)
    network = measure(known.get("model"))
    if network.trainable != network.parameters:
        settings["trainable_parameters"] = network.trainable
    if is_module(known.get("loss")):  # of the trainers of sentence-transformers
        settings["loss"] = type(known["loss"]).__name__
    return settings, tuple(name for name in defaults if name in settings)


def _batch_size(known: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Return the examples behind one step of the optimizer, under the name of the trainer's own log."""
    arguments = attributes_of(known.get("args"))
    state = attributes_of(attributes_of(known.get("accelerator")).get("state"))
    batch, steps = known.get("_train_batch_size"), arguments.get("gradient_accumulation_steps")
    processes = state.get("num_processes")
    if (
        arguments.get("parallelism_config") is not None
        or not type(batch) is type(steps) is type(processes) is int
    ):
        return {}
    return {"total_train_batch_size": batch * steps * processes}


def _epochs(known: Mapping[str, Any], session: Session) -> float | None:
    """Return the passes through the data that this training has made, also part of one."""
    state = known.get("state")
    values = attributes_of(state)
    epoch, steps = values.get("epoch"), values.get("global_step")
    if id(state) == session.old_state or type(epoch) not in (int, float) or not epoch:
        return None
    if session.resumes:
        begun = known.get("_initial_global_step")
        if type(begun) is not int or type(steps) is not int or steps < 1:
            return None
        epoch *= 1 - begun / steps
    return int(epoch) if float(epoch).is_integer() else round(epoch, 3)


def _training_type(part: Part) -> str:
    """Return how a model without pretrained weights is trained."""
    entry = load_catalogue().entry(part.class_path)
    kind = part.kind or (entry.kind if entry else "")
    if kind.endswith(SUPERVISED):
        return "supervisedLearning"
    return "selfSupervisedLearning" if kind in SELF_SUPERVISED else ""


# ---- evaluation ------------------------------------------------------------------------------


def read_evaluation(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read `evaluate`, and `predict`, which evaluates where the trainer has metrics."""
    trainer = point.positional(values, 0)
    known = attributes_of(trainer)
    session = Session(trainer, values)
    answers = point.method == "predict" and known.get("compute_metrics") is None
    given = values.get("test_dataset" if point.method == "predict" else "eval_dataset")
    dataset = known.get("eval_dataset") if given is None else given
    return Reading(
        (network_part(known.get("model")),),
        _data(known, dataset),
        Doing.ANSWERS if answers else Doing.EVALUATES,
        _known_from_training(known, dataset),
        about=session,
    )


def evaluation_outcome(reading: Reading, result: Any) -> Outcome:
    """Read the accuracy among the metrics of an evaluation."""
    metrics = result if type(result) is dict else getattr(result, "metrics", None)
    if type(metrics) is not dict or not isinstance(reading.about, Session):
        return NOTHING
    accuracy = plain(metrics.get(f"{reading.about.prefix}_accuracy"))
    is_share = type(accuracy) in (int, float) and 0 <= accuracy <= 1  # type: ignore[operator]
    return Outcome(float(accuracy)) if is_share else NOTHING  # type: ignore[arg-type]


def _known_from_training(known: Mapping[str, Any], dataset: object) -> str:
    return "same" if dataset is not None and dataset is known.get("train_dataset") else ""


# ---- data ------------------------------------------------------------------------------------


def _data(known: Mapping[str, Any], dataset: object, examples: int | None = None) -> DataShape | None:
    """Describe the data of a training or evaluation; what they are made of, the model's class may tell."""
    if dataset is None:
        return None
    found = describe_data(dataset) or DataShape(class_path(type(dataset)))
    if not found.certain:
        told = TYPE_OF_INPUT.get(main_input(base_model(unwrap(known.get("model")))))
        told = told or ("text" if _has_tokenizer(known) else None)
        found = replace(found, data_type=told or found.data_type, certain=False)
    rows = examples if found.rows is None else found.rows
    is_table = found.data_type == "tabular"
    return replace(found, rows=rows, shape=found.shape if is_table else None)


def _has_tokenizer(known: Mapping[str, Any]) -> bool:
    # Until version 4.45 the attribute was called `tokenizer`.
    return any(inherits(known.get(name), TOKENIZER) for name in ("processing_class", "tokenizer"))
