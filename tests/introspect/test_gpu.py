"""GPUs, as a fake NVML and a fake `nvidia-smi` show them."""

import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from ai_power_export.introspect.gpu import gpu_facts
from ai_power_export.introspect.gpu_names import read_gpu_name

FIELD = "infrastructure.components."
V100 = ("Tesla V100S-PCIE-32GB", "GPU-1f2e3d4c-0000", 32 * 1024**3)
RTX = ("NVIDIA GeForce RTX 3090", "GPU-5a6b7c8d-1111", 24 * 1024**3)

NAMES = [
    ("Tesla V100S-PCIE-32GB", "Tesla", "V100S"),
    ("Tesla V100-SXM2-16GB", "Tesla", "V100"),
    ("Tesla T4", "Tesla", "T4"),
    ("Tesla P100-PCIE-16GB", "Tesla", "P100"),
    ("NVIDIA GeForce RTX 3090", "GeForce", "RTX 3090"),
    ("GeForce GTX 1080 Ti", "GeForce", "GTX 1080 Ti"),
    ("NVIDIA GeForce RTX 3070 Laptop GPU", "GeForce", "RTX 3070 Laptop"),
    ("NVIDIA GeForce GTX 1060 6GB", "GeForce", "GTX 1060"),
    ("GeForce RTX 2080 with Max-Q Design", "GeForce", "RTX 2080"),
    ("NVIDIA RTX A6000", "RTX", "A6000"),
    ("NVIDIA RTX 6000 Ada Generation", "RTX", "6000 Ada Generation"),
    ("Quadro RTX 6000", "Quadro", "RTX 6000"),
    ("Quadro P5000", "Quadro", "P5000"),
    ("NVIDIA TITAN RTX", "TITAN", "RTX"),
    ("NVIDIA TITAN Xp", "TITAN", "Xp"),
    ("GRID V100D-8Q", "GRID", "V100D-8Q"),
    ("NVIDIA A100-SXM4-40GB", "", "A100"),
    ("NVIDIA A100 80GB PCIe", "", "A100"),
    ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "", "A100"),
    ("NVIDIA H100 80GB HBM3", "", "H100"),
    ("NVIDIA H100 NVL", "", "H100"),
    ("NVIDIA H100 PCIe", "", "H100"),
    ("NVIDIA H200", "", "H200"),
    ("NVIDIA GH200 480GB", "", "GH200"),
    ("NVIDIA A10G", "", "A10G"),
    ("NVIDIA L40S", "", "L40S"),
    ("NVIDIA T1000 8GB", "", "T1000"),
    ("NVIDIA Graphics Device", "", ""),
]


@pytest.mark.parametrize(("name", "family", "series"), NAMES)
def test_a_name_says_family_and_series_or_nothing(name, family, series):
    assert read_gpu_name(name) == (family, series)


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """A machine without any sign of NVIDIA."""
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    fake_nvml(monkeypatch, None)


def fake_nvml(monkeypatch, devices, text=str):
    """Put a pynvml in place that shows `devices`, or fails where there are None."""
    fake = types.ModuleType("pynvml")
    fake.NVMLError = type("NVMLError", (Exception,), {})
    fake.users = 0

    def init():
        if devices is None:
            raise fake.NVMLError("NVML Shared Library Not Found")
        fake.users += 1

    def shutdown():
        fake.users -= 1

    def memory(index):
        if devices[index][2] is None:
            raise fake.NVMLError("Not Supported")
        return types.SimpleNamespace(total=devices[index][2])

    fake.nvmlInit, fake.nvmlShutdown = init, shutdown
    fake.nvmlDeviceGetCount = lambda: len(devices)
    fake.nvmlDeviceGetHandleByIndex = lambda index: index
    fake.nvmlDeviceGetName = lambda index: text(devices[index][0])
    fake.nvmlDeviceGetUUID = lambda index: text(devices[index][1])
    fake.nvmlDeviceGetMemoryInfo = memory
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    return fake


def components(facts):
    subjects = dict.fromkeys(fact.subject for fact in facts.found)
    return [
        {fact.field.removeprefix(FIELD): fact.value for fact in facts.found if fact.subject == subject}
        for subject in subjects
    ]


def test_there_is_one_component_a_model_with_the_memory_of_one(monkeypatch):
    fake = fake_nvml(monkeypatch, [V100, RTX, V100])
    facts = gpu_facts()
    assert components(facts) == [
        {
            "componentType": "gpu",
            "componentName": "Tesla V100S-PCIE-32GB",
            "nbComponent": 2,
            "memorySize": 32.0,
            "manufacturer": "NVIDIA",
            "family": "Tesla",
            "series": "V100S",
        },
        {
            "componentType": "gpu",
            "componentName": "NVIDIA GeForce RTX 3090",
            "nbComponent": 1,
            "memorySize": 24.0,
            "manufacturer": "NVIDIA",
            "family": "GeForce",
            "series": "RTX 3090",
        },
    ]
    assert {fact.place for fact in facts.found} == {"NVML"}
    assert {fact.subject for fact in facts.found} == {
        "gpu:Tesla V100S-PCIE-32GB",
        "gpu:NVIDIA GeForce RTX 3090",
    }
    assert fake.users == 0


def test_older_drivers_that_answer_in_bytes_are_read(monkeypatch):
    fake_nvml(monkeypatch, [V100], text=str.encode)
    assert components(gpu_facts())[0]["componentName"] == "Tesla V100S-PCIE-32GB"


def test_memory_that_the_driver_does_not_say_is_left_out(monkeypatch):
    fake_nvml(monkeypatch, [("NVIDIA GB10", "GPU-1", None)])
    (component,) = components(gpu_facts())
    assert "memorySize" not in component
    assert component["series"] == "GB10"


def test_devices_of_one_name_and_different_memory_say_no_size(monkeypatch):
    fake_nvml(monkeypatch, [V100, (V100[0], "GPU-2", 16 * 1024**3)])
    (component,) = components(gpu_facts())
    assert component["nbComponent"] == 2
    assert "memorySize" not in component


@pytest.mark.parametrize("ids", [[1], ["1"], ["GPU-5a6b7c8d-1111"], ["GPU-5a6b"]])
def test_only_the_gpus_that_the_meter_tracks_count(monkeypatch, ids):
    fake_nvml(monkeypatch, [V100, RTX])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert [component["componentName"] for component in components(gpu_facts(ids))] == [RTX[0]]


def test_cuda_visible_devices_chooses(monkeypatch):
    fake_nvml(monkeypatch, [V100, V100, V100])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0, 2")
    facts = gpu_facts()
    assert components(facts)[0]["nbComponent"] == 2
    assert {fact.certainty.value for fact in facts.found} == {"certain"}


@pytest.mark.parametrize(("order", "certainty"), [("", "likely"), ("PCI_BUS_ID", "certain")])
def test_the_order_of_unlike_gpus_is_sure_only_by_bus(monkeypatch, order, certainty):
    fake_nvml(monkeypatch, [V100, RTX])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    monkeypatch.setenv("CUDA_DEVICE_ORDER", order)
    facts = gpu_facts()
    assert [component["componentName"] for component in components(facts)] == [RTX[0]]
    assert {fact.certainty.value for fact in facts.found} == {certainty}


@pytest.mark.parametrize("visible", ["", "-1", "NoDevFiles"])
def test_hidden_gpus_are_no_components(monkeypatch, visible):
    fake_nvml(monkeypatch, [V100])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    facts = gpu_facts()
    assert not facts.found
    assert "CUDA_VISIBLE_DEVICES" in facts.missing[0].reason


def test_without_a_gpu_there_is_nothing_but_the_reason():
    facts = gpu_facts()
    assert not facts.found
    assert facts.missing[0].reason == "no GPU: NVML: NVML Shared Library Not Found; nvidia-smi: not installed"


def nvidia_smi(folder, *lines, code=0):
    text = "".join(f"echo '{line}'\n" for line in lines)
    file = folder / "nvidia-smi"
    file.write_text(f"#!/bin/sh\n{text}exit {code}\n")
    file.chmod(0o755)


def smi_line(index, device, memory):
    return (
        f"{index}, {device[1]}, 7, {memory}, 300, 32210, 550.54.15, {device[0]}, 0323, Disabled, Disabled, 41"
    )


def test_nvidia_smi_is_asked_where_nvml_cannot_be_used(tmp_path):
    nvidia_smi(tmp_path, smi_line(0, V100, 32768), smi_line(1, V100, 32768))
    facts = gpu_facts()
    (component,) = components(facts)
    assert (component["componentName"], component["nbComponent"]) == (V100[0], 2)
    assert component["memorySize"] == 32.0
    assert {fact.place for fact in facts.found} == {"nvidia-smi"}


def test_nvidia_smi_without_memory_says_no_size(tmp_path):
    nvidia_smi(tmp_path, smi_line(0, V100, "[N/A]"))
    assert "memorySize" not in components(gpu_facts())[0]


def test_nvidia_smi_that_fails_is_a_reason(tmp_path):
    nvidia_smi(tmp_path, "NVIDIA-SMI has failed because it could not reach the driver.", code=9)
    facts = gpu_facts()
    assert not facts.found
    assert "nvidia-smi" in facts.missing[0].reason


def test_gputil_is_loaded_without_a_trace_in_the_process():
    script = """
import sys
before = set(sys.modules)
from ai_power_export.introspect.gputil import load_gputil
assert load_gputil().getGPUs() == []
left = [name for name in set(sys.modules) - before if name.startswith(("distutils", "setuptools", "GPUtil"))]
print(left)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_gputil_is_loaded_on_pythons_without_distutils(version, tmp_path):
    python = newest_python(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    nvidia_smi(tmp_path, smi_line(0, RTX, 24576))
    installed = importlib.util.find_spec("GPUtil").submodule_search_locations[0]
    (tmp_path / "GPUtil").symlink_to(installed)
    here = Path(__file__).parents[2]
    script = """
import sys
from ai_power_export.introspect.gpu import gpu_facts
print(gpu_facts().value("infrastructure.components.componentName"), "distutils" in sys.modules)
"""
    environment = {"PATH": f"{tmp_path}{os.pathsep}/usr/bin", "PYTHONPATH": f"{here}{os.pathsep}{tmp_path}"}
    done = subprocess.run([python, "-S", "-c", script], capture_output=True, text=True, env=environment)
    assert done.stdout == f"{RTX[0]} False\n", done.stderr


def newest_python(version):
    """Return an interpreter of that version: on the usual paths, or where pyenv keeps them."""
    folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [Path(folder) / f"python{version}" for folder in folders]
    candidates += [folder / "bin" / "python" for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True)]
    return next((str(candidate) for candidate in candidates if candidate.exists()), None)
