"""The energy counters of the processors (RAPL), as Linux shows them in `/sys/class/powercap`.

See the kernel's documentation, "Power Capping Framework": each zone has a name
(`package-0`, `core`, `dram`, `psys`) and, in `energy_uj`, the energy used so
far. AMD's processors since Zen have zones of the same names. Since Linux 5.10
the counters are for root alone, because they let one program spy upon another
(Platypus, CVE-2020-8694).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

POWERCAP = "sys/class/powercap"


class Zone(NamedTuple):
    """One counter."""

    name: str
    readable: bool


def rapl_zones(root: Path = Path("/")) -> list[Zone]:
    """Return the RAPL zones that the kernel shows, in its order; none where it shows none."""
    try:
        folders = sorted((root / POWERCAP).glob("intel-rapl:*"))
    except OSError:
        return []
    return [Zone(_name(folder), _readable(folder / "energy_uj")) for folder in folders if folder.is_dir()]


def _name(zone: Path) -> str:
    try:
        return (zone / "name").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return zone.name


def _readable(counter: Path) -> bool:
    try:
        return counter.read_text(encoding="ascii").strip().isdigit()
    except (OSError, ValueError):
        return False
