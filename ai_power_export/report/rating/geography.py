"""Whether the place is known, and whether the carbon intensity is that of its electricity."""

from __future__ import annotations

from ai_power_export.facts import Origin
from ai_power_export.report.rating.matrix import BEST, WORST, YEARS
from ai_power_export.report.rating.recency import moment_of
from ai_power_export.report.rating.subject import Judgement, Subject, number, text
from ai_power_export.vocabulary.countries import country_code_of

COUNTRY = "environment.country"
INTENSITY = "environment.powerSourceCarbonIntensity"
INTENSITY_YEAR = "evidence.carbonIntensityYear"

FALLBACK = ("CAN", 46.8, -71.2)
"""Where CodeCarbon says it is when no service could tell it (`GeoMetadata.from_geo_js`): no place at all."""

OWN_ELECTRICITY = frozenset({"force_carbon_intensity_g_co2e_kwh", "Electricity Maps"})
"""Where an intensity comes from that is of the machine's own electricity, at that time."""


def judge(subject: Subject) -> list[Judgement]:
    """Judge the place and its electricity."""
    return [_place(subject), _electricity(subject)]


def _place(subject: Subject) -> Judgement:
    mend = "say where: --country FRA in the next run, or aipower edit: environment.country"
    code = country_code_of(text(subject.document, COUNTRY)) if text(subject.document, COUNTRY) else None
    if code is None:
        return Judgement(WORST, "the country is not known", mend)
    point = (
        number(subject.document, "environment.latitude"),
        number(subject.document, "environment.longitude"),
    )
    if (code, *point) == FALLBACK and _origin(subject, COUNTRY) is not Origin.USER:
        return Judgement(WORST, "the place is the one that CodeCarbon takes where it knows none", mend)
    if not subject.is_certain(COUNTRY):
        return Judgement(BEST + 1, "the country is told, who says so is not", mend)
    return Judgement(BEST, "the country is known")


def _electricity(subject: Subject) -> Judgement:
    own = f"give the carbon intensity of your own electricity: aipower edit: {INTENSITY}"
    intensity = number(subject.document, INTENSITY)
    if intensity is None or intensity <= 0:
        return Judgement(WORST - 1, "no carbon intensity of the electricity", own)
    fact = subject.fact(INTENSITY)
    if fact is None:
        return Judgement(BEST + 2, "where the carbon intensity comes from is not told", own)
    if fact.origin is Origin.USER or fact.place in OWN_ELECTRICITY:
        return Judgement(BEST, "the carbon intensity is that of the electricity that was used")
    year, measured = _year_of_intensity(subject), _year_of_measurement(subject)
    if year is None or measured is None:
        return Judgement(BEST + 2, "the carbon intensity is a mean of an unknown year", own)
    score = BEST + 1 if abs(measured - year) < YEARS[0] else BEST + 2
    return Judgement(score, f"the carbon intensity is a mean of {year}", own)


def _year_of_intensity(subject: Subject) -> int | None:
    return min((year for year in subject.beside(INTENSITY_YEAR) if isinstance(year, int)), default=None)


def _year_of_measurement(subject: Subject) -> int | None:
    begun = (moment_of(text(entry, "measurementDateTime")) for entry in subject.measures)
    return min((moment.year for moment in begun if moment), default=None)


def _origin(subject: Subject, path: str) -> Origin | None:
    fact = subject.fact(path)
    return fact.origin if fact else None
