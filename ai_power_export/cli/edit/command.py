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
    from ai_power_export.report.edit.interview import Interview
    from ai_power_export.report.edit.questions import Question

HELP = """Ask for what a report lacks or is not sure of, the most valuable first.

Each answer is written before the next question: Ctrl-C or q ends and keeps them. Without a terminal
nothing is asked: what would be is listed, with exit code 1 if the format requires some of it.
A published report stays as it is and gets a successor of status corrective.

  aipower edit power-reports --set task.algorithms[0].epochsNumber=3
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
    from ai_power_export.cli.edit.conversation import converse, interview_about
    from ai_power_export.cli.edit.terminal import can_ask

    interview = interview_about(report, corrective)
    try:
        if said or removed:
            return _by_options(interview, said, removed)
        if editor:
            from ai_power_export.cli.edit.editor import by_editor

            return by_editor(interview)
        if as_json or not can_ask():
            return _list(interview, as_json)
        return converse(interview)
    except OSError as error:
        raise AipowerError(f"{interview.editing.path}: cannot be written: {error.strerror}") from None


def _by_options(interview: Interview, said: Sequence[str], removed: Sequence[str]) -> int:
    from ai_power_export.cli.edit.conversation import conclude
    from ai_power_export.report.edit.options import changes_of

    changes = changes_of(interview.editing.saved().document, said, removed, interview.words)
    interview.say(changes, "--set")
    conclude(interview)
    return 0


def _list(interview: Interview, as_json: bool) -> int:
    from ai_power_export.cli.rows import printable

    found = interview.open_questions()
    if as_json:
        listed = [each.to_json() for each in found]
        document = {"report": str(interview.editing.path), "questions": listed}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
    else:
        name = printable(interview.editing.path.name)
        say(f"{name}: {len(found)} to ask, and nobody here; --set FIELD=VALUE answers")
        for each in found:
            say(_in_one_line(each))
    return 1 if any(each.required for each in found) else 0


def _in_one_line(question: Question) -> str:
    from ai_power_export.cli.rows import printable, shown

    required = " (required)" if question.required else ""
    proposal = question.proposal
    proposed = f" [{shown(proposal.value)}, {printable(proposal.why)}]" if proposal else ""
    return f"{question.place}{required}: {question.info.description}{proposed}"


def show_answers(place: Path) -> int:
    """Print the answers of the project that a report or a folder is in; return the exit code."""
    from ai_power_export.cli.rows import printable
    from ai_power_export.report.edit.memory import Memory

    memory = Memory.near(place if place.is_dir() else place.parent)
    say(str(memory.path) if memory.text() else f"{memory.path}: no answers yet")
    if memory.trouble:
        say(memory.trouble)
    sys.stdout.write("".join(f"{printable(line)}\n" for line in memory.text().splitlines()))
    return 0
