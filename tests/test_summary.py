"""The summary at the end of a run: its parts and the run, counted once, in units that people read."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import time

import pytest
from running import AIPOWER, clean_environment

from ai_power_export import OfflinePowerTracker
from ai_power_export.run.billing import Drawn, paid
from ai_power_export.settings import load_settings
from ai_power_export.units import duration

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False, "measure_power_secs": 60}
FACTORS = {"µWh": 1e-9, "mWh": 1e-6, "Wh": 1e-3, "kWh": 1.0}


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def staged(names=("preprocessing", "training"), **settings) -> None:
    with OfflinePowerTracker(report_settings=settings, **QUIET) as tracker:
        for name in names:
            with tracker.stage(name):
                time.sleep(0.1)


def shown(said: str) -> dict[str, list[str]]:
    """Return the cells of each line of a plain summary by the first."""
    lines = [line.removeprefix("aipower: ") for line in said.splitlines() if line.startswith("aipower: ")]
    return {cells[0]: cells[1:] for line in lines if len(cells := re.split(r" {2,}", line)) > 1}


def kwh(text: str) -> float:
    number, unit = text.split()
    return float(number) * FACTORS[unit]


def test_a_run_with_stages_shows_them_the_rest_and_the_run_counted_once(power, capsys):
    staged(currency="EUR", electricity_price=0.25)
    rows = shown(capsys.readouterr().err)
    assert rows["part"] == ["time", "energy", "emissions", "cost"]
    parts = [rows[name] for name in ("preprocessing", "training", "(rest)")]
    assert sum(kwh(cells[1]) for cells in parts) == pytest.approx(kwh(rows["run"][1]), rel=0.02)
    for cells in (*parts, rows["run"]):
        assert float(cells[3].removesuffix(" EUR")) == pytest.approx(kwh(cells[1]) * 0.25, rel=0.01)
        assert cells[2].endswith("CO2eq")
    assert "nuclear" in rows["electricity"][0]
    assert not re.search(r"\b0(\.0+)? (kWh|s|EUR)", str(rows))


def test_overlapping_stages_are_said_to_share(power, capsys):
    with OfflinePowerTracker(**QUIET) as tracker, tracker.stage("outer"), tracker.stage("inner"):
        time.sleep(0.1)
    assert re.search(r"inner and outer ran at the same time: .* are in each of them", capsys.readouterr().err)


def test_flushed_intervals_are_the_parts_of_a_run_without_stages(power, capsys):
    with OfflinePowerTracker(**QUIET) as tracker:
        for _ in range(2):
            time.sleep(0.1)
            tracker.flush()
        time.sleep(0.1)
    rows = shown(capsys.readouterr().err)
    assert sum(kwh(rows[number][1]) for number in "123") == pytest.approx(kwh(rows["run"][1]), rel=0.02)


def test_a_drop_in_without_parts_shows_no_table_and_nobody_one_who_wants_quiet(power, capsys):
    with OfflinePowerTracker(**QUIET):
        time.sleep(0.1)
    staged(quiet=True)
    assert "energy  " not in capsys.readouterr().err


def test_what_was_drawn_now_and_then_has_a_cost_where_one_price_held(tmp_path):
    settings = load_settings(tmp_path, {"currency": "EUR", "tariff": {"0-12": 0.1, "12-24": 0.2}})
    noon = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))
    assert paid(Drawn(noon - 30, 60.0, 2.0), settings) == pytest.approx(0.3)
    assert paid(Drawn(noon - 30, 20.0, 2.0, end=noon + 30), settings) is None
    assert paid(Drawn(noon + 30, 20.0, 2.0, end=noon + 90), settings) == pytest.approx(0.4)
    assert paid(Drawn(noon, 3600.0, 2.0), load_settings(tmp_path, {})) is None


def test_the_summary_is_appended_to_a_file_as_markdown(power, tmp_path, capsys):
    for _ in range(2):
        staged(("a|b", "*x*\n\x1b[31m"), summary="out/summary.md", quiet=True)
    text = (tmp_path / "out" / "summary.md").read_text()
    assert text.count("### aipower\n") == 2
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1
    assert any(line.startswith(r"| a\|b |") for line in table)
    assert "\x1b" not in text
    assert "\x1b" not in capsys.readouterr().err


def test_a_summary_file_that_cannot_be_written_is_one_line(power, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    staged(summary="file/summary.md")
    said = capsys.readouterr().err
    assert said.count("the summary could not be written to") == 1
    assert len(list(tmp_path.glob("power-reports/report_*"))) == 6


def test_the_command_appends_and_shows_nothing_with_quiet(run, tmp_path):
    (tmp_path / "x.py").write_text("import os; os.mkdir('sub'); os.chdir('sub'); print('out')\n")
    ended = run(
        *("export", "--offline", "--country", "FRA", "--quiet", "--summary", "sum.md", "x.py"),
        program=AIPOWER,
    )
    assert (ended.returncode, ended.stdout) == (0, "out\n")
    assert "energy" not in ended.stderr
    kwh_of_run = ended.reports[0]["measures"][0]["powerConsumption"]
    assert kwh_of_run > 0
    assert re.search(r"- \*\*energy\*\*: \S+ [µm]?Wh in ", (tmp_path / "sum.md").read_text())


@pytest.mark.parametrize("columns", [24, 200])
def test_nothing_is_cut_off_on_narrow_terminals(tmp_path, columns):
    fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))
    (tmp_path / "staged.py").write_text(
        "from ai_power_export import OfflinePowerTracker\n"
        "t = OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False)\n"
        "with t:\n    with t.stage('training[bold]'): sum(range(10**6))\n"
    )
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**clean_environment(tmp_path), "TERM": "xterm"}
    del environment["COLUMNS"]
    child = subprocess.Popen([sys.executable, "staged.py"], env=environment, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # so a terminal ends
        pass
    assert child.wait() == 0
    text = said.decode()
    assert "│" in text
    assert "…" not in text
    assert "training[bold]" in text or columns < 100


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 ms"), (0.00004, "0.04 ms"), (7.25, "7.25 s"), (59.96, "1 min 0 s"), (86400, "24 h 0 min 0 s")],
)
def test_durations_have_the_unit_that_fits(seconds, text):
    assert duration(seconds) == text
