"""`aipower outbox`: what is on its way, and what becomes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.cli.rows import Row
    from ai_power_export.deliver.outbox.entry import Entry
    from ai_power_export.deliver.outbox.store import Outbox
    from ai_power_export.settings import Settings

HELP = """What was to be delivered and has not arrived; without a command all of it is listed.

What waits is sent again with the next upload to the same place; what a destination has refused stays until
you retry or drop it, or upload it again.
"""

IdsArgument = Annotated[list[int] | None, typer.Argument(metavar="[ID...]", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    outbox = typer.Typer(help=HELP)
    outbox.callback(invoke_without_command=True)(_outbox)
    outbox.command("list", help="List what has not arrived, and why.")(_list)
    outbox.command("show", help="Show one entry with its report, as it would be sent.")(_show)
    outbox.command("retry", help="Send entries now, also refused ones; without an ID all of them.")(_retry)
    outbox.command("drop", help="Forget entries without sending them; your reports stay as they are.")(_drop)
    app.add_typer(outbox, name="outbox")


def _outbox(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _list()


def _list(as_json: JsonOption = False) -> int:
    from ai_power_export.cli.rows import console, print_rows
    from ai_power_export.deliver.outbox.store import Outbox

    with Outbox() as outbox:
        entries, pauses = outbox.waiting(), outbox.pauses()
    if as_json:
        _print_json([_to_json(each, pauses) for each in entries])
    elif entries:
        print_rows(console(), [*_rows(entries, pauses)])
    else:
        say("the outbox is empty")
    return 0


def _show(
    entry: Annotated[int, typer.Argument(metavar="ID", show_default=False)], as_json: JsonOption = False
) -> int:
    from ai_power_export.cli.rows import console, print_rows
    from ai_power_export.deliver.outbox.store import Outbox

    with Outbox() as outbox:
        (found,), pauses = _entries(outbox, [entry]), outbox.pauses()
    if as_json:
        parcel = found.parcel
        more = {"report": parcel.document, "signature": parcel.signature, "corrects": parcel.corrects}
        _print_json({**_to_json(found, pauses), **more})
    else:
        print_rows(console(), [*_rows([found], pauses)])
        _print_json(found.parcel.document)
    return 0


def _retry(ids: IdsArgument = None) -> int:
    from pathlib import Path

    from ai_power_export.cli.sending import send
    from ai_power_export.deliver.outbox.store import Outbox
    from ai_power_export.settings import load_settings

    settings = load_settings(Path.cwd(), {})
    with Outbox() as outbox:
        entries = _entries(outbox, ids) if ids else outbox.waiting()
        if not entries:
            say("the outbox is empty")
            return 0
        wanted = [each.id for each in entries]
        outbox.retry(wanted)
        return 0 if send(outbox, _without_token_of_one(settings, entries), wanted) else 1


def _drop(
    ids: IdsArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="Drop all entries.")] = False,
) -> int:
    from ai_power_export.deliver.outbox.store import Outbox

    if bool(ids) == everything:
        raise BadInput("nothing to drop", "aipower outbox drop", "give IDs, or --all")
    with Outbox() as outbox:
        entries = _entries(outbox, ids) if ids else outbox.waiting()
        outbox.drop([each.id for each in entries])
    for each in entries:
        # An attempt without an answer may have arrived all the same.
        doubt = "; it may have arrived before" if each.attempts and not each.is_refused else ""
        say(f"{each.id} dropped, {each.file_name}{doubt}")
    return 0


def _entries(outbox: Outbox, ids: list[int]) -> list[Entry]:
    """Return entries by their ids.

    Raises:
        BadInput: There is none of an id.
    """
    found = outbox.waiting(ids)
    missing = {*ids} - {each.id for each in found}
    if missing:
        raise BadInput(f"no entry {min(missing)}", "the outbox", "aipower outbox list shows them")
    return found


def _without_token_of_one(settings: Settings, entries: list[Entry]) -> Settings:
    """Return the settings without their token where entries go to several places: it is for one."""
    if settings.token is None or len({each.place for each in entries}) == 1:
        return settings
    say("AIPOWER_TOKEN is for one destination and was not used: retry by ID, or set AIPOWER_TOKEN_<NAME>")
    return settings.model_copy(update={"token": None})


def _state(entry: Entry) -> str:
    if entry.holder:
        return "sending"
    return "refused" if entry.is_refused else "waiting"


def _to_json(entry: Entry, pauses: dict[str, float]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "state": _state(entry),
        "report": entry.file_name,
        "destination": entry.place,
        "name": entry.address.name or None,
        "source": str(entry.source),
        "put": _moment(entry.put_at),
        "attempts": entry.attempts,
        "due": None if entry.is_refused else _moment(max(entry.due, pauses.get(entry.place, 0.0))),
        "why": entry.why or None,
    }


def _rows(entries: list[Entry], pauses: dict[str, float]) -> Iterator[Row]:
    """Yield what is shown of entries; where they go and why they have not arrived once for all of a kind."""
    from rich.text import Text

    from ai_power_export.cli.rows import QUIET, printable
    from ai_power_export.cli.sending import shown_place

    kinds: dict[tuple[str, str, str], list[Entry]] = {}
    for each in entries:
        kinds.setdefault((each.place, _state(each), each.why), []).append(each)
    for (place, state, why), alike in kinds.items():
        for each in alike:
            yield str(each.id), Text(printable(each.file_name))
        due = _moment(max(min(each.due for each in alike), pauses.get(place, 0.0)))
        again = f", sent again after {due}" if state == "waiting" and why else ""
        yield "", Text(f"to {shown_place(place)}")
        yield "", Text(printable(f"{state}{again}{': ' if why else ''}{why}"), style=QUIET)


def _moment(seconds: float) -> str:
    """Return a moment in local time as ISO 8601 has it."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, indent=2) + "\n")
