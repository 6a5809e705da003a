"""What py-cpuinfo says of the processor, without its probe where the kernel says it at once.

`cpuinfo.get_cpu_info()` starts a Python process that measures the clock for a
second, busily. On Linux on x86 the name, the vendor and the flags in its answer
are those of `/proc/cpuinfo`, the first of its sources there: they are read
without it. Elsewhere the probe is paid for once in a process.
"""

from __future__ import annotations

import contextlib
import copy
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

CPUINFO = Path("/proc/cpuinfo")
PROBE = "py-cpuinfo"


class CpuInfo(NamedTuple):
    """What is known of the processor, and who said it."""

    said: dict[str, Any]
    """`brand_raw`, `vendor_id_raw` and `flags` by py-cpuinfo's names; all that it says if it was asked."""
    place: str


_lock = threading.Lock()
_answer: CpuInfo | None = None
_sharing_lock = threading.Lock()
_sharers = 0
_original: Callable[[], dict[str, Any]] | None = None


def cpu_info() -> CpuInfo:
    """Return what is known of the processor, found out at most once in this process.

    Raises:
        Exception: whatever py-cpuinfo raises on a machine that it does not know.
    """
    global _answer
    with _lock:
        if _answer is None:
            _answer = _from_kernel() or _probed()
        return copy.deepcopy(_answer)


@contextlib.contextmanager
def shared_cpu_info() -> Iterator[None]:
    """Let CodeCarbon's calls of `cpuinfo.get_cpu_info` be answered from here for a while.

    It asks for the processor's name, as a tracker is built or as it starts, and
    from threads of its own. May be entered from several threads; the last one
    to leave restores the original.
    """
    cpuinfo = _importable_cpuinfo()
    if cpuinfo is not None:
        _begin_sharing(cpuinfo)
    try:
        yield
    finally:
        if cpuinfo is not None:
            _end_sharing(cpuinfo)


def _importable_cpuinfo() -> Any:
    try:
        import cpuinfo
    except Exception:  # noqa: BLE001 - a broken py-cpuinfo is CodeCarbon's to report
        return None
    return cpuinfo


def _begin_sharing(cpuinfo: Any) -> None:
    global _sharers, _original
    with _sharing_lock:
        if _sharers == 0:
            _original, cpuinfo.get_cpu_info = cpuinfo.get_cpu_info, _shared
        _sharers += 1


def _end_sharing(cpuinfo: Any) -> None:
    global _sharers
    with _sharing_lock:
        _sharers -= 1
        # Whoever replaced the function meanwhile keeps theirs.
        if _sharers == 0 and cpuinfo.get_cpu_info is _shared:
            cpuinfo.get_cpu_info = _original


def _shared() -> dict[str, Any]:
    """Stand in for `cpuinfo.get_cpu_info`; other callers than CodeCarbon get all of the original's answer."""
    original = _original
    if original is not None and not _asked_by_codecarbon():
        return original()
    return cpu_info().said


def _asked_by_codecarbon() -> bool:
    return str(sys._getframe(2).f_globals.get("__name__")).startswith("codecarbon.")


def _forget_locks() -> None:
    """Give a forked child locks that no thread of its parent holds."""
    global _lock, _sharing_lock
    _lock, _sharing_lock = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)


def _from_kernel() -> CpuInfo | None:
    """Read the first processor in `/proc/cpuinfo`; None where it does not say all that is wanted.

    Kernels of other architectures than x86 name the processor elsewhere or not at all.
    """
    try:
        first = CPUINFO.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    except OSError:
        return None
    parts = (line.partition(":") for line in first.splitlines())
    told = {key.strip(): value.strip() for key, _, value in parts}
    name, vendor, flags = (told.get(key) for key in ("model name", "vendor_id", "flags"))
    if not (name and vendor and flags):
        return None
    return CpuInfo({"brand_raw": name, "vendor_id_raw": vendor, "flags": sorted(flags.split())}, str(CPUINFO))


def _probed() -> CpuInfo:
    from cpuinfo import cpuinfo

    return CpuInfo(cpuinfo.get_cpu_info(), PROBE)
