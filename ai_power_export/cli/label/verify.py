"""`aipower label verify`: rates the report of a label again, and says whether that gives the same."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import AipowerError, BadInput

if TYPE_CHECKING:
    from ai_power_export.label.saved import Label
    from ai_power_export.label.scheme import Scheme

HELP = """Rate the report of a label again, and say whether that gives the same label.

The scheme is the one that comes with this program, or else the one in the
label. A label that was made beside other runs needs these runs again.
Exit code 0 if all is the same, 1 if not.

  aipower label verify label.json

  aipower label verify label.json --report report.json --against power-reports
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify", help=HELP)(_verify)


def _verify(
    label: Annotated[Path, typer.Argument(metavar="LABEL", show_default=False)],
    report: Annotated[
        Path | None,
        typer.Option(metavar="REPORT", help="The report that it is of; by default sought beside it."),
    ] = None,
    scheme: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="The scheme to rate it under.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="The runs that it was made beside; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    from ai_power_export.cli.label.against import places_of
    from ai_power_export.cli.label.rating import Rater
    from ai_power_export.label.comparable import hash_of_runs
    from ai_power_export.label.judge import needs_runs
    from ai_power_export.label.saved import differences, read_saved

    saved = read_saved(label)
    rules, ours = _scheme(saved, scheme, label.name)
    if needs_runs(rules) and not against and (saved.runs_hash or saved.rating.get("letter")):
        raise BadInput("was made beside other reports", label.name, "name them with --against")
    rated = Rater(rules, places_of(against), say).rate(report or _beside(saved, label))
    lines = differences(saved, rated.rating)
    if saved.runs_hash and rated.runs is not None and hash_of_runs(rated.runs) != saved.runs_hash:
        lines.append("against: these are not the reports that the label was made beside")
    if as_json:
        typer.echo(json.dumps({"same": not lines, "differences": lines, "scheme": ours}, indent=1))
    for line in lines:
        say(f"{label.name}: {line}")
    of = f"{rules.name} {rules.version}, {ours}"
    say(f"{label.name}: {'different' if lines else 'the same'} under {of}")
    return 1 if lines else 0


def _beside(label: Label, path: Path) -> Path:
    """Return the report of a label, from the folder that it lies in or `power-reports` there.

    Raises:
        BadInput: No report there has its hash.
    """
    from ai_power_export.label.subject import subject_of
    from ai_power_export.report.read import read_document

    for pattern in ("*.json", "power-reports/*.json"):
        for report in sorted(path.parent.glob(pattern)):
            with suppress(AipowerError):
                if subject_of(read_document(report), report.name).sha256 == label.rating["report_hash"]:
                    return report
    raise BadInput("its report is not beside it", path.name, "name it with --report")


def _scheme(label: Label, name: str | None, where: str) -> tuple[Scheme, str]:
    """Return the scheme to rate under, and whose it is: anybody can write a scheme into a label.

    Raises:
        BadInput: There is none.
    """
    from ai_power_export.label.scheme import hash_of
    from ai_power_export.label.schemes import load, names

    if name is not None:
        return load(name), "as you named it"
    known = str(label.rating.get("scheme_name"))
    if known in names() and hash_of(load(known)) == label.rating.get("scheme_hash"):
        return load(known), "which comes with this program"
    if label.scheme is None:
        raise BadInput(f"its scheme {known!r} is not in it", where, "name it with --scheme")
    return label.scheme, "which is only in the label itself"
