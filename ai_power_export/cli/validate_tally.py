"""What `aipower validate` counts, and what it asks of a way to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ai_power_export.report.checks.files import CheckedFile


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

    @property
    def files(self) -> int:
        """All files."""
        return self.valid + self.invalid + self.unreadable

    def add(self, file: CheckedFile) -> None:
        """Count one file."""
        self.unreadable += not file.is_readable
        self.invalid += file.is_readable and bool(file.errors)
        self.valid += not file.errors
        self.doubtful += not file.errors and bool(file.warnings)
        self.errors += len(file.errors)
        self.warnings += len(file.warnings)

    def exit_code(self, *, strict: bool) -> int:
        """Return 2 if a file could not be read, 1 if one is invalid (or, strictly, doubtful), else 0."""
        if self.unreadable:
            return 2
        return int(self.invalid > 0 or (strict and self.warnings > 0))

    def to_json(self) -> dict[str, int]:
        """Return the counts as a JSON object."""
        return {
            "files": self.files,
            "valid": self.valid,
            "withWarnings": self.doubtful,
            "invalid": self.invalid,
            "unreadable": self.unreadable,
            "errors": self.errors,
            "warnings": self.warnings,
        }

    def __str__(self) -> str:
        valid = f"{self.valid:,} valid" + (f" ({self.doubtful:,} with warnings)" if self.doubtful else "")
        unreadable = f", {self.unreadable:,} unreadable" if self.unreadable else ""
        findings = f"{_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}"
        return f"{_counted(self.files, 'file')}: {valid}, {self.invalid:,} invalid{unreadable}; {findings}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


class Output(Protocol):
    """A way to print what came of files, one after the other."""

    def add(self, file: CheckedFile) -> None:
        """Print what is to be said of one file."""

    def end(self, tally: Tally) -> None:
        """Print what is to be said of all."""
