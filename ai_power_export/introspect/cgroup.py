"""The limits that Linux control groups set on this process: how containers and batch jobs are bounded.

Formats: kernel documentation, admin-guide/cgroup-v2 (`cpu.max`, `memory.max`)
and admin-guide/cgroup-v1 (`cpu.cfs_quota_us`, `memory.limit_in_bytes`).
A group is bounded by its own limit and by those of all groups above it, up to
the one that is mounted, which in a container is the container's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class Limit(NamedTuple):
    """The tightest limit seen, and the file that sets it."""

    amount: float
    """CPUs, or bytes."""
    place: str


class _Mount(NamedTuple):
    controllers: frozenset[str]
    """Empty for the unified hierarchy of version 2."""
    group: PurePosixPath
    """The group that is mounted."""
    folder: Path


def cpu_limit(root: Path = Path("/")) -> Limit | None:
    """Return how many CPUs' worth of time this process may use; None if no limit is seen."""
    return _tightest(root, "cpu", "cpu.max", _cpus_v2, "cpu.cfs_quota_us", _cpus_v1)


def memory_limit(root: Path = Path("/")) -> Limit | None:
    """Return how many bytes this process may use; None if no limit is seen."""
    return _tightest(root, "memory", "memory.max", _number, "memory.limit_in_bytes", _number)


def _tightest(
    root: Path,
    controller: str,
    name_v2: str,
    read_v2: Callable[[Path], float | None],
    name_v1: str,
    read_v1: Callable[[Path], float | None],
) -> Limit | None:
    limits = []
    for controllers, folder in _group_folders(root):
        if controllers and controller not in controllers:
            continue
        name, read = (name_v1, read_v1) if controllers else (name_v2, read_v2)
        amount = read(folder / name)
        if amount is not None:
            limits.append(Limit(amount, f"/{(folder / name).relative_to(root)}"))
    return min(limits, key=lambda limit: limit.amount, default=None)


def _group_folders(root: Path) -> Iterator[tuple[frozenset[str], Path]]:
    """Yield, for each hierarchy, the folder of this process's group and those above it."""
    groups = dict(_own_groups(root))
    for mount in _mounts(root):
        own = next((group for names, group in groups.items() if names & mount.controllers), None)
        if not mount.controllers:
            own = groups.get(frozenset())
        if own is None:
            continue
        inside = PurePosixPath(own.relative_to(mount.group) if own.is_relative_to(mount.group) else ".")
        # A path that leaves the mount, seen from another cgroup namespace, names nothing below it.
        inside = PurePosixPath(".") if ".." in inside.parts else inside
        for part in (inside, *inside.parents):
            yield mount.controllers, mount.folder / part


def _own_groups(root: Path) -> Iterator[tuple[frozenset[str], PurePosixPath]]:
    """Yield controllers and group of each line such as `4:cpu,cpuacct:/docker/1f` or `0::/user.slice`."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, group = (*line.split(":", 2), "", "")[:3]
        if group:
            yield frozenset(filter(None, controllers.split(","))), PurePosixPath(group)


def _mounts(root: Path) -> Iterator[_Mount]:
    """Yield the mounted hierarchies: proc(5), `mountinfo`."""
    for line in _lines(root / "proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        controllers = frozenset(kind[-1].split(",")) if kind[0] == "cgroup" else frozenset()
        yield _Mount(controllers, PurePosixPath(fields[3]), root / fields[4].lstrip("/"))


def _cpus_v2(file: Path) -> float | None:
    quota, period = (*_text(file).split(), "", "")[:2]
    return _ratio(quota, period)


def _cpus_v1(file: Path) -> float | None:
    return _ratio(_text(file), _text(file.with_name("cpu.cfs_period_us")))


def _ratio(quota: str, period: str) -> float | None:
    """Return microseconds of CPU time a period; `max` and -1 mean no limit."""
    try:
        return int(quota) / int(period) if int(quota) > 0 else None
    except (ValueError, ZeroDivisionError):
        return None


def _number(file: Path) -> float | None:
    text = _text(file)
    return float(text) if text.isdecimal() else None


def _lines(file: Path) -> list[str]:
    return _text(file).splitlines()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
