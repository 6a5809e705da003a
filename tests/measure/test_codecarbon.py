"""What is read from CodeCarbon, and what of it is believed."""

from __future__ import annotations

import dataclasses
import json

import pytest
from codecarbon import EmissionsTracker, OfflineEmissionsTracker
from codecarbon.input import DataSource

from ai_power_export.facts import Origin
from ai_power_export.measure.codecarbon import Meter, country_name, read_meter, read_totals
from ai_power_export.measure.interval import between, reading_at
from ai_power_export.measure.meter_facts import meter_facts

QUIET = {"log_level": "critical", "save_to_file": False, "measure_power_secs": 1}


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine whose every request fails at once."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)


def stopped(tracker):
    tracker.start()
    sum(range(6_000_000))
    tracker.stop()
    return tracker


def facts_of(meter: Meter, total) -> dict:
    interval = between(reading_at(0.0), dataclasses.replace(read_totals(total), at=1.0))
    return {fact.field: fact for fact in meter_facts(meter, interval).found}


def test_the_country_of_an_offline_tracker_is_the_users_word(nowhere):
    tracker = stopped(OfflineEmissionsTracker(country_iso_code="FRA", **QUIET))
    meter = read_meter(tracker.final_emissions_data, tracker)
    facts = facts_of(meter, tracker.final_emissions_data)
    assert (meter.place, meter.country, meter.latitude) == ("user", "France", None)
    assert facts["environment.country"].origin is Origin.USER
    data = tracker.final_emissions_data
    intensity = data.emissions * 1000 / data.energy_consumed
    assert facts["environment.powerSourceCarbonIntensity"].value == pytest.approx(intensity, abs=1e-6)


def test_the_silent_canada_of_a_tracker_without_network_is_not_believed(nowhere):
    tracker = stopped(EmissionsTracker(**QUIET))
    data = tracker.final_emissions_data
    assert data.country_name == "Canada", "CodeCarbon's fallback has changed"
    facts = facts_of(read_meter(data, tracker), data)
    assert not any(field.startswith("environment.") for field in facts)


def test_a_canadian_who_says_so_is_believed(nowhere):
    tracker = stopped(OfflineEmissionsTracker(country_iso_code="CAN", region="quebec", **QUIET))
    facts = facts_of(read_meter(tracker.final_emissions_data, tracker), tracker.final_emissions_data)
    assert facts["environment.country"].value == "Canada"
    assert facts["environment.location"].value == "quebec"


def test_a_world_average_is_no_carbon_intensity(nowhere):
    tracker = stopped(OfflineEmissionsTracker(**QUIET))
    facts = facts_of(read_meter(tracker.final_emissions_data, tracker), tracker.final_emissions_data)
    assert not any(field.startswith("environment.") for field in facts)


def test_countries_have_the_names_that_code_carbon_gives_them():
    mixes = DataSource().get_global_energy_mix_data()
    assert len(mixes) > 100
    assert {code: country_name(code) for code in mixes} == {
        code: mix["country_name"] for code, mix in mixes.items()
    }
    assert country_name("XXX") == ""


def answered(**changes):
    """Totals as a tracker writes them after a geolocation service answered."""
    tracker = stopped(OfflineEmissionsTracker(country_iso_code="DEU", **QUIET))
    return dataclasses.replace(tracker.final_emissions_data, **changes)


def test_a_geolocation_that_answered_gives_country_and_coordinates(nowhere):
    data = answered(latitude=52.5, longitude=13.4, region="berlin")
    facts = facts_of(read_meter(data), data)
    assert facts["environment.country"].value == "Germany"
    assert facts["environment.country"].origin is Origin.METER
    assert (facts["environment.latitude"].value, facts["environment.longitude"].value) == (52.5, 13.4)


def test_coordinates_of_zero_are_no_answer(nowhere):
    data = answered(latitude=0.0, longitude=0.0)
    assert "environment.latitude" not in facts_of(read_meter(data), data)


def test_a_cloud_region_names_provider_and_infrastructure(nowhere):
    data = answered(
        on_cloud="Y", cloud_provider="gcp", cloud_region="europe-west3", latitude=None, longitude=None
    )
    facts = facts_of(read_meter(data), data)
    assert facts["infrastructure.infraType"].value == "publicCloud"
    assert facts["infrastructure.cloudProvider"].value == "gcp"
    assert facts["evidence.cloudRegion"].value == "europe-west3"


def test_modes_are_read_from_the_tracker_that_is_held(nowhere):
    tracker = stopped(OfflineEmissionsTracker(country_iso_code="FRA", force_cpu_power=50, pue=1.4, **QUIET))
    meter = read_meter(tracker.final_emissions_data, tracker)
    # Older versions of CodeCarbon take a forced power as it is, newer ones scale it with the load.
    assert meter.cpu_mode in ("cpu_load", "constant")
    assert (meter.cpu_power_known, meter.pue) == (True, 1.4)
    assert not meter.ram_measured
    assert Meter.from_json(json.loads(json.dumps(meter.to_json()))) == meter


def test_a_handler_without_its_tracker_claims_no_modes(nowhere):
    data = answered()
    assert "measures.cpuTrackingMode" not in facts_of(read_meter(data), data)


def test_a_cpu_with_assumed_watts_a_thread_is_not_known(nowhere):
    tracker = stopped(OfflineEmissionsTracker(country_iso_code="FRA", **QUIET))
    (cpu,) = (item for item in tracker._hardware if type(item).__name__ == "CPU")
    if cpu._mode != "cpu_load":
        pytest.skip(f"CodeCarbon measures this CPU with {cpu._mode}")
    for tdp, known in ((tracker._conf["cpu_count"] * 4, False), (None, False), (217.0, True)):
        cpu._tdp = tdp
        assert read_meter(tracker.final_emissions_data, tracker).cpu_power_known is known
