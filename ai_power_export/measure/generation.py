"""What a country's electricity is made of, as CodeCarbon's data has it."""

from __future__ import annotations

from typing import NamedTuple

from ai_power_export.measure.codecarbon import energy_mixes

SOURCES = {
    "coal_TWh": "coal",
    "gas_TWh": "gas",
    "oil_TWh": "oil",
    "nuclear_TWh": "nuclear",
    "hydroelectricity_TWh": "hydro",
    "wind_TWh": "wind",
    "solar_TWh": "solar",
    "biofuel_TWh": "bioenergy",
    "other_renewable_exc_biofuel_TWh": "other renewables",
}
"""Keys of the data that do not overlap; the others are sums of these."""
MOST_UNEXPLAINED = 0.02
"""Share of a country's electricity by which its sources may miss the total, from rounding."""


class Mix(NamedTuple):
    """Shares (0 to 1) of a country's electricity by source, the largest first, and the year they are of."""

    shares: dict[str, float]
    year: int


def generation_mix(country: str) -> Mix | None:
    """Return the mix of a country by CodeCarbon's name of it; None where its data does not hold it."""
    mix = next((mix for mix in energy_mixes().values() if mix.get("country_name") == country), {})
    total = mix.get("total_TWh") or 0.0
    if total <= 0:
        return None
    shares = {name: (mix.get(key) or 0.0) / total for key, name in SOURCES.items()}
    if abs(sum(shares.values()) - 1) > MOST_UNEXPLAINED:
        return None
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return Mix({name: share for name, share in ordered if share > 0}, int(mix["year"]))
