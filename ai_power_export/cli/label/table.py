"""`aipower label --table`: result tables rated, as CSV."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from ai_power_export.cli.replacing import check_free
from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.label.scheme import Scheme, hash_of
from ai_power_export.label.tables import rate_table as rows_of
from ai_power_export.label.tables_out import Summary, write_rated, write_rows


def rate_table(table: Path, scheme: Scheme, output: Path | None, *, force: bool, as_json: bool) -> int:
    """Rate a table into a file, or to stdout where none is named; return the exit code.

    Raises:
        BadInput: The table or the file cannot be used, or a file is there that may not be replaced.
    """
    if as_json and not output:
        raise BadInput("--json tells what a table got", mend="name the rated table with -o")
    if output and output.suffix.lower() != ".csv":
        raise BadInput("a rated table is CSV", str(output), "end it in .csv")
    if output:
        check_free(output, [table], force=force)
    try:
        summary = write_rated(table, scheme, output) if output else _print(table, scheme)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(output or "-")) from None
    if as_json:
        typer.echo(json.dumps(_told(summary, scheme), indent=1))
    letters = ", ".join(f"{letter} {count}" for letter, count in summary.letters.items() if count)
    say(f"rated {summary.rows} rows under {scheme.name} {scheme.version}: {letters or 'no letter'}")
    for why_not, count in summary.why_not.most_common():
        say(f"{count} not rated: {why_not}")
    return 0 if summary.letters.total() else 1


def _print(table: Path, scheme: Scheme) -> Summary:
    return write_rows(rows_of(table, scheme), scheme, sys.stdout)


def _told(summary: Summary, scheme: Scheme) -> dict[str, object]:
    return {
        "scheme": {"name": scheme.name, "version": scheme.version, "sha256": hash_of(scheme)},
        "rows": summary.rows,
        "letters": dict(summary.letters),
        "notRated": dict(summary.why_not),
    }
