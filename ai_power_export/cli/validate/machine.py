"""What `aipower validate` prints for other programs: one JSON document, or annotations on GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ai_power_export.report.reading.found import STDIN
from ai_power_export.report.reading.places import printable

if TYPE_CHECKING:
    from ai_power_export.cli.validate.tally import Tally
    from ai_power_export.report.checks.files import CheckedFile
    from ai_power_export.report.checks.finding import Finding
    from ai_power_export.report.rating.rate import Rating

Write = Callable[[str], None]


class JsonOutput:
    """One JSON document, `{"files": [...], "summary": {...}}`, written file by file."""

    def __init__(self, write: Write, *, errors_only: bool) -> None:
        self._write, self._errors_only = write, errors_only
        self._separator = '{"files": [\n'

    def add(self, file: CheckedFile, rating: Rating | None) -> None:
        """Write one file."""
        self._write(self._separator + json.dumps(self._shown(file, rating)))
        self._separator = ",\n"

    def end(self, tally: Tally) -> None:
        """Write the counts, and end the document."""
        opening = "" if tally.files else self._separator
        self._write(f'{opening}\n], "summary": {json.dumps(tally.to_json())}}}\n')

    def _shown(self, file: CheckedFile, rating: Rating | None) -> dict[str, Any]:
        findings = file.errors if self._errors_only else file.findings
        return {
            "file": file.name,
            "version": file.version,
            "valid": not file.errors if file.is_readable else None,
            "findings": [_as_json(file, each) for each in findings],
            "rating": rating.to_json() if rating else None,
        }


def _as_json(file: CheckedFile, finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "path": finding.path,
        "line": file.lines.get(finding.path),
        "what": finding.what,
        "mend": finding.mend,
    }


class GithubOutput:
    """Workflow commands, which GitHub shows as annotations beside the lines of changed files.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """

    def __init__(self, write: Write, *, errors_only: bool) -> None:
        self._write, self._errors_only = write, errors_only

    def add(self, file: CheckedFile, rating: Rating | None) -> None:
        """Write one command a finding; GitHub has no place for a rating."""
        for each in file.errors if self._errors_only else file.findings:
            properties = {"title": each.code}
            if file.name != STDIN:
                line = file.lines.get(each.path, 1)
                properties = {"file": _in_repository(file.name), "line": str(line), **properties}
            given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
            # The log shows the message alone, and annotations only of the first ones.
            message = printable(f"{file.name}: {each}")
            self._write(f"::{each.severity} {given}::{_message(message)}\n")

    def end(self, tally: Tally) -> None:
        """Write nothing: the summary is told beside."""


def _in_repository(name: str) -> str:
    """Return the path of a file as GitHub knows it: from the top of the checkout, wherever the step runs."""
    with suppress(KeyError, ValueError):
        whole = PurePath(os.path.normpath(Path(name).absolute()))
        return whole.relative_to(os.environ["GITHUB_WORKSPACE"]).as_posix()
    return PurePath(name).as_posix()


def _message(text: str) -> str:
    """Escape the message of a command, as the runner reads it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a command, as the runner reads it."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")
