"""`aipower validate`: whether reports are valid, and whether what they say can be true."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.streams import forget_stdout
from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.cli.validate.tally import Output

HELP = """Check reports of any version of the format: their structure, then whether what they say can be true.

A PLACE is a report, a folder with reports below it, a pattern in quotes, or - for what comes in.
Errors make a report invalid; warnings are for you to judge. Gold, silver and bronze rate the data.
Exit code 0 if all are valid, 1 if not, 2 if a file cannot be read or there is none.

  aipower validate power-reports

  aipower validate "data/**/*.json" --format github --public
"""


MOST_NAMED = 20
"""Files that get a line each, valid or not, if they were named one by one."""


class Format(str, Enum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", help=HELP)(_validate)


def _validate(
    places: Annotated[list[str], typer.Argument(metavar="PLACE", show_default=False)],
    form: Annotated[
        Format, typer.Option("--format", help="github: annotations of GitHub Actions.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Also check that they are public, with nothing private in them.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only, and no summary.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Print each finding, also of a kind that many files have.")
    ] = False,
) -> int:
    from ai_power_export.cli.validate.private import for_others
    from ai_power_export.cli.validate.progress import progress
    from ai_power_export.cli.validate.publication import Publication, as_report, without_link
    from ai_power_export.cli.validate.tally import Tally
    from ai_power_export.report.checks.files import check_places
    from ai_power_export.report.privacy.filter import PrivacyFilter
    from ai_power_export.report.rating.any_version import rating_of_file
    from ai_power_export.report.reading.places import printable

    form = Format.JSON if as_json else form
    tally, private = Tally(), PrivacyFilter()
    rates = form is not Format.GITHUB and not quiet
    try:
        with progress() as (show, write):
            output = _output(form, places, write, errors_only=quiet, every=every)
            also = Publication().findings if public else lambda _: ()
            for found in check_places(places, with_lines=form is not Format.TEXT, also=also):
                checked = without_link(found) if public else found
                rating = rating_of_file(as_report(checked)) if rates else None
                tally.add(checked, rating)
                output.add(for_others(checked, private), rating)
                show(tally.files)
            output.end(tally)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        forget_stdout()
        return tally.exit_code(strict=strict)
    if not tally.files:
        raise BadInput("nothing to check", printable(", ".join(places)), "evidence is not checked")
    if not quiet:
        say(str(tally))
    return tally.exit_code(strict=strict)


def _output(
    form: Format, places: list[str], write: Callable[[str], None], *, errors_only: bool, every: bool
) -> Output:
    from ai_power_export.cli.validate.machine import GithubOutput, JsonOutput
    from ai_power_export.cli.validate.text import TextOutput

    if form is Format.JSON:
        return JsonOutput(write, errors_only=errors_only)
    if form is Format.GITHUB:
        return GithubOutput(write, errors_only=errors_only)
    named = len(places) <= MOST_NAMED and not any(map(os.path.isdir, places))
    return TextOutput(write, errors_only=errors_only, every=every, verdicts=named and not errors_only)
