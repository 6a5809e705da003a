"""What follows from energy: what it cost, how much of it is above rest, what it was made of."""

from __future__ import annotations

from typing import NamedTuple

from ai_power_export.measure.generation import generation_mix
from ai_power_export.report.format.boamps import Measure, Report
from ai_power_export.settings import Settings
from ai_power_export.tariff import Prices, cost, day_prices
from ai_power_export.units import energy, power

SMALLEST_NET = 0.05
"""Share of the energy: what is less above rest is lost between the errors of two measurements."""
SMALLEST_SHARE = 0.01
"""Share of a country's electricity: sources of less are not named."""
SECONDS_A_DAY = 86400


class Drawn(NamedTuple):
    """An energy and when it was drawn."""

    begin: float
    """Seconds since the epoch."""
    seconds: float
    kwh: float
    end: float | None = None
    """Seconds since the epoch, where it was drawn now and then in between; None: all of `seconds` long."""


def paid(drawn: Drawn, settings: Settings) -> float | None:
    """Return what an energy cost, drawn evenly over its time.

    None where the user gave no price, and where a tariff has several for times of which it is not
    known how much was drawn in each.
    """
    if settings.currency is None:
        return None
    if not settings.tariff:
        price = settings.electricity_price
        return None if price is None else drawn.kwh * price
    prices = day_prices(settings.tariff, settings.electricity_price)
    if drawn.end is None:
        return cost(prices, drawn.begin, drawn.seconds, drawn.kwh)
    found = _prices_between(prices, drawn.begin, drawn.end)
    return drawn.kwh * found.pop() if len(found) == 1 else None


def _prices_between(prices: Prices, begin: float, end: float) -> set[float]:
    """Return the prices of a kWh that held at some time; after a day they repeat."""
    moments = range(int(begin), int(min(end, begin + SECONDS_A_DAY)) + 1, 60)
    return {cost(prices, moment, 0.0, 1.0) for moment in (*moments, end)}


def above_rest(measure: Measure, kwh: float, seconds: float) -> str:
    """Say what was drawn beyond what the machine draws at rest; empty where that cannot be told.

    Args:
        measure: An entry of the run's reports, with its calibration.
        kwh: Energy of the run (kWh).
        seconds: Its duration (s).
    """
    idle, calibrated = measure.power_calibration_measurement, measure.duration_calibration_measurement
    if not (idle and calibrated and seconds):
        return ""
    net = kwh - idle / calibrated * seconds
    if net < kwh * SMALLEST_NET:
        return ""
    return f"{energy(net)} (less the {power(idle, calibrated)} that this machine draws at rest)"


def generation(report: Report) -> str:
    """Say what the country's electricity is made of; empty where that is not known."""
    country = report.environment.country if report.environment else None
    mix = generation_mix(country) if country else None
    if mix is None:
        return ""
    named = [f"{share:.0%} {name}" for name, share in mix.shares.items() if share >= SMALLEST_SHARE]
    return f"{', '.join(named)} ({country}, {mix.year})"
