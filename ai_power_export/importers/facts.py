"""What an imported run says of a report, as facts with the place in its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone, tzinfo

from ai_power_export.facts import Certainty, Facts, JsonValue, Origin
from ai_power_export.importers.imported import Imported, Place
from ai_power_export.importers.wares import os_name
from ai_power_export.introspect.component import COMPONENTS
from ai_power_export.introspect.cpu_names import read_cpu_name
from ai_power_export.introspect.gpu_names import read_gpu_name
from ai_power_export.measure.codecarbon import Meter, country_in_words
from ai_power_export.measure.interval import TIME_FORMAT, Interval
from ai_power_export.measure.quality import quality
from ai_power_export.settings import country_code
from ai_power_export.vocabulary.stages import STAGE_WORDS

NVIDIA = ("nvidia", "tesla", "geforce", "quadro", "titan")
"""Words of NVIDIA's names."""

A_CLOCK_OFF = timedelta(days=2)
"""How far clocks and time zones may be apart."""


def facts_of(run: Imported, file: str, zone: tzinfo | None, country: str | None) -> Facts:
    """Return everything that a run says.

    Args:
        run: The run.
        file: Name of its file, without folder.
        zone: Where the machine's clock showed local time; None where nobody says.
        country: ISO 3166 alpha-3 code of the country that the user says it stood in.
    """
    facts = Facts(missing=list(run.lacks), warnings=list(run.notices))
    said = _Said(facts, f"{file}:{run.line}")
    _measured(said, run)
    _begin(said, run, zone)
    _machine(said, run)
    _place(said, run if country is None else _elsewhere(run, country))
    _task(said, run)
    return facts


class _Said:
    """Adds what stands at one place of a file."""

    def __init__(self, facts: Facts, place: str) -> None:
        self.facts = facts
        self.place = place

    def add(
        self,
        path: str,
        value: JsonValue,
        subject: str = "",
        certainty: Certainty = Certainty.CERTAIN,
        origin: Origin = Origin.METER,
        note: str = "",
    ) -> None:
        self.facts.add(path, value, origin, self.place, subject=subject, certainty=certainty, note=note)


def _measured(said: _Said, run: Imported) -> None:
    values: dict[str, JsonValue] = {
        "measurementMethod": run.tool,
        "version": run.version,
        "cpuTrackingMode": run.cpu_mode,
        "gpuTrackingMode": run.gpu_mode,
        "averageUtilizationCpu": _share(run.cpu_utilization),
        "averageUtilizationGpu": _share(run.gpu_utilization),
        "powerConsumption": run.energy.kwh,
        "measurementDuration": run.seconds,
    }
    for name, value in values.items():
        said.add(f"measures.{name}", value, run.tool)
    said.add(
        "quality", run.quality or _quality(run), origin=Origin.DERIVED, note="tracking modes and their share"
    )
    if not run.quality and not run.cpu_mode:
        said.facts.lack("quality", "how the CPU was followed is not known")
    said.add("evidence.pue", run.pue)
    said.add("evidence.trackingMode", run.tracking)
    for name in ("cpu", "gpu", "ram"):
        said.add(f"evidence.{name}Kwh", getattr(run.energy, name))


def _share(value: float | None) -> float | None:
    return None if value is None else min(max(round(value, 4), 0.0), 1.0)


def _quality(run: Imported) -> str | None:
    """Grade the energy by the rule that holds for runs measured here."""
    energy = run.energy
    meter = Meter(cpu_mode=run.cpu_mode, gpu_mode=run.gpu_mode, ram_measured=run.cpu_mode == "rapl")
    interval = Interval(
        begin=0.0,
        seconds=run.seconds or 0.0,
        kwh=energy.kwh,
        cpu_kwh=energy.cpu or 0.0,
        gpu_kwh=energy.gpu or 0.0,
        ram_kwh=energy.ram or 0.0,
        co2_kg=0.0,
        cpu_utilization=None,
        gpu_utilization=None,
    )
    return quality(meter, interval)


def _begin(said: _Said, run: Imported, zone: tzinfo | None) -> None:
    begin = began(run, zone)
    if begin is None:
        return
    path, note = "measures.measurementDateTime", "UTC"
    if begin.tzinfo is None:
        note = "the machine's local time: the file names no time zone"
        said.facts.warn("local-time", f"measurementDateTime is {note}; --timezone says which it was")
    if begin.replace(tzinfo=timezone.utc) > datetime.now(timezone.utc) + A_CLOCK_OFF:
        said.facts.warn("in-the-future", "the run began in the future: a clock was wrong")
    said.add(path, begin.strftime(TIME_FORMAT), run.tool, note=note)


def began(run: Imported, zone: tzinfo | None) -> datetime | None:
    """Return when a run began, in UTC or without a zone where none is known; None where nothing tells."""
    if run.begin is not None:
        return _utc(run.begin, zone)
    if run.end is not None and run.seconds is not None:
        # In UTC first: between both, clocks may have been put to summer time.
        return _utc(run.end, zone) - timedelta(seconds=run.seconds)
    return None


def _utc(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is None and zone is None:
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(timezone.utc)


def _machine(said: _Said, run: Imported) -> None:
    machine = run.machine
    said.add("system.os", os_name(machine.os))
    said.add("evidence.os", machine.os)
    if machine.python:
        note = f"the Python that {run.tool} ran in"
        said.add("software.language", "python", certainty=Certainty.LIKELY, note=note)
        said.add("software.version", machine.python, certainty=Certainty.LIKELY, note=note)
    _cpu(said, run)
    for model, count in machine.gpus:
        _gpu(said, model, count, machine.gpu_memory_gb)
    if machine.ram_gb:
        _component(said, "ram", {"componentType": "ram", "nbComponent": 1, "memorySize": machine.ram_gb})


def _cpu(said: _Said, run: Imported) -> None:
    machine = run.machine
    said.add("evidence.cpuThreads", machine.threads)
    if not (machine.cpu or machine.packages):
        return
    name = read_cpu_name(machine.cpu)
    values: dict[str, JsonValue] = {
        "componentType": "cpu",
        "componentName": machine.cpu,
        "manufacturer": name.manufacturer,
        "family": name.family,
        "series": name.series,
        "nbComponent": machine.packages,
    }
    _component(said, "cpu", values)
    if machine.packages is None:
        why = f"{run.tool} does not count processor packages: --set {COMPONENTS}.nbComponent=… says how many"
        said.facts.lack(f"{COMPONENTS}.nbComponent", why)


def _gpu(said: _Said, model: str, count: int, memory_gb: float | None) -> None:
    family, series = read_gpu_name(model) if model else ("", "")
    values: dict[str, JsonValue] = {
        "componentType": "gpu",
        "componentName": model,
        "nbComponent": count,
        "memorySize": memory_gb,
        "manufacturer": "NVIDIA" if any(word in model.lower() for word in NVIDIA) else None,
        "family": family,
        "series": series,
    }
    _component(said, f"gpu:{model}", values)


def _component(said: _Said, subject: str, values: dict[str, JsonValue]) -> None:
    for name, value in values.items():
        said.add(f"{COMPONENTS}.{name}", value, subject)


def _place(said: _Said, run: Imported) -> None:
    place = run.place
    if place.iso_code:
        said.add("environment.country", _country(place))
        said.add("evidence.countryIsoCode", place.iso_code)
    said.add("environment.location", place.region)
    said.add("environment.latitude", place.latitude)
    said.add("environment.longitude", place.longitude)
    path = "environment.powerSourceCarbonIntensity"
    said.add(path, place.grams_per_kwh, origin=Origin.DERIVED, note=f"{run.tool}'s emissions over its energy")
    if place.cloud_provider:
        said.add("infrastructure.infraType", "publicCloud")
        said.add("infrastructure.cloudProvider", place.cloud_provider)
        said.add("evidence.cloudRegion", place.cloud_region)


def _country(place: Place) -> str:
    """Name the country as other reports do; as the tool does where its code is none of ISO 3166."""
    try:
        return country_in_words(country_code(place.iso_code))
    except ValueError:
        return place.country


def _elsewhere(run: Imported, country: str) -> Imported:
    """Drop the place that the tool saw where the user names another country; what was seen in it stays."""
    try:
        same = bool(run.place.iso_code) and country_code(run.place.iso_code) == country
    except ValueError:
        same = False
    return run if same else replace(run, place=Place())


def _task(said: _Said, run: Imported) -> None:
    said.add("evidence.runId", run.run_id)
    said.add("evidence.stage", run.stage)
    if set(run.stage.split("+")) <= STAGE_WORDS:
        said.add("task.taskStage", run.stage, origin=Origin.USER, note="what the user called it")
    said.add("task.taskStage", run.task_stage, note=f"{run.tool} knows no other")
    said.add("task.nbRequest", run.requests)
    said.add("evidence.epochs", run.epochs)
