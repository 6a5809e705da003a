"""`aipower label`: the energy label of reports and of result tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ai_power_export.cli.label import scheme as schemes
from ai_power_export.cli.label import verify
from ai_power_export.cli.replacing import Force
from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.cli.label.rating import Rater
    from ai_power_export.label.scheme import Scheme

RATE = "rate"
"""The command that is meant where no other is named: `aipower label REPORT`."""

HELP = """Rate reports A to E by the energy of a functional unit.

The letter comes with the range that the report's quality gives. It is earned
beside comparable runs: of one kind of task, stage, data and hardware. With too
few there is none. A frozen scheme (aipower label scheme fit) needs no others.

  aipower label report.json --against power-reports -o label.svg

  aipower label report.json --against https://registry.example.org

  aipower label report.json --scheme ours.toml -o card.md

  aipower label --table results.csv --scheme elex-imagenet -o rated.csv

  aipower label verify label.svg --report report.json

  aipower label scheme new|fit|show|diff

Exit code 0 if all have a letter, 1 if not, 2 if something cannot be used.
"""


class _Group(TyperGroup):
    """Commands of which one needs no name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = [RATE, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command; the one that needs no name is not named in its help either."""
        name, command, rest = super().resolve_command(ctx, args)
        return ("" if name == RATE else name), command, rest


def register(app: typer.Typer) -> None:
    """Add the commands."""
    label = typer.Typer(cls=_Group, help="Rate reports A to E by their energy, and check such labels.")
    label.command(RATE, help=HELP, hidden=True)(_rate)
    verify.register(label)
    schemes.register(label)
    app.add_typer(label, name="label")


def _rate(
    reports: Annotated[
        list[str] | None,
        typer.Argument(metavar="REPORT...", help="Reports, folders or patterns.", show_default=False),
    ] = None,
    scheme: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="By default training or inference, by the report's stage."),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE", help="Reports to compare with: folder, table or registry of them; repeatable."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Label of one report: .svg, .png, .pdf, .html, .json, .md, or badge.svg; or rated table.",
        ),
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Rate a result table in place of reports.")
    ] = None,
    as_published: Annotated[
        bool, typer.Option("--as-published", help="With the faults of the original that the scheme names.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of pictures and pages: en or fr.")] = "en",
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    if bool(table) == bool(reports):
        raise BadInput("name reports, or a --table of results", mend="aipower label --help says how")
    if table:
        from ai_power_export.cli.label.table import rate_table

        if against:
            raise BadInput("a table is its own comparison", "--against", "leave it out")
        return rate_table(table, _named(scheme, as_published), output, force=force, as_json=as_json)
    rater = _rater(_named(scheme, as_published) if scheme else None, against)
    return _rate_reports(rater, reports or [], output, language, force=force, as_json=as_json)


def _named(name: str | None, as_published: bool) -> Scheme:
    from ai_power_export.label.schemes import load, names

    if name is None:
        raise BadInput("a table needs a --scheme", mend=f"there are {', '.join(names())}, or a file .toml")
    scheme = load(name)
    return scheme.published() if as_published else scheme


def _rater(scheme: Scheme | None, against: list[str] | None) -> Rater:
    from ai_power_export.cli.label.against import places_of
    from ai_power_export.cli.label.rating import Rater

    return Rater(scheme, places_of(against), say)


def _rate_reports(
    rater: Rater, places: list[str], output: Path | None, language: str, *, force: bool, as_json: bool
) -> int:
    from ai_power_export.cli.label.output import check_output, write_label
    from ai_power_export.cli.label.rating import rate_all
    from ai_power_export.cli.label.text import show_ratings
    from ai_power_export.report.reading.found import paths_of

    paths = paths_of(places)
    if output:
        check_output(output, paths, language, force=force)
    rated, code = rate_all(rater, paths, say)
    if any(each.rating.letter is None and each.lacks_runs for each in rated):
        say("nothing was named to compare with: --against takes a folder, table or registry of reports")
    show_ratings([each.rating for each in rated], as_json=as_json)
    if output:
        write_label(output, rated[0], language)
        say(f"wrote {output}")
    return code
