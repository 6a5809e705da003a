"""How a piece of hardware is said in facts."""

from __future__ import annotations

from ai_power_export.facts import Certainty, Facts, JsonValue, Origin

COMPONENTS = "infrastructure.components"
GIGABYTE = 1024**3
"""Bytes of the GB in `memorySize`: binary, as memory is sold and as CodeCarbon
counts it, so that a card sold with 32 GB reads 32 and not 34.4."""


def add_component(
    facts: Facts,
    subject: str,
    place: str,
    values: dict[str, JsonValue],
    certainty: Certainty = Certainty.CERTAIN,
) -> None:
    """Add one fact for every value that was seen of a component, under its BoAmps name."""
    for name, value in values.items():
        facts.add(f"{COMPONENTS}.{name}", value, Origin.MACHINE, place, certainty=certainty, subject=subject)


def gigabytes(size: float) -> float:
    """Convert bytes to GB with two decimals."""
    return round(size / GIGABYTE, 2)
