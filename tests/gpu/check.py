"""Export a training and a generation on an NVIDIA GPU and print what their reports say of it.

    make gpu-check

Needs PyTorch with CUDA and, for the generation, transformers in the environment
that runs it; says so, and checks nothing, where there is no such GPU. Exits
with 1 if a report lacks a field that a GPU must give.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
JOBS = {"training.py": "torch", "generation.py": "transformers"}
"""Scripts, with the package that each needs."""


def main():
    lacking = what_is_lacking()
    if lacking:
        print(f"gpu-check: nothing checked, {lacking}")
        return 0
    failed = False
    for script, package in JOBS.items():
        if importlib.util.find_spec(package) is None:
            print(f"{script}: not checked, {package} is not installed")
            continue
        fields = gpu_fields(export(script))
        print(f"\n{script}")
        for name, value in fields.items():
            print(f"  {name:24}{'MISSING' if value is None else value}")
        failed |= None in fields.values()
    return int(failed)


def what_is_lacking():
    if importlib.util.find_spec("torch") is None:
        return f"PyTorch is not installed: {sys.executable} -m pip install torch transformers"
    import torch

    return "" if torch.cuda.is_available() else "PyTorch sees no NVIDIA GPU"


def export(script):
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("aipower"), "export", "--offline", "--country", "FRA"]
        subprocess.run([*command, HERE / script], cwd=folder, check=True)
        reports = Path(folder, "power-reports").glob("report_*.json")
        (path,) = (each for each in reports if not each.name.endswith(".evidence.json"))
        return json.loads(path.read_text())


def gpu_fields(report):
    components = report["infrastructure"]["components"]
    gpu = next((each for each in components if each["componentType"] == "gpu"), {})
    (measure,) = report["measures"]
    return {
        "componentName": gpu.get("componentName"),
        "nbComponent": gpu.get("nbComponent"),
        "memorySize": gpu.get("memorySize"),
        "manufacturer": gpu.get("manufacturer"),
        "gpuTrackingMode": measure.get("gpuTrackingMode"),
        "averageUtilizationGpu": measure.get("averageUtilizationGpu"),
        "quantization": report["task"]["algorithms"][0].get("quantization"),
    }


if __name__ == "__main__":
    sys.exit(main())
