"""Puts together what several machines of a job say of themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ai_power_export.facts import Fact, Facts, JsonValue
from ai_power_export.introspect.component import COMPONENTS
from ai_power_export.measure.calibration import DURATION, ENERGY

COUNT, SHARE = f"{COMPONENTS}.nbComponent", f"{COMPONENTS}.share"

OF_EACH = ("infrastructure.", "system.", "software.", "environment.")
"""Fields that a report can have only if they are the same on all machines."""

CALIBRATIONS_AGREE = 0.01
"""Relative difference up to which calibrations count as equally long: their energies are summed."""

Component = dict[str, Fact]
"""What is said of one component, by field."""


def facts_of_machines(machines: Sequence[Facts]) -> Facts:
    """Return what holds for all machines, at least one.

    Equal components are counted together, different ones stay apart. What differs between machines is
    left out, with that as its reason; what lies beside a report, such as the commit, is the first one's.
    """
    if len(machines) == 1:
        return machines[0]
    facts = Facts()
    for machine in machines:
        for notice in machine.warnings:
            facts.warn(notice.code, notice.text)
        facts.missing += [each for each in machine.missing if each not in facts.missing]
    facts.found += _components(machines)
    for fact in machines[0].found:
        if fact.field in (ENERGY, DURATION) or fact.field.startswith(COMPONENTS):
            continue
        if not fact.field.startswith(OF_EACH) or _all_say(machines, fact):
            facts.found.append(fact)
        else:
            facts.lack(fact.field, "it differs between the machines of the job")
    _add_calibration(facts, machines)
    return facts


def _all_say(machines: Sequence[Facts], fact: Fact) -> bool:
    return all(fact.value in [each.value for each in machine.about(fact.field)] for machine in machines)


# ---- components ------------------------------------------------------------------------------------


def _components(machines: Sequence[Facts]) -> Iterator[Fact]:
    """Yield the facts of all components, those of equal ones once."""
    kinds: dict[object, list[Component]] = {}
    for machine in machines:
        for component in _components_of(machine):
            kinds.setdefault(_kind(component), []).append(component)
    taken: set[str] = set()
    for same in kinds.values():
        first = same[0]
        subject = _new_name(next(iter(first.values())).subject, taken)
        for fact in first.values():
            value = _value(fact, same)
            if value is not None:
                yield replace(fact, value=value, subject=subject)


def _components_of(machine: Facts) -> Iterable[Component]:
    found: dict[str, Component] = {}
    for fact in machine.found:
        if fact.field.startswith(f"{COMPONENTS}."):
            found.setdefault(fact.subject, {}).setdefault(fact.field, fact)
    return found.values()


def _kind(component: Component) -> object:
    """Return what equal components have in common: all but how many there are, and how much of them."""
    said = {field: fact.value for field, fact in component.items() if field not in (COUNT, SHARE)}
    return tuple(sorted((field, repr(value)) for field, value in said.items()))


def _value(fact: Fact, same: Sequence[Component]) -> JsonValue:
    if fact.field == COUNT:
        return _total([each.get(COUNT) for each in same])
    if fact.field == SHARE:
        shares = [each[SHARE].value for each in same if SHARE in each]
        return math.fsum(map(_number, shares)) / len(shares) if len(shares) == len(same) else None
    return fact.value


def _total(counts: Sequence[Fact | None]) -> int | None:
    """Sum the counts; None where one is not known."""
    found = [int(_number(each.value)) for each in counts if each is not None]
    return sum(found) if len(found) == len(counts) else None


def _new_name(subject: str, taken: set[str]) -> str:
    """Return a subject of its own for a component: `cpu`, then `cpu 2`."""
    number, name = 1, subject
    while name in taken:
        number += 1
        name = f"{subject} {number}"
    taken.add(name)
    return name


# ---- calibrations ----------------------------------------------------------------------------------


def _add_calibration(facts: Facts, machines: Sequence[Facts]) -> None:
    """Add what all machines together draw at rest, where each was measured for as long as the others."""
    energies = [next(machine.about(ENERGY), None) for machine in machines]
    seconds = [_number(machine.value(DURATION)) for machine in machines]
    if None in energies:
        why = "not every machine of the job has a calibration"
    elif max(seconds) - min(seconds) > CALIBRATIONS_AGREE * max(seconds):
        why = "the calibrations of the job's machines are not equally long"
    else:
        first = next(machines[0].about(DURATION))
        found = [each for each in energies if each is not None]
        facts.found.append(replace(found[0], value=math.fsum(_number(each.value) for each in found)))
        facts.found.append(replace(first, value=math.fsum(seconds) / len(seconds)))
        return
    for field in (ENERGY, DURATION):
        facts.lack(field, why)


def _number(value: JsonValue) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
