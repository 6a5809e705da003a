"""What must be known of a run to write its reports: plain data, JSON in and out.

The process that is measured only fills a record. Whoever has it can write the
reports: the same process afterwards, or the reporter that outlives a script.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval, together
from ai_power_export.measure.ranks import Rank
from ai_power_export.observe.pass_times import PassTimes


@dataclass(frozen=True)
class Scope:
    """Which source a stretch of the run executed."""

    path: str = ""
    """Absolute path of the source file; empty where it has none (REPL, `-c`)."""
    function: str = ""
    """The one function that was measured, empty for a whole script."""
    lines: tuple[int, int] | None = None
    """Lines of the calls that began and ended the stretch; what lies between was measured.
    (0, 0) where it is not known what of the file ran."""
    open_end: bool = False
    """True where the last line is that of a block that was left, and no call that ended the stretch."""


@dataclass
class Stretch:
    """The part of a run between two readings of the meter."""

    scope: Scope
    interval: Interval
    observations: list[dict[str, Any]] = field(default_factory=list)
    """What the running program showed, as `observe` writes it to JSON."""
    edge: bool = False
    """True between start and the first flush, and between the last flush and stop."""
    silent: list[str] = field(default_factory=list)
    """Names of functions none of which was called, as `Watch.heard` has them; empty where not known."""


@dataclass
class Stage:
    """What the user named as a stage of the run: all times between its begins and ends together."""

    name: str
    scope: Scope
    interval: Interval
    """Energy and seconds of all its periods; begin of the first."""
    periods: int = 1
    """How often it was begun."""
    iterations: int = 0
    ended: bool = True
    """False if the run ended before it did."""
    observed: bool = False
    """True if it was not named by the user, but found in what was observed."""
    models: dict[str, PassTimes] = field(default_factory=dict)
    """How long the passes of the models took that the user wanted timed, by their names."""


@dataclass
class Part:
    """The parts of a run in which the same stages were running, none perhaps, put together.

    The parts of a run do not overlap, and add up to it.
    """

    stages: tuple[str, ...]
    interval: Interval
    observations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """What became of the processes of a distributed job, of which a record tells together."""

    ranks: int | None
    """How many there were; None where that is not known."""
    place: str
    """Who says so."""
    present: tuple[str, ...]
    """The names of those that left what they saw."""
    machines: int
    """How many machines were measured."""
    unmeasured: str = ""
    """Why energy of the job is missing in that of the record; empty if all was measured."""
    measured_kwh: float = 0.0
    """What was measured, also where that is not all of it."""
    quality: str | None = None
    """The format's `quality`, where the machines were measured in different ways."""


@dataclass
class Record:
    """Everything that the measured process knows of its run."""

    run_id: str
    folder: str
    """Working folder at the start: settings are looked up and outputs placed from here."""
    script: str = ""
    arguments: list[str] | None = None
    """What the script was started with, as `arguments.py` has it; None where that is not known."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings given in code or on the command line; they win over the project's."""
    meter: Meter = field(default_factory=Meter)
    stretches: list[Stretch] = field(default_factory=list)
    warnings: list[list[str]] = field(default_factory=list)
    """Code and text of what went wrong on our side."""
    meters: list[dict[str, Any]] = field(default_factory=list)
    """The meters that the user named, as `measure.meters.company` tells them; none: CodeCarbon alone."""
    wholly_seen: list[str] = field(default_factory=list)
    """Import roots of the frameworks of which every call was observed."""
    imported: list[str] = field(default_factory=list)
    """Import roots of all that the program had imported in the end; empty where other processes worked."""
    unloaded: list[str] = field(default_factory=list)
    """Paths of loaders that gave the program nothing, as `Watch.unloaded` has them; empty where not known."""
    helped: bool = False
    """Whether processes that it started worked as well: what they did is not known from this one."""
    cut_short: str = ""
    """Why the run did not come to its end, empty if it did."""
    stages: list[Stage] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    """Empty where no stage was named."""
    per_stage: bool = False
    """Whether the run is to be split by what was observed."""
    shares: list[tuple[tuple[str, str, str, str], Interval]] = field(default_factory=list)
    """What each kind of observed call has used, where the run is to be split; see `run.shares`."""
    models: dict[str, PassTimes] = field(default_factory=dict)
    """How long the passes of the models took that the user wanted timed."""
    rank: Rank | None = None
    """Which process of a distributed job this is; None outside of such a job."""
    is_launcher: bool = False
    """True: the measured process only starts those that do the work, as `torchrun` does."""
    around: list[str] = field(default_factory=list)
    """Ids of the runs of the same program that were measured when this one began."""
    announced: bool = False
    """Whether the other ranks of its job could see that it had begun."""
    job: Job | None = None
    """Of what processes this record tells, if of several."""

    @property
    def whole(self) -> Interval | None:
        """What was measured of the run from its begin to its end; None if nothing was."""
        return together(each.interval for each in self.stretches)

    def worked_elsewhere(self) -> Record:
        """Return the record without what follows from what this process did not do: others worked too."""
        stretches = [replace(each, silent=[]) for each in self.stretches]
        return replace(self, imported=[], unloaded=[], stretches=stretches)

    def to_json(self) -> dict[str, Any]:
        """Return the record as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Rebuild a record written by `to_json`."""
        stretches = [_stretch(item) for item in data["stretches"]]
        rank = Rank(**data["rank"]) if data["rank"] else None
        job = data.get("job")
        found = {
            "meter": Meter.from_json(data["meter"]),
            "stretches": stretches,
            "stages": [Stage(**_with_objects(each)) for each in data.get("stages", [])],
            "parts": [
                Part(**{**_with_objects(each), "stages": tuple(each["stages"])})
                for each in data.get("parts", [])
            ],
            "shares": [(tuple(key), Interval.from_json(each)) for key, each in data.get("shares", [])],
            "models": _models(data),
            "rank": rank,
            "job": Job(**{**job, "present": tuple(job["present"])}) if job else None,
        }
        return cls(**{**data, **found})


def _stretch(data: dict[str, Any]) -> Stretch:
    return Stretch(**_with_objects(data))


def _with_objects(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part of the run with its scope, if it has one, and its interval rebuilt."""
    found = {**data, "interval": Interval.from_json(data["interval"])}
    if "scope" in data:
        lines = data["scope"]["lines"]
        found["scope"] = Scope(**{**data["scope"], "lines": tuple(lines) if lines else None})
    if "models" in data:
        found["models"] = _models(data)
    return found


def _models(data: dict[str, Any]) -> dict[str, PassTimes]:
    return {name: PassTimes(**each) for name, each in data.get("models", {}).items()}
