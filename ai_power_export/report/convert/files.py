"""Reports in files: converted, written beside their source with what was kept, and never over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.convert.conversion import Converted, convert
from ai_power_export.report.convert.kept import evidence_of, steps_in
from ai_power_export.report.format.versions import CURRENT, NAMES, version_of
from ai_power_export.report.read import EVIDENCE_SUFFIX, read_evidence_object, read_report
from ai_power_export.report.reading.file import read_json
from ai_power_export.report.write import write_json

JSON = ".json"


@dataclass(frozen=True)
class ConvertedFile:
    """What became of one report."""

    source: Path
    version: str
    """The version that it follows."""
    converted: Converted
    """The report as it is in the other version; if it was of that version before, with nothing changed."""
    evidence: dict[str, Any] = field(default_factory=dict)
    is_same: bool = False
    """Whether it was of the version before."""


def report_files(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that places name: a file itself, of a folder all JSON files below it in order.

    Evidence and what is hidden are passed over.
    """
    for place in places:
        if not place.is_dir():
            yield place
            continue
        for path in sorted(place.rglob(f"*{JSON}")):
            hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
            if not hidden and not path.name.endswith(EVIDENCE_SUFFIX):
                yield path


def convert_file(path: Path, target: str) -> ConvertedFile:
    """Convert the report in a file; nothing is written.

    Raises:
        BadInput: It is no report, or it or its evidence cannot be read.
    """
    saved = read_report(path)
    document = dict(saved.document)
    before = None
    if saved.evidence is not None:
        before = read_evidence_object(saved.path.with_suffix(EVIDENCE_SUFFIX), document)
    steps = steps_in(before or {}, saved.path.name)
    # What a conversion wrote is of the version it was made for, though it may declare and show nothing.
    version = steps[-1].target if steps else version_of(document)
    if version == target:
        return ConvertedFile(saved.path, version, Converted(document, (), (), steps), is_same=True)
    made = convert(document, version, target, steps=steps, evidence=saved.evidence)
    evidence = evidence_of(made.document, made.steps, before, saved.path.name, facts=target == CURRENT)
    return ConvertedFile(saved.path, version, made, evidence)


def place_of(source: Path, target: str, output: Path | None) -> Path:
    """Return where a converted report goes.

    Args:
        source: The report.
        target: Its new version, which the name tells.
        output: A file, or a folder for reports under their names; beside the source by default.
    """
    if output is not None and output.suffix == JSON and not output.is_dir():
        return output
    stem = source.name.removesuffix(JSON)
    for name in NAMES:
        stem = stem.removesuffix(f".{name}")
    return (source.parent if output is None else output) / f"{stem}.{target}{JSON}"


def save(made: ConvertedFile, path: Path, *, force: bool) -> None:
    """Write a converted report and the evidence beside it.

    Args:
        made: The report.
        path: Where it goes.
        force: Whether another report that is there may be replaced.

    Raises:
        BadInput: Another report is there, or it would be written over its source or as evidence.
        OSError: It cannot be written.
    """
    if path.name.endswith(EVIDENCE_SUFFIX):
        raise BadInput("is the name of evidence", str(path), f"a report's is NAME{JSON}")
    if path.exists() and path.samefile(made.source):
        raise BadInput("is the report itself, which stays as it is", str(path))
    if path.exists() and not force and _content(path) != made.converted.document:
        raise BadInput("is there already and says something else", str(path), "--force replaces it")
    # First what is kept: a report that was written without it could not go back.
    write_json(path.with_suffix(EVIDENCE_SUFFIX), made.evidence)
    write_json(path, made.converted.document)


def _content(path: Path) -> Any:
    try:
        return read_json(path)
    except BadInput:
        return None
