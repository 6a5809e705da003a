"""The facts that lost a field, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ai_power_export.facts import Fact
from ai_power_export.reconcile.ranking import why_it_lost
from ai_power_export.reconcile.verdict import Decision


@dataclass(frozen=True)
class Rival:
    """A fact that says another value than the report."""

    fact: Fact
    why: str
    """Why it lost."""

    def to_json(self) -> dict[str, Any]:
        """Return the fact as a JSON object, with the reason."""
        return {**said(self.fact), "why": self.why}


def rivals_of(decision: Decision) -> tuple[Rival, ...]:
    """Return the facts that disagree with the winner, the best first."""
    winner = decision.winner
    return tuple(
        Rival(fact, why_it_lost(fact, winner)) for fact in decision.rivals if fact.value != winner.value
    )


def said(fact: Fact) -> dict[str, Any]:
    """Return a fact as a JSON object without the name of its field."""
    return {name: value for name, value in fact.to_json().items() if name != "field"}
