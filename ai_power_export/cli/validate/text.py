"""What `aipower validate` prints for people: a line a finding, and no more of a kind than they read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ai_power_export.report.evidence import without_indices
from ai_power_export.report.rating.matrix import medal_words
from ai_power_export.report.reading.places import WHOLE, printable

if TYPE_CHECKING:
    from ai_power_export.cli.validate.tally import Tally
    from ai_power_export.report.checks.files import CheckedFile
    from ai_power_export.report.checks.finding import Finding
    from ai_power_export.report.rating.rate import Rating

MOST_OF_FILE = 5
"""Findings with the same code that are told one by one of one file."""
MOST_PLACES = 8
"""Fields that are named where more are alike."""
MOST_FILES = 20
"""Files of which the same finding about the same field is told."""
MOST_KINDS = 10_000
"""Kinds of findings that are counted: files full of random keys must not fill the memory."""


class _Kind(NamedTuple):
    """What findings of several files have in common."""

    severity: str
    code: str
    field: str


class TextOutput:
    """Lines `file: path: what (how to mend)`, the errors of a file before its warnings."""

    def __init__(
        self, write: Callable[[str], None], *, errors_only: bool, every: bool, verdicts: bool
    ) -> None:
        self._write, self._errors_only, self._every, self._verdicts = write, errors_only, every, verdicts
        self._files: Counter[_Kind] = Counter()
        self._examples: dict[_Kind, str] = {}

    def add(self, file: CheckedFile, rating: Rating | None) -> None:
        """Print what is to be said of one file, and how it is rated."""
        for line in self._lines(file):
            self._write(printable(f"{file.name}: {line}") + "\n")
        if self._verdicts and file.version:
            verdict = "invalid" if file.errors else "valid"
            rated = f", {medal_words(rating.medal)} ({rating.rating:.2f})" if rating else ""
            self._write(printable(f"{file.name}: {verdict} ({file.version}){rated}") + "\n")

    def end(self, tally: Tally) -> None:
        """Print what was not told of each file."""
        untold = {kind: count - MOST_FILES for kind, count in self._files.items() if count > MOST_FILES}
        for kind, count in untold.items():
            self._write(printable(f"{count:,} more files, for example: {self._examples[kind]}") + "\n")
        if untold:
            self._write("these files are named by --all or --json\n")

    def _lines(self, file: CheckedFile) -> Iterator[str]:
        findings = file.errors if self._errors_only else (*file.errors, *file.warnings)
        if self._every:
            yield from map(_line, findings)
            return
        alike: dict[tuple[str, str], list[Finding]] = {}
        for each in self._news(findings):
            alike.setdefault((each.severity, each.code), []).append(each)
        for some in alike.values():
            yield from map(_line, some[:MOST_OF_FILE])
            if len(some) > MOST_OF_FILE:
                yield _more(some[0], some[MOST_OF_FILE:])

    def _news(self, findings: Sequence[Finding]) -> list[Finding]:
        """Count the kinds of a file's findings; return those that few files had before."""
        kinds = [_Kind(each.severity, each.code, without_indices(each.path)) for each in findings]
        for kind, each in dict(zip(kinds, findings, strict=True)).items():
            if kind in self._files or len(self._files) < MOST_KINDS:
                self._files[kind] += 1
                self._examples.setdefault(kind, f"{kind.field}: {each.what}")
        return [each for kind, each in zip(kinds, findings, strict=True) if self._files[kind] <= MOST_FILES]


def _line(finding: Finding) -> str:
    what = finding.what if finding.severity == "error" else f"warning: {finding.what}"
    path = "" if finding.path == WHOLE else f"{finding.path}: "
    return f"{path}{what}" + (f" ({finding.mend})" if finding.mend else "")


def _more(first: Finding, others: Sequence[Finding]) -> str:
    fields = list(dict.fromkeys(without_indices(each.path) for each in others))
    named = ", ".join(fields[:MOST_PLACES]) + (", ..." if len(fields) > MOST_PLACES else "")
    return f"{first.path}: {len(others)} more like it, in {named}"
