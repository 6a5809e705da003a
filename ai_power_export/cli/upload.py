"""`aipower upload`: deliver reports, checked, without what is private, and with the user's consent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    places: Annotated[
        list[str],
        typer.Argument(metavar="REPORT|FOLDER...", help="Reports, folders or patterns.", show_default=False),
    ],
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
    places: Sequence[str], to: str, level: Level | None, *, preview: bool, dry_run: bool = False, yes: bool
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
    from ai_power_export.report.reading.found import paths_of
    from ai_power_export.settings import load_settings

    settings = load_settings(Path.cwd(), {})
    where = address(to, settings)
    target = destination(where, settings)
    gate = Gate(settings, level)
    files = paths_of(places)
    prepared = prepared_of(files, gate)
    tell(prepared, preview=preview)
    ready = [each for each in prepared if each.leaves]
    all_may = len(prepared) == len(files) and not any(each.refusals for each in prepared)
    if dry_run:
        for line in target.requests([each.parcel for each in ready]):
            sys.stdout.write(f"{printable(line)}\n")
    if preview or dry_run or not ready:
        return 0 if all_may else 1
    if not (yes or is_agreed(to, settings)):
        _ask(ready, target, gate.level)
    return 0 if _deliver(ready, where, target.place, settings) and all_may else 1


def prepared_of(files: Sequence[Path], gate: Gate, *, others_leave: bool = False) -> list[Prepared]:
    """Return reports as they would leave, or why they do not; tell of files that cannot be read.

    Args:
        files: The reports.
        gate: What they pass.
        others_leave: As for `deliver.once.once`.
    """
    from ai_power_export.cli.sending import progress
    from ai_power_export.deliver.once import once
    from ai_power_export.report.read import read_report

    found = []
    with progress("Checking", len(files)) as advance:
        for file in files:
            try:
                found.append(gate.prepare(read_report(file)))
            except BadInput as error:
                say(str(error))
            advance()
    return once(found, others_leave=others_leave)


def tell(prepared: Sequence[Prepared], *, preview: bool) -> None:
    """Tell which reports stay and why, of many alike once; in a preview also what would leave of each."""
    from ai_power_export.cli.sending import FEW, tell_together

    if preview:
        for each in prepared:
            sys.stdout.write("".join(f"{line}\n" for line in lines(each)))
        return
    stay = [(each, why) for each in prepared for why in filter(None, (*each.refusals, each.doubled))]
    if len(prepared) > FEW:
        tell_together((each.saved.path.name, f"left here: {why}") for each, why in stay)
        return
    for each, why in stay:
        say(f"{each.saved.path.name} stays here: {why}")


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
