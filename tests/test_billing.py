"""What the summary of a run says of money, of rest, and of where its electricity comes from."""

from __future__ import annotations

import math
import time
from datetime import datetime

import pytest
from running import AIPOWER

from ai_power_export.measure.codecarbon import country_name
from ai_power_export.measure.generation import generation_mix
from ai_power_export.settings import load_settings
from ai_power_export.tariff import cost, day_prices
from ai_power_export.units import emissions, energy, money

NIGHT = {"22-06:30": 0.10, "6:30-22": 0.30}
RELATIVE = 1e-12


@pytest.fixture
def berlin(monkeypatch):
    """The clock of a place with summer time."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_run_is_paid_by_the_minutes_of_its_hours(berlin):
    prices = day_prices(NIGHT, None)
    begin = at("2026-11-22T21:50:30+01:00")
    assert cost(prices, begin, 3600, 2) == pytest.approx(2 * (570 * 0.30 + 3030 * 0.10) / 3600, rel=RELATIVE)
    assert cost(prices, at("2026-11-22T12:00:00+01:00"), 0, 2) == pytest.approx(0.6)
    assert cost(prices, begin, 86400, 24) == pytest.approx(8.5 * 0.10 + 15.5 * 0.30, rel=RELATIVE)


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28T22:00:00+01:00", 7.5), ("2026-10-24T22:00:00+02:00", 9.5)]
)
def test_the_nights_of_summer_time_are_shorter_and_longer(berlin, night, hours):
    begin = at(night)
    assert cost(day_prices(NIGHT, None), begin, hours * 3600, hours) == pytest.approx(
        hours * 0.10, rel=RELATIVE
    )
    longer = cost(day_prices(NIGHT, None), begin, (hours + 1) * 3600, hours + 1)
    assert longer == pytest.approx(hours * 0.10 + 0.30, rel=RELATIVE)


def test_a_price_holds_for_the_hours_that_a_tariff_leaves_out():
    prices = day_prices({"12-14": 0.05}, 0.2)
    assert (prices[12 * 60], prices[14 * 60], math.fsum(prices)) == (
        0.05,
        0.2,
        pytest.approx(120 * 0.05 + 264),
    )
    assert set(day_prices({"0-24": 0.1}, None)) == {0.1}


@pytest.mark.parametrize(
    ("tariff", "why"),
    [
        ('{"22-06" = 0.1}', "no price at 06:00: add those hours, or an electricity_price for the rest"),
        ('{"22-06" = 0.1, "5-22" = 0.2}', "'5-22' prices 05:00 a second time"),
        ('{"night" = 0.1}', "'night' is no time of day such as 22-06 or 06:30-22"),
        ('{"0-25" = 0.1}', "'0-25' is no time of day: a day ends at 24:00"),
        ('{"0-24" = -0.1}', "-0.1 is no price of a kWh"),
        ('{"0-24" = nan}', "nan is no price of a kWh"),
        ('{"0-24" = "cheap"}', "Input should be a valid number"),
        ('"cheap"', "Input should be a valid dictionary"),
    ],
)
def test_a_malformed_tariff_is_one_line_and_exit_code_2(run, tmp_path, tariff, why):
    (tmp_path / "pyproject.toml").write_text(f'[tool.aipower]\ncurrency = "EUR"\ntariff = {tariff}\n')
    (tmp_path / "x.py").write_text("")
    ended = run("export", "--offline", "x.py", program=AIPOWER)
    assert (ended.returncode, ended.stdout, ended.reports) == (2, "", [])
    assert why in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        (
            {"AIPOWER_ELECTRICITY_PRICE": "0.2"},
            'electricity_price: a price needs its currency, such as currency = "EUR"',
        ),
        ({"AIPOWER_ELECTRICITY_PRICE": "-1", "AIPOWER_CURRENCY": "EUR"}, "greater than or equal to 0"),
        ({"AIPOWER_ELECTRICITY_PRICE": "inf", "AIPOWER_CURRENCY": "EUR"}, "should be a finite number"),
        ({"AIPOWER_CURRENCY": "XQQ"}, "'XQQ' is no currency; give an ISO 4217 code such as EUR"),
        ({"AIPOWER_TARIFF": "{22"}, "AIPOWER_TARIFF: not readable as JSON"),
    ],
)
def test_a_malformed_price_is_one_line_and_exit_code_2(run, tmp_path, environment, line):
    (tmp_path / "x.py").write_text("")
    ended = run("export", "--offline", "x.py", program=AIPOWER, **environment)
    assert (ended.returncode, ended.reports) == (2, [])
    assert line in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_summary_tells_cost_and_generation_and_nothing_that_it_does_not_know(run, tmp_path):
    (tmp_path / "x.py").write_text("sum(range(10**7))\n")
    fixed = ("export", "--offline", "--country", "FRA", "x.py")
    ended = run(*fixed, program=AIPOWER, AIPOWER_ELECTRICITY_PRICE="0.25", AIPOWER_CURRENCY="eur")
    lines = [line.removeprefix("aipower: ").split("  ", 1) for line in ended.stderr.splitlines()]
    rows = {cells[0]: cells[1].strip() for cells in lines if len(cells) == 2}
    kwh = ended.reports[0]["measures"][0]["powerConsumption"]
    assert rows["cost"] == money(kwh * 0.25, "EUR")
    assert rows["energy"].startswith(energy(kwh))
    assert rows["electricity"].startswith(f"{generation_mix('France').shares['nuclear']:.0%} nuclear, ")
    assert "above rest" not in rows
    bare = run("export", "--offline", "x.py", program=AIPOWER)
    assert not any(f"aipower: {name} " in bare.stderr for name in ("cost", "electricity", "above rest"))


@pytest.mark.slow
def test_the_summary_tells_what_was_drawn_above_rest(run, tmp_path):
    (tmp_path / "x.py").write_text("import time; time.sleep(2)\n")
    calibrated = [
        "measures.powerCalibrationMeasurement=0.00001",
        "measures.durationCalibrationMeasurement=36",
    ]
    options = [word for each in calibrated for word in ("--set", each)]
    ended = run("export", "--offline", *options, "x.py", program=AIPOWER)
    measure = ended.reports[0]["measures"][0]
    net = measure["powerConsumption"] - 0.00001 / 36 * measure["measurementDuration"]
    assert f"{energy(net)} (less the 1 W that this machine draws at rest)" in ended.stderr


def test_a_country_without_data_has_no_mix():
    assert generation_mix("Atlantis") is None
    mix = generation_mix(country_name("DEU"))
    assert sum(mix.shares.values()) == pytest.approx(1, abs=0.02)
    assert list(mix.shares.values()) == sorted(mix.shares.values(), reverse=True)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (energy(1.5), "1.5 kWh"),
        (energy(0.000999999), "1 Wh"),
        (energy(0.9996), "1 kWh"),
        (energy(4.2e-11), "0.042 µWh"),
        (energy(0.0), "0 µWh"),
        (energy(123456.0), "123 MWh"),
        (energy(-0.002), "-2 Wh"),
        (emissions(0.00012), "120 µg CO2eq"),
        (emissions(2.5e6), "2.5 t CO2eq"),
        (money(0.00000123456, "EUR"), "0.00000123 EUR"),
        (money(12345.6, "JPY"), "12346 JPY"),
        (money(0, "EUR"), "0 EUR"),
    ],
)
def test_amounts_have_the_unit_that_fits(written, text):
    assert written == text


def test_a_currency_is_known_by_its_code_or_name(tmp_path):
    assert load_settings(tmp_path, {"currency": "pound sterling"}).currency == "GBP"
