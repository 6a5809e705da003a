"""The stages of a run while it happens: their begins and ends, and the energy between them.

A begin or end is a moment. The meter is read there if its last reading is old
enough; else the totals at that moment are known with the next reading, and
until then whatever ends there waits. Energy is always the difference of the
same running totals at two moments, so stages, overlaps and the rest add up to
the run. Not safe for threads by itself: the tracker lets one in at a time.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ai_power_export.measure.interval import Interval, Reading, at_moment, between, together
from ai_power_export.observe.merging import merged
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.pass_times import Models, PassTimes, passes_between, passes_together
from ai_power_export.run.record import Part, Stage
from ai_power_export.run.scopes import scope_of_block

Line = tuple[str, int]


@dataclass(eq=False)
class Moment:
    """A point in time at which the totals are known, now or with the next reading."""

    at: float
    """`time.perf_counter()` (s)."""
    clock: float
    """`time.time()` (s since the epoch)."""
    reading: Reading | None = None
    models: Models = field(default_factory=dict)
    """How long the passes of the models that are timed took up to here."""


@dataclass(eq=False)
class Span:
    """What went on between two moments: a stage's period, an iteration, or a part of the run."""

    row: str
    """`stage`, `iteration` or `part`."""
    stage: str
    first: Moment
    last: Moment
    period: int = 1
    iteration: int | None = None
    stages: tuple[str, ...] = ()
    """Other stages that ran at the same time; of a part, those that ran in it."""
    values: dict[str, Any] = field(default_factory=dict)
    """What the user watches, as it was at the end."""

    def interval(self, latest: Reading | None = None) -> Interval | None:
        """Return what was measured; up to `latest` where the totals at its end are not known yet."""
        first, last = self.first.reading, self.last.reading or latest
        return None if first is None or last is None or last.at < first.at else between(first, last)

    @property
    def models(self) -> dict[str, PassTimes]:
        """How long the passes of models took."""
        return passes_between(self.first.models, self.last.models)


@dataclass(eq=False)
class _Running:
    """A stage that has begun."""

    begin: Moment
    line: Line
    period: int
    iteration: int = 0
    iteration_from: Moment | None = None
    beside: set[str] = field(default_factory=set)


@dataclass(eq=False)
class _Account:
    """All periods of one stage that have ended."""

    lines: set[tuple[Line, Line]] = field(default_factory=set)
    interval: Interval | None = None
    models: dict[str, PassTimes] = field(default_factory=dict)
    periods: int = 0
    iterations: int = 0


class Stages:
    """Keeps account of the stages of one run."""

    def __init__(
        self,
        begin: Reading,
        *,
        settled: Callable[[Span], None],
        observed: Callable[[], list[Observation]],
        timed: Callable[[], Models],
        clock: Callable[[float], float],
    ) -> None:
        """Begin with the run.

        Args:
            begin: The zero reading of its meter.
            settled: Hears of each period and iteration when its energy is known.
            observed: Returns what was observed since it was last asked.
            timed: Returns how long the passes of models took up to now.
            clock: Returns the time (s since the epoch) of a moment by its `perf_counter` time.
        """
        self.latest = begin
        self._settled, self._observed, self._timed, self._clock = settled, observed, timed, clock
        self._pending: list[Moment] = []
        self._waiting: deque[Span] = deque()
        self._running: dict[str, _Running] = {}
        self._accounts: dict[str, _Account] = {}
        self._parts: dict[tuple[str, ...], Part] = {}
        self._part_from = Moment(begin.at, begin.clock, begin)

    @property
    def running(self) -> tuple[str, ...]:
        """The names of the stages that have begun and not ended, in that order."""
        return tuple(self._running)

    @property
    def awaits_reading(self) -> bool:
        """Whether something ended, or began, whose energy is known with the next reading only."""
        return bool(self._pending)

    @property
    def are_used(self) -> bool:
        """Whether the run has any."""
        return bool(self._accounts)

    def sample(self, reading: Reading) -> None:
        """Take in a reading of the meter."""
        if reading.at < self.latest.at:
            return
        for moment in self._pending:
            moment.reading = at_moment(self.latest, reading, min(moment.at, reading.at), moment.clock)
        self._pending.clear()
        self.latest = reading
        self._settle()

    def now(self) -> Moment:
        """Return this moment; its totals are known with the next reading."""
        now = time.perf_counter()
        moment = Moment(now, self._clock(now), models=self._timed())
        self._pending.append(moment)
        return moment

    def last_read(self) -> Moment:
        """Return the moment of the latest reading."""
        return Moment(self.latest.at, self.latest.clock, self.latest, self._timed())

    def begin(self, name: str, line: Line, moment: Moment) -> None:
        """Begin a period of a stage that is not running."""
        self._boundary(moment)
        account = self._accounts.setdefault(name, _Account())
        account.periods += 1
        running = _Running(moment, line, account.periods, beside=set(self._running))
        for other in self._running.values():
            other.beside.add(name)
        self._running[name] = running

    def iterate(self, name: str, moment: Moment, values: dict[str, Any]) -> None:
        """Begin the next iteration of a stage that is running, and end the one before."""
        running = self._running[name]
        self._end_iteration(name, running, moment, values)
        running.iteration += 1
        running.iteration_from = moment
        self._accounts[name].iterations += 1
        self._settle()

    def end(self, name: str, line: Line, moment: Moment, values: dict[str, Any]) -> Span:
        """End the period of a stage that is running; return it, settled or not."""
        self._boundary(moment)
        running = self._running.pop(name)
        self._end_iteration(name, running, moment, values)
        self._accounts[name].lines.add((running.line, line))
        span = Span(
            "stage",
            name,
            running.begin,
            moment,
            running.period,
            stages=tuple(sorted(running.beside)),
            values=values,
        )
        self._waiting.append(span)
        self._settle()
        return span

    def cut(self) -> None:
        """Take in what was observed, for a flush ends the window in which it was."""
        if self.are_used:
            self._observe(tuple(sorted(self._running)))

    def finish(self, end: Reading) -> tuple[str, ...]:
        """Settle what is pending; return the stages that run still: they end with the last sample.

        Args:
            end: The last totals of the run.
        """
        if self._pending:
            self.sample(end)
        return self.running

    def close(self, end: Reading) -> None:
        """Count what is left of the run, once all stages have ended, as a part without any."""
        self._observe(())
        self._waiting.append(Span("part", "", self._part_from, Moment(end.at, end.clock, end)))
        self._settle()

    def stages(self) -> list[Stage]:
        """Return the stages, those that are running with what they have so far."""
        return [stage for name in self._accounts if (stage := self._stage(name)) is not None]

    def parts(self) -> list[Part]:
        """Return the parts of the run up to the last boundary."""
        found = [replace(part, observations=list(part.observations)) for part in self._parts.values()]
        return [part for part in found if part.interval.seconds or part.observations]

    def _stage(self, name: str) -> Stage | None:
        account, running = self._accounts[name], self._running.get(name)
        so_far = None
        if running is not None and running.begin.reading is not None:
            so_far = between(running.begin.reading, self.latest)
        interval = together(each for each in (account.interval, so_far) if each is not None)
        if interval is None:
            return None
        scope = scope_of_block(account.lines) if running is None else scope_of_block(set())
        models = [account.models]
        if running is not None:
            models.append(passes_between(running.begin.models, self._timed()))
        return Stage(
            name,
            scope,
            interval,
            account.periods,
            account.iterations,
            ended=running is None,
            models=passes_together(models),
        )

    def _end_iteration(self, name: str, running: _Running, moment: Moment, values: dict[str, Any]) -> None:
        if running.iteration_from is not None:
            beside = tuple(sorted(running.beside))
            span = Span(
                "iteration",
                name,
                running.iteration_from,
                moment,
                running.period,
                running.iteration,
                beside,
                values,
            )
            self._waiting.append(span)

    def _boundary(self, moment: Moment) -> None:
        """Close a part of the run: from here on, other stages run than before."""
        names = tuple(sorted(self._running))
        self._observe(names)
        self._waiting.append(Span("part", "", self._part_from, moment, stages=names))
        self._part_from = moment

    def _observe(self, names: tuple[str, ...]) -> None:
        seen = self._observed()
        part = self._parts.get(names)
        if part is None:
            nothing = Interval(self._part_from.clock, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, None)
            part = self._parts[names] = Part(names, nothing)
        known = [Observation.from_json(each) for each in part.observations] if seen else []
        if seen:
            part.observations = [each.to_json() for each in merged([*known, *seen])]

    def _settle(self) -> None:
        """Put on account what waited for a reading that has come, in the order it ended."""
        while self._waiting and (interval := self._waiting[0].interval()) is not None:
            span = self._waiting.popleft()
            if span.row == "part":
                part = self._parts[span.stages]
                part.interval = part.interval.followed_by(interval)
                continue
            if span.row == "stage":
                account = self._accounts[span.stage]
                account.interval = account.interval.followed_by(interval) if account.interval else interval
                account.models = passes_together([account.models, span.models])
            self._settled(span)
