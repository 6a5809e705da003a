"""Where CodeCarbon believes a machine stands, and what of that it has seen."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.facts import Missing
from ai_power_export.importers.imported import Place
from ai_power_export.importers.table import Row
from ai_power_export.measure.codecarbon import FALLBACK_PLACE, country_name

WORLD_AVERAGES = (475.0, 481.0)
"""gCO2eq/kWh that CodeCarbon takes where it has no energy mix of a country: no value of a place."""
NEAR = 0.5
"""gCO2eq/kWh within which an intensity is one of them."""
GRAMS = 1000


def place(row: Row, kwh: float) -> Place:
    """Return the place of a row; an empty one where it was not seen."""
    iso_code = row.text("country_iso_code")
    if not iso_code or _is_fallback(row):
        return Place()
    on_cloud = row.text("on_cloud") == "Y"
    latitude, longitude = row.number("latitude"), row.number("longitude")
    has_coordinates = not on_cloud and bool(latitude or longitude) and _on_earth(latitude, longitude)
    return Place(
        iso_code=iso_code,
        country=row.text("country_name"),
        region=row.text("region"),
        latitude=latitude if has_coordinates else None,
        longitude=longitude if has_coordinates else None,
        cloud_provider=row.text("cloud_provider") if on_cloud else "",
        cloud_region=row.text("cloud_region") if on_cloud else "",
        grams_per_kwh=_intensity(row, kwh),
    )


def lacks(row: Row, kwh: float) -> Iterator[Missing]:
    """Yield why a row has no place, or no carbon intensity."""
    if _is_fallback(row):
        why = (
            "Canada is what CodeCarbon takes when no service tells the place: say --country CAN if it is true"
        )
        yield Missing("environment.country", why)
        yield Missing("environment.powerSourceCarbonIntensity", why)
    elif _intensity(row, kwh) is None:
        why = "CodeCarbon took a world average, not that of a place"
        yield Missing("environment.powerSourceCarbonIntensity", why)


def _is_fallback(row: Row) -> bool:
    """Tell whether the place may be CodeCarbon's own guess.

    Since 2.3 the guess has coordinates of its own; before that, and in task CSVs without any, it looks
    like a Canada that the user has named.
    """
    iso_code, *guess = FALLBACK_PLACE
    if row.text("country_iso_code") != iso_code or row.text("on_cloud") == "Y":
        return False
    coordinates = [row.number("latitude"), row.number("longitude")]
    named_by_user = row.header.index("latitude") is not None and row.header.index("pue") is not None
    return coordinates == guess or (coordinates == [None, None] and not named_by_user)


def _on_earth(latitude: float | None, longitude: float | None) -> bool:
    return latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180


def _intensity(row: Row, kwh: float) -> float | None:
    kilograms = row.number("emissions")
    if not kilograms or kilograms < 0:
        return None
    grams = round(kilograms * GRAMS / kwh, 6)
    known = row.text("on_cloud") == "Y" or country_name(row.text("country_iso_code"))
    return grams if known and all(abs(grams - world) > NEAR for world in WORLD_AVERAGES) else None
