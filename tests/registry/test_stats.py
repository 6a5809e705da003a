"""What many reports say together."""

import math
import statistics as known

import pytest
from served_reports import served_reports

from ai_power_export.registry.aggregates import GROUPED, Summary, Told, quantile, spread, statistics, summed
from ai_power_export.registry.columns import columns_of, words_of

VALUES = [columns_of(report) for report in served_reports()]


def test_totals_are_of_what_is_told(served):
    told = served.get("/stats").json()
    energies = [values["energy"] for values in VALUES]
    durations = [values["duration"] for values in VALUES if values["duration"] is not None]
    assert told["reports"] == len(VALUES)
    assert told["energy"]["sum"] == math.fsum(energies) and told["energy"]["count"] == len(energies)
    assert told["energy"]["median"] == known.median(energies) and told["energy"]["unit"] == "kWh"
    quartiles = known.quantiles(durations, n=4, method="inclusive")
    assert [told["duration"][name] for name in ("quartile1", "median", "quartile3")] == pytest.approx(
        quartiles
    )
    assert told["duration"]["count"] == len(durations) < len(VALUES)


@pytest.mark.parametrize("column", GROUPED)
def test_groups_share_out_all_reports(served, column):
    told = served.get("/stats", params={"by": column}).json()["by"]
    assert list(told) == [column]
    groups = told[column]["groups"]
    assert sum(group["reports"] for group in groups) == len(VALUES) and told[column]["others"] == 0
    assert [group["reports"] for group in groups] == sorted((g["reports"] for g in groups), reverse=True)
    for group in groups:
        value = group["value"]
        among = [
            values["energy"]
            for values in VALUES
            if [word.lower() for word in words_of(values[column] or "")]
            == [word.lower() for word in (value if isinstance(value, list) else [value or ""])]
        ]
        assert group["energy"]["sum"] == math.fsum(among)


def test_algorithms_that_differ_in_case_alone_are_one(served):
    groups = served.get("/stats", params={"by": "algorithm"}).json()["by"]["algorithm"]["groups"]
    spelt = [group["value"] for group in groups]
    assert spelt.count(["RandomForest"]) == 1 and ["randomForest"] not in spelt
    assert ["SVM", "cnn"] in spelt


def test_units_and_stages_are_never_mixed(served):
    told = served.get("/stats").json()["energyPerFunctionalUnit"]
    expected = {}
    for values in VALUES:
        if values["energy_per_unit"] is not None:
            expected.setdefault((values["stage"], values["functional_unit"]), []).append(
                values["energy_per_unit"]
            )
    assert {(each["stage"], each["functionalUnit"]): each["count"] for each in told} == {
        key: len(found) for key, found in expected.items()
    }
    for each in told:
        assert each["median"] == known.median(expected[each["stage"], each["functionalUnit"]])
        assert "sum" not in each


def test_filters_hold(served):
    told = served.get("/stats", params={"country": "FRA", "energy.min": "0.1", "by": "country"}).json()
    among = [v["energy"] for v in VALUES if v["country"] == "FRA" and v["energy"] >= 0.1]
    assert told["reports"] == len(among)
    assert [group["value"] for group in told["by"]["country"]["groups"]] == ["FRA"]


def test_of_nothing_nothing_is_said(served):
    told = served.get("/stats", params={"publisher": "nobody"}).json()
    assert told["reports"] == 0
    assert told["energy"] == {
        "unit": "kWh",
        "sum": None,
        "count": 0,
        "min": None,
        "quartile1": None,
        "median": None,
        "quartile3": None,
        "max": None,
    }
    assert told["energyPerFunctionalUnit"] == []
    assert all(groups == {"groups": [], "others": 0} for groups in told["by"].values())


@pytest.mark.parametrize(
    "query", [{"by": "energy"}, {"by": ["stage", "stage"]}, {"limit": "3"}, {"nope": "1"}]
)
def test_what_means_nothing_is_refused(served, query):
    answer = served.get("/stats", params=query)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"


def test_few_values_have_no_quartiles():
    assert spread([4.0, 1.0, 2.0])["median"] == 2.0
    assert spread([4.0, 1.0, 2.0])["quartile1"] is None
    assert spread([5.0, 4.0, 3.0, 2.0, 1.0])["quartile1"] == 2.0


def test_sums_hang_on_no_order_and_are_numbers():
    values = [0.1] * 10 + [1e16, -1e16]
    assert summed(values)["sum"] == summed(values[::-1])["sum"] == 1.0
    assert summed([1e308, 1e308])["sum"] is None


def test_quantiles_are_those_of_the_standard_library():
    values = sorted([0.3, 7.0, 2.5, 2.5, 9.1, 4.0])
    expected = known.quantiles(values, n=4, method="inclusive")
    assert [quantile(values, share) for share in (0.25, 0.5, 0.75)] == pytest.approx(expected)


def test_most_groups_are_told_the_others_counted():
    rows = [(Told("training", None, 1.0, None, None), [f"value {place % 150}"]) for place in range(300)]
    told = statistics(rows, ["family"])["by"]["family"]
    assert len(told["groups"]) == 100 and told["others"] == 50


def test_a_summary_of_no_energy_has_none():
    summary = Summary()
    summary.add(Told(None, None, None, None, None))
    assert summary.to_json()["reports"] == 1 and summary.to_json()["energy"]["sum"] is None
