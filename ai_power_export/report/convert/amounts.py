"""Amounts with units: energies, sizes of data, carbon intensities.

Numbers are taken as they are written (0.08 is 8/100, not the nearest binary number) and multiplied as
fractions, so that a result is the float nearest to the true one.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ai_power_export.report.convert.values import NotHeld, exact
from ai_power_export.units import JOULES_PER_KWH

JOULES_PER_BTU = Fraction("1055.05585262")
"""The International Table Btu (NIST SP 811, appendix B.8). Others differ from it by less than 0.1 %."""

KWH = "kWh"
GIGABYTE = "gigabyte"
INTENSITY = "gCO2eq/kWh"


@dataclass(frozen=True)
class Amount:
    """A number as it was said, with its unit if that was said."""

    number: Any
    unit: Any


@dataclass(frozen=True)
class _Dimension:
    """Units that can be told in each other."""

    factors: Mapping[str, Fraction]
    usual: tuple[str, ...]
    """Those that a number is given in where its own has no place, the best first."""


def _of_joules(joules: int | Fraction) -> Fraction:
    return Fraction(joules) / Fraction(JOULES_PER_KWH)


_ENERGY = _Dimension(
    {
        "mWh": Fraction(1, 10**6),
        "Wh": Fraction(1, 10**3),
        KWH: Fraction(1),
        "MWh": Fraction(10**3),
        "GWh": Fraction(10**6),
        "kJoule": _of_joules(10**3),
        "MJoule": _of_joules(10**6),
        "GJoule": _of_joules(10**9),
        "TJoule": _of_joules(10**12),
        "PJoule": _of_joules(10**15),
        "BTU": _of_joules(JOULES_PER_BTU),
    },
    usual=(KWH,),
)
"""In kWh."""

_PREFIXES = ("kilo", "mega", "giga", "tera", "peta", "exa", "zetta", "yotta")

_SIZE = _Dimension(
    {f"{prefix}byte": Fraction(1000 ** (power + 1), 10**9) for power, prefix in enumerate(_PREFIXES)},
    usual=(GIGABYTE, "megabyte", "kilobyte"),
)
"""In GB. The prefixes are decimal, as the SI has them (SI brochure, section 3; IEC 80000-13 calls 1024 bytes
a kibibyte)."""

_CARBON = _Dimension({INTENSITY: Fraction(1), "kgCO2eq/kWh": Fraction(1000)}, usual=(INTENSITY,))

_DIMENSIONS = (_ENERGY, _SIZE, _CARBON)

_OPERATIONS = frozenset(f"{prefix}FLOPS" for prefix in _PREFIXES)

LARGEST_ROUNDING = Fraction(1, 10)
"""An amount that must be whole is rounded by a tenth at most: what the format's `quality` calls high."""


def is_operations(unit: object) -> bool:
    """Tell whether a unit counts floating-point operations, which are no energy."""
    return isinstance(unit, str) and unit in _OPERATIONS


def in_unit(amount: Amount, unit: str) -> int | float:
    """Return the number of an amount in another unit; in its own the very number that was said.

    Raises:
        NotHeld: The unit is unknown or of another kind, or the number is none that a float can hold.
    """
    if amount.unit == unit:
        return _checked(amount.number)
    return _number(_fraction(amount, unit), whole=isinstance(amount.number, int))


def in_whole_units(amount: Amount, units: tuple[str, ...]) -> tuple[int, str, str]:
    """Return an amount as a whole number, its unit, and what was rounded (empty if nothing was).

    Its own unit is taken, else the largest that holds it exactly, else it is rounded in the smallest.

    Args:
        amount: The amount.
        units: The units there are.

    Raises:
        NotHeld: As in `in_unit`, or rounding would change it by more than `LARGEST_ROUNDING`.
    """
    for unit in usual_units(amount, units):
        number = _fraction(amount, unit)
        if number.denominator == 1:
            return int(number), unit, ""
    rounded = round(number)
    if abs(rounded - number) > LARGEST_ROUNDING * abs(number):
        raise NotHeld(f"is less than a whole {unit}, or too far from one")
    return rounded, unit, f"rounded to {rounded} {unit}: only whole numbers have a place"


def usual_units(amount: Amount, units: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of some units to give an amount in, its own first.

    Raises:
        NotHeld: Its unit is not said, unknown, or of another kind than these.
    """
    own = _dimension(amount.unit)
    wanted = dict.fromkeys((amount.unit, *own.usual))
    found = tuple(unit for unit in wanted if not units or unit in units)
    if not found:
        raise NotHeld(f"an amount in {amount.unit} has no place there")
    return found


def _fraction(amount: Amount, unit: str) -> Fraction:
    own = _dimension(amount.unit)
    if unit not in own.factors:
        raise NotHeld(f"{amount.unit} cannot be told in {unit}")
    return exact(_checked(amount.number)) * own.factors[amount.unit] / own.factors[unit]


def _dimension(unit: object) -> _Dimension:
    if unit is None:
        raise NotHeld("its unit is not said")
    for dimension in _DIMENSIONS:
        if isinstance(unit, str) and unit in dimension.factors:
            return dimension
    raise NotHeld(f"the unit {unit!r} is not known")


def _checked(number: object) -> int | float:
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise NotHeld("is no number")
    if isinstance(number, float) and not math.isfinite(number):
        raise NotHeld("is no number")
    return number


def _number(true: Fraction, *, whole: bool) -> int | float:
    if whole and true.denominator == 1:
        return int(true)
    try:
        number = float(true)
    except OverflowError:
        raise NotHeld("is too large for a number in the other unit") from None
    if true and abs(number) < sys.float_info.min:
        raise NotHeld("is too small for a number in the other unit")
    return number
