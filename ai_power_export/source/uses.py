"""Roles: which models the program uses, and how.

A class that is only imported or built is no algorithm. A model counts because
it is fitted, trained by an optimizer or a trainer, asked for answers, or
handed together with data to code that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Union

from ..vocabulary.catalogue import load_catalogue
from ..vocabulary.entries import ClassEntry, Role
from .calls import Call
from .values import MOST_VISITED, Instance, Items, Member, Thing, Value, ancestry, options, parts, root


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

    @property
    def call(self) -> Call | None:
        """The call that made the model."""
        return self.model.call if isinstance(self.model, (Thing, Instance)) else None

    @property
    def events(self) -> list[Call]:
        """Everything done with the model, trainings first."""
        return [*self.trained, *self.answered, *self.handed]


def entry_of(value: Value) -> ClassEntry | None:
    """Return the catalogue entry of what made a value, or of a user's network the one of its base."""
    if isinstance(value, Thing):
        return load_catalogue().entry(value.path) if value.path else None
    if isinstance(value, Instance):
        entries = (load_catalogue().entry(path) for path in value.cls.outside())
        return next((entry for entry in entries if entry is not None), None)
    return None


def class_path(value: Thing | Instance) -> str:
    """Return the path by which reports name a model's class."""
    if isinstance(value, Instance):
        module = "__main__" if value.cls.in_main else value.cls.file.removesuffix(".py")
        return f"{module}.{value.cls.name}"
    entry = entry_of(value)
    return entry.path if entry is not None else value.path


class Uses:
    """Collects the models that calls use."""

    def __init__(self, calls: Iterable[Call]) -> None:
        self._found: dict[int, Use] = {}
        self._steps: list[Call] = []
        self._linked = False
        for call in calls:
            self._read(call)
        self._train_the_asked()

    def used(self) -> list[Use]:
        """Return the models in use; a reduction in front of another model is a step, not an algorithm."""
        uses = [use for use in self._found.values() if use.trained or use.answered]
        uses += [use for use in self._found.values() if use.handed and use not in uses and _is_model(use)]
        inside = {id(part) for use in uses for part in _inside(use)}
        uses = [use for use in uses if id(use.model) not in inside]
        return [use for use in uses if _is_model(use)] or uses

    def _read(self, call: Call) -> None:
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
            for model in self._handed_in(call, entry):
                self._note_all(model, "trained", call)

    def _read_unknown(self, call: Call) -> None:
        """A model that goes, together with data, into a function nobody knows is probably used there."""
        if call.path.startswith(_TELL_NOTHING):
            return
        inputs = list(call.inputs())
        for value in inputs:
            if isinstance(value, (Thing, Instance)) and (entry := entry_of(value)) and entry.role in _HOLDERS:
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
            if call.method in entry.trains:
                self._note_all(owner, "trained", call)
            elif call.method in entry.infers:
                self._note_all(owner, "answered", call)

    def _read_trainer(self, call: Call, owner: Value, entry: ClassEntry) -> None:
        how = "trained" if call.method in entry.trains else "answered" if call.method in entry.infers else ""
        made = owner.call if isinstance(owner, Thing) else None
        if not how or made is None or not isinstance(owner, Thing):
            return
        given = [*self._handed_in(made, entry), *self._handed_in(call, entry, ("model", ""))]
        models = [pair for value in given for pair in unwrapped(value, [owner])]
        for model, around in models or [(owner, [])]:  # a model that is not known is named by its trainer
            self._note(model, how, call, around)

    def _read_step(self, call: Call, owner: Value) -> None:
        """A step, also by way of a gradient scaler or a train state, trains what the optimizer holds."""
        if call.method not in _STEPS:
            return
        optimizers = [value for value in (owner, *call.args[:1]) if _is_optimizer(value)]
        if not optimizers and call.method == "apply_gradients":
            optimizers = [value for value in ancestry(owner) if _is_optimizer(value)]
        for optimizer in optimizers[:2]:
            held = list(networks_in(optimizer.call.inputs())) if isinstance(optimizer, Thing) else []
            for model in held or networks_in([*call.args, *call.keywords.values(), owner]):
                for inner, around in unwrapped(model):
                    self._note(inner, "trained", call, around)
                    self._linked = True
            if not self._linked:
                self._steps.append(call)

    def _train_the_asked(self) -> None:
        """Steps of an optimizer that holds no model by name train the networks that are asked."""
        asked = [
            use for use in self._found.values() if use.answered and not use.trained and _has_weights(use)
        ]
        for use in asked if self._steps and not self._linked else ():
            use.trained.extend(self._steps)

    @staticmethod
    def _handed_in(call: Call, entry: ClassEntry, names: tuple[str, ...] = ()) -> Iterator[Value]:
        """Yield the models that come in by the parameters named in the catalogue."""
        for name in names or entry.takes:
            if name == "*":
                yield from call.args
            elif name in call.keywords:
                yield call.keywords[name]
            elif name == "":
                yield from call.args[:1]
            elif name in entry.parameters and entry.parameters.index(name) < len(call.args):
                yield call.args[entry.parameters.index(name)]

    def _note_all(self, value: Value, how: str, call: Call) -> None:
        for model, around in unwrapped(value):
            self._note(model, how, call, around)

    def _note(self, model: Thing | Instance, how: str, call: Call, around: Iterable[Thing] = ()) -> None:
        use = self._found.setdefault(_key(model), Use(model, entry_of(model), class_path(model)))
        getattr(use, how).append(call)
        for holder in [*around, *_searching(call)]:
            entry = entry_of(holder)
            listed = use.searches if entry is not None and entry.role is Role.SEARCH else use.holders
            if all(holder.call is not known.call for known in listed):
                listed.append(holder)


_STEPS = ("step", "apply_gradients", "minimize", "update", "__call__")
_HOLDERS = frozenset({Role.MODEL, Role.REDUCER, Role.NETWORK, Role.PIPELINE, Role.SEARCH, Role.WRAPPER})
_ALGORITHMS = frozenset({Role.MODEL, Role.REDUCER, Role.NETWORK})
_TELL_NOTHING = ("builtins.", "joblib.", "pickle.", "matplotlib.", "typing.", "logging.", "pprint.")
"""Functions that get models for other reasons than to use them."""


def _is_optimizer(value: Value) -> bool:
    entry = entry_of(root(value))
    return entry is not None and entry.role is Role.OPTIMIZER


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


def _inside(use: Use) -> Iterator[Value]:
    """Yield the parts that a model is built of: they work, but it is the algorithm."""
    if isinstance(use.model, Instance):
        yield from (part for part in ancestry(*use.model.attributes.values()) if part is not use.model)
    elif isinstance(use.model, Thing) and use.entry is not None and use.entry.role in _ALGORITHMS:
        yield from (part for part in ancestry(*use.model.call.inputs()) if part is not use.model)


Unwrapped = tuple[Union[Thing, Instance], list[Thing]]


def unwrapped(value: Value, holders: list[Thing] | None = None, depth: int = 8) -> Iterator[Unwrapped]:
    """Yield the models inside a value, each with the searches, pipelines and wrappers around it."""
    around = holders or []
    for option in options(value):
        inner = root(option)
        entry = entry_of(inner)
        if depth == 0 or not isinstance(inner, (Thing, Instance)) or entry is None:
            continue
        if entry.role in _ALGORITHMS or entry.role is Role.LAYER:
            yield inner, around
        elif isinstance(inner, Thing):
            for held in _held(inner, entry):
                yield from unwrapped(held, [*around, inner], depth - 1)


def _held(holder: Thing, entry: ClassEntry) -> Iterator[Value]:
    """Yield what a holder lets work: the last step of a pipeline, the model of a search."""
    given = list(Uses._handed_in(holder.call, entry))
    if entry.role is Role.PIPELINE:
        steps = given[0].items if entry.takes != ("*",) and given and isinstance(given[0], Items) else given
        yield from _step_model(steps[-1]) if steps else ()
        return
    yield from given
    for name in entry.varies:
        for varied in Uses._handed_in(holder.call, entry, (name,)):
            yield from (
                value for value in ancestry(varied) if isinstance(value, Thing) and _is_algorithm(value)
            )


def _step_model(step: Value) -> Iterator[Value]:
    """A step is a model, or a pair of a name and a model."""
    yield step.items[1] if isinstance(step, Items) and len(step.items) >= 2 else step


def _is_algorithm(value: Thing) -> bool:
    entry = entry_of(value)
    return entry is not None and entry.role in _ALGORITHMS and not value.call.method


def networks_in(values: Iterable[Value]) -> Iterator[Thing | Instance]:
    """Yield the nearest models in what an optimizer got; not what those are made of."""
    todo = list(values)
    seen: set[int] = set()
    while todo and len(seen) < MOST_VISITED:
        value = todo.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        entry = entry_of(value)
        if isinstance(value, (Thing, Instance)) and entry is not None and entry.role in _TRAINABLE:
            yield value
        else:
            todo.extend(parts(value))


_TRAINABLE = _ALGORITHMS | {Role.WRAPPER, Role.LAYER}
