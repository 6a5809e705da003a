"""The questions after a run: the same as those of `aipower edit`, about each report of the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.console import say

if TYPE_CHECKING:
    from ai_power_export.facts import JsonValue
    from ai_power_export.settings import Settings

OF_THE_RUN = ("header.", "environment.", "infrastructure.", "system.", "software.")
"""What all reports of one run have alike: it is answered once."""


def asker(settings: Settings) -> Callable[[Sequence[Path]], None] | None:
    """Return what asks about reports after a script; None where nobody wants it or nobody is there."""
    if not settings.interactive:
        return None
    from ai_power_export.cli.edit.terminal import can_ask
    from ai_power_export.report.format.versions import CURRENT

    if settings.format != CURRENT:
        say(f"nobody is asked about reports of {settings.format}: aipower edit takes those of {CURRENT}")
        return None
    if not can_ask():
        say("nobody can be asked here: aipower edit asks later")
        return None

    def ask(reports: Sequence[Path]) -> None:
        if can_ask():  # the run may be in the background by now
            ask_about(reports, settings.time_limit)

    return ask


def ask_about(reports: Sequence[Path], seconds_to_answer: float) -> None:
    """Ask about the reports of one run, until the user has had enough.

    Raises:
        BadInput: A report can no longer be read.
        OSError: A report cannot be written.
    """
    from ai_power_export.cli.edit.conversation import conclude, converse, interview_about

    said: dict[str, JsonValue] = {}
    enough = False
    for report in reports:
        interview = interview_about(report, seconds_to_answer=seconds_to_answer)
        if said:
            interview.say(said)
        if enough:
            conclude(interview)
            continue
        enough = converse(interview) != 0 or interview.ended
        said |= _of_the_run(interview.said)


def _of_the_run(said: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {place: value for place, value in said.items() if place.startswith(OF_THE_RUN)}
