"""The processor is named as py-cpuinfo names it, and its slow probe is paid for at most once a process."""

import subprocess
import sys
import threading

import cpuinfo
import cpuinfo.cpuinfo
import pytest

from ai_power_export.introspect import cpu_info as module
from ai_power_export.introspect.cpu_info import cpu_info, shared_cpu_info

X86 = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model name\t: AMD EPYC 7763 64-Core Processor
flags\t\t: fpu avx2 hypervisor

processor\t: 1
vendor_id\t: AuthenticAMD
model name\t: of another
flags\t\t: none
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
ANSWER = {"brand_raw": "Neoverse-N1", "vendor_id_raw": "ARM", "flags": ["asimd", "fp"], "count": 2}


ask_as_codecarbon = eval(
    "lambda: cpuinfo.get_cpu_info()", {"__name__": "codecarbon.core.util", "cpuinfo": cpuinfo}
)


class Probe:
    """Stands for py-cpuinfo's slow probe and counts how often it is paid for."""

    def __init__(self, answer):
        self.answer, self.calls = answer, 0

    def __call__(self):
        self.calls += 1
        return dict(self.answer)


@pytest.fixture
def probe(monkeypatch):
    probe = Probe(ANSWER)
    monkeypatch.setattr(cpuinfo.cpuinfo, "get_cpu_info", probe)
    monkeypatch.setattr(cpuinfo, "get_cpu_info", probe)
    monkeypatch.setattr(module, "_answer", None)
    return probe


@pytest.fixture
def kernel(monkeypatch, tmp_path):
    def says(text):
        file = tmp_path / "cpuinfo"
        file.write_text(text)
        monkeypatch.setattr(module, "CPUINFO", file)

    return says


@pytest.mark.slow
def test_here_it_says_what_py_cpuinfo_says():
    told, probed = cpu_info().said, cpuinfo.get_cpu_info()
    assert told["brand_raw"]
    assert [told[key] for key in ("brand_raw", "vendor_id_raw")] == [
        probed[key] for key in ("brand_raw", "vendor_id_raw")
    ]
    assert set(told["flags"]) <= set(probed["flags"])


def test_what_the_kernel_says_of_the_first_processor_needs_no_probe(probe, kernel):
    kernel(X86)
    assert cpu_info().said == {
        "brand_raw": "AMD EPYC 7763 64-Core Processor",
        "vendor_id_raw": "AuthenticAMD",
        "flags": ["avx2", "fpu", "hypervisor"],
    }
    assert probe.calls == 0


@pytest.mark.parametrize("text", [ARM, "", X86.replace("model name", "name"), X86.replace("flags", "bugs")])
def test_a_kernel_that_says_less_is_not_enough(probe, kernel, text):
    kernel(text)
    assert cpu_info() == (ANSWER, "py-cpuinfo")


def test_it_is_probed_once_a_process(probe, kernel):
    kernel(ARM)
    first = cpu_info().said
    first["flags"].append("spoilt")
    assert cpu_info().said == ANSWER
    assert probe.calls == 1


def test_threads_that_ask_at_once_share_one_probe(probe, kernel):
    kernel(ARM)
    threads = [threading.Thread(target=cpu_info) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert probe.calls == 1


def test_sharing_answers_for_py_cpuinfo_and_is_undone(probe, kernel):
    kernel(X86)
    before = cpuinfo.get_cpu_info
    with shared_cpu_info():
        with pytest.raises(ZeroDivisionError), shared_cpu_info():
            1 / 0  # noqa: B018
        assert ask_as_codecarbon()["brand_raw"] == "AMD EPYC 7763 64-Core Processor"
    assert cpuinfo.get_cpu_info is before
    assert probe.calls == 0


def test_others_get_all_of_py_cpuinfos_answer_meanwhile(probe, kernel):
    kernel(X86)
    with shared_cpu_info():
        assert cpuinfo.get_cpu_info() == ANSWER


def test_sharing_from_several_threads_ends_with_the_original(probe, kernel):
    kernel(ARM)
    before = cpuinfo.get_cpu_info
    barrier = threading.Barrier(4)

    def work():
        for _ in range(50):
            with shared_cpu_info():
                ask_as_codecarbon()
            barrier.wait()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cpuinfo.get_cpu_info is before
    assert probe.calls == 1


def test_a_replacement_by_somebody_else_meanwhile_stays(probe):
    def theirs():
        return {}

    with shared_cpu_info():
        cpuinfo.get_cpu_info = theirs
    assert cpuinfo.get_cpu_info is theirs


@pytest.mark.slow
def test_a_tracker_is_built_and_started_without_a_probe_of_code_carbons_own(tmp_path):
    script = """
from ai_power_export import OfflinePowerTracker
from ai_power_export.introspect.cpu_info import cpu_info
cpu_info()
import cpuinfo.cpuinfo
cpuinfo.cpuinfo.get_cpu_info_json = lambda: 1 / 0
tracker = OfflinePowerTracker(country_iso_code="FRA", log_level="critical", save_to_file=False)
tracker.start()
tracker.stop()
print(tracker.final_emissions_data.cpu_model == cpu_info().said["brand_raw"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == "True\n", done.stderr
