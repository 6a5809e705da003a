"""What a rating says: letters, metrics, the group of comparable runs, and the rating of one report."""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = ("A", "B", "C", "D", "E")
"""From best to worst; the grade of a letter is its place here, 0 to 4."""


def letter_of(grade: int) -> str:
    """Return the letter of a grade from 0, the best, to 4."""
    return LETTERS[grade]


def grade_of(letter: str) -> int:
    """Return the grade, 0 to 4, of a letter from A to E."""
    return LETTERS.index(letter)


@dataclass(frozen=True)
class Words:
    """One text in both languages of the label."""

    en: str
    fr: str

    def in_language(self, language: str) -> str:
        """Return the text in `en` or `fr`."""
        return self.fr if language == "fr" else self.en


class Reason(str):
    """One line on why there is no letter: in English as a text, with its French beside it."""

    __slots__ = ("fr",)
    fr: str

    def __new__(cls, en: str, fr: str) -> Reason:
        """Keep both languages."""
        self = super().__new__(cls, en)
        self.fr = fr
        return self

    def __reduce__(self) -> tuple[type[Reason], tuple[str, str]]:
        """Say what a copy is made of."""
        return Reason, (str(self), self.fr)

    def in_language(self, language: str) -> str:
        """Return the line in `en` or `fr`."""
        return self.fr if language == "fr" else str(self)


NO_REASON = Reason("", "")


@dataclass(frozen=True)
class MetricRating:
    """One metric of a run: its value, and its letter where one was earned."""

    name: str
    """As the scheme names it, such as `energy`."""
    title: Words
    unit: str
    """Of `value` and `boundaries`, such as `kWh`; empty for a plain number."""
    higher_is_better: bool
    weight: float
    """Its share of the compound, 0 to 1, of all that the scheme rates; 0 for information."""
    rated: bool
    """Whether the scheme rates it at all; False where it is for information."""
    value: float | None = None
    index: float | None = None
    """What the boundaries cut: value/reference or reference/value, so that more is better; the value
    itself under a scheme without reference."""
    letter: str | None = None
    best: str | None = None
    worst: str | None = None
    """The letters at the good and the bad end of the value's uncertainty; `letter` itself without one."""
    percentile: float | None = None
    """Share of the group, 0 to 100, that this run is better than or as good as; None without a group."""
    boundaries: tuple[float, ...] = ()
    """Where A becomes B, B becomes C, C becomes D, D becomes E, in `unit`; empty where none are known."""
    why_not: Reason = NO_REASON
    """Why there is no letter; empty where there is one."""


@dataclass(frozen=True)
class Group:
    """The runs that a run is compared with: the same kind of work on the same kind of machine."""

    task_family: str
    stage: str
    data_type: str
    hardware_class: str
    members: int
    """How many comparable runs there are."""
    needed: int
    """How many the scheme asks for; with fewer there is no letter."""


@dataclass(frozen=True)
class Rating:
    """One report rated under one scheme."""

    scheme_name: str
    scheme_version: str
    scheme_hash: str
    """SHA-256 of the scheme's content, in hexadecimal (`scheme.hash_of`)."""
    report_id: str
    report_hash: str
    """SHA-256 of the report's canonical JSON, in hexadecimal."""
    title: str
    """Name of the model or algorithm."""
    functional_unit: str
    """What one unit of the energy is counted for, such as `request`; empty where none is declared."""
    metrics: tuple[MetricRating, ...] = ()
    """In the scheme's order."""
    group: Group | None = None
    """None under a scheme that compares with no group."""
    letter: str | None = None
    best: str | None = None
    worst: str | None = None
    """The compound at the good and the bad end of the uncertainty; both are `letter` where there is none."""
    date: str = ""
    """Day of the run, ISO 8601; empty where the report does not tell."""
    quality: str = ""
    """The report's `quality`: `high`, `medium`, `low`, or empty."""
    uncovered_weight: float = 0.0
    """Share of the scheme's weight, 0 to 1, on metrics that got no letter."""
    why_not: Reason = NO_REASON
    """Why there is no letter; empty where there is one."""
