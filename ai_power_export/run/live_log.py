"""The live log: one line of JSON for each interval, stage and iteration, written the moment it ends.

A line is appended by one system call, so whatever kills the program leaves
whole lines. It lasts through the end of the process, not through a power cut.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ai_power_export.console import say

COLUMNS = (
    "run",
    "row",
    "stage",
    "period",
    "iteration",
    "begin",
    "end",
    "seconds",
    "kwh",
    "cpu_kwh",
    "gpu_kwh",
    "ram_kwh",
    "watts",
    "cpu_utilization",
    "gpu_utilization",
    "with",
    "models",
    "settled",
)
"""What a row has, beside `values`, which the user watches."""


def log_path(output: Path, run_id: str, suffix: str = ".jsonl") -> Path:
    """Return where the live log of a run is."""
    return output / f"live_{run_id}{suffix}"


class LiveLog:
    """Appends rows to the log of one run; the file is made with the first of them."""

    def __init__(
        self, output: Path, run_id: str, watched: tuple[str, ...] = (), *, as_csv: bool = False
    ) -> None:
        """Prepare a log.

        Args:
            output: Folder of the reports.
            run_id: Id of the run.
            watched: Names of the values that the user watches.
            as_csv: True: also as a table, without rows that are not settled yet.
        """
        self._output, self._run_id, self._watched, self._as_csv = output, run_id, watched, as_csv
        self._failed = False
        self.is_begun = False

    def append(self, row: Mapping[str, Any]) -> None:
        """Write a row; a disk that does not take it is told once and never the user's problem."""
        if self._failed:
            return
        try:
            self._append(".jsonl", f"{json.dumps(row, allow_nan=False)}\n")
            if self._as_csv and row.get("settled", True):
                self._append(".csv", self._table_row(row))
        except (OSError, ValueError, TypeError) as error:
            self._failed = True
            say(f"no live log: {error}")

    def _append(self, suffix: str, text: str) -> None:
        path = log_path(self._output, self._run_id, suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = suffix == ".csv" and not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(descriptor, ((self._header() if is_new else "") + text).encode())
        finally:
            os.close(descriptor)
        self.is_begun = True

    def _header(self) -> str:
        return _line([*COLUMNS, *self._watched])

    def _table_row(self, row: Mapping[str, Any]) -> str:
        values = row.get("values", {})
        cells = [_cell(row.get(name)) for name in COLUMNS]
        return _line([*cells, *(_cell(values.get(name)) for name in self._watched)])


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def _line(cells: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a log; a last line that is not whole counts for nothing.

    Raises:
        OSError: The log cannot be read.
    """
    rows = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows
