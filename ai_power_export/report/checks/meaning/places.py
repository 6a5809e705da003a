"""Where it ran: the country, its place on the globe, and the carbon of its electricity."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Part, Reading
from ai_power_export.report.checks.meaning.wording import error, plain, quoted, warning
from ai_power_export.report.format.versions import ORANGE
from ai_power_export.vocabulary.countries import country_code_of, lies_in, meant_country

FALLBACK = ("CAN", 46.8, -71.2)
"""Where CodeCarbon's `GeoMetadata.from_geo_js` says that we are when no service answered."""

COASTAL_WATERS = 0.2
"""Degrees: 12 nautical miles, the territorial sea (UN Convention on the Law of the Sea, article 3)."""
ECONOMIC_ZONE = 3.4
"""Degrees: 200 nautical miles (article 57); nothing of a country lies beyond."""

HIGHEST_INTENSITY = 1700.0
"""gCO2eq/kWh: above the worst coal plant of IPCC SRREN 2011, Annex II, table A.II.4 (1689)."""
LOWEST_INTENSITY = 1.0
"""gCO2eq/kWh: what is below, and no 0, is in kg; hydroelectricity has a median of 4 there."""
KILOGRAM = 1000

INTENSITY_OF_SOURCE = {
    "solar": (5, 217),
    "wind": (2, 81),
    "nuclear": (1, 220),
    "hydroelectric": (0, 43),
    "gas": (290, 930),
    "coal": (675, 1689),
}
"""Least and most gCO2eq/kWh of a power source over its life (the same table A.II.4)."""
MIXED = 2
"""`powerSource` names the main source; the rest of the mix may shift the intensity by this factor."""


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the environment of a report."""
    environment = reading.one("environment")
    code = country_code_of(environment.text("country")[:100]) if environment.text("country") else None
    yield from _country(environment, code)
    yield from _coordinates(environment, code)
    if reading.version != ORANGE or environment.text("powerSourceCarbonIntensityUnit") in ("", "gCO2eq/kWh"):
        yield from _intensity(environment)


def _country(environment: Part, code: str | None) -> Iterator[Finding]:
    name = environment.text("country")[:100]
    if name and code is None:
        meant = meant_country(name)
        mend = (
            f"did you mean {meant}?" if meant else "give its English name or its ISO 3166 code, such as FRA"
        )
        yield warning(
            environment.spot("country").path, "country-unknown", f"is {quoted(name)}, no country", mend
        )


def _coordinates(environment: Part, code: str | None) -> Iterator[Finding]:
    latitude, longitude = environment.number("latitude"), environment.number("longitude")
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        there, missing = ("latitude", "longitude") if longitude is None else ("longitude", "latitude")
        path = environment.spot(there).path
        yield warning(path, "coordinate-alone", f"stands without {missing}", "give both or none")
    elif abs(latitude) > 90 or abs(longitude) > 180:
        yield from _off_the_globe(environment, latitude, longitude)
    elif latitude == longitude == 0:
        path = environment.spot("latitude").path
        yield warning(
            path, "coordinates-zero", "is 0, and longitude too: a point in the sea", "leave both out"
        )
    elif (code, latitude, longitude) == FALLBACK:
        what = "is what CodeCarbon says where no service could tell it: Canada, at 46.8, -71.2"
        mend = "give the real country, or say it to CodeCarbon; leave out what is not known"
        yield warning(environment.spot("country").path, "place-fallback", what, mend)
    elif code is not None:
        yield from _in_country(environment, code, latitude, longitude)


def _off_the_globe(environment: Part, latitude: float, longitude: float) -> Iterator[Finding]:
    swapped = abs(longitude) <= 90 and abs(latitude) <= 180
    for name, value, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if abs(value) > limit:
            mend = (
                "latitude and longitude are swapped" if swapped else f"give degrees from -{limit} to {limit}"
            )
            what = f"is {plain(value)}, beyond {limit} degrees"
            yield error(environment.spot(name).path, "coordinate-out-of-range", what, mend)


def _in_country(environment: Part, code: str, latitude: float, longitude: float) -> Iterator[Finding]:
    if lies_in(code, latitude, longitude, COASTAL_WATERS) is not False:
        return
    path = environment.spot("latitude").path
    named = environment.text("country")
    where = f"is {plain(latitude)}, with longitude {plain(longitude)}"
    if abs(longitude) <= 90 and lies_in(code, longitude, latitude, COASTAL_WATERS):
        mend = f"swap latitude and longitude: the other way round it lies in {named}"
        yield error(path, "coordinates-swapped", f"{where} outside {named}", mend)
    elif lies_in(code, latitude, longitude, ECONOMIC_ZONE):
        mend = "check both, unless it was at sea or at the border"
        yield warning(path, "coordinates-near-country", f"{where} just outside {named}", mend)
    else:
        mend = "give the country and the coordinates of one and the same place"
        yield error(path, "coordinates-outside-country", f"{where} far outside {named}", mend)


def _intensity(environment: Part) -> Iterator[Finding]:
    intensity = environment.number("powerSourceCarbonIntensity")
    if intensity is None:
        return
    path, what = environment.spot("powerSourceCarbonIntensity").path, f"is {plain(intensity)} gCO2eq/kWh"
    least, most = INTENSITY_OF_SOURCE.get(environment.text("powerSource"), (0, HIGHEST_INTENSITY))
    if intensity < 0:
        yield error(path, "intensity-negative", what, "give the grams of CO2-equivalent that one kWh causes")
    elif intensity == 0:
        mend = (
            "leave it out where it is not known: no electricity is free of carbon over the life of its plant"
        )
        yield warning(path, "intensity-zero", what, mend)
    elif intensity < LOWEST_INTENSITY:
        mend = f"if it is in kg, did you mean {plain(intensity * KILOGRAM)}?"
        yield warning(path, "intensity-unit", f"{what}, less than any electricity has", mend)
    elif intensity > HIGHEST_INTENSITY:
        yield warning(
            path, "intensity-too-high", f"{what}, more than the worst coal plant", "give grams for each kWh"
        )
    elif not least / MIXED <= intensity <= most * MIXED:
        source = environment.text("powerSource")
        mend = f"check both: {source} causes {least} to {most} gCO2eq/kWh"
        yield warning(path, "intensity-against-source", f"{what}, though powerSource is {source}", mend)
