"""The summary at the end of a run: on stderr, and as Markdown in a file of the user's or of the CI job."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.console import say
from ai_power_export.page import append, escaped, page_of, printable
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.publish import Written
from ai_power_export.run.overview import REPORT, Overview, overview
from ai_power_export.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

TITLE = "aipower"


def show(
    written: Sequence[Written],
    settings: Settings,
    folder: Path,
    *,
    quiet: bool = False,
    of_parts: bool = False,
) -> None:
    """Show what was measured and where the reports are, and append it to a page.

    Args:
        written: The reports of one run.
        settings: What the user has settled.
        folder: Where the page is, if its path is relative.
        quiet: True: nothing is shown, nor written where the user has named no file.
        of_parts: True: only a run of several parts, such as stages, is shown, and not where the reports are.
    """
    if not written:
        return
    found = overview(written, settings, folder)
    if not (quiet or settings.quiet or sys.stderr is None or (of_parts and not found.rows)):
        _show(
            replace(found, facts=[each for each in found.facts if each[0] != REPORT]) if of_parts else found
        )
    if not of_parts:
        for each in written:
            if each.lacks:
                say(f"{each.path.name} is {each.lacks}")
            if each.not_held:
                say(each.not_held)
    page = page_of(settings, folder, quiet=quiet)
    if page is not None:
        append(page, markdown(_for_others(found)))


def _for_others(found: Overview) -> Overview:
    """Return a summary as anybody may read it: the file is often a page of a CI service."""
    clean = PrivacyFilter().text
    return replace(
        found,
        rows=[tuple(map(clean, row)) for row in found.rows],
        notes=[*map(clean, found.notes)],
        facts=[(clean(name), clean(value)) for name, value in found.facts],
    )


def _show(found: Overview) -> None:
    if sys.stderr.isatty():
        _in_colour(found)
        return
    for line in plain(found):
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _in_colour(found: Overview) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    if found.rows:
        parts = Table(title=TITLE, title_justify="left")
        for number, column in enumerate(found.columns):
            # What does not fit goes on below: a number that was cut off would be another.
            parts.add_column(column, justify="right" if number else "left", overflow="fold")
        _fill(parts, found.rows)
        console.print(parts)
        for note in found.notes:
            console.print(Text(printable(note)))
    facts = Table(title=None if found.rows else TITLE, title_justify="left", show_header=False)
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    _fill(facts, found.facts)
    console.print(facts)


def _fill(table: Table, rows: Iterable[Sequence[str]]) -> None:
    from rich.text import Text

    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))


def plain(found: Overview) -> Iterator[str]:
    """Yield the lines of a summary for a file or a pipe: aligned, without colour, as wide as they are."""
    if found.rows:
        yield from _aligned([found.columns, *found.rows])
        yield from (f"{TITLE}: {printable(note)}" for note in found.notes)
    yield from _aligned(found.facts)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{TITLE}: {'  '.join(cells)}".rstrip()


def markdown(found: Overview) -> Iterator[str]:
    """Yield the lines of a summary as Markdown."""
    yield f"### {TITLE}\n"
    if found.rows:
        yield f"| {' | '.join(found.columns)} |"
        yield f"| --- |{' ---: |' * (len(found.columns) - 1)}"
        for row in found.rows:
            yield f"| {' | '.join(map(escaped, row))} |"
        yield ""
        yield from (f"{escaped(note)}\n" for note in found.notes)
    yield from (f"- **{escaped(name)}**: {escaped(value)}" for name, value in found.facts)
    yield "\n"
