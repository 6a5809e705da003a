"""The operating system, in the words that open reports use: `linux`, `debian`, `12`."""

from __future__ import annotations

import platform
import shlex
from pathlib import Path

from ai_power_export.facts import Facts, Origin

OS_RELEASE = ("etc/os-release", "usr/lib/os-release")
"""Where Linux distributions name themselves, first found first: see os-release(5)."""


def system_facts(root: Path = Path("/")) -> Facts:
    """Return name, distribution and version of the operating system.

    Inside a container the distribution is the container's: what the program runs on.
    """
    facts = Facts()
    name = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    facts.add("system.os", name, Origin.MACHINE, "platform.system")
    if not name:
        facts.lack("system.os", "the system does not say its name")
    elif name == "macos":
        _add_distribution(facts, "macos", platform.mac_ver()[0], "platform.mac_ver")
    elif name == "windows":
        edition = f"Windows {platform.release()} {platform.win32_edition() or ''}".strip()
        _add_distribution(facts, edition, platform.version(), "platform.win32_ver")
    else:
        _add_os_release(facts, root)
    return facts


def _add_os_release(facts: Facts, root: Path) -> None:
    for name in OS_RELEASE:
        try:
            told = _parse_os_release((root / name).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        _add_distribution(
            facts, told.get("ID") or told.get("NAME", ""), told.get("VERSION_ID", ""), f"/{name}"
        )
        return
    _add_distribution(facts, "", "", "")


def _add_distribution(facts: Facts, distribution: str, version: str, place: str) -> None:
    facts.add("system.distribution", distribution, Origin.MACHINE, place)
    facts.add("system.distributionVersion", version, Origin.MACHINE, place)
    if not distribution:
        facts.lack("system.distribution", "the system names no distribution")
    if not version:
        facts.lack("system.distributionVersion", "the distribution has no version number")


def _parse_os_release(text: str) -> dict[str, str]:
    """Read the shell assignments of an os-release file; lines that are none are left out."""
    found = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            try:
                found[key] = "".join(shlex.split(value))
            except ValueError:
                continue
    return found
