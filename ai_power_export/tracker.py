"""CodeCarbon's two trackers, which also write reports.

`PowerTracker` and `OfflinePowerTracker` are drop-ins: they take every argument
of CodeCarbon's trackers, keep their defaults and return what they return. What
fails on our side is one line on stderr, never the user's problem.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codecarbon import EmissionsTracker, OfflineEmissionsTracker
from codecarbon.output_methods.base_output import BaseOutput

from ai_power_export.console import say
from ai_power_export.introspect.cpu_info import shared_cpu_info
from ai_power_export.staging import SHORTEST_SAMPLE, StagedTracker

if TYPE_CHECKING:
    from ai_power_export.report.format.boamps import Report
    from ai_power_export.report.publish import Written
    from ai_power_export.run.record import Record, Scope
    from ai_power_export.run.story import Story


SECONDS_PER_STAGE = 0.5
"""How often the meter is read where a run is split by observed calls: so sharp are their limits."""


def write_reports(record: Record) -> list[Report]:
    """Write the reports of a run in this process and say where they are."""
    from ai_power_export.run.delivery import note
    from ai_power_export.run.job.conclude import conclude

    written = conclude(record)
    for each in written:
        say(f"wrote {each.line}")
    _show_parts(written, record)
    note([each.path for each in written], Path(record.folder), record.settings)
    return [each.report for each in written]


def _show_parts(written: list[Written], record: Record) -> None:
    """Show the summary of a run with stages, and append that of any to the file that the user wants."""
    from ai_power_export.run.summary import show
    from ai_power_export.settings import load_settings

    folder = Path(record.folder)
    show(written, load_settings(folder, record.settings), folder, of_parts=True)


def get_ready_to_write() -> None:
    """Import what writing reports needs: after the run that would take ten times as long as writing."""
    from ai_power_export.run.ahead import USED_AT_THE_END, import_ahead

    import_ahead(USED_AT_THE_END)


class _Reporting(StagedTracker):
    """What both trackers add to CodeCarbon's."""

    _output_handlers: list[Any]
    _measure_power_secs: float
    _api_call_interval: int
    _scheduler: Any
    _hardware: list[Any]

    def __init__(
        self,
        *args: Any,
        report_settings: Mapping[str, Any] | None = None,
        report_scope: Scope | None = None,
        watch: Mapping[str, Any] | None = None,
        live_csv: bool = False,
        per_stage: bool | None = None,
        meters: Sequence[str] | str | None = None,
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
            meters: Meters that each have an entry in the report, in this order, as `--meter` names
                them; by default as the project's settings say, or CodeCarbon alone.
            **kwargs: As for CodeCarbon's tracker.
        """
        # Neither `import ai_power_export` nor `start` waits for this.
        from ai_power_export.run.delivery import get_ready
        from ai_power_export.run.folder import is_per_stage
        from ai_power_export.run.story import Story, working_folder

        settings = dict(report_settings or {})
        if meters is not None:
            settings["meters"] = meters if isinstance(meters, str) else list(meters)
        if per_stage is None:
            per_stage = is_per_stage(Path(working_folder()), settings)
        get_ready()
        self.reports: list[Report] = []
        self._prepare_stages()
        self._new_story = partial(
            Story,
            settings=settings,
            scope=report_scope,
            watched=watch,
            live_csv=live_csv,
            per_stage=per_stage,
        )
        if kwargs.get("output_handlers"):
            # CodeCarbon appends to the list it is given; the user's stays as it is.
            kwargs["output_handlers"] = list(kwargs["output_handlers"])
        with shared_cpu_info():
            super().__init__(*args, **kwargs)
        if not hasattr(self, "_output_handlers"):
            say("CodeCarbon could not build this tracker (its log says why): nothing will be measured")
            return
        self._output_handlers = [*self._output_handlers, _Listener(self)]
        self._get_ready()
        if per_stage and hasattr(self, "_scheduler"):
            self._read_often()

    def _get_ready(self) -> None:
        """Get ready to write reports in this process."""
        get_ready_to_write()

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
            self._misused(self._story, "start: the tracker is running already; it goes on")
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
        self._guard.begin(self._hardware)
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
            story = self._story_here("flush", "nothing is measured")
            emissions: float | None = super().flush()  # type: ignore[misc]
            if story is not None:
                self._keep_journal(story)
            return emissions

    def stop(self) -> float | None:
        """Stop tracking and write the reports; returns the emissions in kg, as CodeCarbon does."""
        with self._one_at_a_time:
            if self._story is not None and self._story.stages.awaits_reading:
                # What has ended since the last reading would else have no energy.
                time.sleep(max(0.0, SHORTEST_SAMPLE + self._last_measured_time - time.perf_counter()))
            known = self._story.stretches if self._story is not None else 0
            emissions: float | None = super().stop()  # type: ignore[misc]
            self._guard.end()
            if self._story is not None and self._story.stretches == known:
                self._story.salvage(self)
            story, self._story = self._story, None
        if story is None and getattr(self, "_tasks", None):
            say("no report: a report covers what is measured from start() to stop(), not tasks alone")
        if story is not None:
            atexit.unregister(self._stop_at_exit)
            self.reports += finish_safely(partial(self._finish_run, story), story)
            self._last_model_times = story.model_times
        return emissions

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


def finish_safely(finish: Callable[[Record], list[Report]], story: Story) -> list[Report]:
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
