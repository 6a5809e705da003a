"""Amounts as people read them: with the unit that fits their size, never `0.00`."""

from __future__ import annotations

from collections.abc import Sequence

ENERGY = (("GWh", 1e6), ("MWh", 1e3), ("kWh", 1.0), ("Wh", 1e-3), ("mWh", 1e-6), ("µWh", 1e-9))
MASS = (("t", 1e6), ("kg", 1e3), ("g", 1.0), ("mg", 1e-3), ("µg", 1e-6))
POWER = (("MW", 1e6), ("kW", 1e3), ("W", 1.0), ("mW", 1e-3))
TIME = (("s", 1.0), ("ms", 1e-3))
SECONDS_A_MINUTE = 60
MINUTES_AN_HOUR = 60
SECONDS_AN_HOUR = 3600
WATTS_A_KILOWATT = 1000
JOULES_PER_KWH = 3.6e6


def energy(kwh: float) -> str:
    """Write an energy given in kWh.

    >>> energy(0.0000123), energy(1.5), energy(0.0009999)
    ('12.3 mWh', '1.5 kWh', '1 Wh')
    """
    return _with_unit(kwh, ENERGY)


def emissions(grams: float) -> str:
    """Write emissions given in g CO2-equivalent.

    >>> emissions(0.00012)
    '120 µg CO2eq'
    """
    return f"{_with_unit(grams, MASS)} CO2eq"


def duration(seconds: float) -> str:
    """Write a duration to three digits, or to the second from a minute on.

    >>> duration(0.0123), duration(7.25), duration(59.96), duration(3725)
    ('12.3 ms', '7.25 s', '1 min 0 s', '1 h 2 min 5 s')
    """
    if float(f"{seconds:.3g}") < SECONDS_A_MINUTE:
        return _with_unit(seconds, TIME)
    minutes, rest = divmod(round(seconds), SECONDS_A_MINUTE)
    hours, minutes = divmod(minutes, MINUTES_AN_HOUR)
    return f"{hours} h {minutes} min {rest} s" if hours else f"{minutes} min {rest} s"


def power(kwh: float, seconds: float) -> str:
    """Write the mean power of an energy (kWh) over a time (s).

    >>> power(0.001, 60)
    '60 W'
    """
    return _with_unit(kwh * WATTS_A_KILOWATT * SECONDS_AN_HOUR / seconds, POWER)


def money(amount: float, currency: str) -> str:
    """Write an amount of money to three digits, in the currency's main unit.

    >>> money(0.00000123456, "EUR"), money(12345.6, "JPY")
    ('0.00000123 EUR', '12346 JPY')
    """
    return f"{_three_digits(amount)} {currency}"


def _with_unit(value: float, units: Sequence[tuple[str, float]]) -> str:
    """Choose the largest unit of which there is at least one, after rounding to three digits."""
    rounded = float(f"{value:.3g}")
    # A hair's breadth: 0.001 is no exact multiple of 1e-6.
    name, size = next(((name, size) for name, size in units if abs(rounded) >= size * (1 - 1e-9)), units[-1])
    return f"{_three_digits(rounded / size)} {name}"


def _three_digits(value: float) -> str:
    """Write a number to three significant digits, all of its whole ones, and never with an exponent."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    exponent = int(f"{value:.2e}".partition("e")[2])
    text = f"{value:.{max(0, 2 - exponent)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(told: object) -> float:
    """Return a share that is told as percents or as a number up to 1.

    >>> share("10%"), share("0.1"), share(1), share("150 %")
    (0.1, 0.1, 1.0, 1.5)

    Raises:
        ValueError: It is no number, or one of which nobody knows whether it means percents.
    """
    text = str(told).strip()
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        raise ValueError(f"{text!r} is no share; give percents such as 10%") from None
    if text.endswith("%"):
        return number / 100
    if number > 1:
        raise ValueError(f"{text!r} may mean {text}% or {number * 100:g}%; write the % sign")
    return number
