"""What a CodeCarbon tracker says of a run, and what it only assumes.

Its output handlers are public and carry the energies; how they were obtained
(RAPL or a load model, a known or an assumed CPU) only the tracker itself
knows, so it is read by attribute, guarded: a name that a version does not have
makes a fact missing, nothing more.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ai_power_export.measure.interval import Load, Reading, cpu_time

CPU_MODES = {
    "intel_rapl": "rapl",
    "intel_power_gadget": "powerGadget",
    "windows_emi": "emi",
}
"""CodeCarbon's names of CPU modes, where the format's examples write another."""

ASSUMED_WATTS_PER_THREAD = 4
"""CodeCarbon's power of an unknown CPU: `codecarbon.core.cpu.DEFAULT_POWER_PER_CORE`."""

FALLBACK_PLACE = ("CAN", 46.8, -71.2)
"""Where `GeoMetadata.from_geo_js` says we are when no service answered."""

UNKNOWN_COORDINATES = ((None, None), (0.0, 0.0))
"""What it says when a service answered without coordinates."""

ENERGY_MIXES = "data/private_infra/global_energy_mix.json"
"""Where CodeCarbon's package keeps the energy mixes of countries."""


@dataclass(frozen=True)
class Meter:
    """How a tracker measured, and where it believes it is."""

    version: str = ""
    tracking_mode: str = ""
    """`machine` or `process`."""
    cpu_mode: str = ""
    cpu_power_known: bool = True
    """False where CodeCarbon took 4 W a thread, a generic or no TDP."""
    gpu_mode: str = ""
    gpu_ids: tuple[int, ...] | None = None
    ram_measured: bool = False
    ram_forced: bool = False
    pue: float = 1.0
    place: str = ""
    """Who said where we are: `user`, `geolocation`, `cloud`, or nobody."""
    country: str = ""
    country_iso_code: str = ""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    cloud_provider: str = ""
    cloud_region: str = ""
    intensity_from: str = ""
    """Where the carbon intensity comes from; empty if it is a world average."""
    project_name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Meter:
        """Rebuild a meter written by `to_json`."""
        gpu_ids = data.get("gpu_ids")
        return cls(**{**data, "gpu_ids": None if gpu_ids is None else tuple(gpu_ids)})


PLACE_FIELDS = ("place", "country", "country_iso_code", "region", "latitude", "longitude", "intensity_from")
"""Fields of a meter that follow from where CodeCarbon believes it is."""


def read_totals(total: Any, tracker: Any = None) -> Reading:
    """Turn the running totals that an output handler is given into a reading.

    They are those of the tracker's last sample. Until they are written out CodeCarbon may look
    for its place and read its tables, for a second or more: no energy of that time is in them.
    """
    now = time.perf_counter()
    at = getattr(tracker, "_last_measured_time", now)
    return Reading(
        at=at,
        clock=time.time() - (now - at),
        kwh=total.energy_consumed,
        cpu_kwh=total.cpu_energy,
        gpu_kwh=total.gpu_energy,
        ram_kwh=total.ram_energy,
        co2_kg=total.emissions,
        cpu_time=cpu_time(),
        gpu_load=_gpu_load(tracker),
    )


def read_sample(tracker: Any) -> Reading:
    """Read the totals of a running tracker at its last sample, without emissions: those come later."""
    at = tracker._last_measured_time
    return Reading(
        at=at,
        clock=time.time() - (time.perf_counter() - at),
        kwh=tracker._total_energy.kWh,
        cpu_kwh=tracker._total_cpu_energy.kWh,
        gpu_kwh=tracker._total_gpu_energy.kWh,
        ram_kwh=tracker._total_ram_energy.kWh,
        cpu_time=cpu_time(),
        gpu_load=_gpu_load(tracker),
    )


def _gpu_load(tracker: Any) -> Load:
    samples = list(getattr(tracker, "_gpu_utilization_history", ()))
    return Load(len(samples), float(sum(samples)))


def read_meter(total: Any, tracker: Any = None) -> Meter:
    """Read how a tracker measures, from its last totals and, where held, from itself."""
    return Meter(
        version=str(getattr(total, "codecarbon_version", "")),
        tracking_mode=str(getattr(total, "tracking_mode", "") or ""),
        pue=float(getattr(total, "pue", 1.0) or 1.0),
        project_name=_chosen_project(str(total.project_name or "")),
        **_cpu(tracker),
        **_gpu(tracker),
        **_ram(tracker),
        **_place(total, tracker),
    )


def early_meter(tracker: Any) -> Meter:
    """Read how a tracker measures before it has written any totals: where it is may not be known yet.

    What follows from emissions is left out, for there are none yet.
    """
    offline = _is_offline(tracker)
    settled = getattr(tracker, "_conf", {})
    iso_code = (getattr(tracker, "_country_iso_code", "") or "") if offline else ""
    known = SimpleNamespace(
        codecarbon_version=settled.get("codecarbon_version", ""),
        tracking_mode=settled.get("tracking_mode", ""),
        pue=getattr(tracker, "_pue", 1.0),
        project_name=getattr(tracker, "_project_name", ""),
        country_name=country_name(iso_code),
        country_iso_code=iso_code,
        region=getattr(tracker, "_region", "") if offline else "",
        latitude=None,
        longitude=None,
        on_cloud="N",
        cloud_provider="",
        cloud_region="",
    )
    return replace(read_meter(known, tracker), intensity_from="")


def _chosen_project(name: str) -> str:
    """Return the project's name unless it is CodeCarbon's own default."""
    return "" if name == "codecarbon" else name


def _hardware(tracker: Any, *kinds: str) -> list[Any]:
    return [item for item in getattr(tracker, "_hardware", ()) if type(item).__name__ in kinds]


def _cpu(tracker: Any) -> dict[str, Any]:
    for item in _hardware(tracker, "CPU"):
        mode = str(getattr(item, "_mode", ""))
        return {"cpu_mode": CPU_MODES.get(mode, mode), "cpu_power_known": _power_known(tracker, item, mode)}
    for item in _hardware(tracker, "AppleSiliconChip", "Raspberry"):
        if item.chip_part == "CPU":
            return {"cpu_mode": "powermetrics" if type(item).__name__ == "AppleSiliconChip" else "pmic"}
    return {}


def _power_known(tracker: Any, cpu: Any, mode: str) -> bool:
    if mode not in ("cpu_load", "constant") or getattr(tracker, "_force_cpu_power", None):
        return True
    tdp = getattr(cpu, "_tdp", None)
    threads = getattr(tracker, "_conf", {}).get("cpu_count") or 0
    assumed = tdp == threads * ASSUMED_WATTS_PER_THREAD
    return bool(tdp) and not assumed and not getattr(cpu, "_is_generic_tdp", False)


def _gpu(tracker: Any) -> dict[str, Any]:
    for item in _hardware(tracker, "GPU"):
        makers = {type(device).__name__ for device in getattr(item.devices, "devices", ())}
        ids = getattr(item, "gpu_ids", None)
        tracked = None if ids is None else tuple(int(index) for index in ids)
        return {
            "gpu_mode": "amdsmi" if any("AMD" in maker for maker in makers) else "nvml",
            "gpu_ids": tracked,
        }
    if any(item.chip_part == "GPU" for item in _hardware(tracker, "AppleSiliconChip")):
        return {"gpu_mode": "powermetrics"}
    return {}


def _ram(tracker: Any) -> dict[str, Any]:
    measured = any(item.chip_part == "RAM" for item in _hardware(tracker, "Raspberry"))
    forced = getattr(tracker, "_force_ram_power", None) is not None
    return {"ram_measured": measured, "ram_forced": forced}


def _place(total: Any, tracker: Any) -> dict[str, Any]:
    """Say where CodeCarbon believes it is, and who told it."""
    offline = _is_offline(tracker)
    coordinates = (total.latitude, total.longitude)
    if not total.country_name or (not offline and (total.country_iso_code, *coordinates) == FALLBACK_PLACE):
        return {}
    told_by = "user" if offline else "cloud" if total.on_cloud == "Y" else "geolocation"
    answered = told_by == "geolocation" and coordinates not in UNKNOWN_COORDINATES
    seen = {"latitude": total.latitude, "longitude": total.longitude} if answered else {}
    return {
        "place": told_by,
        "country": total.country_name,
        "country_iso_code": total.country_iso_code or "",
        "region": total.region or "",
        "cloud_provider": total.cloud_provider or "",
        "cloud_region": total.cloud_region or "",
        "intensity_from": _intensity_from(total, tracker),
        **seen,
    }


def _is_offline(tracker: Any) -> bool:
    return any(kind.__name__ == "OfflineEmissionsTracker" for kind in type(tracker).__mro__)


def _intensity_from(total: Any, tracker: Any) -> str:
    """Name the source of the carbon intensity; CodeCarbon's world average names none."""
    if getattr(tracker, "_force_carbon_intensity_g_co2e_kwh", None) is not None:
        return "force_carbon_intensity_g_co2e_kwh"
    if getattr(tracker, "_electricitymaps_api_token", None):
        return "Electricity Maps"
    if total.on_cloud == "Y":
        return "CodeCarbon's cloud regions"
    return "CodeCarbon's national energy mix" if country_name(total.country_iso_code) else ""


def country_name(iso_code: str) -> str:
    """Return CodeCarbon's name of a country (ISO 3166 alpha-3), empty if it has no energy mix of it."""
    return str(energy_mixes().get(iso_code, {}).get("country_name", ""))


def country_in_words(iso_code: str) -> str:
    """Name a country (ISO 3166 alpha-3) as CodeCarbon does, so that reports of one country agree."""
    import pycountry

    return country_name(iso_code) or str(pycountry.countries.get(alpha_3=iso_code).name)


@cache
def energy_mixes() -> dict[str, dict[str, Any]]:
    """Read CodeCarbon's energy mixes by country from its installed files.

    CodeCarbon's own reader imports pandas, which costs more than writing a report.
    """
    package = find_spec("codecarbon")
    for folder in (package and package.submodule_search_locations) or ():
        with suppress(OSError, ValueError):
            mixes: dict[str, dict[str, Any]] = json.loads(Path(folder, ENERGY_MIXES).read_bytes())
            return mixes
    return {}


def elsewhere(meter: Meter, iso_code: str) -> Meter:
    """Return the meter without its place where the user says that the machine stands in another country.

    What CodeCarbon derived from its own place (a carbon intensity) is wrong then.
    """
    if meter.country_iso_code == iso_code:
        return meter
    nowhere = Meter()
    return replace(meter, **{name: getattr(nowhere, name) for name in PLACE_FIELDS})
