"""Which machine this is, without saying whose: to know again what was measured on it.

A hash of what draws power: the machine's model, its processors, the size of its
memory, its GPUs. Neither host name, serial number, address nor machine id goes
into it, so it names nobody, and two machines of one model are the same to it. A
container has the identity of its host, whose hardware it sees and whose power is
measured; a cloud instance that of its type on its kind of host.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from pathlib import Path

from ai_power_export.introspect.cpu import known_info, read_topology
from ai_power_export.introspect.firmware import read_dmi
from ai_power_export.introspect.gpu import gpu_models

SECONDS = 3.0
"""How long a helper program of the system may take to name the machine's model."""
MODEL_PARTS = ("sys_vendor", "product_name", "product_version", "board_vendor", "board_name")
"""Firmware strings of the model; those of the single machine (serial, UUID, asset tag) are not read."""
GIBIBYTE = 1024**3


def machine_identity(root: Path = Path("/")) -> str:
    """Return 16 hexadecimal digits that stand for this machine's hardware."""
    import psutil

    info = known_info().said
    packages, cores, threads, _ = read_topology(root)
    parts = {
        "model": _model(root),
        "architecture": platform.machine(),
        "cpu": " ".join(str(info.get("brand_raw", "")).split()),
        "topology": [packages, cores, threads],
        # Kernels keep a little of it to themselves, and not always the same.
        "ram": round(psutil.virtual_memory().total / GIBIBYTE),
        "gpus": sorted(gpu_models()),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _model(root: Path) -> list[str]:
    if platform.system() == "Darwin":
        return [_asked(["sysctl", "-n", "hw.model"])]
    if platform.system() == "Windows":
        wanted = "$m = Get-CimInstance Win32_ComputerSystem; $m.Manufacturer + ' ' + $m.Model"
        return [_asked(["powershell", "-NoProfile", "-Command", wanted])]
    tree = root / "proc/device-tree/model"
    try:
        board = tree.read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    except OSError:
        board = ""
    return [*(read_dmi(root, part) for part in MODEL_PARTS), board]


def _asked(command: list[str]) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
