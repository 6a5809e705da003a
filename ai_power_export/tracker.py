"""CodeCarbon's two trackers, which also write reports; and a handler for CodeCarbon's own.

`PowerTracker` and `OfflinePowerTracker` are drop-ins: they take every argument
of CodeCarbon's trackers, keep their defaults and return what they return. What
fails on our side is one line on stderr, never the user's problem.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from codecarbon import EmissionsTracker, OfflineEmissionsTracker
from codecarbon.output_methods.base_output import BaseOutput

from ai_power_export.console import say
from ai_power_export.introspect.cpu_info import shared_cpu_info
from ai_power_export.measure.codecarbon import read_sample

if TYPE_CHECKING:
    from ai_power_export.report.boamps import Report
    from ai_power_export.run.record import Record, Scope
    from ai_power_export.run.stages import Moment
    from ai_power_export.run.story import Story


SHORTEST_SAMPLE = 0.05
"""Seconds that the meter is not read again: CodeCarbon itself takes no shorter samples at a flush."""

SECONDS_PER_STAGE = 0.5
"""How often the meter is read where a run is split by observed calls: so sharp are their limits."""

LARGEST_SHARE = 0.02
"""Share of the time that readings at the turns of a loop may take."""


def write_reports(record: Record) -> list[Report]:
    """Write the reports of a run in this process and say where they are."""
    from ai_power_export.run.finish import finish

    written = finish(record)
    for each in written:
        say(f"wrote {each.line}")
    return [each.report for each in written]


class _Reporting:
    """What both trackers add to CodeCarbon's."""

    _output_handlers: list[Any]
    _last_measured_time: float
    _measure_occurrence: int
    _measure_power_secs: float
    _api_call_interval: int
    _scheduler: Any

    def __init__(
        self,
        *args: Any,
        report_settings: Mapping[str, Any] | None = None,
        report_scope: Scope | None = None,
        watch: Mapping[str, Any] | None = None,
        live_csv: bool = False,
        per_stage: bool | None = None,
        **kwargs: Any,
    ) -> None:
        """Build the tracker.

        Args:
            *args: As for CodeCarbon's tracker.
            report_settings: Settings of the report, by their names in
                `[tool.aipower]`; they win over the project's and the environment's.
            report_scope: What is measured, where it is not what stands between
                the calls of this tracker.
            watch: Values that each row of the live log holds, by name: objects as they are
                at that moment, callables by what they return.
            live_csv: True: the live log also as CSV.
            per_stage: True: the run is split by itself into preparing data, training and inference,
                as observed, with a report of each; by default as the project's settings say.
                The meter is then read twice a second.
            **kwargs: As for CodeCarbon's tracker.
        """
        # Neither `import ai_power_export` nor `start` waits for this.
        from ai_power_export.run.folder import is_per_stage
        from ai_power_export.run.story import Story, working_folder

        settings = dict(report_settings or {})
        if per_stage is None:
            per_stage = is_per_stage(Path(working_folder()), settings)
        self.reports: list[Report] = []
        self._story: Story | None = None
        self._new_story = partial(
            Story,
            settings=settings,
            scope=report_scope,
            watched=watch,
            live_csv=live_csv,
            per_stage=per_stage,
        )
        self._one_at_a_time = RLock()
        """Held while the meter is read or a stage begins or ends: any thread may do so."""
        self._seconds_of_reading = float("inf")
        """Of the fastest reading so far: what a busy machine adds is no cost of ours."""
        self._misuses: set[str] = set()
        if kwargs.get("output_handlers"):
            # CodeCarbon appends to the list it is given; the user's stays as it is.
            kwargs["output_handlers"] = list(kwargs["output_handlers"])
        with shared_cpu_info():
            super().__init__(*args, **kwargs)
        if not hasattr(self, "_output_handlers"):
            say("CodeCarbon could not build this tracker (its log says why): nothing will be measured")
            return
        self._output_handlers = [*self._output_handlers, _Listener(self)]
        if per_stage:
            self._read_often()

    def _read_often(self) -> None:
        """Read the meter often enough to tell calls apart; CodeCarbon's outputs hear of it as before."""
        times = self._measure_power_secs / SECONDS_PER_STAGE
        if times > 1:
            self._measure_power_secs = self._scheduler.interval = SECONDS_PER_STAGE
            if self._api_call_interval != -1:
                self._api_call_interval = max(1, round(self._api_call_interval * times))

    def start(self) -> None:
        """Start tracking, as CodeCarbon does."""
        if self._story is not None or getattr(self, "_start_time", None) is not None:
            super().start()  # type: ignore[misc]
            return
        story = self._new_story()
        story.watch()
        with shared_cpu_info():
            super().start()  # type: ignore[misc]
        started_at = getattr(self, "_start_time", None)
        if started_at is None:
            story.end()
            return
        story.begin(started_at)
        self._story = story
        atexit.register(self._stop_at_exit)

    def start_task(self, task_name: str | None = None) -> None:
        """Start one of CodeCarbon's tasks within the run.

        CodeCarbon forgets what was used since its last sample when a task
        starts; a sample taken right before keeps it in the run's energy.
        """
        if self._story is not None:
            self._measure_power_and_energy()
        super().start_task(task_name)  # type: ignore[misc]

    def flush(self) -> float | None:
        """End an interval, as CodeCarbon does; returns the emissions so far in kg."""
        with self._one_at_a_time:
            emissions: float | None = super().flush()  # type: ignore[misc]
            return emissions

    def stop(self) -> float | None:
        """Stop tracking and write the reports; returns the emissions in kg, as CodeCarbon does."""
        with self._one_at_a_time:
            if self._story is not None and self._story.stages.awaits_reading:
                # What has ended since the last reading would else have no energy.
                time.sleep(max(0.0, SHORTEST_SAMPLE + self._last_measured_time - time.perf_counter()))
            emissions: float | None = super().stop()  # type: ignore[misc]
            story, self._story = self._story, None
        if story is None and getattr(self, "_tasks", None):
            say("no report: a report covers what is measured from start() to stop(), not tasks alone")
        if story is not None:
            atexit.unregister(self._stop_at_exit)
            self.reports += _safely(partial(self._finish_run, story), story)
        return emissions

    # ---- stages ---------------------------------------------------------------------------------

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what runs in the `with` block as a stage of its own, beside the run.

        Args:
            name: Any text; a word of the format's `taskStage` (`preprocessing`, `training`,
                `finetuning`, `inference`, ...) becomes that of the stage's report.
        """
        begun = self._begin_stage(name)
        try:
            yield
        finally:
            if begun is not None and begun is self._story:
                self.stop_stage(name)

    def start_stage(self, name: str) -> None:
        """Begin a stage; others may be running, and go on.

        A name that was used before goes on with that stage: its report holds all its periods.
        """
        self._begin_stage(name)

    def update_stage(self, name: str) -> None:
        """Begin the next iteration of a stage: to be called first thing in each turn of a loop.

        Begins the stage too if it is not running. Each iteration, the last one when the stage
        stops, is a row of the live log.
        """
        with self._one_at_a_time:
            story = self._story_here("update_stage")
            if story is None:
                return
            if name not in story.stages.running:
                moment = self._begin(story, name)
            else:
                moment = story.stages.now()
                self._read_meter(at_each_turn=True)
            story.iterate(name, moment)

    def stop_stage(self, name: str | None = None) -> None:
        """End a stage; by default the one that was begun last."""
        with self._one_at_a_time:
            story = self._story_here("stop_stage")
            if story is None:
                return
            running = story.stages.running
            ended = running[-1] if name is None and running else name
            if ended is None or ended not in running:
                what = "no stage" if ended is None else f"no stage {ended!r}"
                self._misused(story, f"stop_stage: {what} is running; nothing was stopped")
                return
            moment = story.stages.now()
            self._read_meter()
            story.end_stage(ended, moment)
            if story.journal.is_due:
                self._keep_journal(story)

    def _begin_stage(self, name: str) -> Story | None:
        with self._one_at_a_time:
            story = self._story_here("start_stage")
            if story is None:
                return None
            if name in story.stages.running:
                self._misused(story, f"start_stage: stage {name!r} is running already; it goes on")
                return None
            self._begin(story, name)
            return story

    def _begin(self, story: Story, name: str) -> Moment:
        if not story.stages.are_used:
            self._keep_journal(story)
        # What the reading itself takes is no part of the stage.
        moment = story.stages.last_read() if self._read_meter() else story.stages.now()
        story.begin_stage(name, moment)
        return moment

    def _story_here(self, what: str) -> Story | None:
        """Return the run that is under way; None, and a word to the user, where there is none."""
        story = self._story
        if story is None:
            self._misused(None, f"{what}: the tracker is not running; no stage is measured")
            return None
        return story if story.process == os.getpid() else None

    def _misused(self, story: Story | None, text: str) -> None:
        """Tell the user of a misuse, once."""
        if text not in self._misuses:
            self._misuses.add(text)
            say(text)
            if story is not None:
                story.record.warnings.append(["stage-misused", text])

    def _read_meter(self, *, at_each_turn: bool = False) -> bool:
        """Read the meter, unless that was done so shortly before that a sample would tell nothing.

        What was not read is known with the next reading. Returns whether it was read.
        """
        cost = self._seconds_of_reading / LARGEST_SHARE if at_each_turn else 0.0
        if time.perf_counter() - self._last_measured_time < max(SHORTEST_SAMPLE, cost):
            return False
        # Not one of those by which CodeCarbon decides when to write to its outputs.
        self._measure_occurrence -= 1
        try:
            self._measure_power_and_energy()
        except Exception as error:  # noqa: BLE001 - CodeCarbon's own, which its thread meets as well
            self._misused(self._story, f"the meter could not be read: {type(error).__name__}: {error}")
            return False
        return True

    def _measure_power_and_energy(self) -> None:
        """Read the meter, as CodeCarbon does every `measure_power_secs`."""
        story = self._story
        if story is None or story.process != os.getpid():
            super()._measure_power_and_energy()  # type: ignore[misc]
            return
        with self._one_at_a_time:
            if self._story is not story:
                return  # stopped while this thread waited
            began = time.perf_counter()
            super()._measure_power_and_energy()  # type: ignore[misc]
            self._seconds_of_reading = min(self._seconds_of_reading, time.perf_counter() - began)
            story.sample(read_sample(self))
            if story.journal.is_due:
                self._keep_journal(story)

    def _keep_journal(self, story: Story) -> None:
        story.keep_journal(self)

    # ---- what CodeCarbon tells ------------------------------------------------------------------

    def _finish_run(self, story: Story, record: Record) -> list[Report]:
        reports = self._finish(record)
        story.journal.settle()
        return reports

    def _finish(self, record: Record) -> list[Report]:
        return write_reports(record)

    def _heard(self, total: Any) -> None:
        """CodeCarbon wrote its totals at a flush or at the stop."""
        if self._story is not None:
            self._story.cut(total, self)

    def _beat(self, total: Any) -> None:
        """CodeCarbon wrote its totals in between."""
        if self._story is not None:
            self._story.note(total, self)

    def _stop_at_exit(self) -> None:
        """Stop a tracker that was never stopped, so that its run still leaves a report."""
        if self._story is not None and self._story.process == os.getpid():
            self._story.record.cut_short = "the tracker was never stopped"
            self.stop()


def _safely(finish: Callable[[Record], list[Report]], story: Story) -> list[Report]:
    """End a story and finish its record; a forked child leaves that to its parent."""
    if story.process != os.getpid():
        return []
    record = story.end()
    if story.silence is not None:
        from ai_power_export.run.processes import tell_once

        tell_once(story.silence)
        return []
    if not record.stretches:
        say("no report: CodeCarbon measured nothing (its log says why)")
        return []
    try:
        return finish(record)
    except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
        say(f"no report: {error}" if str(error) else f"no report: {type(error).__name__}")
        return []


class _Listener(BaseOutput):  # type: ignore[misc]
    """Tells a tracker of ours what CodeCarbon writes out."""

    def __init__(self, tracker: _Reporting) -> None:
        self._tracker = tracker

    def out(self, total: Any, delta: Any) -> None:
        self._tracker._heard(total)

    def live_out(self, total: Any, delta: Any) -> None:
        self._tracker._beat(total)


class PowerTracker(_Reporting, EmissionsTracker):  # type: ignore[misc]
    """Drop-in for `codecarbon.EmissionsTracker` that writes a report of every interval.

    `reports` holds the reports once the tracker was stopped.
    """


class OfflinePowerTracker(_Reporting, OfflineEmissionsTracker):  # type: ignore[misc]
    """Drop-in for `codecarbon.OfflineEmissionsTracker` that writes a report of every interval.

    `reports` holds the reports once the tracker was stopped.
    """


class PowerReportOutput(BaseOutput):  # type: ignore[misc]
    """Output handler that makes CodeCarbon's own tracker write reports.

    `EmissionsTracker(output_handlers=[PowerReportOutput()])`. Handlers are not
    told of the tracker's start: observation begins when this one is built.
    """

    def __init__(self, **report_settings: Any) -> None:
        """Build the handler.

        Args:
            **report_settings: Settings of the report, by their names in `[tool.aipower]`.
        """
        self.reports: list[Report] = []
        self._report_settings = report_settings
        self._story: Story | None = self._new_story()

    def _new_story(self) -> Story:
        from ai_power_export.run.story import Story

        story = Story(settings=self._report_settings)
        story.watch()
        story.begin(time.perf_counter())
        return story

    def out(self, total: Any, delta: Any) -> None:
        """Take CodeCarbon's totals at a flush or at the stop, and write the reports at the stop."""
        story = self._story = self._story or self._new_story()
        tracker = _asking_tracker()
        if not story.record.stretches:
            story.meter_began(time.perf_counter() - total.duration)
        story.cut(total, tracker)
        # `stop` drops the scheduler before it writes; older versions never call `exit`.
        if getattr(tracker, "_scheduler", None) is None:
            self._story = None
            self.reports += _safely(write_reports, story)


def _asking_tracker() -> Any:
    """Return the tracker whose `_persist_data` called a handler's `out`, None if another did.

    A handler is given energies only; how they were measured the tracker alone knows.
    """
    caller = sys._getframe(2)
    return caller.f_locals.get("self") if caller.f_code.co_name == "_persist_data" else None
