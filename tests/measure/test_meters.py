"""Several meters of one run: each has the energy of the same time, and none can harm the program."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec

import psutil
import pytest
from meter_of_schedule import Schedule, install
from running import AIPOWER, clean_environment

from ai_power_export import OfflinePowerTracker, track_power
from ai_power_export.measure.meters import company
from ai_power_export.measure.meters.registry import _of_third_parties

QUIET = {"country_iso_code": "FRA", "log_level": "critical", "save_to_file": False, "measure_power_secs": 15}


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _of_third_parties.cache_clear()
    yield
    _of_third_parties.cache_clear()


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """Install the meters of a third party beside us."""
    site = install(tmp_path)
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.fixture
def power(tmp_path):
    return Schedule(tmp_path / "schedule.jsonl", 100.0)


def settle_in(text: str, folder) -> None:
    (folder / "pyproject.toml").write_text(text)


def settle(power, folder, kind: str = "known", **options) -> None:
    """Configure a meter of the third party in the project's file."""
    given = {"schedule": str(power.path), **options}
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
    settle_in("\n".join([f"[tool.aipower.meter.{kind}]", *lines, ""]), folder)


def evidence_of(folder) -> dict:
    """Return what the evidence keeps, by stage; the run's under None."""
    found = [json.loads(path.read_text()) for path in folder.glob("power-reports/*.evidence.json")]
    return {each["run"].get("stage"): each for each in found}


def codes(evidence: dict) -> list[str]:
    return [each["code"] for each in evidence["warnings"]]


def measured(power, folder, meters, work, **options):
    """Run `work` under measurement; return its reports and their evidence by stage."""
    tracker = OfflinePowerTracker(meters=meters, **{**QUIET, **options})
    tracker.start()
    work(tracker)
    tracker.stop()
    return tracker.reports, evidence_of(folder)


def assert_true(measure, interval: dict, power, rel: float = 0.02, row: float = 0.0) -> None:
    """An entry has the energy of just the report's interval, but for the seconds of a row at most."""
    begin = interval["begin"]
    truth = power.between(begin, begin + interval["seconds"])
    assert measure.power_consumption == pytest.approx(truth, rel=rel)
    assert measure.measurement_duration == pytest.approx(interval["seconds"], rel=1e-3, abs=row)


def in_stages(power, seconds: float = 0.5, powers=(20, 200, 60)):
    def work(tracker):
        for name, watts in zip(("preprocessing", "training", "inference"), powers, strict=True):
            power.set(watts)
            time.sleep(0.1)
            with tracker.stage(name):
                time.sleep(seconds)
        power.set(powers[0])
        time.sleep(0.1)
        tracker.start_stage("outer")
        time.sleep(seconds)
        with tracker.stage("inner"):
            power.set(powers[1])
            time.sleep(seconds)
        tracker.stop_stage("outer")

    return work


@pytest.mark.slow
def test_a_third_partys_meter_has_the_energy_of_the_run_and_of_each_stage(tmp_path, third_party, power):
    settle(power, tmp_path)
    reports, evidence = measured(power, tmp_path, ["known", "codecarbon"], in_stages(power))
    run = evidence[None]["run"]
    intervals = [run["interval"], *(stage["interval"] for stage in run["stages"])]
    for report, interval in zip(reports, intervals, strict=True):
        ours, codecarbon = report.measures
        assert (ours.measurement_method, ours.version) == ("known", "1.2.3")
        assert ours.cpu_tracking_mode == "schedule"
        assert codecarbon.measurement_method == "codecarbon"
        assert ours.measurement_duration == codecarbon.measurement_duration
        assert ours.measurement_date_time == codecarbon.measurement_date_time
        assert_true(ours, interval, power)
        assert report.quality == "high"
    parts = run["interval"]["meters"]["known"]
    assert parts["cpu"] == pytest.approx(3 * parts["ram"])
    # Stages, counted once where they overlap, and the rest are the run, for this meter as well.
    total = sum(stage["interval"]["meters"]["known"]["cpu"] for stage in run["stages"])
    twice = sum(each["interval"]["meters"]["known"]["cpu"] for each in run["overlaps"])
    assert total - twice + run["rest"]["meters"]["known"]["cpu"] == pytest.approx(parts["cpu"], rel=1e-9)


@pytest.mark.parametrize(
    ("named", "methods"),
    [
        (None, ["codecarbon"]),
        (["codecarbon"], ["codecarbon"]),
        (["known"], ["known"]),
        (["codecarbon", "known"], ["codecarbon", "known"]),
        (["known", "known", "codecarbon"], ["known", "codecarbon"]),
    ],
)
def test_measures_are_the_meters_that_were_named_in_that_order(tmp_path, third_party, power, named, methods):
    settle(power, tmp_path)
    (report,), _ = measured(power, tmp_path, named, lambda tracker: time.sleep(0.2))
    assert [each.measurement_method for each in report.measures] == methods
    assert (report.measures[0].version == "1.2.3") == (methods[0] == "known")


def test_meters_of_the_project_the_environment_and_the_decorator(tmp_path, third_party, power, monkeypatch):
    def methods(**options):
        @track_power(
            offline=True, country_iso_code="FRA", log_level="critical", save_to_file=False, **options
        )
        def work():
            time.sleep(0.1)

        work()
        newest = max(
            tmp_path.glob("power-reports/*-????????????.json"), key=lambda path: path.stat().st_mtime_ns
        )
        return [each["measurementMethod"] for each in json.loads(newest.read_text())["measures"]]

    table = f"[tool.aipower.meter.known]\nschedule = {json.dumps(str(power.path))}\n"
    settle_in(f'[tool.aipower]\nmeters = ["known"]\n{table}', tmp_path)
    assert methods() == ["known"]
    monkeypatch.setenv("AIPOWER_METERS", "codecarbon, known")
    assert methods() == ["codecarbon", "known"]
    assert methods(meters="codecarbon") == ["codecarbon"]


@contextmanager
def device(path, told):
    """Answer with what `told` returns whoever reads the file, at that moment."""
    os.mkfifo(path)
    over = threading.Event()

    def answer():
        while not over.is_set():
            with suppress(BrokenPipeError), path.open("w") as file:
                file.write(told())
            time.sleep(0.001)  # so that the reader has closed it

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"head -n 1 {path.name}"
    over.set()
    path.read_text()
    thread.join()


@contextmanager
def logger(path, told, every):
    """Append what `told` returns to a file, again and again."""
    over = threading.Event()

    def write():
        while not over.wait(every):
            with path.open("a") as file:
                file.write(told())

    thread = threading.Thread(target=write)
    thread.start()
    yield
    over.set()
    thread.join()


def joules_of(power):
    begun = time.time()
    return lambda: 1e6 + power.between(begun, time.time()) * 3.6e6


@pytest.mark.slow
def test_a_watt_meter_that_prints_its_total(tmp_path, power):
    joules = joules_of(power)
    with device(tmp_path / "joules", lambda: f"{joules():.3f}\n") as command:
        settle_in(
            '[tool.aipower.meter.desk]\nunit = "J"\nperiod = 0.2\nmanufacturer = "ACME"\nmodel = "P3"\n'
            f'command = "{command}"\n',
            tmp_path,
        )
        reports, evidence = measured(power, tmp_path, "desk", in_stages(power, 1.0, (90, 150, 120)))
    run = evidence[None]["run"]
    intervals = [run["interval"], *(stage["interval"] for stage in run["stages"])]
    for report, interval in zip(reports, intervals, strict=True):
        (measure,) = report.measures
        assert (measure.measurement_method, measure.manufacturer) == ("wattmeter", "ACME")
        assert measure.cpu_tracking_mode is None
        assert_true(measure, interval, power, rel=0.06)


@pytest.mark.slow
def test_a_watt_meter_that_prints_its_power(tmp_path, power):
    with device(tmp_path / "watts", lambda: f"{power.watts / 1000}\n") as command:
        meter = f"wattmeter:unit=kW,period=0.1,command={command}"
        reports, evidence = measured(power, tmp_path, [meter], in_stages(power, 1.0, (90, 150, 120)))
    run = evidence[None]["run"]
    intervals = [run["interval"], *(stage["interval"] for stage in run["stages"])]
    for report, interval in zip(reports, intervals, strict=True):
        assert_true(report.measures[0], interval, power, rel=0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("column", "unit"), [("joules", "J"), ("watts", "W"), ("3", "J")])
def test_a_watt_meter_whose_csv_grows(tmp_path, power, column, unit):
    (tmp_path / "plug.csv").write_text("time;watts;joules\n")
    joules = joules_of(power)
    with logger(tmp_path / "plug.csv", lambda: f"{time.time()};{power.watts};{joules():.3f}\n", 0.02):
        meter = f"wattmeter:csv=plug.csv,column={column},unit={unit},period=0.05"
        work = in_stages(power, 1.0, (90, 150, 120))
        reports, evidence = measured(power, tmp_path, [meter], work)
    run = evidence[None]["run"]
    assert_true(reports[0].measures[0], run["interval"], power, row=0.1)
    for report, stage in zip(reports[1:], run["stages"], strict=True):
        assert_true(report.measures[0], stage["interval"], power, rel=0.06, row=0.1)


def test_a_meter_is_left_out_of_what_it_is_too_slow_for(tmp_path, power, capfd):
    (tmp_path / "plug.csv").write_text("watts\n")
    with logger(tmp_path / "plug.csv", lambda: "100\n", 0.2):

        def work(tracker):
            for _ in range(2):
                with tracker.stage("short"):
                    time.sleep(0.1)
            time.sleep(2)

        meters = ["codecarbon", "wattmeter:csv=plug.csv,period=0.2"]
        (run, short), evidence = measured(power, tmp_path, meters, work)
    assert [each.measurement_method for each in run.measures] == ["codecarbon", "wattmeter"]
    assert [each.measurement_method for each in short.measures] == ["codecarbon"]
    assert "meter-left-out" in codes(evidence["short"])
    assert capfd.readouterr().err.count("left out of reports") == 1


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("exit", "its process has ended"),
        ("sysexit", "SystemExit: 70"),
        ("raise", "the device is gone"),
        ("nan", "its reading of cpu makes no sense"),
        ("negative", "its reading of cpu makes no sense"),
        ("text", "its reading of cpu makes no sense"),
        ("back", "its total of cpu went from"),
        ("hang", "it does not answer"),
    ],
)
def test_a_meter_that_dies_half_way_tells_what_it_measured(
    tmp_path, third_party, power, how, why, capfd, monkeypatch
):
    monkeypatch.setattr(company, "LONGEST_READ", 0.5)
    settle(power, tmp_path, "failing", how=how, file=str(tmp_path / "now"))

    def work(tracker):
        with tracker.stage("before"):
            time.sleep(0.5)
        (tmp_path / "now").touch()
        time.sleep(0.5)
        for _ in range(2):
            with tracker.stage("after"):
                time.sleep(0.2)

    (run, before, after), evidence = measured(power, tmp_path, ["failing", "codecarbon"], work)
    partly, codecarbon = run.measures
    assert partly.measurement_duration < codecarbon.measurement_duration - 0.3
    assert partly.power_consumption == pytest.approx(partly.measurement_duration * 100 / 3.6e6, rel=0.02), (
        "the energy is of the time that it measured"
    )
    assert {"meter-failed", "meter-measured-a-part"} <= set(codes(evidence[None]))
    assert [each.measurement_method for each in before.measures] == ["known", "codecarbon"]
    assert [each.measurement_method for each in after.measures] == ["codecarbon"]
    said = [line for line in capfd.readouterr().err.splitlines() if "meter failing" in line]
    assert len(said) == 1
    assert f"stopped measuring: {why}" in said[0]


@pytest.mark.parametrize(
    ("kind", "why"),
    [("failing", "RuntimeError: no such device"), ("nometer", "NoMeter is no Meter"), ("gone", "Gone")],
)
def test_a_meter_that_does_not_start_leaves_the_others(tmp_path, third_party, power, kind, why, capfd):
    settle(power, tmp_path, kind, how="start")
    (report,), evidence = measured(power, tmp_path, [kind, "codecarbon"], lambda tracker: time.sleep(0.1))
    assert [each.measurement_method for each in report.measures] == ["codecarbon"]
    assert "meter-failed" in codes(evidence[None])
    said = [line for line in capfd.readouterr().err.splitlines() if f"meter {kind} did not start" in line]
    assert len(said) == 1
    assert why in said[0]


def test_where_no_meter_measures_the_report_has_codecarbons(tmp_path, third_party, power):
    settle(power, tmp_path, "failing", how="start")
    (report,), evidence = measured(power, tmp_path, ["failing"], lambda tracker: time.sleep(0.1))
    assert [each.measurement_method for each in report.measures] == ["codecarbon"]
    assert "meters-all-failed" in codes(evidence[None])


def test_a_name_that_is_no_meters_leaves_codecarbon_alone(tmp_path, power, capfd):
    (report,), _ = measured(power, tmp_path, ["zues"], lambda tracker: None)
    assert [each.measurement_method for each in report.measures] == ["codecarbon"]
    assert "did you mean zeus?" in capfd.readouterr().err


def test_what_a_tool_does_stays_in_its_own_process(tmp_path, third_party, power, capfd):
    before = {path.name for path in tmp_path.iterdir()} | {"power-reports", "pyproject.toml"}
    with socket.create_server(("127.0.0.1", 0)) as server:
        settle(power, tmp_path, "noisy", port=server.getsockname()[1])

        def work(tracker):
            assert psutil.Process().children(recursive=True) == []
            with pytest.raises(ChildProcessError):
                os.wait()
            time.sleep(0.2)

        threads = threading.active_count()
        (report,), evidence = measured(power, tmp_path, ["noisy"], work, measure_power_secs=1)
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert report.measures[0].measurement_method == "noisy"
    assert "noisy: [Errno 101] no meter asks the network" in str(evidence[None]["warnings"])
    assert threading.active_count() <= threads
    out, err = capfd.readouterr()
    assert out == ""
    assert "noise" not in err
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_program_that_closes_all_files_loses_the_meter_and_nothing_else(tmp_path, third_party, power):
    settle(power, tmp_path)
    program = tmp_path / "closes.py"
    program.write_text(
        "import os, time\ntime.sleep(0.5)\nos.closerange(3, 4096)\ntime.sleep(0.5)\nprint('done')\n"
    )
    done = subprocess.run(
        [AIPOWER, "export", "--offline", "-q", "--meter", "known", "--meter", "codecarbon", str(program)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**clean_environment(tmp_path), "PYTHONPATH": str(third_party)},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n")
    assert "Traceback" not in done.stderr


HOLDS = "import time\ntime.sleep(60)\n"


@pytest.mark.slow
def test_a_killed_run_keeps_what_its_meters_measured(tmp_path, third_party, power):
    settle(power, tmp_path)
    program = tmp_path / "holds.py"
    program.write_text(HOLDS)
    command = [
        AIPOWER,
        "export",
        "--offline",
        "-q",
        "--meter",
        "known",
        "--meter",
        "codecarbon",
        str(program),
    ]
    environment = {**clean_environment(tmp_path), "PYTHONPATH": str(third_party)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not any('{"known": {' in each.read_text() for each in tmp_path.glob("power-reports/.runs/*.json")):
        time.sleep(0.1)
    time.sleep(3)
    hosts = [
        each for each in psutil.process_iter(["cmdline"]) if str(third_party) in str(each.info["cmdline"])
    ]
    running.kill()
    running.wait()
    deadline = time.time() + 60
    while not (found := list(tmp_path.glob("power-reports/*-????????????.json"))) and time.time() < deadline:
        time.sleep(0.2)
    (report,) = (json.loads(path.read_text()) for path in found)
    known, codecarbon = report["measures"]
    assert known["measurementMethod"] == "known"
    assert known["measurementDuration"] == codecarbon["measurementDuration"] > 2
    assert known["powerConsumption"] == pytest.approx(known["measurementDuration"] * 100 / 3.6e6, rel=0.02)
    _, alive = psutil.wait_procs(hosts, timeout=30)
    assert not alive, "a meter ends with its program"


def exported(tmp_path, *meters, **environment):
    program = tmp_path / "job.py"
    program.write_text("print('ran')\n")
    options = [part for meter in meters for part in ("--meter", meter)]
    return subprocess.run(
        [AIPOWER, "export", "--offline", "--quiet", *options, str(program)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**clean_environment(tmp_path), **environment},
        check=False,
    )


@pytest.mark.parametrize(
    ("meter", "said"),
    [
        ("zues", "--meter zues: there is no such meter; there are codecarbon, "),
        ("zues", "(did you mean zeus?)"),
        ("eco2ai", "--meter eco2ai: eco2AI is not installed; pip install eco2ai"),
        ("wattmeter", "--meter wattmeter: a watt-meter needs either command=... or csv=..."),
        ("wattmeter:unit=HP,command=echo 1", "unit=HP: one of W, kW, Wh, kWh, J"),
        ("wattmeter:command=exit 3", "the command ended with 3"),
        ("wattmeter:command=echo hello", "the command printed 'hello', not a number"),
        ("wattmeter:csv=none.csv", "none.csv cannot be read: No such file or directory"),
        ("wattmeter:period=0,command=echo 1", "period=0: seconds"),
        ("wattmeter:colour=red,command=echo 1", "unexpected keyword argument 'colour'"),
        ("wattmeter:oops", "'oops' is no key=value"),
        ("codecarbon:pue=1.2", "CodeCarbon is configured in .codecarbon.config"),
    ],
)
def test_what_cannot_measure_is_found_before_the_script(tmp_path, meter, said):
    if meter == "eco2ai" and find_spec("eco2ai"):
        pytest.skip("eco2AI is installed here")
    done = exported(tmp_path, meter)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_two_meters_of_one_kind_need_two_names(tmp_path):
    done = exported(tmp_path, "wattmeter:command=echo 1", "wattmeter:command=echo 2")
    assert done.returncode == 2
    assert "another meter is called wattmeter (add name=...)" in done.stderr
    done = exported(tmp_path, "wattmeter:command=echo 1", "wattmeter:name=desk,command=echo 2")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    (path,) = tmp_path.glob("power-reports/*-????????????.json")
    first, second = json.loads(path.read_text())["measures"]
    assert second["powerConsumption"] == pytest.approx(2 * first["powerConsumption"], rel=0.02)


def test_the_environment_names_meters_too(tmp_path):
    done = exported(tmp_path, AIPOWER_METERS="codecarbon,zues")
    assert done.returncode == 2
    assert "--meter zues" in done.stderr
    done = exported(tmp_path, AIPOWER_METERS='["wattmeter:command=echo 3"]')
    assert done.returncode == 0
