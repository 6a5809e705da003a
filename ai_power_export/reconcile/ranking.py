"""Which of two facts about a field is believed, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ai_power_export.facts import Certainty, Fact, Origin
from ai_power_export.reconcile.verdict import Decision

TRUST = {
    Origin.USER: 0,
    Origin.OBSERVED: 1,
    Origin.LIVE: 2,
    Origin.SOURCE: 3,
    Origin.MACHINE: 4,
    Origin.METER: 4,
    Origin.DERIVED: 5,
}
"""The smaller, the more an origin is trusted."""


def decide(claims: Iterable[Fact]) -> Decision:
    """Return the fact that wins among several about one field, and its rivals."""
    said = list(claims)
    winner, *rivals = sorted(said, key=lambda fact: (is_outdone(fact, said), *_rank(fact)))
    return Decision(winner, tuple(rivals))


LOADING = frozenset(f"task.dataset.{name}" for name in ("dataFormat", "source", "sourceUri", "owner"))
"""What a line that loads data says of it."""


def is_outdone(fact: Fact, claims: Iterable[Fact]) -> bool:
    """Tell whether a line was seen to load something, so that what it reads like does not count."""
    return (
        fact.field in LOADING
        and fact.origin is Origin.SOURCE
        and any(
            other.origin is Origin.OBSERVED and other.place == fact.place and other.value != fact.value
            for other in claims
        )
    )


_RANKING: tuple[tuple[Callable[[Fact], float], str], ...] = (
    (lambda fact: fact.origin is not Origin.USER, "the user said otherwise"),
    (lambda fact: fact.certainty is not Certainty.CERTAIN, "only {loser.certainty.value}"),
    (
        lambda fact: TRUST[fact.origin],
        "{loser.origin.value} is trusted less than {winner.origin.value}",
    ),
    (
        lambda fact: -fact.weight,
        "less measured time: {loser.weight:.3g} s, not {winner.weight:.3g} s",
    ),
)
"""What two facts are compared by, in this order: the smaller number wins, and how to say that it does."""


def _rank(fact: Fact) -> tuple[float, ...]:
    """Sort key, best first; of equals the one that was said first wins."""
    return tuple(number(fact) for number, _ in _RANKING)


def why_it_lost(loser: Fact, winner: Fact) -> str:
    """Say why one fact about a field lost against another: `only likely`."""
    if is_outdone(loser, [winner]):
        return "that line was seen to load something else"
    for number, why in _RANKING:
        if number(loser) > number(winner):
            return why.format(loser=loser, winner=winner)
        if number(loser) < number(winner):
            return "another version of aipower ranked it lower"
    return "as good, but said later"
