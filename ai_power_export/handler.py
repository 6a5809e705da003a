"""An output handler that makes CodeCarbon's own trackers write reports."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from codecarbon.output_methods.base_output import BaseOutput

from ai_power_export.run.starts import hear_starts
from ai_power_export.tracker import finish_safely, get_ready_to_write, write_reports

if TYPE_CHECKING:
    from ai_power_export.report.format.boamps import Report
    from ai_power_export.run.story import Story


class PowerReportOutput(BaseOutput):  # type: ignore[misc]
    """Output handler that makes CodeCarbon's own tracker write reports.

    `EmissionsTracker(output_handlers=[PowerReportOutput()])`. One handler may serve several trackers, one
    after the other, as that of a decorated function does.
    """

    def __init__(self, **report_settings: Any) -> None:
        """Build the handler.

        Args:
            **report_settings: Settings of the report, by their names in `[tool.aipower]`.
        """
        self.reports: list[Report] = []
        self._report_settings = report_settings
        self._story: Story | None = None
        get_ready_to_write()
        hear_starts(self)

    def starting(self, tracker: Any) -> None:
        """Begin to observe, before the energy of it would be measured."""
        if self._is_of(tracker) and self._story is None:
            self._story = self._new_story()

    def started(self, tracker: Any) -> None:
        """Begin the run, unless the tracker did not start or was running already."""
        if not self._is_of(tracker) or self._story is None or self._story.has_begun:
            return
        if tracker._start_time is None:
            self._story.end()
            self._story = None
        else:
            self._story.begin(tracker._start_time)

    def _is_of(self, tracker: Any) -> bool:
        return any(each is self for each in getattr(tracker, "_output_handlers", ()))

    def _new_story(self) -> Story:
        from ai_power_export.run.story import Story

        story = Story(settings=self._report_settings)
        story.watch()
        return story

    def out(self, total: Any, delta: Any) -> None:
        """Take CodeCarbon's totals at a flush or at the stop, and write the reports at the stop."""
        story = self._story = self._story or self._new_story()
        if not story.has_begun:
            story.begin(time.perf_counter() - total.duration)
        tracker = _asking_tracker()
        story.cut(total, tracker)
        # `stop` drops the scheduler before it writes; older versions never call `exit`.
        if getattr(tracker, "_scheduler", None) is None:
            self._story = None
            self.reports += finish_safely(write_reports, story)


def _asking_tracker() -> Any:
    """Return the tracker whose `_persist_data` called a handler's `out`, None if another did.

    A handler is given energies only; how they were measured the tracker alone knows.
    """
    caller = sys._getframe(2)
    return caller.f_locals.get("self") if caller.f_code.co_name == "_persist_data" else None
