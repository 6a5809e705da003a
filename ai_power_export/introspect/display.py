"""GPUs that are built in, whether or not a driver makes them usable."""

from __future__ import annotations

from pathlib import Path

MAKERS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
"""PCI vendor ids."""
DISPLAY = "0x03"
"""PCI class of display controllers, and of accelerators that are built as such."""


def built_in_gpus(root: Path = Path("/")) -> list[str]:
    """Return the maker of each GPU on the PCI bus that Linux shows; graphics of a processor count too."""
    found = []
    try:
        devices = sorted((root / "sys/bus/pci/devices").iterdir())
    except OSError:
        return []
    for device in devices:
        maker = MAKERS.get(_text(device / "vendor"))
        if maker and _text(device / "class").startswith(DISPLAY):
            found.append(maker)
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
