"""Brings together the facts of one stretch of a run, from every room that has some."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.evidence_names import WHOLLY_SEEN
from ai_power_export.facts import Fact, Facts, Notice, Origin
from ai_power_export.introspect.bounded import bounded
from ai_power_export.introspect.machine import machine_facts
from ai_power_export.introspect.python import framework_version
from ai_power_export.measure.calibration import ENERGY as CALIBRATED_ENERGY
from ai_power_export.measure.calibration import calibration_facts
from ai_power_export.measure.codecarbon import Meter, country_in_words, elsewhere
from ai_power_export.measure.meter_facts import meter_facts
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.observation import Observation
from ai_power_export.reconcile.verdict import LISTS
from ai_power_export.report.header import header_facts, settings_facts
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.run.job.facts import add_job
from ai_power_export.run.measures import of_named_meters
from ai_power_export.run.record import Record, Stretch
from ai_power_export.settings import Settings
from ai_power_export.source.inspect import read_source
from ai_power_export.source.not_run import Unused
from ai_power_export.vocabulary.catalogue import import_root

CALIBRATION_SECONDS = 4.0
"""How long it may take to know this machine again."""


@dataclass(frozen=True)
class Surroundings:
    """What is the same for every stretch of a run: looked at once."""

    settings: Settings
    machine: Facts

    @cached_property
    def private(self) -> PrivacyFilter:
        """Return what takes secrets, paths and identities out of each report."""
        return PrivacyFilter(coordinates_decimals=self.settings.coordinates_decimals)


def look_around(record: Record, settings: Settings) -> Surroundings:
    """Ask the machine about itself, once a run."""
    folder = Path(record.script).parent if record.script else Path(record.folder)
    machine = machine_facts(
        online=not settings.offline,
        gpu_ids=record.meter.gpu_ids,
        script_folder=folder if folder.is_dir() else None,
    )
    calibrated = partial(calibration_facts, record.meter, settings.calibration_max_age_days)
    machine.extend(bounded("calibration", calibrated, CALIBRATED_ENERGY, CALIBRATION_SECONDS))
    return Surroundings(settings, machine)


def gather(record: Record, stretch: Stretch, around: Surroundings) -> Facts:
    """Return all facts about one stretch of a run."""
    facts = _user_facts(record, around.settings)
    facts.extend(_observed(stretch))
    for root in record.wholly_seen:
        facts.add(WHOLLY_SEEN, root, Origin.OBSERVED, "watch")
    facts.extend(_source(record, stretch))
    if any(notice.code == "source-not-understood" for notice in facts.warnings):
        facts.found = [fact for fact in facts.found if not _is_only_preparing(fact)]
    measured = meter_facts(_meter(record, around.settings), stretch.interval)
    measured.extend(around.machine)
    facts.extend(of_named_meters(record, stretch.interval, measured))
    facts.extend(header_facts(str(uuid.uuid4())))
    add_job(facts, record)
    facts.warnings += [Notice(code, text) for code, text in record.warnings]
    _framework_versions(facts)
    return facts


def _is_only_preparing(fact: Fact) -> bool:
    """Tell whether a fact takes for all of a run what was seen of it: that data were prepared."""
    return fact.field == "task.taskStage" and fact.value == "preprocessing"


def _meter(record: Record, settings: Settings) -> Meter:
    return elsewhere(record.meter, settings.country) if settings.country else record.meter


def _user_facts(record: Record, settings: Settings) -> Facts:
    country = country_in_words(settings.country) if settings.country else None
    return settings_facts(settings, record.meter.project_name, country)


def _observed(stretch: Stretch) -> Facts:
    observations = [Observation.from_json(item) for item in stretch.observations]
    return observed_facts(observations, measured_seconds=stretch.interval.seconds)


def _source(record: Record, stretch: Stretch) -> Facts:
    scope = stretch.scope
    if not scope.path:
        facts = Facts()
        facts.warn("source-unknown", "the measured code has no source file that could be read")
        return facts
    unused = Unused(
        frozenset(stretch.silent),
        frozenset(record.imported),
        frozenset(record.unloaded),
        elsewhere=record.helped,
    )
    try:
        facts = read_source(
            Path(scope.path),
            lines=scope.lines,
            function=scope.function or None,
            unused=unused,
            arguments=record.arguments,
        )
        return _without_plans(facts) if record.cut_short else facts
    except Exception as error:  # noqa: BLE001 - a report without the source's facts is better than none
        facts = Facts()
        facts.warn(
            "source-unreadable",
            error.what if isinstance(error, BadInput) else f"{type(error).__name__}: {error}",
        )
        return facts


def _without_plans(facts: Facts) -> Facts:
    """Leave out how often something was to be done, where the program did not come to its end."""
    for field in ("task.algorithms.epochsNumber", "task.nbRequest"):
        if next(facts.about(field), None) is not None:
            facts.lack(field, "the source says how many there were to be, and the run was cut short")
    facts.found = [fact for fact in facts.found if not fact.field.endswith((".epochsNumber", ".nbRequest"))]
    return facts


def _framework_versions(facts: Facts) -> None:
    """Name the version of each algorithm's framework that is installed here."""
    field = f"{LISTS[0]}.frameworkVersion"
    for fact in list(facts.about(f"{LISTS[0]}.framework")):
        found = framework_version(import_root(str(fact.value)))
        if found and facts.value(field, fact.subject) is None:
            facts.add(field, found[1], Origin.MACHINE, f"installed {found[0]}", subject=fact.subject)
