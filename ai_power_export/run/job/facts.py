"""What the report of a distributed job says of its ranks, and what it must not say."""

from __future__ import annotations

from ai_power_export.facts import Facts, Origin
from ai_power_export.introspect.component import COMPONENTS
from ai_power_export.measure.calibration import DURATION, ENERGY
from ai_power_export.measure.meter_facts import SUBJECT
from ai_power_export.run.record import Record

WITHHELD = (
    "measures.powerConsumption",
    "measures.averageUtilizationCpu",
    "measures.averageUtilizationGpu",
    ENERGY,
    DURATION,
    "quality",
    f"{COMPONENTS}.nbComponent",
)
"""What would be wrong of a job if it were that of some of its machines."""


def add_job(facts: Facts, record: Record) -> None:
    """Add what is known of the ranks of a job, and leave out what some of them cannot say for all."""
    job = record.job
    if job is None:
        return
    facts.add("evidence.ranks", job.ranks, Origin.MACHINE, job.place)
    facts.add("evidence.ranksPresent", list(job.present), Origin.MACHINE, job.place)
    facts.add("evidence.machines", job.machines, Origin.DERIVED, "machines that were measured")
    facts.add("quality", job.quality, Origin.DERIVED, "errors of the machines, by their energies")
    if job.unmeasured:
        facts.add("evidence.energyOfMachinesPresent", job.measured_kwh, Origin.METER, SUBJECT)
        _withhold(facts, job.unmeasured)


def _withhold(facts: Facts, why: str) -> None:
    kept = [each for each in facts.found if each.field not in WITHHELD or each.origin is Origin.USER]
    for field in dict.fromkeys(each.field for each in facts.found if each not in kept):
        facts.lack(field, why)
    facts.found[:] = kept
