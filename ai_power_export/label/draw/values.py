"""A metric's value as a label writes it: three digits, and the unit that fits its size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ai_power_export import units
from ai_power_export.label.draw.text import clean
from ai_power_export.label.rated import MetricRating

DIGITS = 3
BYTES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))
TIMES = (("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
COUNTS = (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1.0))
OPERATIONS = tuple((f"{prefix}FLOP", amount) for prefix, amount in (("T", 1e12), *COUNTS))
LADDERS: tuple[Sequence[tuple[str, float]], ...] = (units.ENERGY, units.MASS, TIMES, BYTES, OPERATIONS)
"""Units of one quantity, each with how much of the basic one it is, largest first."""
JOULES: Mapping[str, float] = {"J": 1.0, "Ws": 1.0, "kJ": 1e3, "MJ": 1e6}
PARAMETERS: Mapping[str, float] = {"": 1.0, "M": 1e6, "million": 1e6, "B": 1e9, "billion": 1e9}
"""What units of a number of parameters mean: there B are billions, and elsewhere bytes."""
_FRENCH_UNITS = {"B": "o", "kB": "ko", "MB": "Mo", "GB": "Go", "TB": "To", "d": "j"}


def written(metric: MetricRating, language: str, value: float | None = None) -> str:
    r"""Write the value of a metric, or another value of it, with the unit that fits; empty where it has none.

    >>> from ai_power_export.label.rated import Words
    >>> title = Words("Energy", "Énergie")
    >>> one = MetricRating("energy", title, "kWh", higher_is_better=False, weight=1, rated=True, value=1e-6)
    >>> written(one, "en"), written(one, "fr", 0.0123), written(one, "en", 0)
    ('1\xa0mWh', '12,3\xa0Wh', '0\xa0kWh')
    """
    number = metric.value if value is None else value
    if number is None or not math.isfinite(number):
        return ""
    base, per, rest = clean(metric.unit).partition("/")
    shown, unit = _in_ladder(metric.name, number, base)
    unit = _FRENCH_UNITS.get(unit, unit) if language == "fr" else unit
    return f"{digits(shown, language)}\u00a0{unit}{per}{rest}".rstrip("\u00a0")


def _in_ladder(name: str, number: float, unit: str) -> tuple[float, str]:
    """Return a number and its unit in the step of its ladder that fits; as they are where it has none."""
    if name.startswith("param") and unit in PARAMETERS:
        return _fitting(number * PARAMETERS[unit], COUNTS)
    if name.startswith("accuracy") and unit == "" and 0 <= number <= 1:
        return number * 100, "%"
    if not number:
        return 0.0, unit
    if unit in JOULES:
        return _fitting(number * JOULES[unit] / units.JOULES_PER_KWH, units.ENERGY)
    for ladder in LADDERS:
        if unit in dict(ladder):
            return _fitting(number * dict(ladder)[unit], ladder)
    return number, unit


def _fitting(amount: float, ladder: Sequence[tuple[str, float]]) -> tuple[float, str]:
    rounded = abs(amount) * (1 + 0.5 * 10**-DIGITS)  # 999.6 Wh is written as 1 kWh
    unit, size = next((step for step in ladder if rounded >= step[1]), ladder[-1])
    return amount / size, unit


def digits(number: float, language: str) -> str:
    r"""Write a number to three digits, in a language; without exponent from a thousandth to ten million.

    >>> digits(1234567.8, "en"), digits(0.000012345, "fr"), digits(1e30, "en")
    ('1\xa0230\xa0000', '1,23e-05', '1e+30')
    """
    rounded = float(f"{number:.{DIGITS}g}")
    if rounded and not 1e-3 <= abs(rounded) < 1e7:
        text = f"{rounded:.{DIGITS}g}"
    else:
        text = f"{rounded:,.10f}".rstrip("0").rstrip(".").replace(",", "\u00a0")
    return text.replace(".", ",") if language == "fr" else text
