"""The processors of this machine, as one component."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ai_power_export.facts import Certainty, Facts
from ai_power_export.introspect.component import COMPONENTS, add_component
from ai_power_export.introspect.cpu_info import PROBE, CpuInfo, cpu_info
from ai_power_export.introspect.cpu_names import read_cpu_name

SECONDS = 3.0
"""How long a helper program of the system may take to count the packages."""


class Topology(NamedTuple):
    """How many packages (sockets), cores and threads all processors have together; 0 where not seen."""

    packages: int = 0
    cores: int = 0
    threads: int = 0
    place: str = ""


def cpu_facts(root: Path = Path("/")) -> Facts:
    """Return name, maker, family and series of the processor, and how many packages there are.

    `nbComponent` counts packages (sockets); the cores and threads of one stand
    in the name. In a virtual machine both are what the hypervisor shows.
    """
    facts = Facts()
    info, place = known_info()
    brand = " ".join(str(info.get("brand_raw", "")).split())
    topology = read_topology(root)
    name = read_cpu_name(brand, str(info.get("vendor_id_raw", "")))
    values = {"manufacturer": name.manufacturer, "family": name.family, "series": name.series}
    said = {"componentType": "cpu", "componentName": _with_cores(brand, topology), **values}
    add_component(facts, "cpu", place, {**said})
    virtual = "hypervisor" in info.get("flags", [])
    certainty = Certainty.LIKELY if virtual else Certainty.CERTAIN
    add_component(facts, "cpu", topology.place, {"nbComponent": topology.packages or None}, certainty)
    _add_lacks(facts, brand, values, topology)
    return facts


def known_info() -> CpuInfo:
    """Return what py-cpuinfo says, nothing on a processor that it does not know."""
    try:
        return cpu_info()
    except Exception:  # noqa: BLE001 - py-cpuinfo raises plain ones on processors that it does not know
        return CpuInfo({}, PROBE)


def _add_lacks(facts: Facts, brand: str, values: dict[str, str], topology: Topology) -> None:
    if not brand:
        facts.lack(f"{COMPONENTS}.componentName", "py-cpuinfo does not know the name of this processor")
    for part, value in values.items():
        if brand and not value:
            facts.lack(f"{COMPONENTS}.{part}", f"the processor's name does not say it: {brand}")
    if not topology.packages:
        facts.lack(f"{COMPONENTS}.nbComponent", "the system does not show how many processor packages it has")


def _with_cores(brand: str, topology: Topology) -> str:
    """Return the name with the cores and threads of one package, where all packages are alike."""
    packages = topology.packages or 1
    if not (brand and topology.cores and topology.threads):
        return brand
    if topology.cores % packages or topology.threads % packages:
        return brand
    cores, threads = topology.cores // packages, topology.threads // packages
    return f"{brand} ({_count(cores, 'core')}, {_count(threads, 'thread')})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def read_topology(root: Path = Path("/")) -> Topology:
    """Count packages, cores and threads of the whole machine, whatever part of it we may use."""
    system = platform.system()
    if system == "Linux":
        seen = _from_sysfs(root)
        return seen if seen.packages else _from_proc(root, seen)
    if system == "Darwin":
        return _with_psutil(_asked(["sysctl", "-n", "hw.packages"]), "sysctl hw.packages")
    if system == "Windows":
        count = "@(Get-CimInstance -ClassName Win32_Processor).Count"
        return _with_psutil(_asked(["powershell", "-NoProfile", "-Command", count]), "Win32_Processor")
    return Topology()


def _from_sysfs(root: Path) -> Topology:
    packages, cores, threads = set(), set(), 0
    for folder in (root / "sys/devices/system/cpu").glob("cpu[0-9]*/topology"):
        package = _text(folder / "physical_package_id")
        siblings = _text(folder / "core_cpus_list") or _text(folder / "thread_siblings_list")
        if not siblings:
            continue
        threads += 1
        cores.add(siblings)
        packages.add(package)
    # Without firmware tables, some Arm machines give every processor the package -1: not known.
    known = packages and all(package.isdecimal() for package in packages)
    return Topology(len(packages) if known else 0, len(cores), threads, "/sys/devices/system/cpu")


def _from_proc(root: Path, seen: Topology) -> Topology:
    """Count the packages in `/proc/cpuinfo`, where x86 names the one of each thread."""
    processors = list(_processors(root))
    packages = {processor["physical id"] for processor in processors if "physical id" in processor}
    cores = {
        (processor["physical id"], processor["core id"])
        for processor in processors
        if "physical id" in processor and "core id" in processor
    }
    threads = seen.threads or len(processors)
    return Topology(len(packages), seen.cores or len(cores), threads, "/proc/cpuinfo")


def _processors(root: Path) -> Iterator[dict[str, str]]:
    for block in _text(root / "proc/cpuinfo").split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        processor = {key.strip(): value.strip() for key, _, value in pairs}
        if "processor" in processor:
            yield processor


def _with_psutil(packages: int, place: str) -> Topology:
    import psutil

    cores, threads = psutil.cpu_count(logical=False) or 0, psutil.cpu_count(logical=True) or 0
    return Topology(packages, cores, threads, place)


def _asked(command: list[str]) -> int:
    """Return the number that a program of the system prints; 0 where it prints none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
        return int(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
