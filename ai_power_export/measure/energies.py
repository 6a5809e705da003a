"""Energies of other meters than CodeCarbon: by meter, then by part, as plain numbers.

`{"zeus": {"cpu": 1.2e-05, "ram": 1e-06, "seconds": 2.0}}`: kWh of the `cpu`, `gpu` and `ram`, or of the
`whole` machine, and for how many seconds of the time that meter measured: one that died has fewer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

Energies = dict[str, dict[str, float]]

COUNTED, MODELLED, ASSUMED = 0.10, 0.25, 0.50
"""Relative errors that the format's high, medium and low stand for: a counter's, that of a model of
something known, and that of what is assumed."""

SECONDS = "seconds"
WHOLE = "whole"
PARTS = ("cpu", "gpu", "ram", WHOLE)
"""What a meter may tell apart; one that tells of the whole tells of no part."""

SAME = 1e-3
"""Relative difference of durations that counts for none."""


def kwh_of(measured: dict[str, float]) -> float:
    """Return the energy (kWh) that one meter measured, all its parts together."""
    return math.fsum(amount for part, amount in measured.items() if part != SECONDS)


def difference(first: Energies, last: Energies) -> Energies:
    """Return what was measured between two totals, by the meters that were there at both."""
    return {
        name: {part: amount - first[name].get(part, 0.0) for part, amount in totals.items()}
        for name, totals in last.items()
        if name in first
    }


def without(totals: Energies, left_out: Energies) -> Energies:
    """Return totals less what is to be left out of them."""
    return {
        name: {part: amount - left_out.get(name, {}).get(part, 0.0) for part, amount in measured.items()}
        for name, measured in totals.items()
    }


def part_way(first: Energies, last: Energies, share: float) -> Energies:
    """Return the totals at a share (0 to 1) of the way from some to later ones, as at constant power."""
    return {
        name: {part: first[name].get(part, 0.0) + amount * share for part, amount in used.items()}
        for name, used in difference(first, last).items()
    }


def scaled(energies: Energies, share: float) -> Energies:
    """Return a share (0 to 1) of all that was measured."""
    return {
        name: {part: amount * share for part, amount in measured.items()}
        for name, measured in energies.items()
    }


def summed(several: Iterable[Energies]) -> Energies:
    """Return what was measured in several times that do not overlap."""
    amounts: dict[str, dict[str, list[float]]] = {}
    for energies in several:
        for name, measured in energies.items():
            for part, amount in measured.items():
                amounts.setdefault(name, {}).setdefault(part, []).append(amount)
    return {name: {part: math.fsum(each) for part, each in parts.items()} for name, parts in amounts.items()}
