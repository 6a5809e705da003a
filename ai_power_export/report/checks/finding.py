"""What a check says of a report: one class for all checks, and the order in which findings are told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
"""An error makes the report invalid; a warning is for a human to judge."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or doubtful in a report."""

    path: str
    """Where, dotted and with indices: `task.algorithms[0].trainingType`; `report` for the whole."""
    what: str
    """What is wrong, to be read after the path: `is missing`."""
    mend: str
    """What to do about it."""
    severity: Severity
    code: str
    """What kind of finding it is, in kebab-case; it stays the same when the words change."""

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.path}: {self.what}{mend}"


class Found:
    """What has findings, by their severity."""

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes it invalid."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is doubtful."""
        return tuple(each for each in self.findings if each.severity == "warning")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of their paths, each once."""
    return tuple(sorted(set(findings), key=lambda each: (_natural(each.path), each.what, each.code)))


def _natural(path: str) -> list[str | int]:
    """Return a sort key that puts item [2] before item [10]."""
    parts = re.split(r"\[(\d+)\]", path)
    return [int(part) if odd % 2 else part for odd, part in enumerate(parts)]
