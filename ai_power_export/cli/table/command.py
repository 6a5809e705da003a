"""`aipower table`: reports as tables, and tables back to reports."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.report.flat.form import Form

if TYPE_CHECKING:
    from ai_power_export.cli.table.reports import Hear, Tell

HELP = """Make a table of reports.

One wide row a report, as CSV, JSON Lines or Parquet by the table's name.
With --relational a folder of five tables, joined by keys.
With --back reports of wide tables, the same as went in.

A PLACE is a report, a folder, or a pattern such as 'runs/*/*.json'.
What is no report is named and left out; exit code 1 if something was, 2 if
there is nothing to write.

  aipower table power-reports -o reports.csv

  aipower table power-reports -o tables --relational --as parquet

  aipower table reports.csv --back -o reports-again
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("table", help=HELP)(_table)


def _table(
    places: Annotated[list[str], typer.Argument(metavar="PLACE...", show_default=False)],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The table; with --relational or --back a folder.")
    ],
    relational: Annotated[
        bool,
        typer.Option("--relational", help="Reports, algorithms, datasets, measures, components apart."),
    ] = False,
    form: Annotated[Form | None, typer.Option("--as", help="Files of --relational; csv if not said.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Make reports of wide tables again.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is no older table.")] = False,
) -> int:
    if relational and back:
        raise BadInput("--relational and --back exclude each other", mend="only wide tables come back")
    if form and not relational:
        raise BadInput("--as is for --relational", mend="else the name of the table says it")
    kind = (form or Form.CSV) if relational else None
    try:
        if not back:
            _check(output, kind, force)
        with _progress() as (hear, tell):
            if back:
                return _write_reports(places, output, hear, tell)
            return _write_tables(places, output, kind, hear, tell)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(output)) from None


def _check(output: Path, form: Form | None, force: bool) -> None:
    """Refuse a place before thousands of files are read."""
    from ai_power_export.report.flat.files import form_of
    from ai_power_export.report.flat.tables import check_replaced

    if form is None:
        form_of(output)
    if not force:
        check_replaced(output, form)


def _write_tables(places: Sequence[str], output: Path, form: Form | None, hear: Hear, tell: Tell) -> int:
    """Write the tables, wide without a form; return the exit code."""
    from ai_power_export.cli.table.reports import Reports
    from ai_power_export.report.flat.tables import write_relational, write_wide

    reports = Reports(places, hear, tell)
    if form is None:
        written = write_wide(reports, reports.lengths(), output)
    else:
        written = write_relational(reports, output, form)
    tell(f"wrote {output} ({_counted(written, reports.left_out)})")
    return 1 if reports.left_out else 0


def _write_reports(tables: Sequence[str], folder: Path, hear: Hear, tell: Tell) -> int:
    """Write the reports of wide tables; return the exit code."""
    from ai_power_export.report.flat.cells import Senseless
    from ai_power_export.report.flat.tables import ReportFolder, reports_of
    from ai_power_export.report.reading.places import printable

    written = left_out = 0
    target = ReportFolder(folder)
    for table in tables:
        for place, found in reports_of(Path(table)):
            if isinstance(found, Senseless):
                left_out += 1
                tell(printable(f"{place}: {found}"))
            else:
                written += 1
                target.add(place, found)
            hear(written + left_out, None)
    if not written:
        raise BadInput("no row is a report: nothing is written")
    tell(f"wrote {folder} ({_counted(written, left_out)})")
    return 1 if left_out else 0


def _counted(reports: int, left_out: int) -> str:
    return f"{reports} report{'s' * (reports != 1)}" + (f"; {left_out} left out" if left_out else "")


@contextmanager
def _progress() -> Iterator[tuple[Hear, Tell]]:
    """Show how far the work has come, on a terminal; yield how to hear of it, and how to tell a line."""
    if not (sys.stderr is not None and sys.stderr.isatty()):
        yield (lambda _done, _all: None), say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reports", total=None)

        def tell(text: str) -> None:
            progress.console.print(f"aipower: {text}", markup=False, highlight=False, soft_wrap=True)

        yield (lambda done, every: progress.update(task, completed=done, total=every)), tell
