"""The share of the CPUs' time that was busy, from what the kernel counts."""

from __future__ import annotations

from collections import namedtuple

import psutil
import pytest

from ai_power_export.measure.interval import between, reading_at

TIMES = {
    "user": 900.0,
    "nice": 0.0,
    "system": 90.0,
    "idle": 5000.0,
    "iowait": 50.0,
    "guest": 0.0,
    "guest_nice": 0.0,
}
Times = namedtuple("Times", TIMES)


@pytest.mark.parametrize(
    ("counted", "share"),
    [
        ({"user": 3, "idle": 1}, 0.75),
        ({"system": 2, "user": 1, "iowait": 1}, 0.75),
        ({"idle": 4}, 0.0),
        ({"user": 4}, 1.0),
        ({"user": 4, "iowait": -0.5}, 1.0),
        ({"user": 4, "guest": 4}, 1.0),
        ({"idle": 4, "user": -0.1}, 0.0),
        ({"user": 0.2, "idle": 0.2}, None),
    ],
)
def test_it_is_never_below_none_or_above_all_of_it(counted, share, monkeypatch):
    monkeypatch.setattr(psutil, "cpu_times", lambda: Times(**TIMES))
    first = reading_at(0.0)
    later = {name: value + counted.get(name, 0) for name, value in TIMES.items()}
    monkeypatch.setattr(psutil, "cpu_times", lambda: Times(**later))
    assert between(first, reading_at(4.0)).cpu_utilization == pytest.approx(share)
