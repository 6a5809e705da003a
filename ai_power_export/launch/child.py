"""Inside the script's own process: starts the tracker before it, stops it after it."""

from __future__ import annotations

import atexit
import logging
import os
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ai_power_export.launch.forks import pause_while_forking
from ai_power_export.launch.plan import Plan, with_plan
from ai_power_export.measure.options import tracker_options
from ai_power_export.run.journal import keep, leave
from ai_power_export.run.record import Record
from ai_power_export.tracker import OfflinePowerTracker, PowerTracker, _Reporting

if TYPE_CHECKING:
    from ai_power_export.report.format.boamps import Report
    from ai_power_export.run.story import Story

LONGEST_WAIT = 30.0
"""Seconds that the script's exit waits for its reports at most; for their delivery as long as is settled."""


def begin(plan: Plan) -> None:
    """Start to measure."""
    if plan.channel >= 0:
        os.set_inheritable(plan.channel, False)
    if plan.workers:
        _observe_for_a_launcher(plan)
        return
    if plan.observes_only:
        _observe(plan)
        return
    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
    tracker = _tracker(plan)
    tracker.start()
    if plan.launches and tracker._story is not None:
        _hand_on(plan, tracker._story.record)
    pause_while_forking(tracker)


def _hand_on(plan: Plan, record: Record) -> None:
    """Let what a launcher starts begin as it did itself, to observe."""
    from ai_power_export.run.job.workers import folder_of_workers

    record.is_launcher = True
    os.environ.update(
        with_plan(replace(plan, launches=False, channel=-1, workers=str(folder_of_workers(record))))
    )


def _observe_for_a_launcher(plan: Plan) -> None:
    """Start to observe what a launcher that is measured has started."""
    from ai_power_export.run.job.worker import Worker

    worker = Worker(plan.workers)
    worker.start()
    atexit.register(worker.leave)


def _observe(plan: Plan) -> None:
    """Start to observe without measuring; at the end, what was seen is left for the other ranks."""
    from ai_power_export.run.story import Story

    story = Story(settings=plan.settings)
    story.watch()
    story.begin(time.perf_counter())
    atexit.register(_leave, story)


def _leave(story: Story) -> None:
    if story.process != os.getpid():
        return
    story.record.cut_short = _uncaught()
    record = story.end_unmeasured()
    if story.journal.path.exists():  # else rank 0 has not waited for this one
        with suppress(OSError):
            leave(story.journal.path, record, None)


class _ScriptTracker(_Reporting):
    """Keeps a journal while the script runs and leaves the reports to the reporter."""

    plan: Plan
    channel_identity: tuple[int, int]

    def _beat(self, total: Any) -> None:
        super()._beat(total)
        if self._story is not None and self._story.process == os.getpid():
            keep(Path(self.plan.journal), self._story.so_far())

    def _get_ready(self) -> None:
        """Leave it to the reporter."""

    def _keep_journal(self, story: Story) -> None:
        """Leave it to each beat, in the journal that the reporter knows."""

    def _stop_at_exit(self) -> None:
        if self._story is not None and self._story.process == os.getpid():
            self._story.record.cut_short = _uncaught()
            self.stop()

    def _finish(self, record: Record) -> list[Report]:
        try:
            self._hand_over(record)
        except (OSError, KeyboardInterrupt):
            # Without a channel the reporter finds the journal when the script is gone.
            keep(Path(self.plan.journal), record)
        return []

    def _hand_over(self, record: Record) -> None:
        """Give the record to the reporter and wait until it has written."""
        if _identity(self.plan.channel) != self.channel_identity:
            raise OSError("the script has closed the channel")
        with socket.socket(fileno=self.plan.channel) as channel:
            channel.settimeout(LONGEST_WAIT + self.plan.upload_time_limit)
            channel.sendall(dumps(record.to_json()).encode(), getattr(socket, "MSG_NOSIGNAL", 0))
            channel.shutdown(socket.SHUT_WR)
            channel.recv(1)


class _Online(_ScriptTracker, PowerTracker):
    """Measures a script, online."""


class _Offline(_ScriptTracker, OfflinePowerTracker):
    """Measures a script without any request."""


def _uncaught() -> str:
    """Say what ended the script, if it was an exception that nobody caught."""
    kind = getattr(sys, "last_type", None)
    return "" if kind is None else f"the script ended with {kind.__name__}"


def _tracker(plan: Plan) -> _ScriptTracker:
    options = {"report_settings": plan.settings, **tracker_options()}
    tracker: _ScriptTracker
    if plan.country or plan.offline:
        tracker = _Offline(country_iso_code=plan.country, **options)
    else:
        tracker = _Online(**options)
    tracker.plan, tracker.channel_identity = plan, _identity(plan.channel)
    return tracker


def _identity(descriptor: int) -> tuple[int, int]:
    """Tell files apart: a script may close our descriptor and get its number for a file of its own."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return (-1, -1)
    return (found.st_dev, found.st_ino)
