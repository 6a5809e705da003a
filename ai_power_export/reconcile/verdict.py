"""What will be said, before it is put into the format: decisions, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from ai_power_export.facts import Fact, Missing, Notice

ALGORITHMS = "task.algorithms"
LISTS = (ALGORITHMS, "task.dataset", "measures", "infrastructure.components")
"""The lists of the format; every field below one of them belongs to an entry."""

HYPERPARAMETERS = "task.algorithms.hyperparameters"
"""Values by name; the current format has no place for them, `boamps-2024` has."""


@lru_cache(maxsize=1024)
def list_of(path: str) -> str | None:
    """Return the path of the list that a field belongs to, None outside lists."""
    return next((each for each in LISTS if path.startswith(each + ".")), None)


@dataclass(frozen=True)
class Decision:
    """The fact that won a field, and those that lost."""

    winner: Fact
    rivals: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A fact about an entry that did not make it into the report, and why it did not."""

    fact: Fact
    why: str


@dataclass(frozen=True)
class Entry:
    """One entry of a list: its fields by their name below the list's path."""

    subject: str
    fields: dict[str, Decision]


@dataclass
class Verdict:
    """What the report will say, before it is put into the format."""

    fields: dict[str, Decision] = field(default_factory=dict)
    """Decisions by dotted path, for fields outside lists."""
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    """Entries by the path of their list."""
    evidence: dict[str, list[Fact]] = field(default_factory=dict)
    """Facts that the format has no place for, by path."""
    guesses: list[Fact] = field(default_factory=list)
    """Facts too unsure for a report; they pre-fill the prompt."""
    dropped: list[Dropped] = field(default_factory=list)
    """Facts about entries that did not make it into the report."""
    missing: list[Missing] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    def value(self, path: str) -> object:
        """Return the decided value of a field outside lists, or None."""
        decision = self.fields.get(path)
        return decision.winner.value if decision else None

    def drop(self, claims: Iterable[Fact], why: str) -> None:
        """Leave facts about an entry out of the report."""
        self.dropped += [Dropped(fact, why) for fact in claims]
