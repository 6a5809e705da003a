"""Files of very many rows: memory that does not grow with them, and how far reading has come."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from codecarbon_files import VERSION_2, table
from running import AIPOWER, clean_environment

from ai_power_export.importers.text import Text
from ai_power_export.importers.tools import importer_of

RUNS, READINGS = 30_000, 200_000
MOST_KILOBYTES = 8_000
"""Kept lines alone would be 16 MB of readings, 12 MB of runs; of a run 8 bytes are kept."""


def write_runs(path, count: int) -> None:
    header, line = table({**VERSION_2, "run_id": "RUN"}).splitlines()
    with path.open("w") as file:
        file.write(header + "\n")
        for number in range(count):
            file.write(line.replace("RUN", f"{number:08}-2222-3333-4444-555555555555") + "\n")


def write_readings(path, count: int) -> None:
    with path.open("w") as file:
        file.write("timestamp,power (W)\n")
        file.writelines(f"{1732190400 + number},360\n" for number in range(count))


READ_ALL = """
import resource, sys
from pathlib import Path
from ai_power_export.importers.imported import Imported
from ai_power_export.importers.text import Text
from ai_power_export.importers.tools import importer_of

def read(path):
    text = Text(Path(path))
    return sum(isinstance(each, Imported) for each in importer_of(text).read(text, False))

read(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(read(sys.argv[2]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in kB, as Linux does")
@pytest.mark.parametrize(
    ("write", "rows", "runs"),
    [(write_runs, RUNS, RUNS), (write_readings, READINGS, 1)],
    ids=["a run a row", "readings of one run"],
)
def test_memory_does_not_grow_with_the_rows(tmp_path, run, write, rows, runs):
    write(tmp_path / "few.csv", 500)
    write(tmp_path / "many.csv", rows)
    found, more = map(int, run("-c", READ_ALL, "few.csv", "many.csv").stdout.split())
    assert found == runs
    assert more < MOST_KILOBYTES


def test_reading_tells_how_far_it_has_come(tmp_path):
    path = tmp_path / "many.csv"
    write_readings(path, 5000)
    heard = []
    text = Text(path, lambda done, size: heard.append((done, size)))
    list(importer_of(text).read(text, False))
    assert heard == sorted(heard)
    assert heard[-1] == (path.stat().st_size, path.stat().st_size)
    assert len(heard) > 3


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_a_terminal_sees_lines_and_a_bar_that_goes_away(tmp_path):
    write_runs(tmp_path / "runs.csv", 3)
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [AIPOWER, "import", "runs.csv", "none.csv"],
        cwd=tmp_path,
        env={**clean_environment(tmp_path), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    seen = all_of(ours).decode()
    assert process.communicate(timeout=60) == (b"", None)
    assert process.returncode == 2
    assert seen.count("aipower: wrote power-reports/report_") == 3
    assert "none.csv: cannot be read: No such file or directory" in seen


def all_of(terminal: int) -> bytes:
    """What a program wrote to a terminal until it ended, which Linux tells as an error."""
    seen = b""
    with open(terminal, "rb", buffering=0) as file, suppress(OSError):
        while chunk := file.read(4096):
            seen += chunk
    return seen
