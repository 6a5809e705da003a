"""System, Python and memory, as this machine and as fake ones say them."""

import importlib.metadata
import platform
import sys

import psutil
import pytest

from ai_power_export.introspect.memory import memory_facts
from ai_power_export.introspect.python import framework_version, python_facts
from ai_power_export.introspect.system import system_facts


def linux(monkeypatch, root, text, place="etc/os-release"):
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    (root / place).parent.mkdir(parents=True)
    (root / place).write_text(text)
    return system_facts(root)


@pytest.mark.parametrize(
    ("text", "distribution", "version"),
    [
        ('NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\n', "ubuntu", "22.04"),
        ('NAME=\'Red Hat Enterprise Linux\'\nID="rhel"\nVERSION_ID="9.3"\n', "rhel", "9.3"),
        ("# comment\n\nNAME=Amazon\\ Linux\nVERSION_ID=2023\n", "Amazon Linux", "2023"),
        ("ID=arch\nBUILD_ID=rolling\n", "arch", None),
        ('ID=odd\nVERSION_ID="unclosed\nnonsense\n', "odd", None),
    ],
)
def test_distributions_name_themselves(monkeypatch, tmp_path, text, distribution, version):
    facts = linux(monkeypatch, tmp_path, text)
    assert facts.value("system.os") == "linux"
    assert facts.value("system.distribution") == distribution
    assert facts.value("system.distributionVersion") == version
    assert (version is None) == ("system.distributionVersion" in [lack.field for lack in facts.missing])


def test_the_vendors_file_is_read_where_the_machine_has_none(monkeypatch, tmp_path):
    facts = linux(monkeypatch, tmp_path, "ID=debian\nVERSION_ID=12\n", "usr/lib/os-release")
    assert next(facts.about("system.distribution")).place == "/usr/lib/os-release"


def test_a_kernel_version_is_never_a_distribution_version(monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    facts = system_facts(tmp_path)
    assert [fact.field for fact in facts.found] == ["system.os"]
    assert len(facts.missing) == 2


def test_macos(monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "mac_ver", lambda: ("14.5", ("", "", ""), "arm64"))
    facts = system_facts(tmp_path)
    assert [fact.value for fact in facts.found] == ["macos", "macos", "14.5"]


def test_windows(monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "release", lambda: "11")
    monkeypatch.setattr(platform, "version", lambda: "10.0.22631")
    monkeypatch.setattr(platform, "win32_edition", lambda: "Professional")
    facts = system_facts(tmp_path)
    assert [fact.value for fact in facts.found] == ["windows", "Windows 11 Professional", "10.0.22631"]


def test_a_system_without_a_name_is_lacking(monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "system", lambda: "")
    facts = system_facts(tmp_path)
    assert not facts.found
    assert facts.missing[0].field == "system.os"


def test_the_running_python():
    facts = python_facts()
    assert facts.value("software.language") == "python"
    assert facts.value("software.version") == ".".join(map(str, sys.version_info[:3]))


def test_memory_is_one_component_with_all_of_it():
    facts = memory_facts()
    assert facts.value("infrastructure.components.componentType", "ram") == "ram"
    assert facts.value("infrastructure.components.nbComponent", "ram") == 1
    size = facts.value("infrastructure.components.memorySize", "ram")
    assert size == pytest.approx(psutil.virtual_memory().total / 1024**3, abs=0.01)


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("sklearn", "scikit-learn"),
        ("psutil", "psutil"),
        ("typing_extensions", "typing_extensions"),
        ("git", "GitPython"),
    ],
)
def test_framework_versions_come_from_their_distribution(module, distribution):
    assert framework_version(module) == (distribution, importlib.metadata.version(distribution))


def test_what_nobody_installed_has_no_version():
    assert framework_version("no_such_module") is None
    assert framework_version("os") is None


def install(folder, name, version, files):
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def test_a_distribution_of_the_modules_name_that_does_not_own_it_is_not_believed(monkeypatch, tmp_path):
    install(tmp_path, "frame", "0.0", ["frame-0.0.dist-info/METADATA"])
    install(tmp_path, "true-frame", "2.1", ["frame/__init__.py"])
    monkeypatch.syspath_prepend(str(tmp_path))
    assert framework_version("frame") == ("true-frame", "2.1")


def test_a_module_that_two_distributions_claim_has_no_version(monkeypatch, tmp_path):
    install(tmp_path, "vision-a", "1.0", ["vision/__init__.py"])
    install(tmp_path, "vision-b", "2.0", ["vision/__init__.py"])
    monkeypatch.syspath_prepend(str(tmp_path))
    assert framework_version("vision") is None
