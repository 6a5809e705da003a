"""Makes one record of what the ranks of a distributed job left.

One rank a machine measured it: the others add what they observed. Energies are summed over machines.
Where a machine was not measured, or may not have been, the energy of the job is not known; the sum of
the others would be wrong, so the report does without (`Job.unmeasured` says why).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import Facts
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.machines import common_meter, quality_of_machines, side_by_side
from ai_power_export.measure.ranks import Rank
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.ranks import of_all_ranks
from ai_power_export.run.job.machines import facts_of_machines
from ai_power_export.run.journal import Kept
from ai_power_export.run.record import Job, Part, Record, Stage, Stretch

Seen = list[dict[str, Any]]
"""Observations of one rank, as JSON."""

LONGEST_TAIL = 0.02
"""Share of the run that a rank may go on after its machine's measurement ended without a word about it."""


def check(kept: Sequence[Kept]) -> None:
    """Make sure that what was left is of different ranks of one job.

    Raises:
        BadInput: It is not.
    """
    first = kept[0]
    names: dict[str, Kept] = {}
    for each in kept:
        if _rank(each).job != _rank(first).job or _rank(each).ranks != _rank(first).ranks:
            raise BadInput(f"{first.path} and {each.path} are of different runs: nothing was merged")
        if not _at_the_same_time(first.record, each.record):
            raise BadInput(f"{first.path} and {each.path} did not run at the same time: nothing was merged")
        other = names.setdefault(name_of(each), each)
        if other is not each:
            raise BadInput(f"{name_of(each)} is there twice: {other.path} and {each.path}")


def _at_the_same_time(first: Record, last: Record) -> bool:
    """Tell whether two runs overlap; of one that has measured nothing yet that is not known."""
    spans = [span(each) for each in (first, last)]
    if None in spans:
        return True
    (begin, end), (other_begin, other_end) = (each for each in spans if each is not None)
    return begin <= other_end and other_begin <= end


def span(record: Record) -> tuple[float, float] | None:
    """Return when a run began and ended, in s since the epoch."""
    intervals = [each.interval for each in record.stretches]
    if not intervals:
        return None
    return min(each.begin for each in intervals), max(each.begin + each.seconds for each in intervals)


def name_of(kept: Kept) -> str:
    """Name a rank: `rank 1`."""
    rank = _rank(kept)
    if rank.number is not None:
        return f"rank {rank.number}"
    return f"the process numbered {rank.local} of a machine ({rank.machine})"


def merge(kept: Sequence[Kept]) -> tuple[Record, Facts]:
    """Return the record of the whole job, and what its machines say of themselves.

    Raises:
        BadInput: The ranks are not different ones of one job.
    """
    check(kept)
    ranks = sorted(kept, key=_order)
    machines = _machines(ranks)
    measuring = [each.record for each in map(_measuring, machines.values()) if each is not None]
    record = _together([each.record for each in ranks], measuring or [ranks[0].record])
    record.job = _job(ranks, machines, measuring)
    record.warnings += _warnings(ranks, machines, record.job)
    record.cut_short = record.cut_short or _first_cut_short(ranks)
    found = [next((each.machine for each in same if each.machine), None) for same in machines.values()]
    around = [each for each in found if each is not None]
    return record, facts_of_machines(around) if around else Facts()


def _order(kept: Kept) -> tuple[bool, int, str]:
    rank = _rank(kept)
    return (not rank.is_first, rank.number or 0, name_of(kept))


def _rank(kept: Kept) -> Rank:
    if kept.record.rank is None:
        raise BadInput("is no rank of a distributed job", str(kept.path))
    return kept.record.rank


def _machines(ranks: Iterable[Kept]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = {}
    for each in ranks:
        found.setdefault(_rank(each).machine, []).append(each)
    return found


def _measuring(ranks: Sequence[Kept]) -> Kept | None:
    """Return the rank of a machine whose measurement counts; None where none has measured.

    Each measured the whole machine. Where the first of them was killed, the one that went on longest.
    """
    able = [each for each in ranks if _kwh(each.record) > 0]
    whole = [each for each in able if not each.record.cut_short]
    longest = max(able, key=lambda each: _seconds(each.record), default=None)
    return whole[0] if whole else longest


def _kwh(record: Record) -> float:
    return sum(each.interval.kwh for each in record.stretches)


def _seconds(record: Record) -> float:
    return sum(each.interval.seconds for each in record.stretches)


# ---- what was measured and seen --------------------------------------------------------------------


def _together(records: Sequence[Record], measuring: Sequence[Record]) -> Record:
    first = records[0]
    return replace(
        first,
        meter=common_meter([each.meter for each in measuring]),
        stretches=_stretches(records, measuring),
        stages=_stages(measuring),
        parts=_parts(records, measuring),
        shares=_shares(measuring),
        warnings=[list(each) for each in dict.fromkeys(tuple(w) for r in records for w in r.warnings)],
        wholly_seen=sorted(set.intersection(*(set(each.wholly_seen) for each in records))),
        imported=[],
        unloaded=[],
    )


def _stretches(records: Sequence[Record], measuring: Sequence[Record]) -> list[Stretch]:
    """Return the stretches side by side; as one where the ranks did not flush equally often."""
    lengths = {len(each.stretches) for each in (*records, *measuring)}
    if len(lengths) > 1:
        records, measuring = [*map(_as_one_stretch, records)], [*map(_as_one_stretch, measuring)]
    found = []
    for index, stretch in enumerate(measuring[0].stretches):
        seen = [each.stretches[index] for each in records if len(each.stretches) > index]
        interval = side_by_side([each.stretches[index].interval for each in measuring])
        observations = _seen([each.observations for each in seen])
        scope = seen[0].scope if seen else stretch.scope
        found.append(Stretch(scope, interval, observations, stretch.edge))
    return found


def _as_one_stretch(record: Record) -> Record:
    whole = record.whole
    if whole is None or len(record.stretches) == 1:
        return record
    seen = merged(Observation.from_json(item) for each in record.stretches for item in each.observations)
    scope = replace(record.stretches[0].scope, lines=None)
    return replace(record, stretches=[Stretch(scope, whole, [each.to_json() for each in seen])])


def _stages(measuring: Sequence[Record]) -> list[Stage]:
    """Return the stages by name; one that a machine does not have used nothing there."""
    found: dict[str, list[Stage]] = {}
    for stage in (stage for each in measuring for stage in each.stages):
        found.setdefault(stage.name, []).append(stage)
    return [
        replace(
            same[0],
            interval=side_by_side([each.interval for each in same]),
            ended=all(each.ended for each in same),
        )
        for same in found.values()
    ]


def _parts(records: Sequence[Record], measuring: Sequence[Record]) -> list[Part]:
    found: dict[tuple[str, ...], list[Interval]] = {}
    for part in (part for each in measuring for part in each.parts):
        found.setdefault(part.stages, []).append(part.interval)
    return [
        Part(
            names,
            side_by_side(intervals),
            _seen([part.observations for each in records for part in each.parts if part.stages == names]),
        )
        for names, intervals in found.items()
    ]


def _shares(measuring: Sequence[Record]) -> list[tuple[tuple[str, str, str, str], Interval]]:
    found: dict[tuple[str, str, str, str], list[Interval]] = {}
    for key, interval in (share for each in measuring for share in each.shares):
        found.setdefault(key, []).append(interval)
    return [(key, side_by_side(intervals)) for key, intervals in found.items()]


def _seen(ranks: Iterable[Seen]) -> Seen:
    observations = [[Observation.from_json(item) for item in each] for each in ranks]
    return [each.to_json() for each in of_all_ranks(observations)]


# ---- what is missing -------------------------------------------------------------------------------


def _job(ranks: Sequence[Kept], machines: dict[str, list[Kept]], measuring: Sequence[Record]) -> Job:
    first = _rank(ranks[0])
    measured = [(record.meter, record.whole) for record in measuring if record.whole]
    meters = {meter for meter, _ in measured}
    return Job(
        first.ranks,
        first.place,
        tuple(map(name_of, ranks)),
        len(measuring),
        _unmeasured(ranks, machines, measuring),
        sum(map(_kwh, measuring)),
        quality_of_machines(measured) if len(meters) > 1 else None,
    )


def _unmeasured(ranks: Sequence[Kept], machines: dict[str, list[Kept]], measuring: Sequence[Record]) -> str:
    """Say why not all energy of the job was measured; empty if it was."""
    if len(measuring) < len(machines):
        return f"{len(machines) - len(measuring)} of {len(machines)} machines of the job was not measured"
    blind = next((each for each in measuring if _sees_fewer_gpus(each, machines)), None)
    if blind is not None:
        return "the GPUs of other ranks are hidden from the one that measured their machine"
    absent = _absent(ranks)
    here = [_rank(same[0]).local_ranks for same in machines.values()]
    total = _rank(ranks[0]).ranks
    if absent and not (total and None not in here and sum(each or 0 for each in here) >= total):
        return f"{absent}, and their machines may not have been measured"
    return ""


def _absent(ranks: Sequence[Kept]) -> str:
    """Say which ranks have left nothing; empty if all have left something."""
    total = _rank(ranks[0]).ranks or len(ranks)
    number = total - len(ranks)
    return f"{number} of {total} ranks left nothing of what they saw" if number > 0 else ""


def _sees_fewer_gpus(measured: Record, machines: dict[str, list[Kept]]) -> bool:
    rank = measured.rank
    if rank is None or not measured.meter.gpu_mode or not rank.devices:
        return False
    return any(_rank(each).devices != rank.devices for each in machines[rank.machine])


def _warnings(ranks: Sequence[Kept], machines: dict[str, list[Kept]], job: Job) -> list[list[str]]:
    found = []
    absent = _absent(ranks)
    if absent:
        found.append(["rank-missing", absent])
    if job.unmeasured:
        text = (
            f"{job.unmeasured}: the energy of the job is not known; {job.measured_kwh:.6g} kWh were measured"
        )
        found.append(["machine-missing", text])
    for same in machines.values():
        measured = _measuring(same)
        late = _tail(measured.record, [each.record for each in same]) if measured else 0.0
        if late:
            text = f"ranks went on for {late:.1f} s after the measurement of their machine had ended"
            found.append(["rank-ended-later", text])
    return found


def _tail(measured: Record, records: Iterable[Record]) -> float:
    """Return for how long (s) others went on after the one that measured; 0 where that is next to nothing."""
    spans = [each for each in map(span, records) if each is not None]
    own = span(measured)
    if own is None or not spans:
        return 0.0
    late = max(end for _, end in spans) - own[1]
    return late if late > max(1.0, LONGEST_TAIL * (own[1] - own[0])) else 0.0


def _first_cut_short(ranks: Sequence[Kept]) -> str:
    cut = next((each for each in ranks if each.record.cut_short), None)
    return f"{name_of(cut)}: {cut.record.cut_short}" if cut else ""
