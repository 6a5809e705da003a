"""Values whose form differs between versions: words, whole numbers, number formats, hyperparameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache


class NotHeld(Exception):
    """A value has no place in a version of the format; the text says why."""


def exact(number: int | float) -> Fraction:
    """Return a number as it is written."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def whole_number(value: object) -> object:
    """Return the integer that a number is, such as 32 for 32.0; what is no number comes back as it is.

    Raises:
        NotHeld: It has a fraction.
    """
    if not isinstance(value, float):
        return value
    if not value.is_integer():
        raise NotHeld("only whole numbers have a place")
    return int(exact(value))


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


NAME, VALUE = "hyperparameterName", "hyperparameterValue"


def listed(values: object) -> object:
    """Return hyperparameters as a list of names and values, these as Python writes them: `rbf`, `None`."""
    if not isinstance(values, Mapping):
        return values
    return [
        {NAME: name, VALUE: value if isinstance(value, str) else repr(value)}
        for name, value in values.items()
    ]


def by_name(values: object) -> object:
    """Return hyperparameters by their names.

    Raises:
        NotHeld: An entry has no name, no value or more than these, or two have the same name.
    """
    if not isinstance(values, list):
        return values
    plain = all(isinstance(each, Mapping) and set(each) == {NAME, VALUE} for each in values)
    if not plain or not all(isinstance(each[NAME], str) for each in values):
        raise NotHeld("is not plain names with their values")
    found = {each[NAME]: each[VALUE] for each in values}
    if len(found) < len(values):
        raise NotHeld("has a name twice")
    return found


LONGEST_SHAPE = 200
"""Characters of a shape in words; longer texts are none, and would take long to match."""

_SHAPE = re.compile(r"[(\[]? ?\d{1,18}(?: ?[,x] ?\d{1,18})*,? ?[)\]]?")


def dimensions_in(text: object) -> tuple[int, ...] | None:
    """Return the dimensions that a shape in words has: `(12, 1000)` has 12 and 1000; None for other words."""
    if not isinstance(text, str) or len(text) > LONGEST_SHAPE or not _SHAPE.fullmatch(text.strip()):
        return None
    return tuple(int(each) for each in re.findall(r"\d+", text))
