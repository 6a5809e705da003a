"""The reports that a table is made of: found, read, and brought to the current version of the format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.evidence import without_indices
from ai_power_export.report.flat.columns import list_lengths
from ai_power_export.report.format.versions import CURRENT, version_of
from ai_power_export.report.read import read_document
from ai_power_export.report.reading.found import report_files
from ai_power_export.report.reading.places import one_line, printable

MOST_TOLD = 10
"""Fields that got lost in conversions and are named; of more only the number is told."""

Hear = Callable[[int, int | None], object]
"""Is told how many were gone through, of how many if that is known."""
Tell = Callable[[str], None]


class Reports:
    """The reports in files, one at a time; what is none is told and left out."""

    def __init__(self, places: Sequence[str], hear: Hear, tell: Tell) -> None:
        self._hear, self._tell = hear, tell
        self.left_out = 0
        """Files, and places without any, that were told of."""
        names = (name for place in places for name in sorted(self._found(place)))
        self._files = list(dict.fromkeys(names))
        self._versions: Counter[str] = Counter()
        """Reports by the version that they were converted from."""
        self._lost: Counter[str] = Counter()
        """How often a field had no place in the current version."""

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for path, found in self._read():
            if isinstance(found, BadInput):
                self._leave_out(found)
            else:
                yield path.name, self._current(found)
        self._tell_of_conversions()

    def lengths(self) -> dict[str, int]:
        """Return the length of the longest of each of the format's lists; tell nothing."""
        lengths: dict[str, int] = {}
        for _, found in self._read():
            if not isinstance(found, BadInput):
                lengths = list_lengths(lengths, _in_current_version(found))
        return lengths

    def _found(self, place: str) -> Iterator[str]:
        try:
            yield from report_files(place)
        except BadInput as error:
            self._leave_out(BadInput(error.what, place))

    def _leave_out(self, error: BadInput) -> None:
        self.left_out += 1
        self._tell(printable(str(error)))

    def _read(self) -> Iterator[tuple[Path, dict[str, Any] | BadInput]]:
        for done, name in enumerate(self._files, 1):
            path = Path(name)
            try:
                yield path, read_document(path)
            except BadInput as error:
                yield path, error
            self._hear(done, len(self._files))

    def _current(self, document: dict[str, Any]) -> Mapping[str, Any]:
        version = version_of(document)
        if version == CURRENT:
            return document
        converted = convert(document, version, CURRENT)
        self._versions[version] += 1
        self._lost.update(dict.fromkeys((without_indices(each.field) for each in converted.held), 1))
        return converted.document

    def _tell_of_conversions(self) -> None:
        if not self._versions:
            return
        of = ", ".join(f"{count} of {version}" for version, count in self._versions.items())
        named = [f"{one_line(field)} ({count})" for field, count in self._lost.most_common(MOST_TOLD)]
        more = len(self._lost) - len(named)
        lost = ", ".join([*named, *([f"{more} more"] if more else [])])
        self._tell(
            f"converted to {CURRENT}: {of}" + (f"; left out, with no place there: {lost}" if lost else "")
        )


def _in_current_version(document: dict[str, Any]) -> Mapping[str, Any]:
    version = version_of(document)
    return document if version == CURRENT else convert(document, version, CURRENT).document
