"""`aipower table`: reports as tables, and tables back to reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import has_magic, iglob
from pathlib import Path
from typing import Annotated, Any

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.report.flat.form import Form

HELP = """Make a table of reports.

One wide row a report: CSV, JSON Lines or Parquet, by the name of the table. With --relational a folder of
five tables, joined by keys. A PLACE is a report, a folder of them, or a pattern such as 'runs/*/*.json'.
--back makes the same reports of wide tables again.

What is no report is named and left out; exit code 1 if something was.

  aipower table power-reports -o reports.csv

  aipower table power-reports -o tables --relational --as parquet

  aipower table reports.csv --back -o reports-again
"""

Hear = Callable[[int], None]
"""Is told of how many reports more have been gone through."""
Tell = Callable[[str], None]


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
) -> int:
    if relational and back:
        raise BadInput("--relational and --back exclude each other", mend="only wide tables come back")
    if form and not relational:
        raise BadInput("--as is for --relational", mend="else the name of the table says it")
    try:
        with _progress() as (hear, tell):
            if back:
                return _back(places, output, hear, tell)
            reports = _Reports(places, hear, tell)
            return _relational(reports, output, form or Form.CSV) if relational else _wide(reports, output)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(output)) from None


class _Reports:
    """The reports in files, one at a time; what is none is told and left out."""

    def __init__(self, places: Sequence[str], hear: Hear, tell: Tell) -> None:
        self._places, self._hear, self._tell = places, hear, tell
        self.left_out = 0
        """Files that were told of."""

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for path, found in self._read():
            if isinstance(found, BadInput):
                self.left_out += 1
                self._tell(str(found))
            else:
                yield path.name, found
            self._hear(1)

    def lengths(self) -> dict[str, int]:
        """Return the length of the longest of each of the format's lists; tell nothing."""
        from ai_power_export.report.flat.columns import list_lengths

        lengths: dict[str, int] = {}
        for _, found in self._read():
            if not isinstance(found, BadInput):
                lengths = list_lengths(lengths, found)
            self._hear(1)
        return lengths

    def _read(self) -> Iterator[tuple[Path, Mapping[str, Any] | BadInput]]:
        from ai_power_export.report.read import read_document

        for path in _files(self._places):
            try:
                yield path, _current(read_document(path), path)
            except BadInput as error:
                yield path, error


def _current(document: dict[str, Any], path: Path) -> Mapping[str, Any]:
    """Return a report in the current version of the format, which tables are made of."""
    from ai_power_export.report.format.versions import CURRENT, version_of

    version = version_of(document)
    if version != CURRENT:
        raise BadInput(f"follows {version}", path.name, f"aipower convert it to {CURRENT} first")
    return document


def _files(places: Sequence[str]) -> Iterator[Path]:
    for place in places:
        path = Path(place)
        if path.is_dir():
            yield from sorted(
                each for each in path.rglob("*.json") if not each.name.endswith(".evidence.json")
            )
        elif has_magic(place) and not path.exists():
            yield from sorted(map(Path, iglob(place, recursive=True)))
        else:
            yield path


def _wide(reports: _Reports, path: Path) -> int:
    from ai_power_export.report.flat.files import form_of
    from ai_power_export.report.flat.tables import write_wide

    form_of(path)  # refuses a name before thousands of files are read
    return _told(write_wide(reports, reports.lengths(), path), reports, path)


def _relational(reports: _Reports, folder: Path, form: Form) -> int:
    from ai_power_export.report.flat.tables import write_relational

    return _told(write_relational(reports, folder, form), reports, folder)


def _told(count: int, reports: _Reports, where: Path) -> int:
    left_out = f"; {reports.left_out} files left out" if reports.left_out else ""
    say(f"wrote {where} ({count} report{'s' * (count != 1)}{left_out})")
    return 1 if reports.left_out else 0


def _back(tables: Sequence[str], folder: Path, hear: Hear, tell: Tell) -> int:
    from ai_power_export.report.flat.cells import Senseless
    from ai_power_export.report.flat.tables import ReportFolder, reports_of

    written = left_out = 0
    target = ReportFolder(folder)
    for table in tables:
        for place, found in reports_of(Path(table)):
            if isinstance(found, Senseless):
                left_out += 1
                tell(f"{place}: {found}")
            else:
                written += 1
                target.add(place, found)
            hear(1)
    said = f"; {left_out} rows left out" if left_out else ""
    say(f"wrote {written} report{'s' * (written != 1)} to {folder}{said}")
    return 1 if left_out else 0


@contextmanager
def _progress() -> Iterator[tuple[Hear, Tell]]:
    """Show how many reports were gone through, on a terminal; yield how to hear of it, and to tell a line."""
    if not (sys.stderr is not None and sys.stderr.isatty()):
        yield (lambda _more: None), say
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

    columns = SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reports", total=None)
        yield (
            lambda more: progress.advance(task, more),
            lambda text: progress.console.print(f"aipower: {text}", markup=False, highlight=False),
        )
