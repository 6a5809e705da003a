"""Roles: which models the program uses, and how.

A class that is only imported or built is no algorithm. A model counts because
it is fitted, trained by an optimizer or a trainer, asked for answers, or
handed together with data to code that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ai_power_export.source.calls import Call
from ai_power_export.source.models import (
    ALGORITHMS,
    Unwrapped,
    class_path,
    entry_of,
    handed_in,
    is_class,
    networks_in,
    unwrapped,
)
from ai_power_export.source.values import Instance, Items, Member, Thing, Value, ancestry, options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role


@dataclass(eq=False)
class Use:
    """One model of the program and what is done with it."""

    model: Value
    entry: ClassEntry | None
    """Its catalogue entry; of a user's own network that of its base class."""
    path: str
    trained: list[Call] = field(default_factory=list)
    answered: list[Call] = field(default_factory=list)
    handed: list[Call] = field(default_factory=list)
    searches: list[Thing] = field(default_factory=list)
    holders: list[Thing] = field(default_factory=list)
    """Pipelines, wrappers and trainers around it."""
    optimizers: list[Thing] = field(default_factory=list)
    """Optimizers whose steps train it."""
    differentiated: bool = False
    """Whether gradients of what it answers are computed: that may be a training by hand, or none."""

    @property
    def call(self) -> Call | None:
        """The call that made the model."""
        return self.model.call if isinstance(self.model, (Thing, Instance)) else None

    @property
    def is_network(self) -> bool:
        """Whether it is made of sizes; other models are made with the data that they are of."""
        return self.entry is not None and self.entry.role is Role.NETWORK

    @property
    def events(self) -> list[Call]:
        """Everything done with the model, trainings first."""
        return [*self.trained, *self.answered, *self.handed]


class Uses:
    """Collects the models that calls use."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._found: dict[int, Use] = {}
        self._steps: list[tuple[Call, Thing]] = []
        self._gradients: list[Call] = []
        self._linked = False
        for call in calls:
            self._read(call)
        self._train_the_asked()
        self._mark_the_differentiated()

    def used(self) -> list[Use]:
        """Return the models in use; a reduction in front of another model is a step, not an algorithm."""
        uses = [use for use in self._found.values() if use.trained or use.answered]
        uses += [use for use in self._found.values() if use.handed and use not in uses and _is_model(use)]
        inside = {id(part) for use in uses for part in _inside(use)}
        uses = [use for use in uses if id(use.model) not in inside and not _is_built_by_a_network(use)]
        uses.sort(key=lambda use: not use.trained)
        return [use for use in uses if _is_model(use)] or uses

    def _read(self, call: Call) -> None:
        if call.method == "backward":
            self._gradients.append(call)
        if call.path:
            self._read_function(call)
        for owner in options(call.receiver) if call.receiver is not None else ():
            self._read_method(call, root(owner))

    def _read_function(self, call: Call) -> None:
        entry = load_catalogue().entry(call.path)
        if entry is None:
            self._read_unknown(call)
        elif entry.role in (Role.TRAIN, Role.ANSWER):
            self._note(Thing(call), "trained" if entry.role is Role.TRAIN else "answered", call)
        elif entry.role is Role.RUNNER:
            for model in handed_in(call, entry):
                self._note_all(model, "trained", call)

    def _read_unknown(self, call: Call) -> None:
        """A model that goes, together with data, into a function nobody knows is probably used there."""
        if call.path.startswith(_TELL_NOTHING):
            return
        inputs = list(call.inputs())
        for value in inputs:
            if isinstance(value, (Thing, Instance)) and (entry := entry_of(value)) and _may_work(entry):
                others = [
                    other for other in inputs if other is not value and isinstance(other, (Thing, Member))
                ]
                if others:
                    self._note_all(value, "handed", call)

    def _read_method(self, call: Call, owner: Value) -> None:
        entry = entry_of(owner)
        if entry is None or entry.role is Role.OPTIMIZER:
            self._read_step(call, owner)
        elif entry.role is Role.TRAINER:
            self._read_trainer(call, owner, entry)
        elif entry.role in _HOLDERS:
            for model, around in unwrapped(owner):
                inner = entry_of(model) or entry
                if call.method in (*entry.trains, *inner.trains):
                    self._note(model, "trained", call, around)
                elif call.method in (*entry.infers, *inner.infers):
                    self._note(model, "answered", call, around)

    def _read_trainer(self, call: Call, owner: Value, entry: ClassEntry) -> None:
        how = "trained" if call.method in entry.trains else "answered" if call.method in entry.infers else ""
        made = owner.call if isinstance(owner, Thing) else None
        if not how or made is None or not isinstance(owner, Thing):
            return
        given = [*handed_in(made, entry), *handed_in(call, entry, ("model", ""))]
        models = [pair for value in given for pair in _trained_by(owner, value)]
        if not models and entry.algorithm_name:  # a model that is not known is named by its trainer
            models = [(owner, [])]
        for model, around in models:
            self._note(model, how, call, around)

    def _read_step(self, call: Call, owner: Value) -> None:
        """A step, also by way of a gradient scaler or a train state, trains what the optimizer holds."""
        if call.method not in _STEPS:
            return
        handed = [option for value in call.args[:1] for option in options(value)]
        optimizers = [thing for value in (owner, *handed) if (thing := _optimizer(value))]
        if _optimizer(owner) is not None:
            optimizers = optimizers[:1]
        if not optimizers and call.method == "apply_gradients":
            optimizers = [thing for value in ancestry(owner) if (thing := _optimizer(value))][:1]
        for optimizer in optimizers:
            if _holds_tensors(optimizer):  # it changes an input, not a network
                continue
            held = list(networks_in(optimizer.call.inputs()))
            for model in held or networks_in([*call.args, *call.keywords.values(), owner]):
                for inner, around in list(unwrapped(model)) or [(model, [optimizer])]:
                    self._note(inner, "trained", call, around).optimizers.append(optimizer)
                    self._linked = True
            if not self._linked:
                self._steps.append((call, optimizer))

    def _train_the_asked(self) -> None:
        """Steps of an optimizer that holds no model by name train the networks that are asked."""
        asked = [
            use for use in self._found.values() if use.answered and not use.trained and _has_weights(use)
        ]
        for use in asked if self._steps and not self._linked else ():
            for call, optimizer in self._steps:
                use.trained.append(call)
                use.optimizers.append(optimizer)

    def _mark_the_differentiated(self) -> None:
        inputs = ancestry(*(call.receiver for call in self._gradients if call.receiver is not None))
        used = {id(part.call) for part in inputs if isinstance(part, Thing)}
        for use in self._found.values():
            use.differentiated = any(id(call) in used for call in use.answered)

    def _note_all(self, value: Value, how: str, call: Call) -> None:
        for model, around in unwrapped(value):
            self._note(model, how, call, around)

    def _note(self, model: Thing | Instance, how: str, call: Call, around: Sequence[Thing] = ()) -> Use:
        use = self._found.setdefault(
            _key(model), Use(model, entry_of(model) or _by_its_holder(around), class_path(model))
        )
        getattr(use, how).append(call)
        for holder in [*around, *_searching(call)]:
            entry = entry_of(holder)
            listed = use.searches if entry is not None and entry.role is Role.SEARCH else use.holders
            if all(holder.call is not known.call for known in listed):
                listed.append(holder)
        return use


_STEPS = ("step", "apply_gradients", "minimize", "update", "__call__")
_HOLDERS = frozenset({Role.MODEL, Role.REDUCER, Role.NETWORK, Role.PIPELINE, Role.SEARCH, Role.WRAPPER})
_TELL_NOTHING = ("builtins.", "joblib.", "pickle.", "matplotlib.", "typing.", "logging.", "pprint.")
"""Functions that get models for other reasons than to use them."""


def _optimizer(value: Value) -> Thing | None:
    thing = root(value)
    entry = entry_of(thing)
    return thing if isinstance(thing, Thing) and entry is not None and entry.role is Role.OPTIMIZER else None


def _holds_tensors(optimizer: Thing) -> bool:
    """Tell whether an optimizer was given a list of tensors that are no weights of a network."""
    given = optimizer.call.argument("params", 0)
    listed = given.items if isinstance(given, Items) and not given.open else []
    return bool(listed) and all(
        isinstance(each, Thing) and _TENSORS.match(each.path or each.call.method) for each in listed
    )


_TENSORS = re.compile(
    r"torch\.(?:rand\w*|zeros\w*|ones\w*|tensor|full\w*|empty\w*|nn\.Parameter)$|clone$|requires_grad_$"
)


def _has_weights(use: Use) -> bool:
    return use.entry is not None and (use.entry.role is Role.NETWORK or bool(use.entry.foundation))


def _searching(call: Call) -> Iterator[Thing]:
    """Yield the searches that called the function in which a call stands."""
    handler = call.handler
    while handler is not None:
        for made in (Thing(handler), root(handler.receiver) if handler.receiver is not None else None):
            entry = entry_of(made) if made is not None else None
            if isinstance(made, Thing) and entry is not None and entry.role is Role.SEARCH:
                yield made
        handler = handler.handler


def _key(model: Thing | Instance) -> int:
    return id(model.call) if isinstance(model, Thing) else id(model)


def _is_model(use: Use) -> bool:
    return use.entry is None or use.entry.role is not Role.REDUCER


def _may_work(entry: ClassEntry) -> bool:
    """Tell whether what is handed on is a model made here, and not weights from a file."""
    return entry.role in _HOLDERS and (bool(entry.kind) or entry.role not in (Role.MODEL, Role.NETWORK))


def _is_built_by_a_network(use: Use) -> bool:
    """Tell whether a network's own constructor made the model: then it is a layer of that network."""
    owners = [function.owner for function in use.call.functions if function.owner] if use.call else []
    entries = (load_catalogue().entry(path) for owner in owners for path in owner.outside())
    return any(entry is not None and entry.role is Role.NETWORK for entry in entries)


def _trained_by(trainer: Thing, value: Value) -> list[Unwrapped]:
    """Return the models in a value; what is handed to a trainer as its model is one, whatever its class."""
    unknown = (option for option in options(value) if isinstance(option, Thing) and is_class(option))
    return list(unwrapped(value, [trainer])) or [(option, [trainer]) for option in unknown]


def _by_its_holder(around: Sequence[Thing]) -> ClassEntry | None:
    """Describe a model of an unknown class by the framework of what trains it."""
    for holder in around:
        entry = entry_of(holder)
        if entry is not None and entry.role in (Role.TRAINER, Role.OPTIMIZER):
            return ClassEntry(
                "", Role.NETWORK, entry.framework, entry.distribution, algorithm_type="neuralNetwork"
            )
    return None


def _inside(use: Use) -> Iterator[Value]:
    """Yield the parts that a model is built of: they work, but it is the algorithm."""
    if isinstance(use.model, Instance):
        inputs = ancestry(*use.model.attributes.values(), *use.model.parts)
        yield from (part for part in inputs if part is not use.model)
    elif isinstance(use.model, Thing) and use.entry is not None and use.entry.role in ALGORITHMS:
        inputs = ancestry(*use.model.call.inputs(), *use.model.parts)
        yield from (part for part in inputs if part is not use.model)
