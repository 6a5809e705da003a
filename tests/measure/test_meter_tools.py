"""The parts that meters are made of, and the adapters of real tools where those are installed."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from ai_power_export.errors import BadInput
from ai_power_export.measure.meters import ledger
from ai_power_export.measure.meters.growing_csv import GrowingCsv
from ai_power_export.measure.meters.interface import MeterFailed, MeterReading, checked
from ai_power_export.measure.meters.ledger import Counters, PowerLedger, rapl_ranges
from ai_power_export.measure.meters.registry import build, kinds, wanted
from ai_power_export.meter_names import meter_names, meter_options

RANGE = 262143328850


def test_power_stands_for_the_time_since_the_sample_before():
    power = PowerLedger()
    begin = power.reading.at
    for after, watts in ((1, 100), (2, 50), (4, 200)):
        power.add({"cpu": watts}, begin + after)
    assert power.reading.kwh["cpu"] * 3.6e6 == pytest.approx(100 + 50 + 400)
    power.add({"cpu": 1000}, begin + 3)  # no time goes back
    assert power.reading.kwh["cpu"] * 3.6e6 == pytest.approx(550)
    assert power.reading.at == begin + 4


def test_a_counter_that_begins_again_goes_on():
    counters = Counters({"package-0": 1000.0})
    told = [counters.add({"package-0": value})["package-0"] for value in (900, 990, 40, 140)]
    assert told == [0, 90, 140, 240]


def test_a_counter_that_goes_back_without_a_range_fails():
    counters = Counters({})
    counters.add({"a": 10.0})
    with pytest.raises(MeterFailed, match="went backwards"):
        counters.add({"a": 9.0})
    with pytest.raises(MeterFailed, match="appeared or gone"):
        counters.add({"b": 11.0})


def test_a_counter_that_was_set_to_nothing_while_suspended_counts_nothing_wrong():
    counters = Counters({"package-0": RANGE}, 1e-6)
    counters.add({"package-0": 100e9})
    with pytest.raises(MeterFailed, match="has jumped"):
        counters.add({"package-0": 1000.0})


@pytest.mark.parametrize(
    ("kwh", "why"),
    [
        ({}, "nothing"),
        ({"disk": 1.0}, "disk"),
        ({"whole": 1.0, "cpu": 1.0}, "cpu, whole"),
        ({"cpu": float("nan")}, "makes no sense"),
        ({"cpu": float("inf")}, "makes no sense"),
        ({"cpu": True}, "makes no sense"),
        ({"cpu": 0.5, "ram": 1.0}, "went from 1 back to 0.5"),
        ({"cpu": 2.0}, "and now of cpu"),
    ],
)
def test_readings_that_make_no_sense_are_refused(kwh, why):
    with pytest.raises(MeterFailed, match=why):
        checked(MeterReading(kwh, at=2.0), MeterReading({"cpu": 1.0, "ram": 1.0}, at=1.0))


def test_a_clock_that_goes_back_is_refused():
    with pytest.raises(MeterFailed, match="clock"):
        checked(MeterReading({"cpu": 1.0}, at=1.0), MeterReading({"cpu": 1.0}, at=2.0))


def append(path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_rows_count_once_they_are_whole_and_since_the_file_was_opened(tmp_path):
    path = tmp_path / "plug.csv"
    path.write_text('time,"power, W"\n10:00,"1"\n10:01,2\n10:0')
    file = GrowingCsv(path, "power, W")
    assert file.new() == []
    append(path, "2,3\n10:03,4\n10:04,")
    assert [each.value for each in file.new()] == [3, 4]
    append(path, "5\n\n")
    (row,) = file.new()
    assert row.value == 5
    assert row.at == pytest.approx(time.perf_counter(), abs=5)


def test_a_file_that_is_no_longer_what_it_was_fails(tmp_path):
    path = tmp_path / "plug.csv"
    path.write_text("watts\n1\n2\n")
    file = GrowingCsv(path, "")
    append(path, "off\n")
    with pytest.raises(MeterFailed, match=r"plug\.csv holds 'off', not a number"):
        file.new()
    path.write_text("watts\n")
    with pytest.raises(MeterFailed, match="has become shorter"):
        file.new()
    path.unlink()
    with pytest.raises(MeterFailed, match="cannot be read"):
        file.new()


@pytest.mark.parametrize(
    ("column", "why"),
    [("volts", "no column 'volts'; there are a, b"), ("", "more than one"), ("3", "no column")],
)
def test_a_column_that_is_not_there(tmp_path, column, why):
    path = tmp_path / "plug.csv"
    path.write_text("a\tb\n")
    with pytest.raises(MeterFailed, match=why):
        GrowingCsv(path, column)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("zeus", ["zeus"]),
        ("zeus, eco2ai,", ["zeus", "eco2ai"]),
        ('["zeus", "wattmeter:unit=W,command=a,b"]', ["zeus", "wattmeter:unit=W,command=a,b"]),
        ("wattmeter:unit=W,command=a,b", ["wattmeter:unit=W,command=a,b"]),
        (("zeus",), ["zeus"]),
        ("", []),
    ],
)
def test_names_of_meters(value, names):
    assert meter_names(value) == names


@pytest.mark.parametrize("value", [3, ["zeus", 3], {"zeus": 1}, [""]])
def test_what_names_no_meters(value):
    with pytest.raises(ValueError, match="list of names"):
        meter_names(value)


def test_options_of_meters():
    assert meter_options(None) == {}
    assert meter_options('{"desk": {"csv": "a.csv"}}') == meter_options({"desk": {"csv": "a.csv"}})
    for wrong in ("{", "[]", {"desk": 1}):
        with pytest.raises(ValueError, match=r"."):
            meter_options(wrong)


def test_what_the_user_writes_is_what_the_meter_gets():
    tables = {"Desk": {"csv": "plug.csv"}, "zeus": {}}
    found = wanted(["wattmeter:name=rack,unit=Wh,command=curl a,b | jq .c=d", "desk", "Zeus"], tables)
    assert [(each.name, each.kind, dict(each.options)) for each in found] == [
        ("rack", "wattmeter", {"unit": "Wh", "command": "curl a,b | jq .c=d"}),
        ("desk", "wattmeter", {"csv": "plug.csv"}),
        ("zeus", "zeus", {}),
    ]
    with pytest.raises(BadInput, match="there is no such meter; there are codecarbon, eco2ai"):
        wanted(["shelly"], tables)


def test_every_meter_of_ours_can_be_built_and_says_whether_it_can_measure():
    for kind in kinds():
        if kind not in ("codecarbon", "wattmeter"):
            assert isinstance(build(kind, {}).unavailable(), str)


# ---- real tools on counters of a known power -------------------------------------------------------


class Rapl:
    """The kernel's folder of energy counters, which we set."""

    def __init__(self, root: Path):
        self.root = root
        self._zone(root / "intel-rapl:0", "package-0", RANGE)
        self._zone(root / "intel-rapl:0" / "intel-rapl:0:0", "core", RANGE)
        self._zone(root / "intel-rapl:0" / "intel-rapl:0:1", "dram", 65712999613)
        self._zone(root / "intel-rapl:1", "psys", RANGE)
        self.set(package=RANGE - 1_000_000, core=5, dram=7_000_000, psys=9_000_000)

    def _zone(self, folder: Path, name: str, most: int) -> None:
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
        (folder / "max_energy_range_uj").write_text(f"{most}\n")

    def set(self, *, package: int, core: int, dram: int, psys: int) -> None:
        inner = self.root / "intel-rapl:0"
        (inner / "energy_uj").write_text(f"{package}\n")
        (inner / "intel-rapl:0:0" / "energy_uj").write_text(f"{core}\n")
        (inner / "intel-rapl:0:1" / "energy_uj").write_text(f"{dram}\n")
        (self.root / "intel-rapl:1" / "energy_uj").write_text(f"{psys}\n")


@pytest.fixture
def rapl(tmp_path, monkeypatch):
    made = Rapl(tmp_path / "intel-rapl")
    monkeypatch.setattr(ledger, "RAPL", made.root)
    return made


def assert_counted(meter, rapl) -> None:
    """45 J of the package, whose counter begins again meanwhile, and 5 J of the memory; nothing twice."""
    meter.start()
    first = meter.read().kwh
    rapl.set(package=44_000_000, core=40_000_000, dram=12_000_000, psys=99_000_000)
    last = meter.read().kwh
    used = {part: (last[part] - first[part]) * 3.6e6 for part in last}
    assert used == pytest.approx({"cpu": 45.0, "ram": 5.0})
    said = meter.describe()
    assert said.cpu_tracking_mode == "rapl"
    assert said.errors == {"cpu": 0.1, "ram": 0.1}
    assert said.version


def test_where_counters_begin_again(rapl):
    assert rapl_ranges() == {"package-0": RANGE, "core-0": RANGE, "dram-0": 65712999613, "psys-1": RANGE}


def test_pyrapl(rapl, monkeypatch):
    pytest.importorskip("pyRAPL")
    from pyRAPL import device_api

    reopened = open

    def moved(path) -> str:
        return str(path).replace("/sys/class/powercap/intel-rapl", str(rapl.root))

    exists = SimpleNamespace(path=SimpleNamespace(exists=lambda path: Path(moved(path)).exists()))
    monkeypatch.setattr(device_api, "os", exists)
    monkeypatch.setattr(device_api, "open", lambda path, mode: reopened(moved(path), mode), raising=False)
    monkeypatch.setattr(device_api, "get_socket_ids", lambda: [0])
    assert_counted(build("pyrapl", {}), rapl)


def test_pyjoules(rapl, monkeypatch):
    pytest.importorskip("pyJoules")
    from pyJoules.device import rapl_device

    monkeypatch.setattr(rapl_device, "RAPL_API_DIR", str(rapl.root))
    assert_counted(build("pyjoules", {}), rapl)


def test_carbontracker(rapl, monkeypatch):
    pytest.importorskip("carbontracker")
    from carbontracker.components.cpu import intel

    flat = rapl.root.parent / "powercap"
    flat.mkdir()
    for zone in (*rapl.root.glob("intel-rapl:*"), *rapl.root.glob("intel-rapl:*/intel-rapl:*")):
        (flat / zone.name).symlink_to(zone)
    monkeypatch.setattr(intel, "RAPL_DIR", str(flat))
    assert_counted(build("carbontracker", {}), rapl)


def test_zeus_without_the_counter_of_the_board(rapl, monkeypatch):
    pytest.importorskip("zeus")
    from zeus.device import cpu
    from zeus.device.cpu import rapl as zeus_rapl

    from ai_power_export.measure.meters import zeus

    class Unmoved:
        """In place of the process in which Zeus looks whether counters begin again."""

        def __init__(self, path, most):
            self._path, self._last, self._times = Path(path), 0.0, 0

        def get_num_wraparounds(self) -> int:
            now = float(self._path.read_text())
            self._times, self._last = self._times + (now < self._last), now
            return self._times

    monkeypatch.setattr(zeus_rapl, "RAPL_DIR", str(rapl.root))
    monkeypatch.setattr(zeus_rapl, "RaplWraparoundTracker", Unmoved)
    monkeypatch.setattr(zeus, "RAPL", rapl.root)
    monkeypatch.setattr(cpu, "_cpus", None, raising=False)
    zeus_rapl.rapl_is_available.cache_clear()
    assert_counted(build("zeus", {}), rapl)


def test_eco2ai():
    pytest.importorskip("eco2ai.tools.tools_ram")
    meter = build("eco2ai", {})
    meter.start()
    first = meter.read()
    time.sleep(0.3)
    last = meter.read()
    seconds = last.at - first.at
    watts = {part: (last.kwh[part] - first.kwh[part]) * 3.6e6 / seconds for part in last.kwh}
    assert 0 <= watts["cpu"] <= meter._cpu.tdp() * 1.1
    assert 0 < watts["ram"] < 3 / 8 * 4096
    assert meter.describe().cpu_tracking_mode == "cpu_load"
