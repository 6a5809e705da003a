"""py-cpuinfo's answer, paid for once: per process, and per uptime of the machine.

`cpuinfo.get_cpu_info()` starts a Python process that probes the CPU for more
than a second. What it says about the processor cannot change before the next
boot, so the answer is kept in the user's cache folder under a key that names
the boot, the py-cpuinfo version, the architecture of this Python and the
processor as the kernel describes it. Anything odd about the file (not ours,
open to others, damaged, of other types) means: ignore it and measure.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import platform
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
CPUINFO = Path("/proc/cpuinfo")
STABLE_LINES = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")
"""Lines of `/proc/cpuinfo` on x86 that stay the same for as long as the machine is up."""
STABLE_LINES_ARM = (
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
    "CPU revision",
    "Features",
)
MOMENTARY = ("hz_actual", "hz_actual_friendly")
"""What py-cpuinfo says of the moment it was asked: true in this process, stale on disk."""
LARGEST_FILE = 256 * 1024
KEPT_SECONDS = 60 * 24 * 3600.0
"""Answers of former boots are removed when they are older than this."""

_lock = threading.Lock()
_answer: dict[str, Any] | None = None
_sharing_lock = threading.Lock()
_sharers = 0
_original: Callable[[], dict[str, Any]] | None = None


def cpu_info() -> dict[str, Any]:
    """Return `cpuinfo.get_cpu_info()`, measured at most once in this process.

    The keys `hz_actual*` are absent when the answer comes from the disk.

    Raises:
        Exception: whatever py-cpuinfo raises on a machine that it does not know.
    """
    global _answer
    with _lock:
        if _answer is None:
            _answer = _kept_or_measured()
        return copy.deepcopy(_answer)


@contextlib.contextmanager
def shared_cpu_info() -> Iterator[None]:
    """Let `cpuinfo.get_cpu_info` itself answer from this cache for a while.

    CodeCarbon asks py-cpuinfo inside its start; under this it asks us. May be
    entered from several threads; the last one to leave restores the original.
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
            _original, cpuinfo.get_cpu_info = cpuinfo.get_cpu_info, cpu_info
        _sharers += 1


def _end_sharing(cpuinfo: Any) -> None:
    global _sharers
    with _sharing_lock:
        _sharers -= 1
        # Whoever replaced the function meanwhile keeps theirs.
        if _sharers == 0 and cpuinfo.get_cpu_info is cpu_info:
            cpuinfo.get_cpu_info = _original


def _forget_locks() -> None:
    """Give a forked child locks that no thread of its parent holds."""
    global _lock, _sharing_lock
    _lock, _sharing_lock = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)


def _kept_or_measured() -> dict[str, Any]:
    from cpuinfo import cpuinfo

    path = _file(cpuinfo.CPUINFO_VERSION_STRING)
    kept = _read(path) if path else None
    if kept is not None:
        return {**kept, "count": os.cpu_count(), "python_version": _python_version()}
    measured: dict[str, Any] = cpuinfo.get_cpu_info()
    if path and _is_answer(measured):
        _write(path, {key: value for key, value in measured.items() if key not in MOMENTARY})
    return measured


def _python_version() -> str:
    """Return the running Python as py-cpuinfo writes it: `3.11.7.final.0 (64 bit)`."""
    bits = 64 if sys.maxsize > 2**32 else 32
    return f"{'.'.join(str(part) for part in sys.version_info)} ({bits} bit)"


def _file(cpuinfo_version: str) -> Path | None:
    """Return where this boot's answer is kept; None where boots have no name."""
    import hashlib

    try:
        boot = BOOT_ID.read_text(encoding="ascii").strip()
        parts = [boot, cpuinfo_version, platform.machine(), str(sys.maxsize), *_processor_lines()]
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
        return _cache_folder() / f"cpuinfo-{name}.json" if boot else None
    except (OSError, ValueError, RuntimeError):
        return None


def _processor_lines() -> list[str]:
    """Return the stable lines of the first processor in `/proc/cpuinfo`."""
    first = CPUINFO.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    wanted = STABLE_LINES + STABLE_LINES_ARM
    return [line for line in first.splitlines() if line.partition(":")[0].strip() in wanted]


def _cache_folder() -> Path:
    """Return our folder below XDG's cache folder (an absolute path, says its standard).

    Raises:
        RuntimeError: the user has no home.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "aipower"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        # Neither a link nor a pipe that somebody has put there is followed.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            ours = _is_ours(os.fstat(descriptor))
            answer = json.loads(os.read(descriptor, LARGEST_FILE)) if ours else None
        finally:
            os.close(descriptor)
    except (OSError, ValueError, RecursionError):
        return None
    return answer if _is_answer(answer) else None


def _is_ours(status: os.stat_result) -> bool:
    private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and private


def _is_answer(answer: object) -> bool:
    """Tell whether this is what py-cpuinfo answers when it saw the processor."""
    if not isinstance(answer, dict) or not answer.get("brand_raw"):
        return False
    texts = [value for key, value in answer.items() if key.endswith(("_raw", "_friendly", "_string"))]
    flags = answer.get("flags", [])
    return (
        all(isinstance(text, str) for text in texts)
        and isinstance(flags, list)
        and all(isinstance(flag, str) for flag in flags)
    )


def _write(path: Path, answer: dict[str, Any]) -> None:
    """Keep the answer, as a whole file or not at all."""
    import tempfile

    temporary = ""
    try:
        nearest = next(folder for folder in path.parents if folder.exists())
        if nearest.stat().st_uid != os.geteuid():
            return  # as under sudo: a file of root's in the user's home would be in the user's way
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".cpuinfo-")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(answer, file)
        Path(temporary).replace(path)
        _remove_former_boots(path)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _remove_former_boots(path: Path) -> None:
    for other in path.parent.glob("cpuinfo-*.json"):
        if other != path and other.stat().st_mtime < time.time() - KEPT_SECONDS:
            other.unlink()
