"""A fact is one claim about one field of the report, with its origin.

Every room that learns something (introspection, source reading, observation,
the meter, the user) says it as a `Fact`; `Facts` collects them together with
the reasons why something could *not* be learnt. Nothing here decides which of
two facts is right: that is `reconcile`, and only `reconcile`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, Union

JsonValue = Union[None, bool, int, float, str, "list[JsonValue]", "dict[str, JsonValue]"]


class Origin(str, Enum):
    """Where a fact was seen, most trusted first."""

    USER = "user"
    """Said by the user: a flag, a setting, an argument, an answer."""
    OBSERVED = "observed"
    """Seen in a call that the running program made."""
    LIVE = "live"
    """Read from an object of the running program."""
    SOURCE = "source"
    """Read in the program's source, without running it."""
    MACHINE = "machine"
    """Read from the machine, its system or its installed packages."""
    METER = "meter"
    """Said by the energy meter (CodeCarbon by default)."""
    DERIVED = "derived"
    """Computed from other facts."""


class Certainty(str, Enum):
    """How sure a fact is. Guesses never reach a report; they only pre-fill prompts."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True)
class Fact:
    """One claim about one field."""

    field: str
    """Dotted path in the BoAmps report without list indices, such as
    `task.algorithms.classPath`. Paths that start with `evidence.` are kept
    beside the report and never get into it."""
    value: JsonValue
    origin: Origin
    place: str
    """Where it was seen: `train.py:42`, `NVML`, `/etc/os-release`."""
    certainty: Certainty = Certainty.CERTAIN
    subject: str = ""
    """Which entry of a list the field belongs to: the class path of an
    algorithm, `input` or `output` for a dataset, `cpu` or `ram` for a
    component. Empty for fields outside lists."""
    weight: float = 0.0
    """Seconds of the measured time that this fact speaks of; 0 where unknown."""
    note: str = ""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the fact as a JSON object, empty parts left out."""
        found = {**vars(self), "origin": self.origin.value, "certainty": self.certainty.value}
        return {key: value for key, value in found.items() if value not in ("", 0.0) or key == "value"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fact:
        """Rebuild a fact written by `to_json`."""
        return cls(**{**data, "origin": Origin(data["origin"]), "certainty": Certainty(data["certainty"])})


@dataclass(frozen=True)
class Missing:
    """A field that could not be learnt, and why."""

    field: str
    reason: str


@dataclass(frozen=True)
class Notice:
    """Something the reader of the evidence should know, under a stable code."""

    code: str
    text: str


@dataclass
class Facts:
    """What has been learnt so far, in the order it was learnt."""

    found: list[Fact] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    def add(
        self,
        field: str,
        value: JsonValue,
        origin: Origin,
        place: str,
        *,
        certainty: Certainty = Certainty.CERTAIN,
        subject: str = "",
        weight: float = 0.0,
        note: str = "",
    ) -> None:
        """Add one fact; `None` and empty strings say nothing and are not kept."""
        if value is None or value == "":
            return
        self.found.append(Fact(field, value, origin, place, certainty, subject, weight, note))

    def lack(self, field: str, reason: str) -> None:
        """Say why a field could not be learnt."""
        self.missing.append(Missing(field, reason))

    def warn(self, code: str, text: str) -> None:
        """Note a warning once; `code` is stable kebab-case, such as `observer-off`."""
        warning = Notice(code, text)
        if warning not in self.warnings:
            self.warnings.append(warning)

    def extend(self, other: Facts) -> None:
        """Take over everything that another room has learnt."""
        self.found.extend(other.found)
        self.missing.extend(other.missing)
        self.warnings.extend(warning for warning in other.warnings if warning not in self.warnings)

    def about(self, field: str, subject: str | None = None) -> Iterator[Fact]:
        """Yield the facts about a field, of one subject if one is given."""
        for fact in self.found:
            if fact.field == field and subject in (None, fact.subject):
                yield fact

    def value(self, field: str, subject: str | None = None) -> JsonValue:
        """Return the first value said about a field, or None."""
        return next((fact.value for fact in self.about(field, subject)), None)

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as a JSON object; `from_json` reads it back."""
        return {
            "found": [fact.to_json() for fact in self.found],
            "missing": [asdict(missing) for missing in self.missing],
            "warnings": [asdict(warning) for warning in self.warnings],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """Rebuild facts written by `to_json`."""
        return cls(
            [Fact.from_json(fact) for fact in data["found"]],
            [Missing(**missing) for missing in data["missing"]],
            [Notice(**warning) for warning in data["warnings"]],
        )


LONGEST_TEXT = 200
"""Characters of a text value that are kept; longer ones are no plain values."""
LONGEST_LIST = 32
"""Items of a list or dict value that are kept."""


def plain(value: object, depth: int = 3) -> JsonValue:
    """Copy a value into JSON's types, never keeping or calling into user objects.

    Only exact built-in scalars and small containers of them are copied; numpy
    scalars are read through `item()`. Anything else (estimators, tensors,
    callables, mocks, NaN) gives None, which says "not plain".
    """
    kind = type(value)
    if kind in (bool, int) or value is None:
        return value  # type: ignore[return-value]
    if kind is float:
        return value if math.isfinite(value) else None  # type: ignore[arg-type,return-value]
    if kind is str:
        return value if len(value) <= LONGEST_TEXT else None  # type: ignore[arg-type,return-value]
    if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
        return plain(_item(value), 0)
    if kind in (list, tuple, dict) and depth > 0 and len(value) <= LONGEST_LIST:  # type: ignore[arg-type]
        return _plain_container(value, depth - 1)
    return None


def _item(value: Any) -> object:
    """Return the Python value of a numpy scalar; 0.1 in single precision as 0.1, not 0.10000000149011612."""
    item = value.item()
    return float(str(value)) if type(item) is float and value.itemsize < 8 else item


def _plain_container(value: Any, depth: int) -> JsonValue:
    if type(value) is dict:
        return {str(key): plain(item, depth) for key, item in value.items() if type(key) in (str, int)}
    return [plain(item, depth) for item in value]
