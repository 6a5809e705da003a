"""The meters of one run beside CodeCarbon: begun, read and ended with it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from ai_power_export.console import say
from ai_power_export.measure.energies import Energies
from ai_power_export.measure.meters.registry import CODECARBON, Wanted
from ai_power_export.measure.meters.remote import LONGEST_READ, RemoteMeter


class Company:
    """Other meters, which are asked whenever CodeCarbon has taken a sample."""

    def __init__(self, meters: Iterable[Wanted]) -> None:
        found = list(meters)
        self._named = [each.name for each in found]
        self._meters = [RemoteMeter(each) for each in found if each.kind != CODECARBON]
        self._told: set[str] = set()
        self.warnings: list[list[str]] = []
        """Code and text of what went wrong with a meter, each told to the user once."""

    def start(self, folder: str) -> None:
        """Start all of them, and wait until they measure."""
        for each in self._meters:
            each.launch(folder)
        for each in self._meters:
            each.started()
        self._tell("did not start")

    def totals(self, at: float, *, patiently: bool = False) -> Energies:
        """Return the totals of each meter at a `perf_counter` time that has just passed.

        Args:
            at: The time.
            patiently: True: wait for the next value of a meter that has them only now and then.
        """
        self._read([each for each in self._meters if each.reaches_to < at])
        if patiently:
            self._await(at)
        found = {each.name: each.totals(at) for each in self._meters}
        return {name: totals for name, totals in found.items() if totals is not None}

    def stop(self) -> None:
        """End all of them."""
        for each in self._meters:
            each.close()
        self._tell("stopped measuring")

    def to_json(self) -> list[dict[str, Any]]:
        """Return the meters that were named, in that order: what each says of itself and how it failed."""
        known = {each.name: each for each in self._meters}
        return [
            {
                "name": name,
                "description": _described(known.get(name)),
                "failure": known[name].failure if name in known else "",
            }
            for name in self._named
        ]

    def _read(self, meters: Sequence[RemoteMeter]) -> None:
        for each in meters:
            each.ask()
        deadline = time.monotonic() + LONGEST_READ
        for each in meters:
            each.answered(deadline)
        self._tell("stopped measuring")

    def _await(self, at: float) -> None:
        """Wait one and a half times as long as a value takes, where one is still to come."""
        begun = time.monotonic()
        while late := [
            each
            for each in self._meters
            if each.is_alive
            and each.reaches_to < at
            and each.description is not None
            and time.monotonic() < begun + 1.5 * each.description.shortest
        ]:
            time.sleep(0.05)
            self._read(late)

    def _tell(self, what: str) -> None:
        for each in self._meters:
            if each.failure and each.name not in self._told:
                self._told.add(each.name)
                text = f"meter {each.name} {what}: {each.failure}"
                self.warnings.append(["meter-failed", text])
                say(text)


def _described(meter: RemoteMeter | None) -> dict[str, Any] | None:
    return meter.description.to_json() if meter is not None and meter.description is not None else None
