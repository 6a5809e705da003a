"""`aipower privacy`: what of a report would leave, and what would be taken out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.report.privacy.level import Level

if TYPE_CHECKING:
    from ai_power_export.deliver.prepare import Prepared
    from ai_power_export.report.privacy.filter import Removal

HELP = """Show what of a report would leave with `aipower upload`, and what would be taken out before.

Secrets, paths, names of people and machines, and exact places never leave. --level says what is told of
the publisher: anonymous nothing, organisation its name, full all that the report says. Nothing is sent.
"""

LevelOption = Annotated[
    Level | None, typer.Option("--level", help="What to tell of the publisher.", show_default="full")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("privacy", help=HELP)(_privacy)


def _privacy(
    report: Annotated[Path, typer.Argument(metavar="REPORT", show_default=False)],
    level: LevelOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, without the words that were taken out.")
    ] = False,
) -> int:
    return privacy_command(report, level, as_json)


def privacy_command(place: Path, level: Level | None, as_json: bool) -> int:
    """Print what would leave of a report; return the exit code.

    Raises:
        BadInput: There is no such report, or the settings cannot be used.
    """
    from ai_power_export.deliver.prepare import Gate
    from ai_power_export.report.read import read_report
    from ai_power_export.settings import load_settings

    gate = Gate(load_settings(Path.cwd(), {}), level)
    prepared = gate.prepare(read_report(place))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(prepared, gate.level), indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(prepared)))
    return 0


def _as_json(prepared: Prepared, level: Level) -> dict[str, object]:
    return {
        "level": level.value,
        "leaves": prepared.parcel.document,
        "takenOut": [removal.to_json() for removal in prepared.outgoing.removals],
        "refused": list(prepared.refusals),
    }


def lines(prepared: Prepared) -> Iterator[str]:
    """Yield what would leave and what not, as people read it."""
    yield f"{prepared.saved.path.name} would leave as {prepared.parcel.name}:"
    yield json.dumps(prepared.parcel.document, indent=2, ensure_ascii=False)
    if prepared.parcel.signature:
        yield "with its signature beside it"
    yield "taken out:" if prepared.outgoing.removals else "nothing was taken out"
    for removal in prepared.outgoing.removals:
        yield f"  {removal.path}: {removal.kind.value}, {removal.why}"
        yield f"    {_shown(removal)} -> {'nothing' if removal.after is None else removal.after}"
    for why in prepared.refusals:
        yield f"it cannot leave: {why}"
    if prepared.doubled:
        yield f"it stays here: {prepared.doubled}"


def _shown(removal: Removal) -> str:
    """Return what was taken out, for its owner; of a secret only how it begins: terminals are recorded."""
    from ai_power_export.vocabulary.private import Kind

    before = str(removal.before)
    if removal.kind is Kind.SECRET:
        return f"{before[:4]}… ({len(before)} characters)"
    return "".join(letter if letter.isprintable() else " " for letter in before)
