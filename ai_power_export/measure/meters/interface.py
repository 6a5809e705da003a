"""What a meter is: a total of energy that only grows, by part, and a few words about itself.

A third party's meter is a class of this kind under the entry-point group `ai_power_export.meters`.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ai_power_export.measure.energies import PARTS, WHOLE

GROUP = "ai_power_export.meters"
"""The entry-point group."""


class MeterFailed(Exception):
    """A meter that cannot measure, or measures no more; its text is for the user."""


@dataclass(frozen=True)
class MeterReading:
    """Totals of energy since the meter was started."""

    kwh: Mapping[str, float]
    """By part: some of `cpu`, `gpu` and `ram`, or `whole` alone; the same parts in each reading."""
    at: float = field(default_factory=time.perf_counter)
    """`time.perf_counter()` of the moment up to which the totals reach (s)."""


@dataclass(frozen=True)
class Description:
    """What a meter says of itself once it is started."""

    method: str
    """The format's `measurementMethod`: the name of the tool, or `wattmeter`."""
    errors: Mapping[str, float]
    """Relative error (0 to 1) of each part that it measures."""
    version: str = ""
    """Version of the tool as installed."""
    manufacturer: str = ""
    """Maker of the device, where it is one."""
    model: str = ""
    """Model of the device; the format has no place for it."""
    cpu_tracking_mode: str = ""
    gpu_tracking_mode: str = ""
    notices: tuple[tuple[str, str], ...] = ()
    """Code and text of each fault of the tool that the reader of the evidence should know."""
    shortest: float = 0.0
    """Seconds between two of its values; 0 where it can be read at any moment."""
    finest: float = 0.0
    """The last digit of its values (kWh); 0 where that is no limit."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Description:
        """Rebuild a description written by `to_json`."""
        return cls(**{**data, "notices": tuple((code, text) for code, text in data["notices"])})


class Meter(ABC):
    """One meter of one run. It lives in a process of its own, and is called there by one thread.

    It is built with what the user has configured as keyword arguments; a TypeError or ValueError says
    that this cannot be used. `period` and `needs_network` may be attributes of the class or of the object.
    """

    period: float | None = None
    """Seconds between two readings at most, for meters that add up power or may overflow."""
    needs_network = False
    """True: connections are not refused in the meter's process."""
    folder: Path = Path()
    """The folder that the program was started in; the meter itself is in an empty one."""
    process: int = 0
    """Id of the process that is measured."""

    def unavailable(self) -> str:
        """Say why it cannot measure here, as far as that shows without starting it; empty if it can."""
        return ""

    def start(self) -> None:  # noqa: B027 - some are ready as they are
        """Begin to measure.

        Raises:
            MeterFailed: It cannot.
        """

    @abstractmethod
    def read(self) -> MeterReading:
        """Return the totals now.

        Raises:
            MeterFailed: It measures no more.
        """

    def stop(self) -> None:  # noqa: B027 - some have nothing to end
        """End measuring."""

    @abstractmethod
    def describe(self) -> Description:
        """Say how it measures; asked after the start and, again, before the stop."""


def checked(reading: MeterReading, before: MeterReading | None) -> MeterReading:
    """Return a reading that makes sense.

    Raises:
        MeterFailed: It does not, or not after the one before.
    """
    told = sorted(reading.kwh)
    if not told or set(told) - set(PARTS) or (WHOLE in told and len(told) > 1):
        raise MeterFailed(
            f"it tells of {', '.join(told) or 'nothing'}, not of cpu, gpu and ram, or of {WHOLE}"
        )
    for part, kwh in reading.kwh.items():
        if not isinstance(kwh, (int, float)) or isinstance(kwh, bool) or not 0 <= kwh < float("inf"):
            raise MeterFailed(f"its reading of {part} makes no sense: {kwh!r} kWh")
    if before is not None:
        _follows(reading, before)
    return reading


def _follows(reading: MeterReading, before: MeterReading) -> None:
    if set(reading.kwh) != set(before.kwh):
        raise MeterFailed(f"it told of {', '.join(before.kwh)}, and now of {', '.join(reading.kwh)}")
    if reading.at < before.at:
        raise MeterFailed("its clock went backwards")
    for part, kwh in reading.kwh.items():
        if kwh < before.kwh[part]:
            raise MeterFailed(f"its total of {part} went from {before.kwh[part]:g} back to {kwh:g} kWh")
