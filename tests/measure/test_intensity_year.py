"""The year that a carbon intensity is of: that of the country's mix, where it is that mix."""

import pytest

from ai_power_export.measure.meter_facts import year_of_intensity

MIXES = {
    "FRA": {"carbon_intensity": 56.039, "year": 2023},
    "XXX": {"carbon_intensity": None, "year": 2020},
    "YYY": {"carbon_intensity": 10.0},
}


@pytest.mark.parametrize(
    ("country", "grams", "year"),
    [
        ("FRA", 56.039, 2023),
        ("FRA", 57.0, None),  # of a region, a cloud, or given by the user
        ("XXX", 0.0, None),
        ("YYY", 10.0, None),
        ("ZZZ", 10.0, None),
    ],
)
def test_only_the_mix_of_the_country_is_dated(monkeypatch, country, grams, year):
    monkeypatch.setattr("ai_power_export.measure.meter_facts.energy_mixes", lambda: MIXES)
    assert year_of_intensity(country, grams) == year
