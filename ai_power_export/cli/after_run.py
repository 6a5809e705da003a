"""The process that delivers the reports of runs that are over: `run/delivery.py` starts it.

It gets its errands on stdin, and the moment when its time is up as its one argument. First all goes into the
outbox, then as much as there is time for is sent.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from ai_power_export.cli.sending import send
from ai_power_export.cli.upload import prepared_of, tell
from ai_power_export.console import say
from ai_power_export.deliver.destinations import address, destination
from ai_power_export.deliver.folder import Folder
from ai_power_export.deliver.outbox.store import Outbox
from ai_power_export.deliver.prepare import Gate
from ai_power_export.errors import AipowerError
from ai_power_export.run.delivery import TIME_IS_UP
from ai_power_export.settings import Settings, load_settings


@dataclass(frozen=True)
class Waiting:
    """What one errand has put into the outbox."""

    settings: Settings
    place: str
    ids: list[int]


def main() -> None:
    """Do the errands, and end when the time is up, whatever hangs by then."""
    waiting = [each for each in map(_put, json.load(sys.stdin)) if each]
    sender = Thread(target=_send, args=(waiting,), daemon=True)
    sender.start()
    sender.join(max(0.0, float(sys.argv[1]) - time.time()))
    # Not by an exit of Python's: that would wait for what hangs in a library.
    os._exit(TIME_IS_UP if sender.is_alive() else 0)


def _put(errand: Mapping[str, Any]) -> Waiting | None:
    """Put the reports of an errand that may leave into the outbox; None where nothing is to be sent."""
    try:
        os.chdir(errand["folder"])
        settings = load_settings(Path(errand["folder"]), errand["settings"])
        where = address(str(settings.upload), settings)
        target = destination(where, settings)
        reports, gate = [*map(Path, errand["reports"])], Gate(settings, with_drafts=False)
        # Each run of a program has an errand of its own, some of them another process that delivers.
        prepared = prepared_of(reports, gate, others_leave=True)
        tell(prepared, preview=False)
        ready = [each for each in prepared if each.leaves]
        if not ready:
            return None
        with Outbox() as outbox:
            ids = outbox.put(where, target.place, ready)
            outbox.hasten(target.place)
    except (AipowerError, OSError) as error:
        say(f"nothing is uploaded: {error}")
        return None
    if settings.offline and not isinstance(target, Folder):
        say(f"offline: what is for {target.place} waits in the outbox (aipower outbox retry)")
        return None
    return Waiting(settings, target.place, ids)


def _send(waiting: list[Waiting]) -> None:
    try:
        with Outbox() as outbox:
            for each in waiting:
                send(outbox, each.settings, each.ids, each.place)
    except Exception as error:  # noqa: BLE001 - one line, whatever it is; all is in the outbox
        say(str(error) if isinstance(error, AipowerError) else f"the delivery broke off: {error!r}")


if __name__ == "__main__":
    main()
