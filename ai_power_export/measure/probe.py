"""Measures the machine for a while, with the settings that a run is measured with."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from codecarbon import OfflineEmissionsTracker
from codecarbon.output_methods.base_output import BaseOutput

from ai_power_export.introspect.cpu_info import shared_cpu_info
from ai_power_export.measure.codecarbon import Meter, read_meter, read_totals
from ai_power_export.measure.interval import Interval, Reading, between, reading_at
from ai_power_export.measure.options import tracker_options


class Probed(NamedTuple):
    """What was measured, and how."""

    meter: Meter
    interval: Interval
    cpu_watts: float | None
    """TDP that CodeCarbon's load model reckons with (W); None where it does not use one."""
    ram_watts: float
    """Power of the RAM as CodeCarbon says it (W), which over some seconds is more exact than its energy."""


class NothingMeasured(Exception):
    """CodeCarbon built no tracker, or measured no energy."""


class _Last(BaseOutput):  # type: ignore[misc]
    """Keeps what CodeCarbon writes out when it stops."""

    tracker: Any = None
    reading: Reading | None = None
    meter: Meter = Meter()
    ram_watts: float = 0.0

    def out(self, total: Any, delta: Any) -> None:
        self.reading, self.meter = read_totals(total, self.tracker), read_meter(total, self.tracker)
        self.ram_watts = float(total.ram_power)


def probe(wait: Callable[[], None], **options: Any) -> Probed:
    """Measure while `wait` waits; nothing is asked of the network.

    Args:
        wait: What it raises stops the tracker and is passed on.
        **options: Arguments for CodeCarbon's tracker that outrank CodeCarbon's own settings.

    Raises:
        NothingMeasured: CodeCarbon cannot measure here.
    """
    last = _Last()
    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
    with shared_cpu_info():
        tracker = OfflineEmissionsTracker(**tracker_options(), **options, output_handlers=[last])
        if not hasattr(tracker, "_output_handlers"):
            raise NothingMeasured("CodeCarbon could not build a tracker with its settings")
        last.tracker = tracker
        tracker.start()
    started_at = getattr(tracker, "_start_time", None)
    first = reading_at(started_at or time.perf_counter())
    try:
        wait()
    finally:
        tracker.stop()
    if started_at is None or last.reading is None or last.reading.kwh <= 0:
        raise NothingMeasured("CodeCarbon measures nothing here")
    interval = between(first, last.reading)
    return Probed(last.meter, interval, _load_model_watts(tracker), last.ram_watts)


def _load_model_watts(tracker: Any) -> float | None:
    for item in getattr(tracker, "_hardware", ()):
        if type(item).__name__ == "CPU" and getattr(item, "_mode", "") in ("cpu_load", "constant"):
            watts = getattr(item, "_tdp", None)
            return float(watts) if watts else None
    return None
