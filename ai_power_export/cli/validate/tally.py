"""What `aipower validate` counts, and what it asks of a way to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ai_power_export.report.checks.files import CheckedFile
    from ai_power_export.report.rating.rate import Rating


@dataclass
class Tally:
    """How many files there were so far, and what came of them."""

    valid: int = 0
    doubtful: int = 0
    """Those of the valid ones that have warnings."""
    invalid: int = 0
    unreadable: int = 0
    errors: int = 0
    warnings: int = 0
    medals: Counter[str] = field(default_factory=Counter)
    """How many reports got each medal, of those that were rated."""

    @property
    def files(self) -> int:
        """All files."""
        return self.valid + self.invalid + self.unreadable

    def add(self, file: CheckedFile, rating: Rating | None) -> None:
        """Count one file, and its medal if it was rated."""
        self.unreadable += not file.is_readable
        self.invalid += file.is_readable and bool(file.errors)
        self.valid += not file.errors
        self.doubtful += not file.errors and bool(file.warnings)
        self.errors += len(file.errors)
        self.warnings += len(file.warnings)
        if rating is not None:
            self.medals[rating.medal] += 1

    def exit_code(self, *, strict: bool) -> int:
        """Return 2 if a file could not be read, 1 if one is invalid (or, strictly, doubtful), else 0."""
        if self.unreadable:
            return 2
        return int(self.invalid > 0 or (strict and self.warnings > 0))

    def to_json(self) -> dict[str, Any]:
        """Return the counts as a JSON object."""
        return {
            "files": self.files,
            "valid": self.valid,
            "withWarnings": self.doubtful,
            "invalid": self.invalid,
            "unreadable": self.unreadable,
            "errors": self.errors,
            "warnings": self.warnings,
            "medals": dict(self.medals),
        }

    def __str__(self) -> str:
        valid = f"{self.valid:,} valid" + (f" ({self.doubtful:,} with warnings)" if self.doubtful else "")
        unreadable = f", {self.unreadable:,} unreadable" if self.unreadable else ""
        findings = f"{_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}"
        medals = "; " + ", ".join(self._medals()) if self.medals else ""
        files = f"{_counted(self.files, 'file')}: {valid}, {self.invalid:,} invalid{unreadable}"
        return f"{files}; {findings}{medals}"

    def _medals(self) -> Iterator[str]:
        from ai_power_export.report.rating.matrix import MEDALS, NO_MEDAL

        for medal in (*(name for name, _ in MEDALS), NO_MEDAL):
            if self.medals[medal]:
                yield f"{self.medals[medal]:,} {'without a medal' if medal == NO_MEDAL else medal}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


class Output(Protocol):
    """A way to print what came of files, one after the other."""

    def add(self, file: CheckedFile, rating: Rating | None) -> None:
        """Print what is to be said of one file, and how it is rated if it was."""

    def end(self, tally: Tally) -> None:
        """Print what is to be said of all."""
