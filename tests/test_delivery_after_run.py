"""At the end of a run its reports leave where the user has agreed; the program's own end stays what it was."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest
from deliver.answering import Answer, AnsweringServer
from running import clean_environment

from ai_power_export.deliver.outbox.store import Outbox
from ai_power_export.run import delivery

SCRIPT = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)\n"
"""Whatever we do, this is what is to be seen of it."""

REPORT = {
    "task.taskStage": "training",
    "task.taskFamily": "regression",
    "task.dataset.dataUsage": "input",
    "task.dataset.dataType": "tabular",
}
"""What the report of a script without any model lacks."""

SAID = tuple(word for field, value in REPORT.items() for word in ("--set", f"{field}={value}"))
PUBLIC = ("--confidentiality", "public", *SAID)
PATIENT = ("--upload-time-limit", "100")
"""However busy this machine is, what can be delivered is."""
TO_A_FOLDER = (*PUBLIC, "--upload", "shelf", "--yes", *PATIENT)


@pytest.fixture
def script(tmp_path):
    """Write the script; returns how to write another one."""

    def write(code: str = SCRIPT) -> Path:
        path = tmp_path / "work.py"
        path.write_text(code)
        return path

    write()
    return write


def project(folder: Path, **settings) -> None:
    """Settle something for the project."""
    fields = "\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in REPORT.items())
    told = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    text = f'[tool.aipower]\nconfidentiality = "public"\nupload_time_limit = 100\n{told}\n[tool.aipower.set]\n{fields}\n'
    (folder / "pyproject.toml").write_text(text)


def arrived(folder: Path, name: str = "shelf") -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted((folder / name).glob("report_*.json"))]


def waiting(folder: Path) -> list:
    path = folder / "home" / ".local" / "share" / "ai-power-export" / "outbox" / "outbox.sqlite3"
    if not path.exists():
        return []
    with Outbox(path) as outbox:
        return outbox.waiting()


def until(condition, seconds: float = 60.0):
    """Wait for what another process is about to do."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it never happens"
        time.sleep(0.05)
    return found


def is_untouched(ended) -> bool:
    return (ended.returncode, ended.stdout, ended.own_stderr) == (3, "out\n", "err\n")


# ---- consent ---------------------------------------------------------------------------------------


def test_a_public_report_is_delivered_and_the_script_ends_as_it_does(script, export, tmp_path):
    ended = export("work.py", options=TO_A_FOLDER)
    assert is_untouched(ended)
    assert arrived(tmp_path) == ended.reports
    assert ended.stderr.count("delivered to") == 1
    assert ended.report_paths[0].with_suffix(".published").exists()
    assert waiting(tmp_path) == []


def test_nothing_leaves_before_anybody_has_agreed(script, export, tmp_path):
    ended = export("work.py", options=(*PUBLIC, "--upload", "shelf"))
    assert is_untouched(ended)
    assert "nothing is uploaded to shelf: nobody has agreed (--yes, or consent = true" in ended.stderr
    assert len(ended.reports) == 1
    assert not (tmp_path / "shelf").exists()


@pytest.mark.parametrize(
    ("settings", "options", "leaves"),
    [
        ({"upload": "shelf", "consent": True}, (), True),
        ({"upload": "shelf"}, ("--yes",), True),
        ({"upload": "shelf"}, (), False),
        ({"consent": True}, ("--upload", "shelf"), False),
        ({"consent": True, "upload": "elsewhere"}, ("--upload", "shelf"), False),
    ],
    ids=["project", "flag", "nobody", "typed", "typed-instead"],
)
def test_who_has_agreed_to_which_destination(tmp_path, capsys, monkeypatch, settings, options, leaves):
    monkeypatch.setattr(delivery, "tell_once", lambda text: None)
    project(tmp_path, **settings)
    words = iter(options)
    given = {word[2:]: next(words) for word in words if word == "--upload"}
    given |= {"consent": True} if "--yes" in options else {}
    assert (delivery._errand([tmp_path / "r.json"], tmp_path, given) is not None) is leaves


def test_a_name_that_the_project_gives_may_be_typed(tmp_path):
    project(tmp_path, consent=True)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write('[tool.aipower.destinations]\nopen-data = "https://registry.example"\n')
    for words in ("open-data", "https://registry.example"):
        assert delivery._errand([tmp_path / "r.json"], tmp_path, {"upload": words})
    ours = {"upload": "mine", "destinations": {"mine": "https://mine.example"}}
    assert delivery._errand([tmp_path / "r.json"], tmp_path, ours) is None
    assert delivery._errand([tmp_path / "r.json"], tmp_path, {**ours, "consent": True})


def test_what_is_not_public_or_not_whole_stays(script, export, tmp_path):
    internal = export("work.py", options=(*SAID, "--upload", "shelf", "--yes"))
    assert is_untouched(internal)
    assert "stays here: it is internal, and only public reports leave" in internal.stderr
    script("print('out', flush=True)\nraise ValueError\n")
    cut_short = export("work.py", options=TO_A_FOLDER)
    assert cut_short.returncode == 1
    assert "stays here: it is a draft" in cut_short.stderr
    assert not (tmp_path / "shelf").exists()


# ---- what goes wrong -------------------------------------------------------------------------------


def test_a_destination_that_is_none_is_told_before_the_script_runs(script, export, tmp_path):
    ended = export("work.py", options=(*PUBLIC, "--upload", "gopher://hole", "--yes"))
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "nothing can be delivered to gopher:" in ended.stderr


@pytest.mark.slow
def test_where_nobody_listens_the_report_waits_in_the_outbox(script, export, run, tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        options = (*PUBLIC, "--online", "--upload", url, "--yes", *PATIENT)
        ended = export("work.py", options=options)
    assert is_untouched(ended)
    assert "kept in the outbox" in ended.stderr
    (entry,) = waiting(tmp_path)
    assert entry.parcel.document == ended.reports[0]
    assert entry.attempts == 1


@pytest.mark.slow
def test_an_answer_that_does_not_come_is_not_waited_for(script, export, tmp_path):
    may_answer = Event()

    def answer(asked):
        may_answer.wait(300)
        return Answer(201)

    with AnsweringServer(answer) as server:
        options = (*PUBLIC, "--online", "--upload", server.url, "--yes", "--upload-time-limit", "8")
        ended = export("work.py", options=options)
        assert not may_answer.is_set()  # the script has ended, and nobody has answered
        assert is_untouched(ended)
        assert "not all is delivered within 8 s" in ended.stderr
        (entry,) = until(lambda: waiting(tmp_path))
        assert entry.parcel.document == ended.reports[0]
        may_answer.set()


def test_without_time_the_report_goes_to_the_outbox_alone(script, export, run, tmp_path):
    ended = export("work.py", options=(*TO_A_FOLDER, "--upload-time-limit", "0"))
    assert is_untouched(ended)
    (entry,) = until(lambda: waiting(tmp_path))
    assert entry.parcel.document == ended.reports[0]
    assert not (tmp_path / "shelf").exists()


def test_offline_what_needs_a_network_waits(script, export, tmp_path):
    asked = []
    with AnsweringServer(lambda each: asked.append(each) or Answer(201)) as server:
        ended = export("work.py", options=(*PUBLIC, "--upload", server.url, "--yes"))
    assert is_untouched(ended)
    assert "offline: what is for" in ended.stderr
    assert len(waiting(tmp_path)) == 1
    assert asked == []


def test_a_process_that_breaks_off_is_one_line(tmp_path, capsys, monkeypatch):
    project(tmp_path, upload="shelf", consent=True)
    report = tmp_path / "r.json"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "typer.py").write_text("raise SystemError('no such luck')\n")
    delivery.deliver([report], tmp_path, {})
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "aipower: the delivery broke off: SystemError: no such luck"


def test_a_program_that_is_no_python_is_not_started_again(tmp_path, capsys, monkeypatch):
    project(tmp_path, upload="shelf", consent=True)
    monkeypatch.setattr(sys, "executable", "/usr/bin/true")
    delivery.deliver([tmp_path / "r.json"], tmp_path, {})
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "aipower: nothing is delivered: there is no Python to run beside this program"


def test_the_modules_of_the_users_folder_are_not_ours(script, export, tmp_path):
    for name in ("json", "secrets", "typer", "sqlite3"):
        (tmp_path / f"{name}.py").write_text("raise SystemError\n")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "work.py").write_text(SCRIPT)
    assert is_untouched(export("scripts/work.py", options=TO_A_FOLDER))
    assert len(arrived(tmp_path)) == 1


# ---- other ways in ---------------------------------------------------------------------------------

TWO_RUNS = """
import os, sys
from pathlib import Path
from ai_power_export import OfflinePowerTracker, track_power

@track_power(offline=True, country_iso_code="FRA", save_to_file=False)
def first():
    return sum(range(10 ** 5))

print(first())
tracker = OfflinePowerTracker(country_iso_code="FRA", save_to_file=False)
tracker.start()
print(Path("shelf").exists())
if os.fork() == 0:
    sys.exit()  # a copy of the program has nothing to deliver
os.wait()
"""
"""Two runs; the tracker of the second is stopped by the end of the program."""


def test_a_program_delivers_all_its_runs_when_it_ends(script, run, tmp_path):
    project(tmp_path, upload="shelf", consent=True)
    script(TWO_RUNS)
    ended = run("work.py")
    assert (ended.returncode, ended.stdout) == (0, "4999950000\nFalse\n")
    finished, unstopped = sorted(ended.reports, key=lambda each: each["header"]["reportStatus"], reverse=True)
    assert unstopped["header"]["reportStatus"] == "draft"
    assert arrived(tmp_path) == [finished]
    assert ended.stderr.count("delivered to") == 1
    assert ended.stderr.count("stays here: it is a draft") == 1


STAGES = """
import time
from ai_power_export import OfflinePowerTracker

with OfflinePowerTracker(country_iso_code="FRA", save_to_file=False) as tracker:
    for name in ("preprocessing", "training"):
        with tracker.stage(name):
            time.sleep(1)
"""


def kwh_of(report: dict) -> float:
    return report["measures"][0]["powerConsumption"]


def test_the_stages_of_a_run_are_delivered_and_no_energy_twice(script, run, tmp_path):
    project(tmp_path, upload="shelf", consent=True)
    script(STAGES)
    ended = run("work.py")
    energies = [sorted(kwh_of(each) for each in some) for some in (ended.reports, arrived(tmp_path))]
    (*stages, whole), delivered = energies
    assert len(stages) == 2
    assert delivered == stages
    assert sum(delivered) <= whole
    assert ended.stderr.count("stays here: its energy is in the reports of its stages") == 1


WITHIN = """
from ai_power_export import track_power

@track_power
def step():
    return sum(range(10**6))

@track_power
def pipeline():
    return step()

pipeline()
"""


@pytest.mark.parametrize("way", ["script", "export"])
def test_of_runs_within_each_other_the_outermost_is_delivered(script, run, export, tmp_path, way):
    project(tmp_path, upload="shelf", consent=True, country="FRA", offline=True)
    work = script(WITHIN)
    ended = run("work.py") if way == "script" else export(work)
    (delivered,) = arrived(tmp_path)
    assert kwh_of(delivered) == max(kwh_of(each) for each in ended.reports)
    others = len(ended.reports) - 1
    assert others == (1 if way == "script" else 2)
    assert ended.stderr.count("stays here: its energy is in the report of the run around it") == others


def test_the_energy_of_a_run_that_goes_on_holds_no_delivery(tmp_path):
    """What is registered for the end of a program runs in reverse: the trackers' stops come before."""
    code = """
import atexit
names = []
register = atexit.register
def noting(function, *arguments, **named):
    names.append(getattr(function, "__qualname__", ""))
    return register(function, *arguments, **named)
atexit.register = noting
from ai_power_export import OfflinePowerTracker
for _ in range(2):
    OfflinePowerTracker(country_iso_code="FRA", save_to_file=False, save_to_logger=False).start()
print([name for name in names if "deliver" in name or "stop" in name])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout == "['_deliver_noted', '_Reporting._stop_at_exit', '_Reporting._stop_at_exit']\n"


RANK = """
import os, time
from pathlib import Path
from ai_power_export import OfflinePowerTracker

rank = int(os.environ["RANK"])

def until(sign):
    while not Path(sign).exists():
        time.sleep(0.05)

with OfflinePowerTracker(country_iso_code="FRA", save_to_file=False, save_to_logger=False):
    Path(f"begun-{rank}").touch()
    until(f"begun-{1 - rank}")
    if rank == 0:
        until("over-1")
Path(f"over-{rank}").touch()
"""
"""Ranks that are there at the same time; rank 0 ends last."""


@pytest.mark.slow
def test_of_a_job_rank_0_delivers(script, tmp_path):
    project(tmp_path, upload="shelf", consent=True)
    script(RANK)
    (tmp_path / "home").mkdir()
    ranks = [
        subprocess.Popen(
            [sys.executable, "work.py"],
            cwd=tmp_path,
            env={**clean_environment(tmp_path / "home"), "RANK": str(rank), "WORLD_SIZE": "2"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    told = [each.communicate(timeout=600)[1] for each in ranks]
    lines = [line for each in told for line in each.splitlines() if line.startswith("aipower")]
    assert [line.count("delivered to") for line in told] == [1, 0], lines
    assert len(arrived(tmp_path)) == 1


@pytest.mark.slow
def test_the_reports_of_stages_reach_a_registry_and_the_token_nobody_else(export, tmp_path):
    pytest.importorskip("fastapi")
    from serving import Server

    served = tmp_path / "served"
    served.mkdir()
    example = Path(__file__).parent.parent / "examples" / "digits_random_forest.py"
    with Server(f"sqlite:///{served / 'registry.sqlite3'}", served) as server:
        token = server.token("contributor")
        options = ("--per-stage", "--confidentiality", "public", "--online")
        to = ("--upload", server.url, "--yes", *PATIENT)
        ended = export(example, options=(*options, *to), AIPOWER_TOKEN=token)
        assert token not in ended.stdout + ended.stderr
        import httpx

        found = httpx.get(f"{server.url}/reports").json()["reports"]
    assert len(ended.reports) == 3
    theirs = {each["id"] for each in found}
    assert theirs == {each["header"]["reportId"] for each in ended.reports}
    assert waiting(tmp_path) == []
    assert ended.stderr.count("delivered to") == 3
