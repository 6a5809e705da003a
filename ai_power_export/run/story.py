"""A run while it happens: readings of the meter, and what is observed between them.

Everything here runs in the user's process and possibly in the middle of their
measurement: it stays small, imports nothing heavy and lets nothing escape.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ai_power_export.console import say
from ai_power_export.measure.codecarbon import Meter, early_meter, read_meter, read_totals
from ai_power_export.measure.interval import Interval, Reading, between, emitting, reading_at
from ai_power_export.measure.lapses import Lapses
from ai_power_export.measure.ranks import own_rank
from ai_power_export.observe.frameworks.torch_hooks import TimedModule
from ai_power_export.observe.frameworks.torch_times import PassTimer
from ai_power_export.observe.pass_times import PassTimes
from ai_power_export.run.arguments import told_arguments
from ai_power_export.run.caller import main_script, user_line
from ai_power_export.run.folder import output_folder
from ai_power_export.run.job.workers import folder_of_workers
from ai_power_export.run.journal import Journal
from ai_power_export.run.live_log import LiveLog
from ai_power_export.run.meters import NamedMeters
from ai_power_export.run.neighbours import Neighbours
from ai_power_export.run.observing import Observing
from ai_power_export.run.processes import begin_run, end_run, next_run, tell_once, why_silent
from ai_power_export.run.record import Part, Record, Scope, Stage, Stretch
from ai_power_export.run.rows import Watched, interval_row, row_of
from ai_power_export.run.scopes import Trail, scope_between, trail
from ai_power_export.run.stages import Line, Moment, Span, Stages


def working_folder() -> str:
    """Return the working folder; the root where it has been deleted."""
    try:
        return str(Path.cwd())
    except OSError:
        return os.sep


class Story:
    """One measured run, from the start of its tracker to its stop."""

    def __init__(
        self,
        *,
        settings: dict[str, Any] | None = None,
        scope: Scope | None = None,
        watched: Mapping[str, Any] | None = None,
        live_csv: bool = False,
        per_stage: bool = False,
    ) -> None:
        """Prepare a run.

        Args:
            settings: Settings given in code or on the command line.
            scope: What is measured, where that is known beforehand (a function,
                a script); by default the lines between the tracker's calls.
            watched: Values of the user's that each row of the live log holds, by name.
            live_csv: True: the live log also as CSV.
            per_stage: True: the run is to be split by what is observed.
        """
        self._run = next_run()
        rank = own_rank(run=self._run)
        self.record = Record(str(uuid.uuid4()), working_folder(), settings=settings or {}, rank=rank)
        self.record.per_stage = per_stage
        self.process = os.getpid()
        self.silence = why_silent()
        """Why no report of it is written; None if one is, empty where that needs no word."""
        self.has_begun = False
        self._scope = scope
        self._observing = Observing()
        self._from: Trail = ()
        self._live: tuple[Reading, Meter] | None = None
        output = output_folder(Path(self.record.folder), self.record.settings)
        self._meters = NamedMeters(self.record)
        self.watched = Watched(watched or {})
        self._log = LiveLog(output, self.record.run_id, self.watched.names, as_csv=live_csv)
        self.journal = Journal(output, self.record.run_id, rank)
        self.timer = PassTimer(partial(self.tell, "model-not-timed"))
        job = rank.job if rank else self.record.run_id
        self._neighbours = Neighbours(self.record.run_id, job, self._tell_of_others)
        self._begin_from(reading_at(time.perf_counter()))

    def watch(self) -> None:
        """Begin to observe frameworks."""
        if self.silence is None:
            self._guarded(self._observing.begin)
        if self._measures:
            self._guarded(self._meters.start)

    def begin(self, started_at: float) -> None:
        """Note that the user started the meter, which runs since `perf_counter` time `started_at`."""
        self._begin_from(self._meters.add_to(reading_at(started_at)))
        self._from = trail()
        self.has_begun = True
        if self.silence is None:
            self._guarded(lambda: begin_run(folder_of_workers(self.record)))
            self._guarded(self._meet_others)
            self._guarded(self._announce)

    def _begin_from(self, first: Reading) -> None:
        self._last, self.lapses = first, Lapses(first, self.tell)
        self.stages = Stages(
            first,
            settled=self._log_span,
            observed=self._observing.take,
            timed=self.timer.totals,
            clock=self.lapses.clock.at,
        )

    def _read(self, raw: Reading, *, patiently: bool = False) -> Reading:
        """Return a reading of CodeCarbon's with those of the other meters, without what was not measured."""
        return self.lapses.corrected(self._meters.add_to(raw, patiently=patiently))

    def cut(self, total: Any, tracker: Any) -> None:
        """Close the present stretch at the tracker's running totals."""
        self._guarded(lambda: self._cut(total, tracker))

    def note(self, total: Any, tracker: Any) -> None:
        """Remember the totals without closing the stretch, for a run that is killed."""
        self._live = (self._read(read_totals(total, tracker)), read_meter(total, tracker))

    def sample(self, reading: Reading) -> None:
        """Take in a reading of the running meter, with which the energy of what has ended is known."""
        before, reading = self.stages.latest, self._read(reading)
        self._guarded(lambda: self.stages.sample(reading))
        if self.record.per_stage:
            self._guarded(lambda: self._observing.share(before, reading, self.record))

    def begin_stage(self, name: str, moment: Moment) -> None:
        """Begin a stage that is not running."""
        line = user_line()
        self._guarded(lambda: self.stages.begin(name, line, moment))

    def iterate(self, name: str, moment: Moment) -> None:
        """Begin the next iteration of a stage that is running."""
        values = self.watched.read()
        self._guarded(lambda: self.stages.iterate(name, moment, values))

    def end_stage(self, name: str, moment: Moment) -> None:
        """End a stage that is running; what is known of it is in the live log when this returns."""
        line, values = user_line(), self.watched.read()
        self._guarded(lambda: self._end_stage(name, line, moment, values))

    @property
    def stretches(self) -> int:
        """How many stretches have been closed."""
        return len(self.record.stretches)

    def time_model(self, model: Any, name: str | None) -> TimedModule:
        """Begin to time the passes of a PyTorch module.

        Raises:
            TypeError: It is none, or on a device whose work cannot be timed.
        """
        return self.timer.time(model, name)

    @property
    def model_times(self) -> dict[str, dict[str, PassTimes]]:
        """How long the passes of models took so far, by stage; under "" those of the run."""
        stages = self.record.stages or self.stages.stages()
        times = {"": dict(self.timer.totals()), **{each.name: each.models for each in stages}}
        return {stage: models for stage, models in times.items() if models}

    def tell(self, code: str, text: str) -> None:
        """Note what is wrong with the measurement, and say so, once."""
        if [code, text] not in self.record.warnings:
            self.record.warnings.append([code, text])
            if self.silence is None:
                say(text)

    def _meet_others(self) -> None:
        self.record.around = self._neighbours.begin()

    def _tell_of_others(self, code: str, text: str) -> None:
        """Note that others are measured as well; a program with many runs says so once."""
        if [code, text] not in self.record.warnings:
            self.record.warnings.append([code, text])
            tell_once(text)

    def _announce(self) -> None:
        """Let the other ranks of a job see that this one has begun."""
        if self.record.rank is not None:
            self.record.announced = True
            self.journal.keep(self.record)

    def keep_journal(self, tracker: Any) -> None:
        """Write down the record so far, for a run that is killed."""
        if self.silence is None:
            self._guarded(lambda: self.journal.keep(self.so_far(tracker)))

    def end_unmeasured(self) -> Record:
        """Stop observing a run that another process measures: what was seen is all that there is of it."""
        self._guarded(self._cut_unmeasured)
        return self.end()

    def _cut_unmeasured(self) -> None:
        interval = between(self._last, reading_at(time.perf_counter()))
        self.record.script, self.record.arguments = main_script(), told_arguments()
        scope = scope_between(self._from, ())
        seen, _ = self._observing.end_stretch()
        self.record.stretches.append(Stretch(scope, interval, seen))

    def salvage(self, tracker: Any) -> None:
        """Take what was measured up to the last reading for the run, where CodeCarbon failed to end it."""
        self.tell("meter-failed", "CodeCarbon failed when it was stopped (its log says why)")
        self._guarded(lambda: self._salvage(self.so_far(tracker)))

    def _salvage(self, known: Record) -> None:
        self.record.stretches, self.record.meter, self.record.script = (
            known.stretches,
            known.meter,
            known.script,
        )
        self.record.cut_short = "CodeCarbon failed when it was stopped"
        self._last = self.stages.latest

    def end(self) -> Record:
        """Stop observing and return the complete record."""
        self._guarded(self._stop_timing)
        self._guarded(self._end_stages)
        self._guarded(lambda: self._observing.end(self.record))
        self._guarded(self._meters.stop)
        if self.has_begun and self.silence is None:
            self._guarded(end_run)
            self._guarded(self._neighbours.end)
        # A process group may have been made since the beginning.
        self.record.rank = self.record.rank or own_rank(run=self._run)
        found = [
            each for each in self.record.stretches if each.interval.seconds or not each.interval.unmeasured
        ]
        self.record.stretches = found
        if self.record.stretches:
            self.record.stretches[0].edge = self.record.stretches[-1].edge = len(self.record.stretches) > 1
        return self.record

    def so_far(self, tracker: Any = None) -> Record:
        """Return a record of what is known now, as if the run had ended with the last reading."""
        record = replace(
            self.record,
            script=main_script(),
            arguments=told_arguments(),
            stretches=list(self.record.stretches),
        )
        if self._live is None and tracker is None:
            return record
        known = self.record.meter if self.record.stretches else early_meter(tracker)
        reading, record.meter = self._live or (self._last, known)
        reading = _later(reading, self.stages.latest)
        scope = self._scope or scope_between(self._from, ())
        stretch = Stretch(scope, between(self._last, reading), self._observing.so_far())
        if stretch.interval.seconds > 0 or not record.stretches:
            record.stretches.append(stretch)
        record.models = dict(self.timer.totals())
        record.stages, record.parts = self.stages.stages(), self.stages.parts()
        _share_emissions(record)
        return record

    def _stop_timing(self) -> None:
        self.record.models = {name: times for name, times in self.timer.stop().items() if times.calls}
        for name in self.timer.unheard:
            text = f"no call of the model {name} was heard; if compiled, give what torch.compile returned"
            self.tell("model-not-timed", text)

    def _cut(self, total: Any, tracker: Any) -> None:
        here = trail()
        reading = self._read(read_totals(total, tracker), patiently=True)
        self.stages.cut()
        seen, silent = self._observing.end_stretch()
        scope = self._scope or scope_between(self._from, here)
        interval = between(self._last, reading)
        self.record.stretches.append(Stretch(scope, interval, seen, silent=silent))
        self.record.meter = read_meter(total, tracker)
        self.record.script, self.record.arguments = main_script(), told_arguments()
        self._last, self._from, self._live = reading, here, None
        self._log_interval(interval, goes_on=getattr(tracker, "_scheduler", None) is not None)

    def _log_interval(self, interval: Interval, *, goes_on: bool) -> None:
        """Log an interval, unless it is the only thing that there is to tell of the run."""
        number = len(self.record.stretches)
        if self._measures and (goes_on or number > 1 or self._log.is_begun):
            end, values = self._last.clock, self.watched.read()
            self._log.append(interval_row(self.record.run_id, number, interval, end, values))

    def _end_stage(self, name: str, line: Line, moment: Moment, values: dict[str, Any]) -> None:
        span = self.stages.end(name, line, moment, values)
        if span.interval() is None:
            self._log_span(span)

    def _end_stages(self) -> None:
        for name in self.stages.finish(self._last):
            self.tell("stage-not-ended", f"stage {name!r} was ended by the end of the run")
            self._end_stage(name, ("", 0), self.stages.last_read(), self.watched.read())
        if self.stages.are_used:
            self.stages.close(self._last)
            self.record.stages, self.record.parts = self.stages.stages(), self.stages.parts()
            _share_emissions(self.record)

    @property
    def _measures(self) -> bool:
        """Whether it measures: of the ranks of a machine only one does, with other meters and a live log."""
        rank = self.record.rank
        return self.silence is None and (rank is None or rank.measures)

    def _log_span(self, span: Span) -> None:
        if self._measures:
            self._log.append(row_of(self.record.run_id, span, self.stages.latest))

    def _guarded(self, step: Callable[[], None]) -> None:
        """Run a step of ours; what fails in it becomes a warning, never the user's problem."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
            self.record.warnings.append(["recording-failed", f"{type(error).__name__}: {error}"])


def _later(reading: Reading, sample: Reading) -> Reading:
    """Return a later sample with the emissions that follow from an earlier reading, which has them."""
    if sample.at <= reading.at:
        return reading
    return emitting(sample, like=reading)


def _share_emissions(record: Record) -> None:
    """Give stages and parts their share of the run's emissions: CodeCarbon derives them for the run."""
    whole = record.whole
    if whole is not None:
        shared: list[Stage | Part] = [*record.stages, *record.parts]
        for each in shared:
            each.interval = emitting(each.interval, like=whole)
