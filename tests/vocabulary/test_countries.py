import json

import pycountry
import pytest

from ai_power_export.measure.codecarbon import energy_mixes
from ai_power_export.vocabulary import generate_countries
from ai_power_export.vocabulary.countries import country_code_of, lies_in, meant_country


def test_every_country_is_known_by_its_names_and_codes():
    for country in pycountry.countries:
        names = (country.name, country.alpha_2, country.alpha_3, country.name.upper(), f" {country.name} ")
        assert {country_code_of(name) for name in names} == {country.alpha_3}


def test_every_country_that_codecarbon_names_is_known():
    named = {code: mix["country_name"] for code, mix in energy_mixes().items() if "country_name" in mix}
    assert len(named) > 200
    assert {code: country_code_of(name) for code, name in named.items()} == {code: code for code in named}


def test_every_country_lies_somewhere():
    codes = [country.alpha_3 for country in pycountry.countries] + ["XKX"]
    assert [code for code in codes if lies_in(code, 0.0, 0.0, 0.0) is None] == []
    assert lies_in("XYZ", 0.0, 0.0, 0.0) is None


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("UK", "United Kingdom"),
        ("Deutschland", "Germany"),
        ("Frnace", "France"),
        ("Swizerland", "Switzerland"),
    ],
)
def test_a_wrong_name_leads_to_the_right_one(wrong, meant):
    assert country_code_of(wrong) is None
    assert meant_country(wrong) == meant


CAPITALS = {
    "DEU": (52.52, 13.4), "ESP": (40.42, -3.7), "GBR": (51.51, -0.13), "USA": (38.9, -77.04), "CAN": (45.42, -75.7),
    "BRA": (-15.79, -47.88), "ARG": (-34.6, -58.38), "CHL": (-33.45, -70.67), "ZAF": (-25.75, 28.19),
    "EGY": (30.04, 31.24), "NGA": (9.06, 7.5), "KEN": (-1.29, 36.82), "IND": (28.61, 77.21), "CHN": (39.9, 116.4),
    "JPN": (35.68, 139.69), "AUS": (-35.28, 149.13), "NZL": (-41.29, 174.78), "RUS": (55.75, 37.62),
    "FIN": (60.17, 24.94), "ISL": (64.15, -21.94), "MLT": (35.9, 14.51), "SGP": (1.29, 103.85),
}  # fmt: skip


def test_capitals_lie_in_their_countries_and_in_no_far_one():
    for code, place in CAPITALS.items():
        assert lies_in(code, *place, 0.0)
    far = [("DEU", "JPN"), ("ARG", "CHL"), ("CAN", "BRA"), ("IND", "KEN"), ("ISL", "FIN"), ("NZL", "AUS")]
    for code, other in far:
        assert not lies_in(other, *CAPITALS[code], 3.4)


def test_cells_are_those_that_land_touches(tmp_path, monkeypatch):
    """A square from 10.5 to 13.5 degrees east and 0.5 to 2.5 north, with one arc of four corners."""
    square = [[0, 0], [3000, 0], [0, 2000], [-3000, 0], [0, -2000]]
    atlas = {
        "transform": {"scale": [0.001, 0.001], "translate": [10.5, 0.5]},
        "arcs": [square],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "250", "arcs": [[0]], "properties": {"name": "France"}},
                    {"type": "MultiPolygon", "arcs": [[[~0]]], "properties": {"name": "Kosovo"}},
                ]
            }
        },
    }
    cells = {(south, west) for south in (0, 1, 2) for west in (10, 11, 12, 13)}
    found = generate_countries.country_cells(atlas)
    assert found["FRA"] == found["XKX"] == cells
    file = tmp_path / "atlas.json"
    file.write_text(json.dumps(atlas), encoding="utf-8")
    monkeypatch.setattr(generate_countries, "CELLS", tmp_path / "cells.toml")
    generate_countries.main(file)
    assert "FRA = [[0,10,14],[1,10,14],[2,10,14]]" in (tmp_path / "cells.toml").read_text(encoding="utf-8")
