"""What the meter has to say about a report, as facts."""

from __future__ import annotations

import math

from ai_power_export.facts import Facts, JsonValue, Origin
from ai_power_export.measure.codecarbon import Meter, energy_mixes
from ai_power_export.measure.interval import Interval, utc
from ai_power_export.measure.quality import quality

SUBJECT = "codecarbon"
"""Which entry of `measures` these facts belong to."""


def meter_facts(meter: Meter, interval: Interval) -> Facts:
    """Return the facts of one interval as CodeCarbon measured it."""
    facts = Facts()
    _measured(facts, meter, interval)
    _utilisation(facts, meter, interval)
    _where(facts, meter)
    _carbon_intensity(facts, meter, interval)
    _assumptions(facts, meter, interval)
    return facts


def _measured(facts: Facts, meter: Meter, interval: Interval) -> None:
    said: dict[str, JsonValue] = {
        "measurementMethod": "codecarbon",
        "version": meter.version,
        "cpuTrackingMode": meter.cpu_mode,
        "gpuTrackingMode": meter.gpu_mode,
        # What has no energy or no length was broken off before it could be measured.
        "powerConsumption": interval.kwh or None,
        "measurementDuration": interval.seconds or None,
    }
    for name, value in said.items():
        facts.add(f"measures.{name}", value, Origin.METER, "CodeCarbon", subject=SUBJECT)
    if not interval.kwh:
        facts.lack("measures.powerConsumption", "it ended before the first reading of the meter")
    if not interval.seconds:
        facts.lack("measures.measurementDuration", "it ended before the first reading of the meter")
    begin = utc(interval.begin)
    facts.add("measures.measurementDateTime", begin, Origin.METER, "own clock, UTC", subject=SUBJECT)
    if not meter.gpu_mode:
        facts.lack("measures.gpuTrackingMode", "CodeCarbon tracked no GPU")


def _utilisation(facts: Facts, meter: Meter, interval: Interval) -> None:
    cpu, gpu = "measures.averageUtilizationCpu", "measures.averageUtilizationGpu"
    if interval.cpu_utilization is None:
        facts.lack(cpu, "the interval is too short to tell")
    facts.add(cpu, _share(interval.cpu_utilization), Origin.METER, "psutil.cpu_times", subject=SUBJECT)
    if not meter.gpu_mode:
        facts.lack(gpu, "CodeCarbon tracked no GPU")
    elif interval.gpu_utilization is None:
        facts.lack(gpu, "CodeCarbon took no sample in this interval (it samples once a second)")
    else:
        facts.add(gpu, _share(interval.gpu_utilization), Origin.METER, "CodeCarbon", subject=SUBJECT)


def _share(value: float | None) -> float | None:
    return None if value is None else min(max(round(value, 4), 0.0), 1.0)


def _where(facts: Facts, meter: Meter) -> None:
    if not meter.place:
        facts.lack("environment.country", "no place was given and no geolocation service answered")
        return
    origin = Origin.USER if meter.place == "user" else Origin.METER
    place = {"user": "country_iso_code", "cloud": "cloud metadata"}.get(meter.place, "IP geolocation")
    facts.add("environment.country", meter.country, origin, place)
    facts.add("environment.location", meter.region, origin, place)
    facts.add("environment.latitude", meter.latitude, origin, place)
    facts.add("environment.longitude", meter.longitude, origin, place)
    facts.add("evidence.countryIsoCode", meter.country_iso_code, origin, place)
    if meter.cloud_provider:
        facts.add("infrastructure.infraType", "publicCloud", origin, place)
        facts.add("infrastructure.cloudProvider", meter.cloud_provider, origin, place)
        facts.add("evidence.cloudRegion", meter.cloud_region, origin, place)


def _carbon_intensity(facts: Facts, meter: Meter, interval: Interval) -> None:
    """Emissions over energy; g a kg and kWh a kWh make it gCO2eq/kWh."""
    field = "environment.powerSourceCarbonIntensity"
    if not meter.intensity_from:
        facts.lack(field, "CodeCarbon has no carbon intensity of this place, only a world average")
    elif interval.kwh <= 0:
        facts.lack(field, "no energy was measured to derive it from")
    else:
        grams = round(interval.co2_kg * 1000 / interval.kwh, 6)
        facts.add(field, grams, Origin.DERIVED, meter.intensity_from)
        year = year_of_intensity(meter.country_iso_code, grams)
        facts.add("evidence.carbonIntensityYear", year, Origin.METER, "CodeCarbon's energy mixes")


def year_of_intensity(country: str, grams: float) -> int | None:
    """Return the year that a carbon intensity (gCO2eq/kWh) is of, None unless it is that of a country's mix.

    CodeCarbon dates its mixes of countries, and not what else it knows: regions and clouds.
    """
    mix = energy_mixes().get(country, {})
    intensity, year = mix.get("carbon_intensity"), mix.get("year")
    if not intensity or not math.isclose(intensity, grams, rel_tol=1e-6):
        return None
    return year if isinstance(year, int) else None


def _assumptions(facts: Facts, meter: Meter, interval: Interval) -> None:
    facts.add(
        "quality", quality(meter, interval), Origin.DERIVED, "tracking modes and their share of the energy"
    )
    facts.add("evidence.pue", meter.pue, Origin.METER, "CodeCarbon")
    facts.add("evidence.trackingMode", meter.tracking_mode, Origin.METER, "CodeCarbon")
    if not meter.cpu_power_known:
        facts.warn("cpu-power-assumed", "CodeCarbon does not know this CPU's power and assumed one")
    if not (meter.ram_measured or meter.ram_forced):
        facts.warn("ram-power-assumed", "CodeCarbon assumed the RAM's power from its size")
