"""`aipower import`: reports from what other trackers and meters have left."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_power_export.console import say
from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from datetime import tzinfo

    from ai_power_export.importers.importing import Heard, Order, Outcome

HELP = """Write BoAmps reports from what other trackers and meters have measured.

Read are CodeCarbon's emissions.csv and task CSV, eco2AI, carbontracker logs, Zeus, pyJoules, pyRAPL,
EcoLogits, experiment-impact-tracker, perf stat, nvidia-smi and watt-meters, told by their content.

Rows that make no sense are left out and named. Exit code 1 if some were, 2 if a file cannot be used at all.

  aipower import emissions.csv --script train.py --country FRA

  aipower import logs/
"""
MOST_TOLD = 10
"""Reports that are named one by one; of more only the number is told."""


class Per(str, Enum):
    """What gets a report of its own."""

    RUN = "run"
    ROW = "row"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", help=HELP)(_import)


def _import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", show_default=False)],
    tool: Annotated[
        str | None, typer.Option("--from", metavar="TOOL", help="Tool that wrote the files.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the reports.")] = None,
    script: Annotated[
        Path | None, typer.Option(help="What was measured: its source tells the task. It is not run.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Value of a report field; repeatable."),
    ] = None,
    country: Annotated[str | None, typer.Option(help="Where the machine was: FRA, FR or France.")] = None,
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of local times in the files, such as Europe/Paris or UTC."),
    ] = None,
    per: Annotated[
        Per, typer.Option(help="row: one report an epoch, or a stretch between two flushes, of a run.")
    ] = Per.RUN,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write reports anew that are there already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of each row as JSON.")] = False,
) -> int:
    from ai_power_export.importers.importing import Order, import_files
    from ai_power_export.report.answers import assignments
    from ai_power_export.settings import load_settings

    given: dict[str, Any] = {
        "output": output,
        "country": country,
        "set": assignments(set_ or [], "--set") or None,
    }
    settings = load_settings(Path.cwd(), given)
    zone = _zone(timezone) if timezone else None
    order = Order(settings, settings.output, tool or "", per is Per.ROW, zone, script, replace)
    with _progress() as (heard, tell):
        try:
            return _told(import_files(files, order, heard), order, tell, as_json)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror or error}", str(settings.output)) from None


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise BadInput(f"{name!r} is no time zone", "--timezone", "such as Europe/Paris or UTC") from None


@dataclass
class _Tally:
    """What has become of the rows so far."""

    written: int = 0
    drafts: int = 0
    already: int = 0
    refused: int = 0
    files: int = 0
    lacks: str = ""
    """What the first draft lacks."""
    notices: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By code: in how many reports, and the words of the first."""

    def add(self, each: Outcome) -> Iterator[str]:
        """Count one outcome; yield what is to be told of it."""
        if each.written is not None:
            self.written += 1
            self.drafts += bool(each.written.missing)
            self.lacks = self.lacks or each.written.lacks
            for notice in each.notices:
                count, text = self.notices.get(notice.code, (0, notice.text))
                self.notices[notice.code] = (count + 1, text)
            if self.written <= MOST_TOLD:
                yield f"wrote {each.written.line}"
        elif each.already:
            self.already += 1
        else:
            self.files += each.is_file
            self.refused += not each.is_file
            yield f"{each.place}: {each.why_not}{'; row left out' if each.line and not each.is_file else ''}"

    def summary(self, order: Order) -> Iterator[str]:
        """Yield what is to be told at the end."""
        if self.written > MOST_TOLD:
            drafts = f"; {self.drafts} are drafts, the first {self.lacks}" if self.drafts else ""
            yield f"wrote {self.written} reports to {order.folder}{drafts}"
        if self.already:
            yield f"there already and left as it was: {self.already} (--replace writes reports anew)"
        for code, (count, text) in self.notices.items():
            yield f"in {count} of {self.written}: {code}: {text}"
        if self.lacks and order.script is None:
            yield "--script FILE adds the task that its source tells"

    @property
    def exit_code(self) -> int:
        """2 if a file could not be used at all, 1 if a row was left out, else 0."""
        return 2 if self.files else 1 if self.refused else 0


def _told(outcomes: Iterator[Outcome], order: Order, tell: Callable[[str], None], as_json: bool) -> int:
    """Tell of each outcome as it comes, and of all at the end; return the exit code."""
    tally = _Tally()
    separator = '{"results": [\n'
    for each in outcomes:
        if as_json:
            sys.stdout.write(separator + json.dumps(each.to_json()))
            separator = ",\n"
        for line in tally.add(each):
            tell(line)
    if as_json:
        sys.stdout.write("\n]}\n" if separator == ",\n" else '{"results": []}\n')
    for line in tally.summary(order):
        tell(line)
    return tally.exit_code


@contextmanager
def _progress() -> Iterator[tuple[Heard, Callable[[str], None]]]:
    """Show how far reading has come, on a terminal; yield how to hear of it, and how to tell a line."""
    if not (sys.stderr is not None and sys.stderr.isatty()):
        yield (lambda _file, _done, _size: None), say
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def hear(file: str, done: int, size: int) -> None:
            progress.update(task, description=file, completed=done, total=size)

        yield hear, lambda text: progress.console.print(f"aipower: {text}", markup=False, highlight=False)
