"""The four ways to measure give the same report for the same work, and keep CodeCarbon's behaviour."""

from __future__ import annotations

import asyncio
import csv
import inspect
import json
import math
import textwrap
import time

import codecarbon
import pytest
from running import AIPOWER

from ai_power_export import OfflinePowerTracker, PowerReportOutput, PowerTracker, track_power

pytest.importorskip("sklearn")

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False, "measure_power_secs": 1}
WORK = """\
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True)
for _ in range(300):
    model = DecisionTreeClassifier(max_depth=3).fit(X, y)
"""
CALLS = {
    "script": WORK,
    "decorator": "from ai_power_export import track_power\n"
    "@track_power(offline=True, country_iso_code='FRA', log_level='critical', save_to_file=False)\n"
    "def work():\n" + textwrap.indent(WORK, "    ") + "work()\n",
    "tracker": "from ai_power_export import OfflinePowerTracker\n"
    "with OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False):\n"
    + textwrap.indent(WORK, "    "),
    "handler": "from codecarbon import OfflineEmissionsTracker\nfrom ai_power_export import PowerReportOutput\n"
    "t = OfflineEmissionsTracker(country_iso_code='FRA', log_level='critical', save_to_file=False,\n"
    "    output_handlers=[PowerReportOutput()])\nt.start()\n" + WORK + "t.stop()\n",
}


def comparable(report: dict) -> dict:
    """Leave out what differs from run to run: ids, times, energies and what follows from them."""
    kept = {name: report[name] for name in ("task", "system", "software", "infrastructure", "environment")}
    measure = {
        name: value
        for name, value in report["measures"][0].items()
        if name in ("measurementMethod", "version", "cpuTrackingMode", "gpuTrackingMode")
    }
    kept["environment"] = {"country": kept["environment"]["country"]}
    return {**kept, "measures": measure, "publisher": report["header"]["publisher"]}


def test_all_four_ways_give_the_same_report(tmp_path, run, export):
    found = {}
    for name, text in CALLS.items():
        script = tmp_path / "same.py"
        script.write_text(text)
        ended = export(script) if name == "script" else run(script)
        assert ended.returncode == 0, ended.stderr
        (report,) = ended.reports
        found[name] = comparable(report)
        for path in tmp_path.glob("power-reports/*.json"):
            path.unlink()
    assert found["script"]["task"]["algorithms"][0]["classPath"] == "sklearn.tree.DecisionTreeClassifier"
    assert found["decorator"] == found["script"]
    assert found["tracker"] == found["script"]
    assert found["handler"] == found["script"]


class Heard:
    """An output handler that keeps what CodeCarbon wrote."""

    def __init__(self):
        self.totals = []

    def out(self, total, delta):
        self.totals.append(total)

    def live_out(self, total, delta): ...

    def task_out(self, data, experiment_name): ...

    def exit(self): ...


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def spend(times: int = 8_000_000) -> int:
    """Work for longer than the 50 ms within which CodeCarbon takes no new sample."""
    return sum(range(times))


def test_each_stretch_between_two_flushes_has_codecarbons_energy_to_the_last_digit(tmp_path):
    heard = Heard()
    tracker = OfflinePowerTracker(output_handlers=[heard], **QUIET)
    tracker.start()
    first = tracker.flush()
    spend()
    second = tracker.flush()
    spend(20_000_000)
    third = tracker.flush()
    tracker.stop()
    assert first < second < third
    totals = [total.energy_consumed for total in heard.totals]
    energies = [report.measures[0].power_consumption for report in tracker.reports]
    assert energies == [totals[1] - totals[0], totals[2] - totals[1]]


def test_the_intervals_of_a_run_add_up_to_the_run(tmp_path):
    heard = Heard()
    tracker = OfflinePowerTracker(output_handlers=[heard], **QUIET)
    with tracker:
        for _ in range(4):
            spend()
            tracker.flush()
    (path, *_) = tmp_path.glob("power-reports/*.evidence.json")
    intervals = json.loads(path.read_text())["run"]["intervals"]
    total = heard.totals[-1]
    assert math.fsum(each["kwh"] for each in intervals) == pytest.approx(total.energy_consumed, rel=1e-12)
    assert math.fsum(each["seconds"] for each in intervals) == pytest.approx(total.duration, abs=0.05)
    parts = math.fsum(each["cpu_kwh"] + each["gpu_kwh"] + each["ram_kwh"] for each in intervals)
    assert parts == pytest.approx(total.energy_consumed, rel=1e-9)


def test_the_founding_pattern_reports_the_stretch_between_its_flushes_alone(tmp_path, run):
    script = tmp_path / "pipeline.py"
    script.write_text(
        "from sklearn.datasets import make_blobs\n"
        "from sklearn.cluster import KMeans\n"
        "from sklearn.linear_model import LinearRegression\n"
        "from ai_power_export import PowerTracker\n"
        "X, y = make_blobs(2000, random_state=0)\n"
        "LinearRegression().fit(X, y)\n"
        "t = PowerTracker(project_name='My-Pipeline', measure_power_secs=10)\n"
        "t.start()\n"
        "x = t.flush()\n"
        "KMeans(3, n_init=20, random_state=0).fit(X)\n"
        "y = t.flush()\n"
        "t.stop()\n"
        "print(len(t.reports), t.reports[0].task.algorithms[0].class_path)\n"
    )
    ended = run(script)
    assert ended.stdout == "1 sklearn.cluster.KMeans\n", ended.stderr
    (report,) = ended.reports
    assert report["header"]["publisher"]["projectName"] == "My-Pipeline"
    assert "codecarbon INFO" in ended.stderr
    assert (tmp_path / "emissions.csv").exists()


def test_a_drop_in_keeps_codecarbons_defaults_and_file(tmp_path):
    tracker = OfflinePowerTracker(country_iso_code="FRA", log_level="critical")
    tracker.start()
    spend()
    emissions = tracker.stop()
    (row,) = csv.DictReader((tmp_path / "emissions.csv").open())
    assert float(row["emissions"]) == emissions
    assert tracker.reports[0].measures[0].power_consumption == float(row["energy_consumed"])


def test_begin_is_the_moment_of_start_in_utc(tmp_path):
    from datetime import datetime, timedelta, timezone

    before = datetime.now(timezone.utc) - timedelta(seconds=1)
    tracker = OfflinePowerTracker(**QUIET)
    tracker.start()
    after = datetime.now(timezone.utc)
    spend(20_000_000)
    tracker.stop()
    (measure,) = tracker.reports[0].measures
    begin = datetime.strptime(measure.measurement_date_time, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    assert before <= begin <= after


def test_the_users_list_of_handlers_stays_as_it_is():
    handlers = [Heard()]
    OfflinePowerTracker(output_handlers=handlers, **QUIET)
    assert len(handlers) == 1


def test_a_tracker_can_be_started_again():
    tracker = OfflinePowerTracker(**QUIET)
    for _ in range(2):
        tracker.start()
        spend()
        tracker.stop()
    assert len({report.header.report_id for report in tracker.reports}) == 1 or len(tracker.reports) == 2


def test_stop_without_start_and_flush_without_start_are_codecarbons_affair():
    tracker = OfflinePowerTracker(**QUIET)
    assert tracker.flush() is None
    assert tracker.stop() is None
    assert tracker.reports == []


@pytest.mark.parametrize(
    ("ending", "said", "written"),
    [
        ("", "corrective", "corrective"),
        ("", "draft", "draft"),
        ("1 / 0\n", "final", "final"),
    ],
)
def test_the_users_own_report_status_stands(tmp_path, export, ending, said, written):
    script = tmp_path / "work.py"
    script.write_text(f"sum(range(100_000))\n{ending}")
    ended = export(script, options=("--set", f"header.reportStatus={said}"))
    (report,), (evidence,) = ended.reports, ended.evidence
    assert report["header"]["reportStatus"] == written
    assert evidence["fields"]["header.reportStatus"]["origin"] == "user"
    # What is missing is told whatever the user calls the report.
    assert ("ended with ZeroDivisionError" in ended.stderr.splitlines()[-1]) == bool(ending)
    assert ("incomplete, though settled as final" in ended.stderr) == (written == "final")


def test_what_the_user_sets_has_the_type_that_the_format_wants(tmp_path, export):
    script = tmp_path / "work.py"
    script.write_text("sum(range(100_000))\n")
    said = ("--set", "system.distributionVersion=12", "--set", "task.nbRequest=100")
    (report,) = export(script, options=said).reports
    assert report["system"]["distributionVersion"] == "12"
    assert report["task"]["nbRequest"] == 100


def test_a_confidentiality_that_nobody_settled_is_not_said_to_be_the_users(tmp_path, export):
    script = tmp_path / "work.py"
    script.write_text("sum(range(100_000))\n")
    (evidence,) = export(script).evidence
    told = evidence["fields"]["header.publisher.confidentialityLevel"]
    assert (told["value"], told["origin"]) == ("internal", "derived")


def test_a_tracker_that_is_never_stopped_leaves_a_draft(tmp_path, run):
    script = tmp_path / "forgetful.py"
    script.write_text(
        "import time\nfrom ai_power_export import OfflinePowerTracker\n"
        "t = OfflinePowerTracker(country_iso_code='FRA', log_level='critical', save_to_file=False)\n"
        "t.start()\ntime.sleep(0.3)\nprint('end')\n"
    )
    ended = run(script)
    assert (ended.returncode, ended.stdout) == (0, "end\n")
    assert ended.reports[0]["header"]["reportStatus"] == "draft"
    assert ended.evidence[0]["run"]["cutShort"] == "the tracker was never stopped"


def test_a_tracker_that_codecarbon_could_not_build_says_so(capsys):
    tracker = OfflinePowerTracker(country_iso_code="FRA", log_level="critical", no_such_argument=1)
    tracker.start()
    tracker.stop()
    assert "nothing will be measured" in capsys.readouterr().err


@track_power(offline=True, **QUIET)
def doubled(x: int) -> int:
    """Double."""
    spend()
    return 2 * x


def test_the_decorator_is_transparent(tmp_path):
    assert doubled(4) == 8
    assert (doubled.__name__, doubled.__doc__) == ("doubled", "Double.")
    assert str(inspect.signature(doubled)) == "(x: 'int') -> 'int'"
    assert len(list(tmp_path.glob("power-reports/*.evidence.json"))) == 1


def test_the_decorator_lets_exceptions_through_and_still_reports(tmp_path):
    @track_power(offline=True, **QUIET)
    def fails():
        spend()
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        fails()
    assert list(tmp_path.glob("power-reports/*.evidence.json"))


def test_the_decorator_measures_a_generator_to_its_end(tmp_path):
    @track_power(offline=True, **QUIET)
    def numbers():
        got = yield 1
        spend()
        yield got
        return "done"

    def outer():
        return (yield from numbers())

    steps = outer()
    assert next(steps) == 1
    assert not list(tmp_path.glob("power-reports/*.evidence.json"))
    assert steps.send(5) == 5
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == "done"
    assert len(list(tmp_path.glob("power-reports/*.evidence.json"))) == 1


def test_the_decorator_measures_coroutines_and_asynchronous_generators(tmp_path):
    @track_power(offline=True, **QUIET)
    async def answer():
        await asyncio.sleep(0.06)
        return 42

    @track_power(offline=True, **QUIET)
    async def ticks():
        for number in range(3):
            try:
                yield number
            except KeyError:
                yield "caught"

    async def main():
        stream = ticks()
        assert await stream.__anext__() == 0
        assert await stream.athrow(KeyError("x")) == "caught"
        rest = [each async for each in stream]
        return await answer(), rest

    assert asyncio.run(main()) == (42, [1, 2])
    assert len(list(tmp_path.glob("power-reports/*.evidence.json"))) == 2


def test_the_decorator_takes_every_argument_of_track_emissions():
    names = set(inspect.signature(codecarbon.track_emissions).parameters) - {"fn"}
    track_power(**dict.fromkeys(names - {"offline"}))
    with pytest.raises(TypeError, match="nonsense"):
        track_power(nonsense=1)
    with pytest.raises(TypeError, match="country_iso_code"):
        track_power(offline=True)


def test_both_trackers_take_every_argument_of_codecarbons():
    for ours, theirs in (
        (PowerTracker, codecarbon.EmissionsTracker),
        (OfflinePowerTracker, codecarbon.OfflineEmissionsTracker),
    ):
        assert issubclass(ours, theirs)


def test_a_handler_reports_flushes_of_codecarbons_own_tracker():
    handler = PowerReportOutput()
    tracker = codecarbon.OfflineEmissionsTracker(output_handlers=[handler], **QUIET)
    tracker.start()
    tracker.flush()
    spend()
    tracker.flush()
    tracker.stop()
    assert len(handler.reports) == 1
    assert handler.reports[0].measures[0].cpu_tracking_mode


def test_settings_reach_the_report_in_rising_order(tmp_path, export):
    (tmp_path / "pyproject.toml").write_text(
        "[tool.aipower]\npublisher = 'file'\ndivision = 'file'\nlicence = 'file'\nset = {'quality' = 'low'}\n"
    )
    (tmp_path / "work.py").write_text("print(sum(range(9_000_000)))\n")
    ended = export(
        "work.py", options=("--licence", "flag"), AIPOWER_DIVISION="variable", AIPOWER_LICENCE="variable"
    )
    header = ended.reports[0]["header"]
    assert header["publisher"]["name"] == "file"
    assert header["publisher"]["division"] == "variable"
    assert header["licensing"] == "flag"
    assert ended.reports[0]["quality"] == "low"


def test_codecarbons_own_settings_keep_working(tmp_path, export):
    (tmp_path / ".codecarbon.config").write_text("[codecarbon]\npue = 1.5\nsave_to_file = true\n")
    (tmp_path / "work.py").write_text("print(sum(range(9_000_000)))\n")
    ended = export("work.py")
    assert "PUE of 1.5" in ended.reports[0]["task"]["taskDescription"]
    (row,) = csv.DictReader((tmp_path / "emissions.csv").open())
    assert float(row["energy_consumed"]) == ended.reports[0]["measures"][0]["powerConsumption"]


def test_a_country_in_the_settings_wins_over_what_codecarbon_believes(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[tool.aipower]\ncountry = 'Germany'\n")
    tracker = OfflinePowerTracker(**QUIET)
    tracker.start()
    spend()
    tracker.stop()
    environment = tracker.reports[0].environment
    assert environment.country == "Germany"
    assert environment.power_source_carbon_intensity is None, "CodeCarbon's is that of France"


def test_codecarbons_tasks_within_a_run_lose_none_of_its_energy(capsys):
    heard = Heard()
    tracker = OfflinePowerTracker(
        output_handlers=[heard], force_ram_power=100, **{**QUIET, "measure_power_secs": 60}
    )
    begin = time.perf_counter()
    tracker.start()
    time.sleep(2)
    tracker.start_task("a task")
    time.sleep(0.5)
    tracker.stop_task()
    tracker.stop()
    (measure,) = tracker.reports[0].measures
    # Old versions take a second to begin a task.
    assert 2.4 <= measure.measurement_duration <= time.perf_counter() - begin
    assert measure.power_consumption > 100 * 2.5 / 3.6e6 * 0.9


def test_tasks_without_a_run_are_said_to_give_no_report(capsys):
    tracker = OfflinePowerTracker(**QUIET)
    tracker.start_task("alone")
    tracker.stop_task()
    tracker.stop()
    assert tracker.reports == []
    assert "not tasks alone" in capsys.readouterr().err


WATCHFUL = """
import os, sys
def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["HEARD"], "a") as file:
            file.write(f"{event} {arguments}\\n")
sys.addaudithook(hear)
"""


def test_offline_makes_no_request_at_all_and_the_users_own_sitecustomize_runs(tmp_path, run):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text(WATCHFUL)
    (tmp_path / "work.py").write_text(
        "import os, socket, sys\nprint(os.environ['PYTHONPATH'].rpartition('/')[2], 'hear' in vars(sys.modules['sitecustomize']))\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9), 0.2)\nexcept OSError:\n    pass\n"
    )
    heard = tmp_path / "heard"
    ended = run(
        "export",
        "--offline",
        "work.py",
        program=AIPOWER,
        PYTHONPATH=str(tmp_path / "own"),
        HEARD=str(heard),
    )
    assert ended.stdout == "own True\n"
    assert len(ended.reports) == 1
    events = [
        line for line in heard.read_text().splitlines() if "'127.0.0.1', 9" not in line.replace('"', "'")
    ]
    assert events == [], "the only connection is the script's own"
