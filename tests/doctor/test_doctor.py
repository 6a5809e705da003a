"""The doctor says what CodeCarbon itself says, and names commands that are there."""

from __future__ import annotations

import json
import os
import platform

import pytest
from running import AIPOWER

from ai_power_export.doctor.cpu import cpu_finding
from ai_power_export.doctor.devices import gpu_finding, ram_finding
from ai_power_export.doctor.finding import State
from ai_power_export.doctor.meters import meters_finding
from ai_power_export.doctor.surroundings import codecarbon_finding, machine_finding
from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval
from ai_power_export.measure.probe import Probed
from ai_power_export.settings import load_settings

KNOWN = Meter(version="3.3.2", tracking_mode="machine", cpu_mode="cpu_load")
UNKNOWN = Meter(version="3.3.2", tracking_mode="machine", cpu_mode="cpu_load", cpu_power_known=False)
NOWHERE = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}


def probed(meter: Meter, gpu: float = 0.0) -> Probed:
    interval = Interval(0.0, 2.0, 2e-5 + gpu, 1e-5, gpu, 1e-5, 0.0, 0.1, None)
    return Probed(meter, interval, None if meter.cpu_mode == "rapl" else 65.0, 18.0)


@pytest.fixture
def machine(tmp_path):
    """A tree of system files: a real machine unless told otherwise."""
    files = {"proc/cpuinfo": "processor : 0\nflags : fpu\n", "sys/class/dmi/id/sys_vendor": "Dell Inc."}

    def _machine(**more: str):
        for name, text in {**files, **{path.replace("__", "/"): text for path, text in more.items()}}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return _machine


def add_rapl(root, *, readable: bool):
    """Lay out powercap as Linux does; a counter that is no number stands for one that is denied."""
    for zone, name in (("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "dram")):
        folder = root / "sys/class/powercap" / zone
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
        (folder / "energy_uj").write_text("1234567\n" if readable else "")


def commands(finding) -> str:
    return "\n".join(mend.command for mend in finding.improve)


def test_counters_that_codecarbon_reads_need_no_mending(machine):
    root = machine()
    add_rapl(root, readable=True)
    finding = cpu_finding(probed(Meter(cpu_mode="rapl")), root, "Linux")
    assert (finding.state, finding.improve) == (State.GOOD, ())
    assert finding.says == "CodeCarbon reads rapl; RAPL is readable: package-0, dram"


def test_counters_that_are_not_readable_are_opened_now_or_for_good(machine):
    root = machine()
    add_rapl(root, readable=False)
    finding = cpu_finding(probed(KNOWN), root, "Linux")
    assert finding.state is State.FAIR
    assert "not readable for this user: package-0, dram" in finding.says
    now, always = finding.improve
    assert now.command == "sudo chmod -R a+r /sys/class/powercap/*"
    assert "until the next boot" in now.note
    assert "CVE-2020-8694" in now.note and "CVE-2020-8694" in always.note
    assert "/etc/udev/rules.d/" in always.command
    assert cpu_finding(probed(UNKNOWN), root, "Linux").improve == finding.improve


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the kernel's module is for x86")
def test_a_real_machine_without_powercap_loads_the_module_and_a_virtual_one_cannot(machine):
    assert "modprobe intel_rapl_msr" in commands(cpu_finding(probed(KNOWN), machine(), "Linux"))
    virtual = machine(proc__cpuinfo="processor : 0\nflags : fpu hypervisor\n")
    assert commands(cpu_finding(probed(KNOWN), virtual, "Linux")) == ""
    assert (
        commands(cpu_finding(probed(UNKNOWN), virtual, "Linux")) == "export CODECARBON_FORCE_CPU_POWER=WATTS"
    )
    assert machine_finding(virtual).says.startswith("a virtual machine")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the kernel's module is for x86")
def test_a_container_of_a_real_machine_is_told_of_what_docker_hides(machine):
    root = machine()
    (root / ".dockerenv").touch()
    assert "systempaths=unconfined" in commands(cpu_finding(probed(KNOWN), root, "Linux"))
    assert machine_finding(root).says == "a container (Docker): the whole host is measured"


def test_a_gpu_that_is_not_followed_is_told(machine):
    root = machine(
        sys__bus__pci__devices__one__vendor="0x10de\n", sys__bus__pci__devices__one__class="0x030200\n"
    )
    finding = gpu_finding(probed(KNOWN), root)
    assert (finding.state, "reports lack its energy" in finding.says) == (State.POOR, True)
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text("ID=ubuntu\n")
    if platform.system() == "Linux":
        assert commands(gpu_finding(probed(KNOWN), root)) == "sudo ubuntu-drivers install"
    (root / ".dockerenv").touch()
    assert commands(gpu_finding(probed(KNOWN), root)) == "docker run --gpus all …"
    (root / "sys/bus/pci/devices/one/vendor").write_text("0x1002\n")
    assert commands(gpu_finding(probed(KNOWN), root)) == "pip install amdsmi"


def test_a_gpu_whose_counters_stand_still_is_told(machine):
    meter = Meter(cpu_mode="rapl", gpu_mode="amdsmi")
    assert gpu_finding(probed(meter), machine()).state is State.POOR
    assert gpu_finding(probed(meter, gpu=1e-5), machine()).state is State.GOOD


def test_no_gpu_is_no_fault(machine):
    assert gpu_finding(probed(KNOWN), machine()).state is State.FAIR


def test_ram_is_assumed_given_or_counted():
    assumed = ram_finding(probed(KNOWN))
    assert (assumed.state, "assumes 18 W" in assumed.says) == (State.POOR, True)
    assert ram_finding(probed(Meter(ram_forced=True))).state is State.FAIR
    assert ram_finding(probed(Meter(ram_measured=True))).state is State.GOOD


def test_this_codecarbon_is_one_of_those_that_reports_are_made_with():
    assert codecarbon_finding().state is State.GOOD


def test_the_doctor_tells_the_quality_that_a_report_then_has(run, export, tmp_path):
    (tmp_path / "rest.py").write_text("import time; time.sleep(2)\n")
    given = {"CODECARBON_FORCE_CPU_POWER": "400", "CODECARBON_FORCE_RAM_POWER": "5"}
    for environment, wanted in ((given, "medium"), ({"CODECARBON_FORCE_RAM_POWER": "9000"}, "medium")):
        document = json.loads(run("doctor", "--json", program=AIPOWER, **environment).stdout)
        named = {finding["topic"]: finding for finding in document["findings"]}
        points = {"cpu", "gpu", "ram", "codecarbon", "machine", "place", "output", "meters", "calibration"}
        assert set(named) == points
        report = export("rest.py", **environment).reports[0]
        for path in tmp_path.glob("power-reports/report_*"):
            path.unlink()
        assert document["quality"] == report["quality"] == wanted
        assert named["ram"]["state"] == "fair"
        assert document["error"] <= 0.25


def test_people_read_it_and_nothing_is_left_or_requested(run, tmp_path):
    before = set(tmp_path.rglob("*")) | {tmp_path / "home"}
    ended = run("doctor", program=AIPOWER, AIPOWER_COUNTRY="FRA", **NOWHERE)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("quality of a report now: ")
    assert "+ place: France, as settled" in ended.stdout
    assert "! calibration: this machine was never calibrated\n    aipower calibrate\n" in ended.stdout
    assert set(tmp_path.rglob("*")) <= before


def test_no_country_is_invented_where_nobody_answers(run):
    asked = run("doctor", "--online", program=AIPOWER, **NOWHERE)
    assert "! place: no geolocation service answers: reports lack the country" in asked.stdout
    assert "Canada" not in asked.stdout
    offline = run("doctor", program=AIPOWER, AIPOWER_OFFLINE="1")
    assert "! place: not known, and runs are offline" in offline.stdout


def test_an_output_folder_that_cannot_be_written(run, tmp_path):
    (tmp_path / "file").write_text("")
    ended = run("doctor", program=AIPOWER, AIPOWER_OUTPUT=os.path.join("file", "reports"))
    assert "! output: " in ended.stdout
    assert "cannot be written: " in ended.stdout


def test_where_nothing_can_be_measured_the_exit_code_is_1(run):
    ended = run("doctor", "--json", program=AIPOWER, CODECARBON_MEASURE_POWER_SECS="soon")
    document = json.loads(ended.stdout)
    assert (ended.returncode, document["quality"]) == (1, None)
    assert document["findings"][0]["topic"] == "cpu"
    assert document["findings"][0]["state"] == "poor"


def test_settings_that_cannot_be_used(run):
    ended = run("doctor", program=AIPOWER, AIPOWER_COUNTRY="Atlantis")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)


def test_meters_are_those_that_can_measure_and_those_that_are_configured(tmp_path):
    settings = load_settings(tmp_path, {"meter": {"desk": {"command": "echo 12.5"}}})
    finding = meters_finding(settings, tmp_path)
    assert finding.state is State.GOOD
    assert "codecarbon" in finding.says
    assert "desk" in finding.says
    broken = load_settings(tmp_path, {"meter": {"desk": {"command": "exit 3"}}})
    finding = meters_finding(broken, tmp_path)
    assert (finding.state, "desk not: the command ended with 3" in finding.says) == (State.POOR, True)
