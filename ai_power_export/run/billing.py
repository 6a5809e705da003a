"""What follows from a report: what its energy cost, how much of it is above rest, what it was made of."""

from __future__ import annotations

from datetime import datetime, timezone

from ai_power_export.measure.generation import generation_mix
from ai_power_export.measure.interval import TIME_FORMAT
from ai_power_export.report.boamps import Measure, Report
from ai_power_export.settings import Settings
from ai_power_export.tariff import cost, day_prices
from ai_power_export.units import energy, money, power

SMALLEST_NET = 0.05
"""Share of the energy: what is less above rest is lost between the errors of two measurements."""
SMALLEST_SHARE = 0.01
"""Share of a country's electricity: sources of less are not named."""


def price(report: Report, settings: Settings) -> str:
    """Say what the energy cost; empty where the user gave no price."""
    measure = report.measures[0]
    if settings.currency is None or (settings.electricity_price is None and not settings.tariff):
        return ""
    if not settings.tariff:
        paid = measure.power_consumption * (settings.electricity_price or 0.0)
        return money(paid, settings.currency)
    if not (measure.measurement_date_time and measure.measurement_duration):
        return ""
    prices = day_prices(settings.tariff, settings.electricity_price)
    begin = datetime.strptime(measure.measurement_date_time, TIME_FORMAT).replace(tzinfo=timezone.utc)
    paid = cost(prices, begin.timestamp(), measure.measurement_duration, measure.power_consumption)
    return f"{money(paid, settings.currency)} by the tariff of its hours"


def above_rest(measure: Measure) -> str:
    """Say what was drawn beyond what the machine draws at rest; empty where that cannot be told."""
    idle, seconds = measure.power_calibration_measurement, measure.duration_calibration_measurement
    if not (idle and seconds and measure.measurement_duration):
        return ""
    net = measure.power_consumption - idle / seconds * measure.measurement_duration
    if net < measure.power_consumption * SMALLEST_NET:
        return ""
    return f"{energy(net)} (less the {power(idle, seconds)} that this machine draws at rest)"


def generation(report: Report) -> str:
    """Say what the country's electricity is made of; empty where that is not known."""
    country = report.environment.country if report.environment else None
    mix = generation_mix(country) if country else None
    if mix is None:
        return ""
    named = [f"{share:.0%} {name}" for name, share in mix.shares.items() if share >= SMALLEST_SHARE]
    return f"{', '.join(named)} ({country}, {mix.year})"
