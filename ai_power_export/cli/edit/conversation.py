"""A conversation about a report on this terminal: how it is set up, begun and concluded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.cli.edit.terminal import Terminal
from ai_power_export.cli.rows import printable
from ai_power_export.console import say
from ai_power_export.report.edit.editing import Editing
from ai_power_export.report.edit.gaps import required_gaps
from ai_power_export.report.edit.interview import Interview, Private
from ai_power_export.report.edit.memory import Memory
from ai_power_export.report.evidence import filled_fields, value_at
from ai_power_export.report.format.boamps import FIELDS

if TYPE_CHECKING:
    from ai_power_export.facts import JsonValue


def interview_about(
    report: Path, corrective: bool = False, seconds_to_answer: float | None = None
) -> Interview:
    """Get ready to ask about a report on this terminal.

    Raises:
        BadInput: No report that can be edited.
    """
    editing = Editing(report, corrective=corrective)
    memory = Memory.near(editing.path.parent)
    if memory.trouble:
        say(f"{memory.path}: {memory.trouble}: nothing is proposed from it")
    person = Terminal(seconds_to_answer)
    return Interview(editing, memory, {"environment.country": _country}, _private(), person)


def converse(interview: Interview) -> int:
    """Ask until nothing is left or the user has had enough; return 130 if that was by Ctrl-C."""
    if not interview.open_questions():
        say(f"{printable(interview.editing.path.name)}: nothing is missing that a person is asked for")
        return 0
    _introduce(interview)
    code = 0
    try:
        interview.hold()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        code = 130
    conclude(interview)
    return code


def _introduce(interview: Interview) -> None:
    editing = interview.editing
    kept = " (published: it stays as it is, and what you say makes its successor)" if editing.corrects else ""
    say(f"{printable(editing.path.name)}{kept}")
    say("Enter takes what is proposed, else skips; - skips; ? tells more; q ends. Answers are kept at once.")


def conclude(interview: Interview) -> None:
    """Name the report's files anew and tell what has become of it."""
    if not interview.editing.has_changed:
        say("nothing was changed")
        return
    _tell_of_signature(interview.editing.path)
    interview.editing.settle_name()
    saved = interview.editing.saved()
    gaps = sorted(required_gaps(saved.document))
    lacks = f"; required and missing: {', '.join(gaps)}" if gaps else ""
    status = value_at(saved.document, "header.reportStatus") or "no status"
    filled = len(filled_fields(saved.document))
    say(f"wrote {printable(str(saved.path))} ({filled} of {len(FIELDS)} fields, {status}{lacks})")


def _tell_of_signature(report: Path) -> None:
    from ai_power_export.report.signing.seal import signature_path

    if signature_path(report).exists():
        say(f"{signature_path(report).name} is of the report as it was: aipower sign signs it again")


def _private() -> Private:
    """Return what knows secrets, paths and identities; coordinates are rounded on their way out."""
    from ai_power_export.report.privacy.filter import PrivacyFilter
    from ai_power_export.vocabulary.private import Kind

    private = PrivacyFilter()

    def why(place: str, value: JsonValue) -> str:
        removals = private.json(value, place)[1]
        return next((each.why for each in removals if each.kind is not Kind.COORDINATES), "")

    return why


def _country(name: str) -> str:
    from ai_power_export.measure.codecarbon import country_in_words
    from ai_power_export.settings import country_code

    return country_in_words(country_code(name))
