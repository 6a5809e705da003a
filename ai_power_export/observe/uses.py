"""What an observation says in the words of the vocabulary: which algorithm, in which role, at which stage."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_power_export.evidence_names import CUT_SHORT, IN_FIRST_EPOCH, KIND_OPEN
from ai_power_export.facts import JsonValue
from ai_power_export.observe.observation import Doing, Observation, Part
from ai_power_export.vocabulary.architectures import network_of
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.describe import describe, public_path
from ai_power_export.vocabulary.entries import Role

HOLDERS = frozenset({Role.PIPELINE, Role.SEARCH, Role.WRAPPER})
"""Roles of objects whose algorithm is the one that they hold."""

BASE_OF_SEARCHES = "sklearn.model_selection._search.BaseSearchCV"
"""What searches of other packages inherit from."""

SHORTEST_FAILURE_S = 1.0
"""Calls that all failed within this time trained nothing, unless it was seen that they did; longer ones did,
until they were broken off."""

TRAINING_TYPES = {
    "classification": "supervisedLearning",
    "regression": "supervisedLearning",
    "clustering": "unsupervisedLearning",
    "anomalyDetection": "unsupervisedLearning",
    "densityEstimation": "unsupervisedLearning",
}
"""How models are trained that the catalogue does not know, by what they are for."""


_ENCLOSING_FUNCTION = re.compile(r"[^.]+\.<locals>\.")


@dataclass(frozen=True)
class Use:
    """An observation of an estimator, with the algorithm found in it."""

    seen: Observation
    subject: str
    """Public class path of the algorithm."""
    role: Role
    kind: str
    """What it is for, in the vocabulary's words: `classification`, ...; empty where unknown."""
    part: Part
    """The algorithm's part of the observed object."""
    fields: Mapping[str, JsonValue]
    """Fields of the format's `algorithms` that its class and the object itself settle."""
    optimizer: str
    """The search that it was found by, `gridSearch`; empty without one."""

    @property
    def works(self) -> bool:
        """Whether the algorithm itself was at work, and not a metric on what it had answered."""
        return self.seen.does not in (None, Doing.MEASURES, Doing.LOADS)

    @property
    def failed_at_once(self) -> bool:
        """Whether all of these calls failed before anything was trained or answered."""
        return (
            self.seen.failed == self.seen.count > 0
            and self.seen.seconds < SHORTEST_FAILURE_S
            and "epochsNumber" not in self.part.said
            and self.part.said.get(CUT_SHORT) != IN_FIRST_EPOCH
        )

    @property
    def trains(self) -> bool:
        """Whether these calls train."""
        return self.seen.does in (Doing.TRAINS, Doing.FINETUNES)

    @property
    def infers(self) -> bool:
        """Whether these calls let a trained model answer."""
        return self.seen.does is Doing.ANSWERS


def use_of(seen: Observation) -> Use | None:
    """Find the algorithm in an observation; None if there is none, or if all of its calls failed at once."""
    use = attempt_in(seen)
    return None if use is None or use.failed_at_once else use


def attempt_in(seen: Observation) -> Use | None:
    """Find the algorithm in an observation, also in calls that failed at once; None if there is none."""
    holders: list[Part] = []
    for part in seen.parts:
        role = _role(part)
        if role not in HOLDERS:
            return _use(seen, part, role, holders)
        holders.append(part)
    return None


def _use(seen: Observation, part: Part, role: Role, holders: Sequence[Part]) -> Use:
    entry = load_catalogue().entry(part.class_path)
    subject = public_path(*_split(part.class_path))
    fields: dict[str, JsonValue] = {**_as_network(part), **describe(subject)}
    if entry is None and part.kind in TRAINING_TYPES:
        fields["trainingType"] = TRAINING_TYPES[part.kind]
    fields |= _said_by_holders(holders)
    if part.layers and "algorithmName" not in fields:
        fields["algorithmName"] = network_of(part.layers)
    fields |= {name: value for name, value in part.said.items() if value not in (None, "")}
    by_class = entry.kind if entry else ""
    # A network's object knows better than its class what it is for: the same class may end in one number.
    kind = (part.kind or by_class) if part.is_model else (by_class or part.kind)
    if kind:
        fields.pop(KIND_OPEN, None)
    return Use(seen, subject, role, kind, part, fields, _search_name(holders))


def _split(class_path: str) -> tuple[str, str]:
    module, _, name = _ENCLOSING_FUNCTION.sub("", class_path).rpartition(".")
    return module, name


def _role(part: Part) -> Role:
    """Return the role of a class; of one that the catalogue does not know, by what it inherits from."""
    if part.is_model:
        return Role.MODEL
    entry = load_catalogue().entry(part.class_path)
    if entry is not None:
        return entry.role
    if BASE_OF_SEARCHES in part.bases:
        return Role.SEARCH
    for base in part.bases:
        inherited = load_catalogue().named(base)
        if inherited is not None and inherited.role in HOLDERS:
            return inherited.role
    return Role.MODEL if part.kind in TRAINING_TYPES else Role.HELPER


def _as_network(part: Part) -> dict[str, str]:
    """Return what the framework's base class says of a network that the program defines."""
    inherited = map(load_catalogue().named, (part.class_path, *part.bases))
    entry = next((each for each in inherited if each is not None and each.role is Role.NETWORK), None)
    return {} if entry is None else {"framework": entry.framework, "algorithmType": entry.algorithm_type}


def _said_by_holders(holders: Sequence[Part]) -> dict[str, str]:
    """Return what being held changes: self-training makes a classifier's training semi-supervised."""
    for holder in holders:
        entry = load_catalogue().entry(holder.class_path)
        if entry is not None and entry.training_type:
            return {"trainingType": entry.training_type}
    return {}


def _search_name(holders: Sequence[Part]) -> str:
    for holder in holders:
        entry = load_catalogue().entry(holder.class_path)
        if entry is not None and entry.role is Role.SEARCH:
            return entry.algorithm_name
    return ""
