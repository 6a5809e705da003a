"""What a meter did not measure is left out of the totals of a run."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from ai_power_export.measure.interval import Reading, between
from ai_power_export.measure.lapses import Lapses

BEGIN = time.perf_counter()


def at(seconds: float, kwh: float, plug: float = 0.0) -> Reading:
    return Reading(BEGIN + seconds, 0.0, kwh, kwh, meters={"plug": {"whole": plug, "seconds": seconds}})


@pytest.fixture
def told():
    return []


@pytest.fixture
def lapses(told):
    clock = time.time() - time.perf_counter() + BEGIN
    return Lapses(replace(at(0.0, 0.0), clock=clock), lambda code, text: told.append(code))


def test_a_run_without_faults_is_as_it_was_measured(lapses, told):
    reading = lapses.corrected(at(10.0, 0.1, 0.3))
    assert (reading.kwh, reading.unmeasured, reading.meters["plug"]["whole"]) == (0.1, 0.0, 0.3)
    assert told == []


def test_where_codecarbon_failed_other_meters_go_on(lapses, told):
    first = lapses.corrected(at(10.0, 0.1, 0.1))
    lapses.fail("why")
    last = lapses.corrected(at(20.0, 7.0, 0.2))
    assert told == ["meter-failed"]
    lost = between(first, last)
    assert (lost.seconds, lost.kwh, lost.unmeasured) == pytest.approx((0.0, 0.0, 10.0))
    assert lost.meters["plug"] == pytest.approx({"whole": 0.1, "seconds": 10.0})
    after = between(last, lapses.corrected(at(30.0, 7.1, 0.3)))
    assert (after.seconds, after.kwh, after.unmeasured) == pytest.approx((10.0, 0.1, 0.0))


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux tells of suspensions")
def test_a_suspension_leaves_no_meter_out(lapses, told, monkeypatch):
    first = lapses.corrected(at(10.0, 0.1, 0.1))
    boot = time.clock_gettime
    monkeypatch.setattr(
        time, "clock_gettime", lambda which: boot(which) + 60 * (which == time.CLOCK_BOOTTIME)
    )
    last = lapses.corrected(at(20.0, 9.0, 9.0))
    assert "suspended" in told
    lost = between(first, last)
    assert (lost.seconds, lost.unmeasured) == pytest.approx((0.0, 10.0))
    assert lost.meters["plug"] == pytest.approx({"whole": 0.0, "seconds": 0.0}, abs=1e-12)


@pytest.mark.parametrize("kwh", [float("nan"), float("inf"), -1.0])
def test_totals_that_are_none_or_go_back_count_nothing(lapses, told, kwh):
    first = lapses.corrected(at(10.0, 0.1))
    bad = between(first, lapses.corrected(at(20.0, kwh)))
    assert told == ["meter-failed"]
    assert (bad.seconds, bad.kwh, bad.unmeasured) == pytest.approx((0.0, 0.0, 10.0))
