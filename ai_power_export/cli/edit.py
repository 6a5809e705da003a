"""`aipower edit`: fill the gaps of a report, by answers, options or an editor."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import AipowerError, BadInput

if TYPE_CHECKING:
    from ai_power_export.facts import JsonValue
    from ai_power_export.report.edit.interview import Interview, Private
    from ai_power_export.report.edit.questions import Question

HELP = """Ask for what a report lacks or is not sure of, the most valuable first.

Each answer is written before the next question: Ctrl-C or q ends and keeps what was said. Without a
terminal nothing is asked; what would be is listed, and the exit code is 1 if the format requires some of it.
A published report stays as it is and gets a successor of status corrective.

  aipower edit power-reports/report_….json --set task.algorithms[0].epochsNumber=3
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("edit", help=HELP)(_edit)


def _edit(
    report: Annotated[
        Path | None,
        typer.Argument(
            metavar="REPORT", help="A report, its evidence, or a folder with one report.", show_default=False
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Say a value without being asked; repeatable."),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Take out a value, or an entry of a list; repeatable."),
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Open the report in $VISUAL or $EDITOR instead.")
    ] = False,
    corrective: Annotated[
        bool, typer.Option("--corrective", help="Leave the report as it is and make a successor.")
    ] = False,
    answers: Annotated[
        bool, typer.Option("--answers", help="Show what this project's reports were answered before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what would be asked as JSON.")] = False,
) -> int:
    if answers:
        return show_answers(report or Path.cwd())
    if report is None:
        raise BadInput("no report given", mend="aipower edit REPORT")
    return edit_command(report, set_ or [], remove or [], editor, corrective, as_json)


def edit_command(
    report: Path, said: Sequence[str], removed: Sequence[str], editor: bool, corrective: bool, as_json: bool
) -> int:
    """Edit a report; return the exit code.

    Raises:
        BadInput: No report that can be edited, or an option that cannot be used.
        AipowerError: The report cannot be written.
    """
    from ai_power_export.cli.edit_terminal import can_ask

    interview = interview_about(report, corrective)
    try:
        if said or removed:
            return _by_options(interview, said, removed)
        if editor:
            from ai_power_export.cli.edit_editor import by_editor

            return by_editor(interview)
        if as_json or not can_ask():
            return _list(interview, as_json)
        return converse(interview)
    except OSError as error:
        raise AipowerError(f"{interview.editing.path}: cannot be written: {error.strerror}") from None


def interview_about(
    report: Path, corrective: bool = False, seconds_to_answer: float | None = None
) -> Interview:
    """Get ready to ask about a report on this terminal.

    Raises:
        BadInput: No report that can be edited.
    """
    from ai_power_export.cli.edit_terminal import Terminal
    from ai_power_export.report.edit.editing import Editing
    from ai_power_export.report.edit.interview import Interview
    from ai_power_export.report.edit.memory import Memory

    editing = Editing(report, corrective=corrective)
    memory = Memory.near(editing.path.parent)
    if memory.trouble:
        say(f"{memory.path}: {memory.trouble}: nothing is proposed from it")
    person = Terminal(seconds_to_answer)
    return Interview(editing, memory, {"environment.country": _country}, _private(), person)


def converse(interview: Interview) -> int:
    """Ask until nothing is left or the user has had enough; return 130 if that was by Ctrl-C."""
    if not interview.open_questions():
        say(f"{interview.editing.path.name}: nothing is missing that a person is asked for")
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
    say(f"{editing.path.name}{kept}")
    say("Enter takes what is proposed, else skips; - skips; ? tells more; q ends. Answers are kept at once.")


def conclude(interview: Interview) -> None:
    """Name the report's files anew and tell what has become of it."""
    from ai_power_export.report.edit.gaps import required_gaps
    from ai_power_export.report.evidence import filled_fields
    from ai_power_export.report.format.boamps import FIELDS

    if not interview.said:
        say("nothing was changed")
        return
    _tell_of_signature(interview.editing.path)
    interview.editing.settle_name()
    saved = interview.editing.saved()
    gaps = sorted(required_gaps(saved.document))
    lacks = f"; required and missing: {', '.join(gaps)}" if gaps else ""
    status = saved.document.get("header", {}).get("reportStatus", "no status")
    filled = len(filled_fields(saved.document))
    say(f"wrote {saved.path} ({filled} of {len(FIELDS)} fields, {status}{lacks})")


def _tell_of_signature(report: Path) -> None:
    from ai_power_export.report.signing.seal import signature_path

    if signature_path(report).exists():
        say(f"{signature_path(report).name} is of the report as it was: aipower sign signs it again")


def _by_options(interview: Interview, said: Sequence[str], removed: Sequence[str]) -> int:
    from ai_power_export.report.edit.options import changes_of

    changes = changes_of(interview.editing.saved().document, said, removed, interview.words)
    interview.say(changes, "--set")
    conclude(interview)
    return 0


def _list(interview: Interview, as_json: bool) -> int:
    found = interview.open_questions()
    if as_json:
        listed = [each.to_json() for each in found]
        document = {"report": str(interview.editing.path), "questions": listed}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        say(f"{interview.editing.path.name}: {len(found)} to ask, and nobody here; --set FIELD=VALUE answers")
        for each in found:
            say(_in_one_line(each))
    return 1 if any(each.required for each in found) else 0


def _in_one_line(question: Question) -> str:
    from ai_power_export.cli.explain_text import printable, shown

    required = " (required)" if question.required else ""
    proposal = question.proposal
    proposed = f" [{shown(proposal.value)}, {printable(proposal.why)}]" if proposal else ""
    return f"{question.place}{required}: {question.info.description}{proposed}"


def show_answers(place: Path) -> int:
    """Print the answers of the project that a report or a folder is in; return the exit code."""
    from ai_power_export.cli.explain_text import printable
    from ai_power_export.report.edit.memory import Memory

    memory = Memory.near(place if place.is_dir() else place.parent)
    say(str(memory.path) if memory.text() else f"{memory.path}: no answers yet")
    if memory.trouble:
        say(memory.trouble)
    sys.stdout.write("".join(f"{printable(line)}\n" for line in memory.text().splitlines()))
    return 0


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
