"""`aipower upload`: deliver reports, checked, without what is private, and with the user's consent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.cli.privacy import LevelOption, lines
from ai_power_export.console import say
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.report.privacy.level import Level

if TYPE_CHECKING:
    from ai_power_export.deliver.destinations import Address
    from ai_power_export.deliver.interface import Destination
    from ai_power_export.deliver.prepare import Gate, Prepared
    from ai_power_export.settings import Settings

HELP = """Deliver reports to a registry, a data set, a repository or a folder: valid ones that are public,
without what is private, after you agreed.

--preview shows what would leave, --dry-run what would be sent; neither delivers anything. Without --yes you
are asked on a terminal; elsewhere nothing leaves unless the settings say consent = true and name the
destination. What does not arrive waits in the outbox (aipower outbox) and goes with the next upload there. A
report that was delivered has a receipt beside it, and edit no longer changes it.

  aipower upload power-reports --to https://registry.example --preview

  aipower upload power-reports --to ../open-data --yes
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("upload", help=HELP)(_upload)


def _upload(
    places: Annotated[list[Path], typer.Argument(metavar="REPORT|FOLDER...", show_default=False)],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="DEST",
            help="An address, a folder, or a name in the settings.",
            show_default=False,
        ),
    ],
    level: LevelOption = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would leave, and deliver nothing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the requests, and send none.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="You agree; nothing is asked.")] = False,
) -> int:
    return upload_command(places, to, level, preview=preview, dry_run=dry_run, yes=yes)


def upload_command(
    places: list[Path], to: str, level: Level | None, *, preview: bool, dry_run: bool = False, yes: bool
) -> int:
    """Deliver reports, or show what would be; return the exit code: 1 if one cannot leave or arrive.

    Raises:
        BadInput: There is no report, or the destination or the settings cannot be used.
        CheckFailed: The user did not agree, or the outbox cannot be used.
    """
    from ai_power_export.cli.rows import printable
    from ai_power_export.deliver.consent import is_agreed
    from ai_power_export.deliver.destinations import address, destination
    from ai_power_export.deliver.prepare import Gate
    from ai_power_export.settings import load_settings

    settings = load_settings(Path.cwd(), {})
    where = address(to, settings)
    target = destination(where, settings)
    gate = Gate(settings, level)
    files = [file for place in places for file in _files(place)]
    ready = _ready(files, gate, preview=preview)
    all_may = len(ready) == len(files)
    if dry_run:
        for line in target.requests([each.parcel for each in ready]):
            sys.stdout.write(f"{printable(line)}\n")
    if preview or dry_run or not ready:
        return 0 if all_may else 1
    if not (yes or is_agreed(to, settings)):
        _ask(ready, target, gate.level)
    return 0 if _deliver(ready, where, target.place, settings) and all_may else 1


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


def _ready(files: list[Path], gate: Gate, *, preview: bool) -> list[Prepared]:
    """Return the reports that may leave; tell why of those that may not."""
    from ai_power_export.cli.sending import progress

    ready = []
    with progress("Checking", len(files)) as advance:
        for file in files:
            prepared = admitted(file, gate, preview=preview)
            if prepared:
                ready.append(prepared)
            advance()
    return ready


def admitted(file: Path, gate: Gate, *, preview: bool = False) -> Prepared | None:
    """Return a report that may leave; tell why where it may not."""
    from ai_power_export.report.read import read_report

    try:
        prepared = gate.prepare(read_report(file))
    except BadInput as error:
        say(str(error))
        return None
    if preview:
        sys.stdout.write("".join(f"{line}\n" for line in lines(prepared)))
    for why in () if preview else prepared.refusals:
        say(f"{file.name} stays here: {why}")
    return None if prepared.refusals else prepared


def _ask(ready: list[Prepared], target: Destination, level: Level) -> None:
    """Ask the user to agree.

    Raises:
        CheckFailed: They do not, or nobody is there to ask.
    """
    from ai_power_export.cli.edit.terminal import can_ask
    from ai_power_export.cli.sending import shown_place

    taken_out = sum(len(each.outgoing.removals) for each in ready)
    what = f"{len(ready)} report{'s' if len(ready) > 1 else ''}"
    if not can_ask():
        mend = "--yes, or consent = true for a destination of the settings; --preview shows what would leave"
        raise CheckFailed(f"{what} could leave, and nothing did: nobody agreed ({mend})")
    place = shown_place(target.place)
    say(f"{what} for {place}, level {level.value}; taken out: {taken_out} (--preview shows all)")
    if not typer.confirm("Deliver?", default=False, err=True):
        raise CheckFailed("nothing was delivered")


def _deliver(ready: list[Prepared], where: Address, place: str, settings: Settings) -> bool:
    """Put reports into the outbox, and send them with all that waits for the same place; tell if all arrived.

    Raises:
        CheckFailed: The outbox cannot be used.
    """
    from ai_power_export.cli.sending import send
    from ai_power_export.deliver.outbox.store import Outbox

    with ExitStack() as stack:
        try:
            outbox = stack.enter_context(Outbox())
            ids = outbox.put(where, place, ready)
        except CheckFailed as error:
            raise CheckFailed(f"{error}; nothing was sent") from None
        outbox.hasten(place)
        return send(outbox, settings, ids, place)
