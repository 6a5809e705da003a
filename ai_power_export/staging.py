"""What a tracker can do about stages: begin and end them at any time, and read the meter there.

Mixed into CodeCarbon's trackers by `tracker`. Misuse is told once, on stderr, and measures nothing
wrong; no exception of ours reaches the user's program.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from ai_power_export.console import say
from ai_power_export.measure.codecarbon import read_sample
from ai_power_export.measure.guard import MeterGuard

if TYPE_CHECKING:
    from ai_power_export.observe.frameworks.torch_hooks import TimedModule
    from ai_power_export.observe.pass_times import PassTimes
    from ai_power_export.run.stages import Moment
    from ai_power_export.run.story import Story

SHORTEST_SAMPLE = 0.05
"""Seconds that the meter is not read again: CodeCarbon itself takes no shorter samples at a flush."""

LARGEST_SHARE = 0.02
"""Share of the time that readings at the turns of a loop may take."""


class NotTimed:
    """What stands for the hooks of a model where none could be set."""

    def remove(self) -> None:
        """Do nothing."""

    def __enter__(self) -> NotTimed:
        """Return itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Do nothing."""


class StagedTracker:
    """The stages of a tracker's run."""

    _story: Story | None
    """The run that is under way."""
    _last_measured_time: float
    _measure_occurrence: int

    def _prepare_stages(self) -> None:
        """Prepare for a first run."""
        self._story = None
        self._one_at_a_time = RLock()
        """Held while the meter is read or a stage begins or ends: any thread may do so."""
        self._seconds_of_reading = float("inf")
        """Of the fastest reading so far: what a busy machine adds is no cost of ours."""
        self._misuses: set[str] = set()
        self._guard = MeterGuard(self._meter_failed)
        self._last_model_times: dict[str, dict[str, PassTimes]] = {}

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
            name = str(name)
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
            ended = str(name) if name is not None else running[-1] if running else None
            if ended is None or ended not in running:
                what = "no stage" if ended is None else f"no stage {ended!r}"
                self._misused(story, f"stop_stage: {what} is running; nothing was stopped")
                return
            moment = story.stages.now()
            self._read_meter()
            story.end_stage(ended, moment)
            if story.journal.is_due:
                self._keep_journal(story)

    def track_model(self, model: Any, name: str | None = None) -> TimedModule | NotTimed:
        """Time the forward and backward passes of a PyTorch module, for the run and each of its stages.

        Of modules within one another, and of one that is tracked twice, the outermost call counts. Of a
        model that is compiled give what `torch.compile` returned.

        Args:
            model: Hooks are set on it alone, and taken off when the run ends.
            name: What the results call it; by default its class.

        Returns:
            A handle to take the hooks off before, by `remove()` or as a context manager.
        """
        with self._one_at_a_time:
            story = self._story_here("track_model", "no model is timed")
            if story is None:
                return NotTimed()
            try:
                return story.time_model(model, name)
            except Exception as error:  # noqa: BLE001 - the user's run goes on whatever a model does
                self._misused(story, f"track_model: {error}; no model is timed")
                return NotTimed()

    @property
    def model_times(self) -> dict[str, dict[str, PassTimes]]:
        """Seconds that tracked models took, by stage and model; under "" those of the run."""
        return self._story.model_times if self._story is not None else self._last_model_times

    def _begin_stage(self, name: str) -> Story | None:
        with self._one_at_a_time:
            story = self._story_here("start_stage")
            if story is None:
                return None
            name = str(name)
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

    def _story_here(self, what: str, so: str = "no stage is measured") -> Story | None:
        """Return the run that is under way; None, and a word to the user, where there is none."""
        story = self._story
        if story is None:
            self._misused(None, f"{what}: the tracker is not running; {so}")
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

    def _meter_failed(self, why: str) -> None:
        if self._story is not None:
            self._story.lapses.fail(why)

    def _monitor_power(self) -> None:
        """Sample powers and utilisation, as CodeCarbon does each second."""
        try:
            super()._monitor_power()  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - else its thread would tell it each second
            if self._story is not None:
                text = f"powers and utilisation could not be sampled: {type(error).__name__}: {error}"
                self._story.tell("sampling-failed", text)

    def _keep_journal(self, story: Story) -> None:
        story.keep_journal(self)
