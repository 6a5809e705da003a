"""Turns files into reports: find the tool, read the runs, write a report of each that is not there yet."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import Facts, Notice
from ai_power_export.importers.codes import Codes
from ai_power_export.importers.facts import began, facts_of
from ai_power_export.importers.imported import Imported, Importer, Refused
from ai_power_export.importers.text import Text
from ai_power_export.importers.tools import importer_named, importer_of
from ai_power_export.measure.codecarbon import country_in_words
from ai_power_export.report.header import header_facts, settings_facts
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.publish import Written, publish
from ai_power_export.settings import Settings
from ai_power_export.source.inspect import read_source

NAMESPACE = uuid.UUID("2a8f1a2e-5d0c-5b7e-9c53-6f6f1c1f7a11")
"""Namespace of the ids of imported reports: the same run has the same id wherever it is imported."""

REPORT_ID = re.compile(r"_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json$")
SIXTY_FOUR_BITS = (1 << 64) - 1

Heard = Callable[[str, int, int], None]
"""Is told of which file how many of how many bytes were read."""


@dataclass(frozen=True)
class Order:
    """What the user wants of an import."""

    settings: Settings
    folder: Path
    """Where the reports go."""
    tool: str = ""
    """Name of the tool that wrote the files; empty to tell it by their content."""
    per_row: bool = False
    """Whether parts of runs get reports instead of runs, where a file holds both."""
    zone: tzinfo | None = None
    """Where the machine's clock showed local time."""
    script: Path | None = None
    """What was measured."""
    replace: bool = False
    """Whether reports that are there already are written anew."""


@dataclass(frozen=True)
class Outcome:
    """What became of one run, row or file: exactly one of `written`, `already` and `why_not` is said."""

    file: str
    line: int
    """From 1; 0 for the whole file."""
    written: Written | None = None
    already: str = ""
    """Id of the report that was there already and was left as it is."""
    why_not: str = ""
    notices: tuple[Notice, ...] = ()
    """What the reader of the report should know."""
    is_file: bool = False
    """Whether the file as a whole could not be used."""

    @property
    def place(self) -> str:
        """Say where it stands: `emissions.csv:12`."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        found: dict[str, Any] = {"file": self.file, "line": self.line or None}
        if self.written is not None:
            header = self.written.report.header
            found |= {
                "outcome": "written",
                "report": str(self.written.path),
                "reportId": header.report_id if header else None,
                "status": self.written.status,
                "missing": list(self.written.missing),
            }
        elif self.already:
            found |= {"outcome": "already there", "reportId": self.already}
        else:
            found |= {"outcome": "refused", "why": self.why_not}
        return found


def import_files(paths: Sequence[Path], order: Order, heard: Heard) -> Iterator[Outcome]:
    """Write the reports of files and folders of files, one by one as they are read.

    Raises:
        BadInput: The tool or the script cannot be used.
        OSError: The folder of the reports cannot be written.
    """
    importer = importer_named(order.tool) if order.tool else None
    desk = _Desk(order)
    for path in paths:
        try:
            files = _files(path, importer)
        except BadInput as error:
            yield Outcome(path.name, 0, why_not=_without_place(error), is_file=True)
            continue
        for file, its_importer in files:
            yield from _import_file(Text(file, partial(heard, file.name)), its_importer, desk)


def _files(path: Path, importer: Importer | None) -> list[tuple[Path, Importer]]:
    """Return the files to read, each with its importer; of a folder those whose tool is known.

    Raises:
        BadInput: There is none.
    """
    if not path.is_dir():
        return [(path, importer or importer_of(Text(path)))]
    try:
        inside = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", path.name) from None
    found = []
    for file in inside:
        known = _known(file)
        if known is not None and known.files and importer in (None, known):
            found.append((file, known))
    if not found:
        raise BadInput("no file of a known tool lies in it", path.name)
    return found


def _known(file: Path) -> Importer | None:
    try:
        return importer_of(Text(file))
    except BadInput:
        return None


def _import_file(text: Text, importer: Importer, desk: _Desk) -> Iterator[Outcome]:
    is_empty = True
    try:
        for found in importer.read(text, desk.order.per_row):
            is_empty = False
            if isinstance(found, Refused):
                yield Outcome(text.name, found.line, why_not=found.why)
            else:
                yield desk.report(found, text.name)
    except BadInput as error:
        yield Outcome(text.name, 0, why_not=_without_place(error), is_file=True)
        return
    if is_empty:
        yield Outcome(text.name, 0, why_not="holds no rows below its header", is_file=True)


def _without_place(error: BadInput) -> str:
    return f"{error.what} ({error.mend})" if error.mend else error.what


@dataclass
class _Desk:
    """Where runs become reports: what is the same for all of them is looked up once."""

    order: Order
    _known: Codes = field(default_factory=Codes)
    _beginnings: set[str] = field(default_factory=set)
    """What stands before the id in the names of reports that are there: few, however many there are."""

    def __post_init__(self) -> None:
        settings = self.order.settings
        self._source = read_source(self.order.script) if self.order.script else Facts()
        self._country = country_in_words(settings.country) if settings.country else None
        self._private = PrivacyFilter(coordinates_decimals=settings.coordinates_decimals)
        if self.order.folder.is_dir():
            for path in self.order.folder.iterdir():
                if match := REPORT_ID.search(path.name):
                    self._known.add(_code(uuid.UUID(match[1])))
                    self._beginnings.add(path.name[: match.start()])

    def report(self, run: Imported, file: str) -> Outcome:
        """Write the report of a run, unless there is one."""
        report_id = uuid.uuid5(NAMESPACE, json.dumps([run.tool, *run.key]))
        is_there = not self._known.add(_code(report_id))
        if is_there and not self.order.replace:
            return Outcome(file, run.line, already=str(report_id))
        facts = self._facts(run, file, str(report_id))
        # What a power cut takes can be imported again.
        kept = self._kept(run, file)
        version = self.order.settings.format
        written = publish(facts, self.order.folder, kept, self._private, durable=False, version=version)
        if is_there:
            self._remove_others(written.path, str(report_id))
        return Outcome(file, run.line, written, notices=tuple(facts.warnings))

    def _remove_others(self, written: Path, report_id: str) -> None:
        """Remove the report that was replaced where it had another name."""
        for beginning in self._beginnings:
            path = written.with_name(f"{beginning}_{report_id}.json")
            if path != written:
                path.unlink(missing_ok=True)
                path.with_suffix(".evidence.json").unlink(missing_ok=True)

    def _facts(self, run: Imported, file: str, report_id: str) -> Facts:
        settings = self.order.settings
        facts = settings_facts(settings, run.project, self._country)
        facts.extend(self._source)
        facts.extend(facts_of(run, file, self.order.zone, settings.country))
        facts.extend(header_facts(report_id))
        return facts

    def _kept(self, run: Imported, file: str) -> dict[str, Any]:
        """Return what the evidence keeps of the run."""
        begin = began(run, self.order.zone)
        return {
            "id": run.run_id or None,
            "imported": {"tool": run.tool, "file": file, "line": run.line},
            "begin": begin.isoformat() if begin else None,
            "seconds": run.seconds,
            "kwh": run.energy.kwh,
        }


def _code(report_id: uuid.UUID) -> int:
    return report_id.int & SIXTY_FOUR_BITS
