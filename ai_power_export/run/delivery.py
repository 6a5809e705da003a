"""Delivers the reports of runs that are over, while their program waits no longer than the user has said.

It is done by a process of its own (`cli/after_run.py`). Nothing within a process can end all that may hang
there, such as the look-up of a name; and the user's program is to import and open nothing for it.
A program delivers when it ends: what another run of it measures must not hold the energy of a delivery.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ai_power_export.console import say
from ai_power_export.run.processes import tell_once

if TYPE_CHECKING:
    from ai_power_export.settings import Settings

TIME_IS_UP = 3
"""Exit code of the process that delivers when not all is answered in time."""

_CONSENT = "(--yes, or consent = true in [tool.aipower] and the destination named there)"


@dataclass(frozen=True)
class Errand:
    """Reports of one run that are to be delivered."""

    reports: tuple[str, ...]
    """Their files."""
    folder: str
    """The working folder of the run."""
    settings: Mapping[str, Any]
    """Settings given by flags or in code."""
    seconds: float
    """How long the program waits for it at most."""


def _errand(reports: Sequence[Path], folder: Path, given: Mapping[str, Any]) -> Errand | None:
    """Return what is to be delivered of a run; None where nobody wants that, or nobody has agreed."""
    from ai_power_export.settings import load_settings

    settings = load_settings(folder, given)
    if settings.upload is None or not reports:
        return None
    if not _is_agreed(settings, folder, given):
        tell_once(f"nothing is uploaded to {settings.upload}: nobody has agreed {_CONSENT}")
        return None
    return Errand(tuple(map(str, reports)), str(folder), given, settings.upload_time_limit)


def _is_agreed(settings: Settings, folder: Path, given: Mapping[str, Any]) -> bool:
    """Tell whether the user has agreed to the destination: for this run, or to those that the settings name.

    Who types another address has not agreed to that by what the project's settings say of theirs.
    """
    if given.get("consent") is not None:
        return settings.consent
    from ai_power_export.deliver.consent import is_agreed
    from ai_power_export.settings import load_settings

    settled = {name: value for name, value in given.items() if name not in ("upload", "destinations")}
    return is_agreed(str(settings.upload), load_settings(folder, settled))


# ---- at the end of the program --------------------------------------------------------------------

_noted: list[tuple[int, Errand]] = []
"""What is to be delivered then, each with the process that has noted it: a copy of it leaves that alone."""
_is_ready = False


def get_ready() -> None:
    """Have this module called at the end of the program, after what is registered there from now on.

    A tracker that is stopped there is then stopped before: it measures no delivery.
    """
    global _is_ready
    if not _is_ready:
        _is_ready = True
        atexit.register(_deliver_noted)


def note(reports: Sequence[Path], folder: Path, given: Mapping[str, Any]) -> None:
    """Have the reports of a run delivered at the end of the program; arguments as of `deliver`."""
    with _harmless():
        found = _errand(reports, folder, given)
        if found is not None:
            get_ready()
            _noted.append((os.getpid(), found))


def _deliver_noted() -> None:
    with _harmless():
        _carry_out([each for process, each in _noted if process == os.getpid()])


# ---- now ------------------------------------------------------------------------------------------


def deliver(reports: Sequence[Path], folder: Path, given: Mapping[str, Any]) -> None:
    """Have the reports of a run delivered; return when they are, or the time is up.

    Args:
        reports: The files of its reports.
        folder: Its working folder.
        given: Settings given by flags or in code.
    """
    with _harmless():
        found = _errand(reports, folder, given)
        _carry_out([found] if found else [])


@contextmanager
def _harmless() -> Iterator[None]:
    """Make of whatever fails one line on stderr."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the end of the program is its own, whatever fails in us
        say(f"nothing is delivered: {error or type(error).__name__}")


def _carry_out(errands: Sequence[Errand]) -> None:
    if not errands:
        return
    from subprocess import DEVNULL, Popen, TimeoutExpired
    from tempfile import TemporaryFile

    seconds = max(each.seconds for each in errands)
    command = [_interpreter(), "-m", "ai_power_export.cli.after_run", str(time.time() + seconds)]
    # Files, not pipes: nobody waits at the other end of them, whichever process ends first.
    with TemporaryFile() as wanted, TemporaryFile() as told:
        wanted.write(json.dumps([asdict(each) for each in errands], default=str).encode())
        wanted.seek(0)
        # A folder of the system's: modules of the user's that lie in theirs are not ours.
        process = Popen(
            command, stdin=wanted, stdout=DEVNULL, stderr=told, cwd=os.sep, start_new_session=True
        )
        try:
            code = process.wait(seconds)
        except (TimeoutExpired, KeyboardInterrupt):
            code = process.returncode = TIME_IS_UP  # it ends by itself, and nobody waits for it
        _relay(told, code)
    if code == TIME_IS_UP:
        say(f"not all is delivered within {seconds:g} s: the rest waits in the outbox (aipower outbox list)")


def _relay(told: IO[bytes], code: int) -> None:
    told.seek(0)
    lines = told.read().decode(errors="replace").splitlines()
    ours = [line.removeprefix("aipower: ") for line in lines if line.startswith("aipower: ")]
    for line in ours:
        say(line)
    if code not in (0, TIME_IS_UP):
        say(f"the delivery broke off: {lines[-1] if lines else f'exit code {code}'}")


def _interpreter() -> str:
    """Return the program that is Python; where it is built into another one there is none to run.

    Raises:
        FileNotFoundError: That is so here.
    """
    if not Path(sys.executable or "").name.lower().startswith(("python", "pypy")):
        raise FileNotFoundError("there is no Python to run beside this program")
    return sys.executable
