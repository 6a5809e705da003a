"""Values whose form differs between versions: amounts with units, words, whole numbers, number formats.

Numbers are taken as they are written (0.08 is 8/100, not the nearest binary number) and multiplied as
fractions, so that a result is the float nearest to the true one.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

JOULES_PER_KWH = 3_600_000
JOULES_PER_BTU = Fraction("1055.05585262")
"""The International Table Btu (NIST SP 811, appendix B.8). Others differ from it by less than 0.1 %."""

KWH = "kWh"
GIGABYTE = "gigabyte"
INTENSITY = "gCO2eq/kWh"


class NotHeld(Exception):
    """A value has no place in a version of the format; the text says why."""


@dataclass(frozen=True)
class Amount:
    """A number as it was said, with its unit if that was said."""

    number: Any
    unit: Any


def _joules(number: int | Fraction) -> Fraction:
    return Fraction(number) / JOULES_PER_KWH


_ENERGY = {
    "mWh": Fraction(1, 10**6),
    "Wh": Fraction(1, 10**3),
    KWH: Fraction(1),
    "MWh": Fraction(10**3),
    "GWh": Fraction(10**6),
    "kJoule": _joules(10**3),
    "MJoule": _joules(10**6),
    "GJoule": _joules(10**9),
    "TJoule": _joules(10**12),
    "PJoule": _joules(10**15),
    "BTU": _joules(JOULES_PER_BTU),
}
"""Energies in kWh."""

_PREFIXES = ("kilo", "mega", "giga", "tera", "peta", "exa", "zetta", "yotta")

_SIZE = {f"{prefix}byte": Fraction(1000 ** (power + 1), 10**9) for power, prefix in enumerate(_PREFIXES)}
"""Sizes in GB. The prefixes are decimal, as the SI has them (SI brochure, section 3; IEC 80000-13 calls
1024 bytes a kibibyte)."""

_CARBON = {INTENSITY: Fraction(1), "kgCO2eq/kWh": Fraction(1000)}

_OPERATIONS = frozenset(f"{prefix}FLOPS" for prefix in _PREFIXES)

_DIMENSIONS = (_ENERGY, _SIZE, _CARBON)

_USUAL = {id(_ENERGY): (KWH,), id(_SIZE): (GIGABYTE, "megabyte", "kilobyte"), id(_CARBON): (INTENSITY,)}
"""Units that a number is given in where its own has no place, the best first."""

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
        exact = _fraction(amount, unit)
        if exact.denominator == 1:
            return int(exact), unit, ""
    rounded = round(exact)
    if abs(rounded - exact) > LARGEST_ROUNDING * abs(exact):
        raise NotHeld(f"is less than a whole {unit}, or too far from one")
    return rounded, unit, f"rounded to {rounded} {unit}: only whole numbers have a place"


def usual_units(amount: Amount, units: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of some units to give an amount in, its own first.

    Raises:
        NotHeld: Its unit is not said, unknown, or of another kind than these.
    """
    own = _dimension(amount.unit)
    wanted = dict.fromkeys((amount.unit, *_USUAL[id(own)]))
    found = tuple(unit for unit in wanted if not units or unit in units)
    if not found:
        raise NotHeld(f"an amount in {amount.unit} has no place there")
    return found


def _fraction(amount: Amount, unit: str) -> Fraction:
    own = _dimension(amount.unit)
    if unit not in own:
        raise NotHeld(f"{amount.unit} cannot be told in {unit}")
    return _exact(_checked(amount.number)) * own[amount.unit] / own[unit]


def _exact(number: int | float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def _dimension(unit: object) -> Mapping[str, Fraction]:
    if unit is None:
        raise NotHeld("its unit is not said")
    for units in _DIMENSIONS:
        if isinstance(unit, str) and unit in units:
            return units
    raise NotHeld(f"the unit {unit!r} is not known")


def _checked(number: object) -> int | float:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        raise NotHeld("is no number")
    return number


def _number(exact: Fraction, *, whole: bool) -> int | float:
    if whole and exact.denominator == 1:
        return int(exact)
    try:
        number = float(exact)
    except OverflowError:
        raise NotHeld("is too large for a number in the other unit") from None
    if exact and abs(number) < sys.float_info.min:
        raise NotHeld("is too small for a number in the other unit")
    return number


def whole_number(value: object) -> object:
    """Return the integer that a number is, such as 32 for 32.0; what is no number comes back as it is.

    Raises:
        NotHeld: It has a fraction.
    """
    if not isinstance(value, float):
        return value
    if not value.is_integer():
        raise NotHeld("only whole numbers have a place")
    return int(_exact(value))


def word_among(value: object, choices: tuple[str, ...]) -> object:
    """Return the choice that a word is, be it spelt otherwise: `$other` as other, `public_cloud` too.

    Raises:
        NotHeld: It is none of them.
    """
    spelt = _spelt(choices)
    if isinstance(value, str) and _bare(value) in spelt:
        return spelt[_bare(value)]
    raise NotHeld("is none of the words that have a place")


@cache
def _spelt(choices: tuple[str, ...]) -> Mapping[str, str]:
    return {_bare(choice): choice for choice in choices}


def _bare(word: str) -> str:
    return re.sub(r"[$_ .-]", "", word.lower())


def lower_text(value: object) -> object:
    """Return a word of an enumeration as any text in its place is written: `$Wattmeter` as wattmeter.

    Raises:
        NotHeld: The word is `$other`, which says nothing where any text may stand.
    """
    if value == "$other":
        raise NotHeld("says nothing where any text may stand")
    return value.lower().removeprefix("$") if isinstance(value, str) else value


MOST_BITS = 128
"""Bits of the widest number format in use, IEEE 754's binary128."""

_BITS = re.compile(
    r"(?:(?:fp|f|float|bf|b|bfloat|int|uint|q|nf)(?P<typed>\d{1,3})|(?P<bits>\d{1,3})[- ]?bits?)", re.I
)


def bits_of(value: object) -> object:
    """Return the bits of a number format that says them: 16 for fp16, bf16, b16; 8 for int8 and 8-bit.

    Raises:
        NotHeld: It does not, such as awq, or says more, such as q4_k_m or w8a8.
    """
    if not isinstance(value, str):
        return value
    match = _BITS.fullmatch(value.strip())
    if match is None:
        raise NotHeld("does not say how many bits one number takes")
    return int(match["typed"] or match["bits"])


def number_format(value: object) -> object:
    """Return a number of bits in words, `16-bit`: whether they are fp16, bf16 or int16 was not said.

    Raises:
        NotHeld: It is no count of bits.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if not 0 < value <= MOST_BITS or value != int(value):
        raise NotHeld("is no count of bits of a number")
    return f"{int(value)}-bit"


def listed(values: object) -> object:
    """Return hyperparameters as a list of names and values, these as Python writes them: `rbf`, `None`."""
    if not isinstance(values, Mapping):
        return values
    return [
        {"hyperparameterName": name, "hyperparameterValue": value if isinstance(value, str) else repr(value)}
        for name, value in values.items()
    ]


def by_name(values: object) -> object:
    """Return hyperparameters by their names.

    Raises:
        NotHeld: An entry has no name, no value or more than these, or two have the same name.
    """
    if not isinstance(values, list):
        return values
    found = {}
    for each in values:
        if not isinstance(each, Mapping) or set(each) != {"hyperparameterName", "hyperparameterValue"}:
            raise NotHeld("is not plain names with their values")
        found[str(each["hyperparameterName"])] = each["hyperparameterValue"]
    if len(found) < len(values):
        raise NotHeld("has a name twice")
    return found


def dimensions_in(text: object) -> tuple[int, ...] | None:
    """Return the dimensions that a shape in words has: `(12, 1000)` has 12 and 1000; None for other words."""
    if not isinstance(text, str) or not re.fullmatch(
        r"\s*[(\[]?\s*\d+\s*([,x]\s*\d+\s*)*,?\s*[)\]]?\s*", text
    ):
        return None
    return tuple(int(each) for each in re.findall(r"\d+", text))
