"""Values as labels write them."""

import pytest
from drawn_ratings import metric

from ai_power_export.label.draw.rows import MOST, chosen
from ai_power_export.label.draw.values import written


def value(number, unit, language="en", name="energy"):
    return written(metric(name, "x", "x", unit, number), language).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (3.2e-6, "kWh", "3.2 mWh"),
        (0.0009999, "kWh", "1 Wh"),
        (0.9996, "kWh", "1 kWh"),
        (0.9994, "kWh", "999 Wh"),
        (1.5, "kWh", "1.5 kWh"),
        (1234.5, "kWh", "1.23 MWh"),
        (1e-12, "kWh", "0.001 µWh"),
        (0.0, "kWh", "0 kWh"),
        (3600.0, "Ws", "1 Wh"),
        (2.0, "MJ", "556 Wh"),
        (0.0123, "s", "12.3 ms"),
        (59.0, "s", "59 s"),
        (90.0, "s", "1.5 min"),
        (2.5, "h", "2.5 h"),
        (72.0, "h", "3 d"),
        (0.0, "s", "0 s"),
        (98.0, "MB", "98 MB"),
        (0.4, "GB", "400 MB"),
        (1500.0, "g", "1.5 kg"),
        (1.12616, "GFLOP", "1.13 GFLOP"),
        (80.643, "%", "80.6 %"),
        (56.0, "g/kWh", "56 g/kWh"),
        (2.0e6, "B/g", "2 MB/g"),
        (1172830.0, "", "1 170 000"),
        (0.0, "", "0"),
        (-3.0, "", "-3"),
        (7.33e-5, "", "7.33e-05"),
        (float("nan"), "kWh", ""),
        (float("inf"), "kWh", ""),
        (None, "kWh", ""),
    ],
)
def test_three_digits_with_the_unit_that_fits(number, unit, expected):
    assert value(number, unit) == expected


def test_french_has_a_comma_and_its_units():
    assert value(0.0123, "kWh", "fr") == "12,3 Wh"
    assert value(0.4, "GB", "fr") == "400 Mo"
    assert value(36.0, "h", "fr") == "1,5 j"


def test_what_a_metric_is_says_what_its_unit_means():
    assert value(25.6, "M", name="parameters") == "25.6 M"
    assert value(7.0, "B", name="parameters") == "7 G"
    assert value(0.93, "", name="accuracy") == "93 %"
    assert value(93.0, "", name="accuracy") == "93"
    assert value(25.6, "M", name="downloads") == "25.6 M"


def test_of_many_metrics_the_heavy_ones_are_shown_in_their_order():
    metrics = [metric(str(place), "x", "x", "s", 1.0, weight=place / 100) for place in range(12)]
    shown = chosen(metrics)
    assert len(shown) == MOST
    assert [each.name for each in shown] == [str(place) for place in range(5, 12)]
