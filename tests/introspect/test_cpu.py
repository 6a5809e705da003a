"""Processors as the kernel shows them, on little trees of its own files."""

import os
import platform
import stat

import pytest

from ai_power_export.introspect import cpu
from ai_power_export.introspect.cpu import cpu_facts, read_topology
from ai_power_export.introspect.cpu_info import PROBE, CpuInfo

FIELD = "infrastructure.components."
BRAND = "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz"


@pytest.fixture(autouse=True)
def linux(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Linux")


def info_is(monkeypatch, **info):
    monkeypatch.setattr(cpu, "cpu_info", lambda: CpuInfo(info, PROBE))


def sysfs(root, threads):
    """Write one folder for each `(package, sibling list)`."""
    for number, (package, siblings) in enumerate(threads):
        folder = root / f"sys/devices/system/cpu/cpu{number}/topology"
        folder.mkdir(parents=True)
        (folder / "physical_package_id").write_text(f"{package}\n")
        (folder / "core_cpus_list").write_text(f"{siblings}\n")
    (root / "sys/devices/system/cpu/cpufreq").mkdir()
    return root


def two_sockets(root):
    return sysfs(
        root, [(0, "0,4"), (0, "1,5"), (1, "2,6"), (1, "3,7"), (0, "0,4"), (0, "1,5"), (1, "2,6"), (1, "3,7")]
    )


def test_packages_are_counted_and_the_cores_of_one_are_named(monkeypatch, tmp_path):
    info_is(monkeypatch, brand_raw=BRAND, vendor_id_raw="GenuineIntel", flags=["avx2"])
    facts = cpu_facts(two_sockets(tmp_path))
    assert facts.value(f"{FIELD}componentType", "cpu") == "cpu"
    assert facts.value(f"{FIELD}componentName", "cpu") == f"{BRAND} (2 cores, 4 threads)"
    assert facts.value(f"{FIELD}nbComponent", "cpu") == 2
    assert facts.value(f"{FIELD}manufacturer", "cpu") == "Intel"
    assert facts.value(f"{FIELD}family", "cpu") == "Xeon"
    assert facts.value(f"{FIELD}series", "cpu") == "Gold 6226R"
    assert not facts.missing


def test_packages_of_a_virtual_machine_are_only_likely(monkeypatch, tmp_path):
    info_is(monkeypatch, brand_raw=BRAND, flags=["hypervisor"])
    facts = cpu_facts(two_sockets(tmp_path))
    assert next(facts.about(f"{FIELD}nbComponent")).certainty.value == "likely"


def test_one_core_is_singular(monkeypatch, tmp_path):
    info_is(monkeypatch, brand_raw="AMD EPYC")
    facts = cpu_facts(sysfs(tmp_path, [(0, "0")]))
    assert facts.value(f"{FIELD}componentName") == "AMD EPYC (1 core, 1 thread)"
    assert [lack.field for lack in facts.missing] == [f"{FIELD}series"]


def test_packages_that_are_not_alike_leave_the_cores_unsaid(monkeypatch, tmp_path):
    info_is(monkeypatch, brand_raw="AMD EPYC 7763 64-Core Processor")
    facts = cpu_facts(sysfs(tmp_path, [(0, "0"), (0, "1"), (1, "2")]))
    assert facts.value(f"{FIELD}componentName") == "AMD EPYC 7763 64-Core Processor"
    assert facts.value(f"{FIELD}nbComponent") == 2


def test_unknown_packages_are_lacking_and_not_one(monkeypatch, tmp_path):
    info_is(monkeypatch, brand_raw="Neoverse-N1")
    facts = cpu_facts(sysfs(tmp_path, [(-1, "0"), (-1, "1")]))
    assert facts.value(f"{FIELD}nbComponent") is None
    assert f"{FIELD}nbComponent" in [lack.field for lack in facts.missing]
    assert facts.value(f"{FIELD}componentName") == "Neoverse-N1 (2 cores, 2 threads)"


def test_a_processor_without_a_name_is_still_a_component(monkeypatch, tmp_path):
    info_is(monkeypatch)
    facts = cpu_facts(two_sockets(tmp_path))
    assert facts.value(f"{FIELD}componentType") == "cpu"
    assert facts.value(f"{FIELD}componentName") is None
    assert [lack.field for lack in facts.missing] == [f"{FIELD}componentName"]


def test_packages_are_counted_where_py_cpuinfo_gives_up(monkeypatch, tmp_path):
    monkeypatch.setattr(cpu, "cpu_info", lambda: 1 / 0)
    facts = cpu_facts(two_sockets(tmp_path))
    assert facts.value(f"{FIELD}componentType", "cpu") == "cpu"
    assert facts.value(f"{FIELD}nbComponent", "cpu") == 2


def test_proc_cpuinfo_counts_where_sysfs_is_not_shown(tmp_path):
    (tmp_path / "proc").mkdir()
    block = "processor\t: {}\nphysical id\t: {}\ncore id\t\t: {}\nflags\t\t: fpu\n\n"
    threads = [(0, 0, 0), (1, 0, 1), (2, 1, 0), (3, 1, 1), (4, 0, 0), (5, 0, 1), (6, 1, 0), (7, 1, 1)]
    (tmp_path / "proc/cpuinfo").write_text("".join(block.format(*thread) for thread in threads))
    topology = read_topology(tmp_path)
    assert (topology.packages, topology.cores, topology.threads) == (2, 4, 8)
    assert topology.place == "/proc/cpuinfo"


def test_nothing_shown_is_nothing_counted(tmp_path):
    assert read_topology(tmp_path).packages == 0


def program(folder, name, text):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(("system", "name"), [("Darwin", "sysctl"), ("Windows", "powershell")])
@pytest.mark.parametrize(("text", "packages"), [("echo 2", 2), ("echo oops", 0), ("exit 1", 0)])
def test_other_systems_are_asked_by_their_own_program(monkeypatch, tmp_path, system, name, text, packages):
    program(tmp_path, name, text)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(platform, "system", lambda: system)
    assert read_topology().packages == packages


def test_this_machine_has_a_processor():
    facts = cpu_facts()
    assert facts.value(f"{FIELD}componentType", "cpu") == "cpu"
