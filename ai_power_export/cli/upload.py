"""`aipower upload`: deliver reports, checked, without what is private, and with the user's consent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.privacy import LevelOption, lines
from ai_power_export.console import say
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.report.privacy.level import Level

if TYPE_CHECKING:
    from ai_power_export.deliver.interface import Destination
    from ai_power_export.deliver.prepare import Gate, Prepared

HELP = """Deliver reports to a folder: valid ones that are public, without what is private, after you agreed.

--preview shows what would leave and delivers nothing. Without --yes you are asked on a terminal; without a
terminal nothing leaves. A report that was delivered has a receipt beside it, and edit no longer changes it.

  aipower upload power-reports --to ../open-data --preview

  aipower upload power-reports --to ../open-data --yes
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("upload", help=HELP)(_upload)


def _upload(
    places: Annotated[list[Path], typer.Argument(metavar="REPORT|FOLDER...", show_default=False)],
    to: Annotated[str, typer.Option("--to", metavar="FOLDER", help="Where they go.", show_default=False)],
    level: LevelOption = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would leave, and deliver nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="You agree; nothing is asked.")] = False,
) -> int:
    return upload_command(places, to, level, preview=preview, yes=yes)


def upload_command(places: list[Path], to: str, level: Level | None, *, preview: bool, yes: bool) -> int:
    """Deliver reports, or show what would be; return the exit code: 1 if one cannot leave or arrive.

    Raises:
        BadInput: There is no report, or the destination or the settings cannot be used.
        CheckFailed: The user did not agree.
    """
    from ai_power_export.deliver.destinations import address, destination
    from ai_power_export.deliver.prepare import Gate
    from ai_power_export.settings import load_settings

    settings = load_settings(Path.cwd(), {})
    target = destination(address(to, settings), settings)
    gate = Gate(settings, level)
    files = [file for place in places for file in _files(place)]
    ready, all_may = _ready(files, gate, preview=preview)
    if preview or not ready:
        return 0 if all_may else 1
    if not yes:
        _ask(ready, target, gate.level)
    arrived = [_deliver(each, target) for each in ready]
    return 0 if all_may and all(arrived) else 1


def _files(place: Path) -> Iterator[Path]:
    """Yield the reports of a place.

    Raises:
        BadInput: A folder without any.
    """
    from ai_power_export.report.read import EVIDENCE_SUFFIX

    if not place.is_dir():
        yield place
        return
    found = [path for path in sorted(place.glob("*.json")) if not path.name.endswith(EVIDENCE_SUFFIX)]
    if not found:
        raise BadInput("no report in this folder", str(place))
    yield from found


def _ready(files: Iterable[Path], gate: Gate, *, preview: bool) -> tuple[list[Prepared], bool]:
    """Return the reports that may leave, and whether all may; tell why of those that may not."""
    from ai_power_export.report.read import read_report

    ready, all_may = [], True
    for file in files:
        try:
            prepared = gate.prepare(read_report(file))
        except BadInput as error:
            say(str(error))
            all_may = False
            continue
        if preview:
            sys.stdout.write("".join(f"{line}\n" for line in lines(prepared)))
        for why in () if preview else prepared.refusals:
            say(f"{file.name} stays here: {why}")
        if prepared.refusals:
            all_may = False
        else:
            ready.append(prepared)
    return ready, all_may


def _ask(ready: list[Prepared], target: Destination, level: Level) -> None:
    """Ask the user to agree.

    Raises:
        CheckFailed: They do not, or nobody is there to ask.
    """
    taken_out = sum(len(each.outgoing.removals) for each in ready)
    what = f"{len(ready)} report{'s' if len(ready) > 1 else ''}"
    if not (sys.stdin and sys.stdin.isatty()):
        raise CheckFailed(f"{what} could leave, and nothing did: nobody agreed (--yes; --preview shows them)")
    say(f"{what} for {target.place}, level {level.value}; taken out: {taken_out} (--preview shows all)")
    if not typer.confirm("Deliver?", default=False, err=True):
        raise CheckFailed("nothing was delivered")


def _deliver(prepared: Prepared, target: Destination) -> bool:
    """Deliver a report and note it beside it; tell whether it has arrived."""
    from ai_power_export.deliver.interface import Receipt
    from ai_power_export.report.edit.published import note_published

    (answer,) = target.deliver([prepared.parcel])
    if not isinstance(answer, Receipt):
        say(str(answer))
        return False
    say(f"{prepared.parcel.name} {'delivered to' if answer.is_new else 'is there already:'} {target.place}")
    try:
        note_published(prepared.saved.path, target.place)
    except OSError as error:
        say(f"{prepared.saved.path.name}: no receipt could be written: {error.strerror or error}")
    return True
