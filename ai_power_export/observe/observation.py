"""What was observed of the calls of one front door from one line: plain data, JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape


class Doing(str, Enum):
    """What a call does with the model."""

    TRAINS = "trains"
    FINETUNES = "finetunes"
    """Trains a model that was trained before by others."""
    ANSWERS = "answers"
    """Lets a trained model answer: predict, transform, encode, generate."""
    EVALUATES = "evaluates"
    """Lets a trained model answer in order to tell how good it is."""
    MEASURES = "measures"
    """Computes a metric of answers; no model is at work."""
    LOADS = "loads"
    """Brings data into the program; no model is at work."""
    SEARCHES = "searches"
    """Calls back a function of the user's, whose trainings are seen by themselves and marked as trials."""


@dataclass(frozen=True)
class Part:
    """One object of a call: the model itself, or one that it holds.

    `GridSearchCV(Pipeline([..., SVC()]))` has three parts, the outermost first.
    """

    class_path: str
    """Module and qualified name of its class, as Python has them."""
    bases: tuple[str, ...] = ()
    """The same of the classes that it inherits from, nearest first."""
    kind: str = ""
    """What it is for in the vocabulary's words, `classification`, `textGeneration`; empty where unknown."""
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    """Constructor parameters as they were at the call, the same in every call counted here."""
    defaults: tuple[str, ...] = ()
    """Those among them that have the value of the constructor's default."""
    varied: Mapping[str, list[JsonValue]] = field(default_factory=dict)
    """Parameters that differed between the calls, with some of their values."""
    said: Mapping[str, JsonValue] = field(default_factory=dict)
    """Fields of the report's `algorithms` that the object itself settles: `parametersNumber`,
    `epochsNumber`, `optimizer`, ... as the last call left them."""
    layers: Mapping[str, int] = field(default_factory=dict)
    """Class paths of the layers that a network is made of, with how many there are of each."""
    is_model: bool = False
    """Whether it is known to be the algorithm itself, such as a network that the program defines."""


@dataclass(frozen=True)
class Inner:
    """Calls of one method that happened inside an observed call."""

    class_path: str
    method: str
    count: int
    seconds: float


@dataclass(frozen=True)
class Observation:
    """The calls of one method on one kind of object from one line of the user's."""

    method: str
    """`fit`, `predict`, `cross_val_score`, `accuracy_score`, ..."""
    does: Doing | None
    """What these calls do; None where it is not known."""
    parts: tuple[Part, ...]
    """The object that was called and those it holds; empty for a metric."""
    place: str
    """The user's line, `train.py:42`; empty where there is none."""
    count: int
    """Calls that began in this window."""
    seconds: float
    """Time spent in the outermost of these calls within this window."""
    begin: float
    """When the first began, Unix time in seconds."""
    end: float
    """When the last ended, or when the window was closed."""
    failed: int = 0
    """Calls that ended with an exception."""
    data: DataShape | None = None
    """What is common to the data of all calls."""
    fed: DataShape | None = None
    """The data of all calls together."""
    output: DataShape | None = None
    """What all calls gave back together."""
    accuracy: float | None = None
    """The last accuracy between 0 and 1 that a call gave back."""
    accuracy_differed: float = 0.0
    """When a call last gave back another accuracy than that, Unix time in seconds; 0 if none did."""
    seen_before: str = ""
    """Of an accuracy: `same` if computed on the very data of a fit, `alike` if on data
    that cannot be told from it, empty if on other data."""
    settled: bool = True
    """False if these calls chose values of the parts, and the choice was not seen."""
    complete: bool = True
    """False if observing was switched off before the window was closed."""
    sampled: bool = False
    """True if there were so many calls that not all were read; the others are taken to be like them."""
    children: tuple[Inner, ...] = ()
    """Watched calls that happened inside."""
    is_trial: bool = False
    """True if a search called back what made these calls, to try it out."""

    def to_json(self) -> dict[str, Any]:
        """Return the observation as a JSON object."""
        shapes = {name: getattr(self, name) for name in _SHAPES}
        said = {name: shape.to_json() if shape else None for name, shape in shapes.items()}
        return {**asdict(self), **said}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Observation:
        """Rebuild an observation written by `to_json`."""
        return cls(
            **{
                **data,
                **{name: DataShape.from_json(data[name]) if data[name] else None for name in _SHAPES},
                "does": Doing(data["does"]) if data["does"] else None,
                "parts": tuple(_part(part) for part in data["parts"]),
                "children": tuple(Inner(**inner) for inner in data["children"]),
            }
        )


_SHAPES = ("data", "fed", "output")


def _part(data: Mapping[str, Any]) -> Part:
    return Part(**{**data, "bases": tuple(data["bases"]), "defaults": tuple(data["defaults"])})
