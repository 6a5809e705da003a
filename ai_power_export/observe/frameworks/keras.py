"""Reads the calls of Keras 3 models, whatever backend they compute with."""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ai_power_export.evidence_names import CUT_SHORT, IN_FIRST_EPOCH, IN_FIRST_STEP, KIND_OPEN, LIVE_MODEL
from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.keras import describe_fed, describe_given
from ai_power_export.observe.data.marks import Mark, mark_of, seen_before
from ai_power_export.observe.data.shape import class_path, extent
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.keras_applications import (
    PUBLISHED,
    Application,
    Applications,
    asked_for,
)
from ai_power_export.observe.frameworks.keras_compiled import accuracy_in, history_of, last_accuracy
from ai_power_export.observe.frameworks.keras_doors import APPLICATION_NAMES as NAMES
from ai_power_export.observe.frameworks.keras_doors import PACKAGE
from ai_power_export.observe.frameworks.keras_models import MODEL, Network, bases_of, inherits, read_network
from ai_power_export.observe.frameworks.keras_settings import (
    learning_rate_of,
    optimizer_of,
    optimizer_word,
    training_values,
)
from ai_power_export.observe.frameworks.keras_tasks import kind_of_task
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint

DOES = {
    "fit": Doing.TRAINS,
    "train_on_batch": Doing.TRAINS,
    "evaluate": Doing.EVALUATES,
    "predict": Doing.ANSWERS,
    "predict_on_batch": Doing.ANSWERS,
}
"""What the watched methods of a model do."""
TRAINING_TYPES = {
    "classification": "supervisedLearning",
    "regression": "supervisedLearning",
    "reconstruction": "unsupervisedLearning",
}
REMEMBERED = 64
"""Pieces of training data that are remembered by number, to know them again."""


@dataclass
class _Memory:
    """What is remembered of a model from one call to the next."""

    model: weakref.ref[Any]
    number: int = field(default_factory=itertools.count(1).__next__)
    """Tells it from all others."""
    network: Network = field(default_factory=Network)
    before: int = 0
    """Epochs completed before the present call of `fit`."""
    epochs: int = 0
    """Epochs completed up to now."""
    steps: int = 0
    """What it told of its steps before the present call; see `_steps_mark`."""
    history: int = 0
    """`id` of the history that the model held when the present call began."""
    optimizer: int = 0
    """`id` of its optimizer."""
    learning_rate: JsonValue = None
    """The learning rate that this optimizer began with."""


class KerasReader:
    """Reads training, evaluation and prediction of models, and the making of known ones."""

    reads_inside = NAMES

    def __init__(self) -> None:
        self._applications = Applications()
        self._memories: dict[int, _Memory] = {}
        self._fitted: deque[Mark] = deque(maxlen=REMEMBERED)

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the model; empty for functions."""
        return "" if point.method in NAMES else class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which model, how it was compiled, on what data."""
        if point.method in NAMES:
            asked = asked_for(point.method, values)
            return Reading((Part(f"{PACKAGE}.{asked.name}", parameters=asked._asdict()),), does=Doing.LOADS)
        model = point.positional(values, 0)
        if not inherits(model, MODEL):
            return UNREADABLE
        memory, does = self._memory(model), DOES[point.method]
        fed, target = _argument(point, values, "x", 1), _argument(point, values, "y", 2)
        data, kind = describe_fed(fed, memory.network), kind_of_task(model, memory.network, fed, target)
        part = Part(class_path(type(model)), bases_of(model), kind, is_model=True)
        if does is Doing.TRAINS:
            _begin(memory, model)
            whole = point.method == "fit" and extent(fed) is not None
            told, defaults = training_values(model, memory.learning_rate, values, default_batches=whole)
            part = replace(part, parameters=told, defaults=defaults)
        if data is not None and point.method.endswith("_on_batch"):
            data = replace(data, rows=None, shape=None, nbytes=None)  # one batch of more data
        known = self._known_data(point.method, values, fed)
        part, does = self._described(part, memory, does)
        return Reading((part,), data, does, known, does is Doing.EVALUATES, about=memory.model)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what a call gave back: a history, metrics, predictions, a network."""
        if point.method in NAMES:
            self._applications.remember(result, Application(**reading.parts[0].parameters))  # type: ignore[arg-type]
            return NOTHING
        model = reading.about()
        if model is None:
            return NOTHING
        if point.method == "fit":
            return self._trained(reading, model, result)
        parts = (self._described(reading.parts[0], self._memory(model), DOES[point.method])[0],)
        if reading.does is Doing.EVALUATES:
            return Outcome(accuracy_in(result, model), parts)
        return Outcome(None, parts, output=describe_given(result) if reading.does is Doing.ANSWERS else None)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Read the epochs that a training has completed which was broken off, or is still running."""
        model = reading.about()
        if model is None or point.method != "fit":
            return NOTHING
        history = attributes_of(model).get("history")
        return self._trained(reading, model, None if id(history) == self._memory(model).history else history)

    def _trained(self, reading: Reading, model: Any, history: object) -> Outcome:
        """Read what a history says of a training, and the model as it left it."""
        memory = self._memory(model)
        completed, logs = history_of(history)
        memory.epochs = memory.before + completed
        part, _ = self._described(reading.parts[0], memory, Doing.TRAINS)
        if not memory.epochs:
            took_steps = _steps_mark(model) not in (0, memory.steps)
            reached = IN_FIRST_EPOCH if took_steps else IN_FIRST_STEP
            part = replace(part, said={**part.said, CUT_SHORT: reached})
        return Outcome(last_accuracy(logs, model, validated=not reading.seen_before), (part,))

    def _memory(self, model: Any) -> _Memory:
        """Return what is known of a model, its network as it is now."""
        key = id(model)
        memory = self._memories.get(key)
        if memory is None or memory.model() is not model:
            gone = self._memories.pop
            memory = self._memories[key] = _Memory(weakref.ref(model, lambda _: gone(key, None)))
        memory.network = read_network(model, memory.network)
        return memory

    def _known_data(self, method: str, values: Mapping[str, Any], fed: object) -> str:
        """Tell whether the accuracy that a call gives is one on data of a training."""
        if method == "fit":
            self._fitted.append(mark_of(fed))
            is_validated = values.get("validation_data") is not None or bool(values.get("validation_split"))
            return "" if is_validated else "same"
        return seen_before(mark_of(fed), self._fitted) if method == "evaluate" else ""

    def _described(self, part: Part, memory: _Memory, does: Doing) -> tuple[Part, Doing]:
        """Add to a part what the live model says, and to what it does whether it was trained before."""
        network, model = memory.network, memory.model()
        said: dict[str, JsonValue] = dict(network.said)
        application = self._applications.inside(network.ids)
        if application is not None and application.weights == PUBLISHED:
            said["foundationModelName"] = application.name
        if application is not None and self._applications.is_one(model):
            part = _as_application(part, application)
        if does is Doing.TRAINS:
            is_pretrained = application is not None and application.weights
            does = Doing.FINETUNES if is_pretrained else Doing.TRAINS
            said["trainingType"] = "transferLearning" if is_pretrained else TRAINING_TYPES.get(part.kind)
            said["optimizer"] = optimizer_word(optimizer_of(model))
            said["epochsNumber"] = memory.epochs or None
            said[KIND_OPEN] = None if part.kind else True
            said[LIVE_MODEL] = memory.number
        said = {name: value for name, value in said.items() if value not in (None, "")}
        return replace(part, said=said, layers=network.layers), does


def _argument(point: Watchpoint, values: Mapping[str, Any], name: str, index: int) -> Any:
    """Return an argument of a method, which a subclass may have given another name."""
    return values[name] if name in values else point.positional(values, index)


def _as_application(part: Part, application: Application) -> Part:
    """Name a network after the function that made it; one without its classifier gives features."""
    if application.whole:
        return replace(part, class_path=f"{PACKAGE}.{application.name}")
    return part if part.kind else replace(part, kind="embedding")


def _steps_mark(model: object) -> int:
    """Return what each step of a training changes, without waiting for a GPU; 0 where nothing tells.

    PyTorch counts the changes of a tensor; with JAX a step gives back another state, or count of steps.
    """
    state = attributes_of(model).get("_jax_state")
    steps = attributes_of(attributes_of(optimizer_of(model)).get("_iterations")).get("_value")
    held = steps if state is None else state
    if class_path(type(held)).startswith("torch."):
        return int(getattr(held, "_version", 0))
    return 0 if held is None else id(held)


def _begin(memory: _Memory, model: object) -> None:
    """Note what a model is like at the beginning of a training."""
    memory.before = memory.epochs
    memory.history = id(attributes_of(model).get("history"))
    memory.steps = _steps_mark(model)
    optimizer = optimizer_of(model)
    if memory.optimizer != id(optimizer):
        memory.optimizer, memory.learning_rate = id(optimizer), learning_rate_of(optimizer)
