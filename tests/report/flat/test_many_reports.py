"""Many reports in bounded memory."""

import json
import subprocess
import sys

import pytest
from boamps_documents import full_document

from ai_power_export.report.flat.tables import reports_of, write_wide

CHILD = """
import resource
import sys

from ai_power_export.cli.app import app

for folder in sys.argv[1:]:
    app(["table", folder, "-o", f"{folder}.csv"], standalone_mode=False)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux")
def test_memory_does_not_grow_with_the_number_of_reports(tmp_path):
    text = json.dumps(full_document())
    for count in (200, 2200):
        (tmp_path / str(count)).mkdir()
        for number in range(count):
            (tmp_path / str(count) / f"report_{number}.json").write_text(text)
    command = [sys.executable, "-c", CHILD, str(tmp_path / "200"), str(tmp_path / "2200")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    few, many = map(int, done.stdout.split())
    assert many - few < 4_000, f"{many - few} kB more for 2,000 reports of 3 kB"


def test_parquet_is_written_a_group_of_rows_at_a_time(tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("ai_power_export.report.flat.parquet_form.ROW_GROUP", 2)
    documents = [("a.json", {"task": {"nbRequest": number}}) for number in range(5)]
    write_wide(documents, {}, tmp_path / "t.parquet")
    assert parquet.ParquetFile(tmp_path / "t.parquet").metadata.num_row_groups == 3
    assert [document["task"]["nbRequest"] for _, document in reports_of(tmp_path / "t.parquet")] == [
        0,
        1,
        2,
        3,
        4,
    ]
