"""A report of one version as one of another: a pure function of the document and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ai_power_export.report.convert.back import ABSENT, Change, changes, put_back
from ai_power_export.report.convert.content import Content, Held, Leaf
from ai_power_export.report.convert.data_rules import (
    inference_properties,
    only_data_that_went_in,
    only_energies,
    requests,
    shapes_of_all,
    shapes_of_items,
    usage_of_data,
)
from ai_power_export.report.convert.reading import read
from ai_power_export.report.convert.rules import (
    one_name,
    optimizer,
    orange_type_of_stage,
    stage_of_orange_type,
    task_type,
    training_type,
    tuning_method,
    types_of_components,
)
from ai_power_export.report.convert.writing import lacks_of, write
from ai_power_export.report.evidence import Evidence
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, ORANGE, version
from ai_power_export.report.header import STATUS
from ai_power_export.report.reading.places import dotted

Rule = Callable[[Content], None]

RULES: Mapping[tuple[str, str], tuple[Rule, ...]] = {
    (CURRENT, BOAMPS_2024): (
        task_type,
        one_name,
        tuning_method,
        shapes_of_items,
        inference_properties,
        only_data_that_went_in,
    ),
    (CURRENT, ORANGE): (
        task_type,
        orange_type_of_stage,
        one_name,
        shapes_of_items,
        only_data_that_went_in,
    ),
    (BOAMPS_2024, CURRENT): (
        training_type,
        optimizer,
        types_of_components,
        usage_of_data,
        shapes_of_all,
        requests,
        only_energies,
    ),
    (BOAMPS_2024, ORANGE): (orange_type_of_stage,),
    (ORANGE, CURRENT): (
        stage_of_orange_type,
        training_type,
        types_of_components,
        usage_of_data,
        shapes_of_all,
        only_energies,
    ),
    (ORANGE, BOAMPS_2024): (stage_of_orange_type, task_type),
}
"""What is done between reading and writing, in this order."""

DRAFT = "draft"
UNFIT = "was kept for this version, but the report was changed there since"
INCOMPLETE = "is draft there, since the report lacks what that version requires"
ALGORITHMS = "task.algorithms"
HYPERPARAMETERS = "hyperparameters"
"""Of an algorithm: of these the current version keeps only evidence."""
OF_HEADER = ("header.formatVersion", "header.formatVersionSpecificationUri")


@dataclass(frozen=True)
class Step:
    """One conversion that a document has gone through."""

    source: str
    target: str
    held: tuple[Mapping[str, Any], ...] = ()
    """What the target has no place for: `field`, `value`, `why`."""
    kept: tuple[Change, ...] = ()
    """What makes the document that was converted of the one that the way back gives."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        kept = [change.to_json() for change in self.kept]
        return {"from": self.source, "to": self.target, "notHeld": list(self.held), "wayBack": kept}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """Rebuild what `to_json` wrote.

        Raises:
            KeyError, TypeError, AttributeError: The object is no step.
        """
        kept = tuple(map(Change.from_json, data["wayBack"]))
        return cls(data["from"], data["to"], tuple(data["notHeld"]), kept)


@dataclass(frozen=True)
class Converted:
    """A document of another version."""

    document: dict[str, Any]
    held: tuple[Held, ...]
    """What it has no place for."""
    lacks: tuple[str, ...]
    """What its version requires and the source does not say; it is a draft then."""
    steps: tuple[Step, ...]
    """The conversions that its evidence has to keep, the last one last."""


def convert(
    document: Mapping[str, Any],
    source: str,
    target: str,
    *,
    steps: Sequence[Step] = (),
    evidence: Evidence | None = None,
) -> Converted:
    """Convert a report.

    Args:
        document: The report, valid or not.
        source: The version that it follows.
        target: Another version.
        steps: The conversions that it has gone through, as its evidence has them. A version that it came
            from is gone back to on the same way, and gets back what was kept.
        evidence: What else it has: the hyperparameters that the current version has no place for.
    """
    back = _way_back(source, target, steps)
    at: dict[str, Any] = dict(document)
    held: list[Held] = []
    lacks: list[str] = []
    for here, there, kept in back or [(source, target, ())]:
        at, told, lacks = _direct(at, here, there, evidence)
        at, unfit = put_back(at, kept)
        held += [*told, *(Held(each.path, each.value, UNFIT) for each in unfit if each.value is not ABSENT)]
        lacks = lacks_of(at, there) if kept else lacks
    again = _direct(at, target, source, evidence)[0]
    step = Step(source, target, tuple(each.to_json() for each in held), tuple(changes(document, again)))
    return Converted(at, tuple(held), tuple(lacks), (*steps[: len(steps) - len(back)], step))


def _way_back(source: str, target: str, steps: Sequence[Step]) -> list[tuple[str, str, tuple[Change, ...]]]:
    """Return the way by which a document came from a version, backwards; empty if it never was of it."""
    way = []
    for step in reversed(steps):
        if step.target != source:
            break
        way.append((step.target, step.source, step.kept))
        source = step.source
        if source == target:
            return way
    return []


def _direct(
    document: Mapping[str, Any], source: str, target: str, evidence: Evidence | None
) -> tuple[dict[str, Any], list[Held], list[str]]:
    content = read(document, source)
    if source == CURRENT and evidence is not None:
        _add_hyperparameters(content, evidence)
    for rule in RULES[source, target]:
        rule(content)
    _declare(content, target)
    found, held, lacks = write(content, target)
    if lacks:
        held += content.leaves[STATUS].held(INCOMPLETE) if content.value(STATUS) not in (None, DRAFT) else ()
        found = _as_draft(found, target)
    return found, held, lacks


def _add_hyperparameters(content: Content, evidence: Evidence) -> None:
    """Add what the evidence knows of each algorithm that is still the one it is about."""
    for entry in content.of(ALGORITHMS):
        decision = evidence.decisions.get(dotted((*entry.said[0][0], HYPERPARAMETERS)))
        fact = decision.winner if decision else None
        if fact and isinstance(fact.value, dict) and entry.value("classPath") in (None, fact.subject):
            entry.leaves[f"{HYPERPARAMETERS}.values"] = Leaf(fact.value)


def _declare(content: Content, target: str) -> None:
    """Declare the version in the header, if there is one."""
    if any(name.startswith("header.") for name in content.leaves):
        declared = version(target)
        for name, value in zip(OF_HEADER, (declared.format_version, declared.specification_uri), strict=True):
            content.leaves[name] = Leaf(value)


def _as_draft(document: Mapping[str, Any], target: str) -> dict[str, Any]:
    declared = version(target)
    header = document.get("header") or {
        "formatVersion": declared.format_version,
        "formatVersionSpecificationUri": declared.specification_uri,
    }
    return {
        "header": {**header, "reportStatus": DRAFT},
        **{key: document[key] for key in document if key != "header"},
    }
