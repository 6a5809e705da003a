"""The processor is probed once a process and once an uptime, and never trusted from a doubtful file."""

import json
import os
import stat
import subprocess
import sys
import threading

import cpuinfo
import cpuinfo.cpuinfo
import pytest

from ai_power_export.introspect import cpuinfo_cache

ANSWER = {
    "brand_raw": "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
    "vendor_id_raw": "GenuineIntel",
    "python_version": "3.8.1.final.0 (64 bit)",
    "count": 32,
    "flags": ["avx2", "fpu"],
    "hz_actual_friendly": "2.9000 GHz",
}


class Probe:
    """Stands for py-cpuinfo's slow probe and counts how often it is paid for."""

    def __init__(self, answer):
        self.answer, self.calls = answer, 0

    def __call__(self):
        self.calls += 1
        return dict(self.answer)


@pytest.fixture
def probe(monkeypatch, tmp_path):
    probe = Probe(ANSWER)
    monkeypatch.setattr(cpuinfo.cpuinfo, "get_cpu_info", probe)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    boot = tmp_path / "boot_id"
    boot.write_text("b2c0ffee\n")
    monkeypatch.setattr(cpuinfo_cache, "BOOT_ID", boot)
    monkeypatch.setattr(cpuinfo_cache, "_answer", None)
    return probe


def kept_files(tmp_path):
    return sorted((tmp_path / "cache" / "aipower").glob("*"))


def new_process(monkeypatch):
    monkeypatch.setattr(cpuinfo_cache, "_answer", None)


def become_another_user(monkeypatch):
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)


def test_it_is_probed_once_a_process(probe):
    first = cpuinfo_cache.cpu_info()
    first["flags"].append("spoilt")
    assert cpuinfo_cache.cpu_info() == ANSWER
    assert probe.calls == 1


def test_threads_that_ask_at_once_share_one_probe(probe):
    threads = [threading.Thread(target=cpuinfo_cache.cpu_info) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert probe.calls == 1


def test_the_next_process_of_the_same_boot_reads_the_file(probe, monkeypatch, tmp_path):
    cpuinfo_cache.cpu_info()
    (file,) = kept_files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    new_process(monkeypatch)
    again = cpuinfo_cache.cpu_info()
    assert probe.calls == 1
    assert again["brand_raw"] == ANSWER["brand_raw"]
    assert again["count"] == os.cpu_count()
    assert again["python_version"].startswith(".".join(map(str, sys.version_info[:3])))
    assert "hz_actual_friendly" not in again


def test_another_boot_or_another_processor_is_probed_again(probe, monkeypatch, tmp_path):
    cpuinfo_cache.cpu_info()
    cpuinfo_cache.BOOT_ID.write_text("another\n")
    new_process(monkeypatch)
    cpuinfo_cache.cpu_info()
    assert probe.calls == 2
    other = tmp_path / "cpuinfo"
    other.write_text("processor\t: 0\nmodel name\t: AMD EPYC 7763 64-Core Processor\n\nprocessor\t: 1\n")
    monkeypatch.setattr(cpuinfo_cache, "CPUINFO", other)
    new_process(monkeypatch)
    cpuinfo_cache.cpu_info()
    assert probe.calls == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        json.dumps({**ANSWER, "brand_raw": 7}).encode(),
        json.dumps({**ANSWER, "flags": "avx2"}).encode(),
        json.dumps({**ANSWER, "flags": [1]}).encode(),
    ],
)
def test_a_damaged_file_is_measured_anew_and_mended(probe, monkeypatch, tmp_path, content):
    cpuinfo_cache.cpu_info()
    (file,) = kept_files(tmp_path)
    file.write_bytes(content)
    new_process(monkeypatch)
    assert cpuinfo_cache.cpu_info()["brand_raw"] == ANSWER["brand_raw"]
    assert probe.calls == 2
    assert json.loads(file.read_bytes())["brand_raw"] == ANSWER["brand_raw"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("instead", ["link", "pipe", "folder", "open to others"])
def test_a_file_that_is_not_safely_ours_is_ignored(probe, monkeypatch, tmp_path, instead):
    cpuinfo_cache.cpu_info()
    (file,) = kept_files(tmp_path)
    if instead == "open to others":
        file.chmod(0o666)
    else:
        content = file.read_bytes()
        file.unlink()
        (tmp_path / "elsewhere").write_bytes(content)
        {"link": lambda: file.symlink_to(tmp_path / "elsewhere"), "pipe": lambda: os.mkfifo(file)}.get(
            instead, file.mkdir
        )()
    new_process(monkeypatch)
    assert cpuinfo_cache.cpu_info()["brand_raw"] == ANSWER["brand_raw"]
    assert probe.calls == 2


def test_a_file_of_another_user_is_ignored(probe, monkeypatch, tmp_path):
    cpuinfo_cache.cpu_info()
    become_another_user(monkeypatch)
    new_process(monkeypatch)
    cpuinfo_cache.cpu_info()
    assert probe.calls == 2


def test_a_home_of_another_user_is_left_alone(probe, monkeypatch, tmp_path):
    become_another_user(monkeypatch)
    assert cpuinfo_cache.cpu_info() == ANSWER
    assert not (tmp_path / "cache").exists()


def test_without_a_writable_cache_it_still_answers(probe, monkeypatch, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert cpuinfo_cache.cpu_info() == ANSWER
    assert (tmp_path / "cache").read_text() == "a file where the folder should be"


def test_without_a_boot_id_nothing_is_kept_on_disk(probe, monkeypatch, tmp_path):
    monkeypatch.setattr(cpuinfo_cache, "BOOT_ID", tmp_path / "absent")
    assert cpuinfo_cache.cpu_info() == ANSWER
    assert kept_files(tmp_path) == []


def test_an_empty_answer_is_not_kept(probe, tmp_path):
    probe.answer = {}
    assert cpuinfo_cache.cpu_info() == {}
    assert kept_files(tmp_path) == []


def test_answers_of_former_boots_are_removed_in_the_end(probe, monkeypatch, tmp_path):
    folder = tmp_path / "cache" / "aipower"
    folder.mkdir(parents=True)
    old, recent = folder / "cpuinfo-old.json", folder / "cpuinfo-recent.json"
    old.write_text("{}")
    recent.write_text("{}")
    os.utime(old, (0, 0))
    cpuinfo_cache.cpu_info()
    assert recent.exists()
    assert not old.exists()


def test_sharing_answers_for_py_cpuinfo_and_is_undone(probe):
    before = cpuinfo.get_cpu_info
    with cpuinfo_cache.shared_cpu_info():
        assert cpuinfo.get_cpu_info()["brand_raw"] == ANSWER["brand_raw"]
        with pytest.raises(ZeroDivisionError), cpuinfo_cache.shared_cpu_info():
            1 / 0  # noqa: B018
        assert cpuinfo.get_cpu_info() == ANSWER
    assert cpuinfo.get_cpu_info is before
    assert probe.calls == 1


def test_sharing_from_several_threads_ends_with_the_original(probe):
    before = cpuinfo.get_cpu_info
    barrier = threading.Barrier(4)

    def work():
        for _ in range(50):
            with cpuinfo_cache.shared_cpu_info():
                cpuinfo.get_cpu_info()
            barrier.wait()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cpuinfo.get_cpu_info is before
    assert probe.calls == 1


def test_a_replacement_by_somebody_else_meanwhile_stays(probe, monkeypatch):
    monkeypatch.setattr(cpuinfo, "get_cpu_info", cpuinfo.get_cpu_info)

    def theirs():
        return {}

    with cpuinfo_cache.shared_cpu_info():
        cpuinfo.get_cpu_info = theirs
    assert cpuinfo.get_cpu_info is theirs


@pytest.mark.slow
def test_code_carbon_starts_without_a_probe_of_its_own(tmp_path):
    script = """
import time
from ai_power_export.introspect.cpuinfo_cache import cpu_info, shared_cpu_info
cpu_info()
import cpuinfo.cpuinfo
cpuinfo.cpuinfo.get_cpu_info_json = lambda: 1 / 0
from codecarbon.core.util import detect_cpu_model
with shared_cpu_info():
    print(detect_cpu_model() == cpu_info()["brand_raw"])
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.stdout == "True\n", done.stderr
