"""What a report leaves to ask a person: what is missing or unsure, most valuable first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ai_power_export.facts import Certainty, JsonValue
from ai_power_export.report.edit.changes import REMOVED_BY_USER
from ai_power_export.report.edit.decided import decided, subject_at
from ai_power_export.report.edit.gaps import also_required, required_gaps
from ai_power_export.report.edit.places import info_at, place_of, split, value_of
from ai_power_export.report.edit.worth import WORTH
from ai_power_export.report.evidence import NOTHING_SAYS, without_indices
from ai_power_export.report.explain import REMOVED, Explained, explain
from ai_power_export.report.format.fields import FieldInfo
from ai_power_export.report.read import Saved

Remembered = Callable[[Saved, str], JsonValue]
"""Returns what was answered last time for a place of a report; None where nothing was."""

AS_LAST_TIME = "as last time"


@dataclass(frozen=True)
class Proposal:
    """A value that the user only has to confirm."""

    value: JsonValue
    why: str
    """Where it is from: `as last time`, `likely: firmware`."""


@dataclass(frozen=True)
class Question:
    """One field to ask for."""

    place: str
    """With indices: `task.algorithms[0].epochsNumber`."""
    info: FieldInfo
    required: bool
    """Whether the format wants it."""
    proposal: Proposal | None
    value: JsonValue
    """What the report says now, which is unsure; None where the field is missing."""
    reason: str
    """Why it is missing or unsure; empty where that is not known."""
    hint: str
    """How to get it in the next run."""

    def to_json(self) -> dict[str, Any]:
        """Return the question as a JSON object."""
        proposal = {"value": self.proposal.value, "why": self.proposal.why} if self.proposal else None
        return {
            "field": self.place,
            "description": self.info.description,
            "type": self.info.kind,
            **({"choices": list(self.info.choices)} if self.info.choices else {}),
            "required": self.required,
            "value": self.value,
            "proposal": proposal,
            "reason": self.reason,
            "hint": self.hint,
        }


def questions(saved: Saved, remembered: Remembered) -> list[Question]:
    """Return what is to be asked about a report, most valuable first."""
    required = required_gaps(saved.document)
    found = [
        _question(saved, place, each, place in required, remembered)
        for place, each in _candidates(saved, required)
    ]
    order = {path: rank for rank, path in enumerate(WORTH)}
    return sorted(
        found, key=lambda each: (not each.required, order.get(each.info.path, len(order)), each.place)
    )


def _candidates(saved: Saved, required: set[str]) -> Iterator[tuple[str, Explained]]:
    for each in explain(saved.document, saved.evidence).fields:
        place = each.path if split(each.path) else place_of(each.path, {}, "")
        if place in required or _is_unsure(each) or _is_askable_gap(saved.document, place, each):
            yield place, each


def _is_unsure(each: Explained) -> bool:
    if each.value is None or each.by_hand or each.fact is None:
        return False
    return each.fact.certainty is Certainty.LIKELY and without_indices(each.path) in WORTH


def _is_askable_gap(document: Mapping[str, Any], place: str, each: Explained) -> bool:
    path = without_indices(place)
    if each.value is not None or each.reason in (REMOVED, REMOVED_BY_USER) or path not in WORTH:
        return False
    found = split(place)
    entry = value_of(document, f"{found[0]}[{found[1]}]") if found else None
    if entry is None and found and found[1] > 0:  # one that was taken out by hand
        return False
    makes_sense = WORTH[path](entry if isinstance(entry, Mapping) else {}, document)
    return makes_sense and not also_required(document, place)


def _question(saved: Saved, place: str, each: Explained, required: bool, remembered: Remembered) -> Question:
    reason = each.fact.note if each.value is not None and each.fact else each.reason
    return Question(
        place, info_at(place), required, _proposal(saved, place, each, remembered), each.value,
        "" if reason == NOTHING_SAYS else reason, each.hint,
    )  # fmt: skip


def _proposal(saved: Saved, place: str, each: Explained, remembered: Remembered) -> Proposal | None:
    last = remembered(saved, place)
    if last is not None:
        return Proposal(last, AS_LAST_TIME)
    if each.value is not None and each.fact is not None:
        return Proposal(each.value, f"likely: {each.fact.place}")
    return _guess(saved, place)


def _guess(saved: Saved, place: str) -> Proposal | None:
    path, known = without_indices(place), saved.evidence
    guesses = [fact for fact in (known.guesses if known else ()) if fact.field == path]
    if not guesses:
        return None
    subject = subject_at(decided(saved.document, known), place)
    fitting = (fact for fact in guesses if fact.subject in ("", subject))
    fact = next(fitting, None)
    return Proposal(fact.value, f"a guess: {fact.place}") if fact else None
