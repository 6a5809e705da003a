"""The hyperparameters of each algorithm: set by the program, left at their default, varied by a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ai_power_export.evidence_names import DEFAULTS, VARIED
from ai_power_export.facts import Fact, JsonValue, Origin
from ai_power_export.reconcile.verdict import HYPERPARAMETERS, Decision
from ai_power_export.report.evidence import Evidence, without_indices
from ai_power_export.report.explain_rivals import Rival, rivals_of, said

MARKS = (DEFAULTS, VARIED)


@dataclass(frozen=True)
class Hyperparameters:
    """What is known of one algorithm's hyperparameters, by name."""

    path: str
    """Where a format with a place for them would have them: `task.algorithms[0].hyperparameters`."""
    subject: str
    """Class path of the algorithm."""
    groups: dict[str, dict[str, JsonValue]]
    """`set` by the program, at their `default`, `varied` (all values), `untold` which of these."""
    fact: Fact | None
    """Where they were seen; None where only varied ones are known."""
    rivals: tuple[Rival, ...]
    """Values that lost; only those that disagree."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        told = said(self.fact) if self.fact else {"subject": self.subject}
        shown = {"field": self.path, **told, **self.groups}
        shown.pop("value", None)
        return {**shown, "rivals": [rival.to_json() for rival in self.rivals]} if self.rivals else shown


def hyperparameters_in(evidence: Evidence) -> Iterator[Hyperparameters]:
    """Yield the hyperparameters of each algorithm of the report that has any."""
    for path, subject in _algorithms(evidence).items():
        decision = evidence.decisions.get(path)
        groups = _groups(decision, evidence, subject)
        if groups:
            fact = decision.winner if decision else None
            yield Hyperparameters(path, subject, groups, fact, _rivals(decision) if decision else ())


def _algorithms(evidence: Evidence) -> dict[str, str]:
    """Return the subject of each algorithm, by the path of its hyperparameters."""
    list_path, _, name = HYPERPARAMETERS.rpartition(".")
    found: dict[str, str] = {}
    for path, decision in evidence.decisions.items():
        if without_indices(path).startswith(f"{list_path}.") and decision.winner.subject:
            entry = path.rpartition(".")[0]
            found.setdefault(f"{entry}.{name}", decision.winner.subject)
    return found


def _groups(decision: Decision | None, evidence: Evidence, subject: str) -> dict[str, dict[str, JsonValue]]:
    marks = {fact.field: fact.value for fact in evidence.other if fact.subject == subject}
    defaults, varied = marks.get(DEFAULTS), marks.get(VARIED)
    groups: dict[str, dict[str, JsonValue]] = {"set": {}, "default": {}, "varied": {}, "untold": {}}
    written = _written(decision) if decision else set()
    for name, value in _by_name(decision.winner).items() if decision else ():
        if name in written or (isinstance(defaults, list) and name not in defaults):
            groups["set"][name] = value
        else:
            groups["default" if isinstance(defaults, list) else "untold"][name] = value
    groups["varied"] = varied if isinstance(varied, dict) else {}
    return {mark: values for mark, values in groups.items() if values}


def _written(decision: Decision) -> set[str]:
    """Return the names that the source gives a value, be it the default."""
    by_source = [fact for fact in decision.rivals if fact.origin is Origin.SOURCE]
    by_others = [fact for fact in decision.rivals if fact.origin is not Origin.SOURCE]
    names = {name for fact in by_source for name in _by_name(fact)}
    if decision.winner.origin is Origin.SOURCE:
        # The winner's values were completed with those that only others know.
        completed = {name for fact in by_others for name in _by_name(fact)}
        names |= _by_name(decision.winner).keys() - completed
    return names


def _rivals(decision: Decision) -> tuple[Rival, ...]:
    """Return the rivals with those of their values that disagree."""
    won = _by_name(decision.winner)
    disagreeing = [
        replace(fact, value={name: value for name, value in _by_name(fact).items() if won.get(name) != value})
        for fact in decision.rivals
    ]
    return rivals_of(Decision(decision.winner, tuple(fact for fact in disagreeing if fact.value)))


def _by_name(fact: Fact) -> dict[str, JsonValue]:
    return fact.value if isinstance(fact.value, dict) else {}
