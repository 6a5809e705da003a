"""`aipower convert`: reports in another version of the format."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_power_export.console import say
from ai_power_export.errors import AipowerError, BadInput

if TYPE_CHECKING:
    from ai_power_export.report.convert.files import ConvertedFile

HELP = """Convert reports to another version of the format.

The result lies beside the report, as NAME.VERSION.json; the report itself stays as it is. What the version
has no place for is named and kept in the evidence beside the result: a report that comes back gets it again.
What the version requires and the report does not say is left out; the result is then a draft.

A PLACE is a report, or a folder with reports below it. Exit code 2 if something could not be converted.

  aipower convert report.json --to boamps-2024

  aipower convert old-reports --to boamps -o upgraded
"""
LONGEST_VALUE = 60
"""Characters of a value that are shown; the evidence has all of it."""
MOST_TOLD = 10
"""Reports whose losses are told one by one; of more, each loss with the number of reports that have it."""


class To(str, Enum):
    """The versions of the format."""

    BOAMPS = "boamps"
    BOAMPS_2024 = "boamps-2024"
    ORANGE = "orange-0.0.1"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("convert", help=HELP)(_convert)


def _convert(
    places: Annotated[list[Path], typer.Argument(metavar="PLACE...", show_default=False)],
    to: Annotated[To, typer.Option("--to", help="The version.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A file (of one report: NAME.json), or a folder."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace another report that is there.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write no file: print the result, one line a report.")
    ] = False,
) -> int:
    from ai_power_export.report.convert.files import report_files

    paths = list(report_files(places))
    if not paths:
        raise BadInput("holds no *.json", ", ".join(map(str, places)))
    if output is not None and output.suffix == ".json" and not output.is_dir() and len(paths) > 1:
        raise BadInput(f"is one file for {len(paths)} reports", str(output), "give a folder")
    desk = _Desk(to.value, output, force, as_json)
    for path in paths:
        try:
            desk.convert(path)
        except AipowerError as error:
            desk.refused += 1
            say(str(error))
    for line in desk.summary():
        say(line)
    return 2 if desk.refused else 0


@dataclass
class _Desk:
    """Converts one report after the other, and remembers what is told at the end."""

    to: str
    output: Path | None
    force: bool
    as_json: bool
    refused: int = 0
    converted: int = 0
    drafts: int = 0
    same: int = 0
    losses: Counter[str] = field(default_factory=Counter)
    _written: set[Path] = field(default_factory=set)

    def convert(self, path: Path) -> None:
        """Convert, write and tell.

        Raises:
            BadInput: The report cannot be used, or its result not be written.
        """
        from ai_power_export.report.convert.files import convert_file

        made = convert_file(path, self.to)
        if made.is_same:
            self.same += 1
            if self.as_json:
                self._print(made)
            return
        place = "" if self.as_json else str(self._save(made))
        self.converted += 1
        self.drafts += bool(made.converted.lacks)
        if self.as_json:
            self._print(made)
        if self.converted <= MOST_TOLD:
            for line in _told(made, place, self.to):
                say(line)
        else:
            self.losses.update(_kinds_of_loss(made))

    def summary(self) -> Iterator[str]:
        """Yield what is told at the end."""
        if self.same:
            yield f"already {self.to}, and left as it was: {self.same}"
        if self.converted > MOST_TOLD:
            yield f"converted {self.converted} reports to {self.to}, of which {self.drafts} are drafts"
            for loss, count in self.losses.most_common():
                yield f"in {count} more of them: {loss}"

    def _save(self, made: ConvertedFile) -> Path:
        from ai_power_export.report.convert.files import place_of, save

        place = place_of(made.source, self.to, self.output)
        if place in self._written:
            raise BadInput("two reports have this name", str(place), "convert their folders one by one")
        try:
            save(made, place, force=self.force)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror or error}", str(place)) from None
        self._written.add(place)
        return place

    def _print(self, made: ConvertedFile) -> None:
        sys.stdout.write(json.dumps(made.converted.document) + "\n")


def _told(made: ConvertedFile, place: str, to: str) -> Iterator[str]:
    """Yield what is told of one report."""
    from ai_power_export.report.evidence import value_at

    lacks = made.converted.lacks
    is_draft = value_at(made.converted.document, "header.reportStatus") == "draft"
    state = f" ({'a draft' if is_draft else 'incomplete'}: {'; '.join(lacks)})" if lacks else ""
    yield f"wrote {place}{state}" if place else f"{made.source.name} as {to}{state}"
    for held in made.converted.held:
        yield f"  not in {to}: {held.field} = {_shown(held.value)}: {held.why}"


def _kinds_of_loss(made: ConvertedFile) -> set[str]:
    """Return what is lost in a report, entries of lists not told apart."""
    from ai_power_export.report.evidence import without_indices

    return {f"{without_indices(held.field)}: {held.why}" for held in made.converted.held}


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
