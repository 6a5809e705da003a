"""What the adapters of installed tools share."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from ai_power_export.introspect.powercap import rapl_zones

MAKE_READABLE = "sudo chmod -R a+r /sys/class/powercap/intel-rapl"

WHOLE_MACHINE = (
    "meter-whole-machine",
    "it measures the whole machine, and what others do on it at the same time",
)


def not_installed(module: str, package: str, title: str) -> str:
    """Say that a tool is not installed, and how to get it; empty if it is."""
    return "" if find_spec(module) else f"{title} is not installed; pip install {package}"


def installed_version(package: str) -> str:
    """Return the version of an installed distribution, empty where that is not known."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def no_rapl() -> str:
    """Say why the processors' energy counters cannot be read; empty if they can."""
    packages = [zone for zone in rapl_zones() if zone.name.startswith("package")]
    if not packages:
        return "the system shows no energy counters of the processors (RAPL)"
    if not all(zone.readable for zone in packages):
        return f"the energy counters of the processors (RAPL) are not readable; {MAKE_READABLE}"
    return ""


def has_nvml() -> bool:
    """Tell whether NVIDIA's library shows a GPU."""
    try:
        import pynvml

        pynvml.nvmlInit()
        try:
            return bool(pynvml.nvmlDeviceGetCount())
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # noqa: BLE001 - no driver, no library, or one of another version
        return False
