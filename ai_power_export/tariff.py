"""What a kWh costs, by the hour of the day where it depends on it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

MINUTES_A_DAY = 24 * 60
HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
"""`22-06`, `06:30-22`."""

Prices = tuple[float, ...]
"""The price of a kWh in each of the 1440 minutes of a day, by the machine's clock."""


def day_prices(tariff: Mapping[str, float], otherwise: float | None) -> Prices:
    """Return the prices of a day.

    Args:
        tariff: Price a kWh by hours such as `22-06`: from the first to the second, past midnight too.
        otherwise: Price of the hours that the tariff leaves out; None where it may leave out none.

    Raises:
        ValueError: Hours that are none, that are priced twice or not at all, or a price that is none.
    """
    prices: list[float | None] = [None] * MINUTES_A_DAY
    for hours, price in tariff.items():
        if not (math.isfinite(price) and price >= 0):
            raise ValueError(f"{price} is no price of a kWh")
        for minute in _minutes(hours):
            if prices[minute] is not None:
                raise ValueError(f"{hours!r} prices {_clock(minute)} a second time")
            prices[minute] = price
    return tuple(_priced(minute, price, otherwise) for minute, price in enumerate(prices))


def _minutes(hours: str) -> list[int]:
    found = HOURS.fullmatch(hours.strip())
    if not found:
        raise ValueError(f"{hours!r} is no time of day such as 22-06 or 06:30-22")
    begin, end = _minute(hours, *found.group(1, 2)), _minute(hours, *found.group(3, 4))
    begin %= MINUTES_A_DAY
    length = (end - begin) % MINUTES_A_DAY or MINUTES_A_DAY
    return [(begin + passed) % MINUTES_A_DAY for passed in range(length)]


def _minute(hours: str, hour: str, minute: str | None) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if found > MINUTES_A_DAY or int(minute or 0) > 59:
        raise ValueError(f"{hours!r} is no time of day: a day ends at 24:00")
    return found


def _priced(minute: int, price: float | None, otherwise: float | None) -> float:
    found = otherwise if price is None else price
    if found is None:
        raise ValueError(
            f"no price at {_clock(minute)}: add those hours, or an electricity_price for the rest"
        )
    return found


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def cost(prices: Sequence[float], begin: float, seconds: float, kwh: float) -> float:
    """Return what an energy cost that was drawn evenly over a time, minute by minute of the machine's clock.

    Time zones are whole minutes off UTC, so a minute of one is a minute of the other; a change to or
    from summer time falls between two.

    Args:
        prices: As `day_prices` returns them.
        begin: Seconds since the epoch.
        seconds: Duration (s).
        kwh: Energy (kWh).
    """
    if seconds <= 0:
        return kwh * prices[_local_minute(begin)]
    end, at, paid = begin + seconds, begin, []
    while at < end:
        until = min(end, (at // 60 + 1) * 60)
        paid.append(prices[_local_minute(at)] * (until - at))
        at = until
    return math.fsum(paid) / seconds * kwh


def _local_minute(clock: float) -> int:
    local = datetime.fromtimestamp(clock)
    return local.hour * 60 + local.minute
