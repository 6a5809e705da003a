"""What reports are rated, why, and what would lift them."""

import copy
import json
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from official_boamps import official_folder
from rated_report import NOW, good, good_facts, of_facts

from ai_power_export.facts import Certainty, Origin
from ai_power_export.measure.codecarbon import FALLBACK_PLACE
from ai_power_export.measure.quality import COUNTERS as GRADED_AS_COUNTERS
from ai_power_export.report.rating.geography import FALLBACK
from ai_power_export.report.rating.rate import rate
from ai_power_export.report.rating.reliability import COUNTERS, words

GOOD = {"reliability": 1, "completeness": 1, "recency": 1, "geography": 1, "technology": 1}


def scores(document, evidence=None, now=NOW, **more):
    return {each.indicator.name: each.score for each in rate(document, evidence, now, **more).scores}


def reason(document, evidence, name):
    return next(each.why for each in rate(document, evidence, NOW).scores if each.indicator.name == name)


def put(document, path, value):
    """Set a value at a path of keys and indices; None takes it out."""
    *above, last = path
    holder = reduce(lambda node, key: node[key], above, document)
    if value is None:
        del holder[last]
    else:
        holder[last] = value


MEASURE = ("measures", 0)
CODECARBON = {
    "measurementMethod": "codecarbon",
    "version": "3.2",
    "cpuTrackingMode": "rapl",
    "gpuTrackingMode": "nvml",
    "powerConsumption": 0.5,
    "measurementDuration": 3600.0,
    "measurementDateTime": "2026-11-21 09:00:00",
}
CALIBRATED = {"powerCalibrationMeasurement": 0.001, "durationCalibrationMeasurement": 60.0}


def measured(*entries, quality=None):
    """The good report with other measures, without evidence."""
    document, _ = good()
    document["measures"] = [{"powerConsumption": 0.5, **entry} for entry in entries]
    document.pop("quality")
    return {**document, **({"quality": quality} if quality else {})}


def test_all_that_can_be_known_is_gold():
    document, evidence = good()
    rating = rate(document, evidence, NOW)
    assert scores(document, evidence) == GOOD
    assert (rating.medal, rating.rating, rating.lifts) == ("gold", 1.0, ())


def test_without_evidence_nobody_tells_who_saw_it():
    document, _ = good()
    assert scores(document) == {**GOOD, "geography": 3, "technology": 2}
    assert rate(document, None, NOW).medal == "silver"


@pytest.mark.parametrize(
    "document", [{}, {"measures": []}, {"task": 1, "measures": {}, "infrastructure": [None]}]
)
def test_a_report_that_tells_nothing_is_the_worst(document):
    rating = rate(document, None, NOW)
    assert set(scores(document).values()) <= {4, 5}
    assert (rating.medal, len(rating.lifts) > 4) == ("none", True)


@pytest.mark.parametrize(
    ("entry", "quality", "score"),
    [
        ({"measurementMethod": "Watt-meter"}, None, 2),
        (
            {
                "measurementMethod": "wattmeter",
                **CALIBRATED,
                "powerConsumption": 0.5,
                "measurementDuration": 3600,
            },
            None,
            1,
        ),
        ({"measurementMethod": "pyRAPL", "cpuTrackingMode": "rapl"}, None, 2),
        (CODECARBON, None, 3),
        (CODECARBON, "high", 3),  # a claim never makes it better
        (CODECARBON, "low", 4),
        ({**CODECARBON, **CALIBRATED}, None, 2),
        ({**CODECARBON, "cpuTrackingMode": "cpu_load"}, "high", 4),
        ({**CODECARBON, "cpuTrackingMode": "constant", **CALIBRATED}, None, 4),
        ({"measurementMethod": "codecarbon"}, "high", 4),
        ({"measurementMethod": "codecarbon", "cpuTrackingMode": "rapl"}, None, 4),  # and the GPUs?
        ({"measurementMethod": "ecologits"}, None, 4),
        ({"measurementMethod": "by feel"}, "high", 5),
        ({"measurementMethod": "wattmeter", "powerConsumption": 0}, "high", 5),
        ({}, None, 5),
    ],
)
def test_the_meter_by_what_it_says_of_itself(entry, quality, score):
    assert scores(measured(entry, quality=quality))["reliability"] == score


def test_a_machine_at_rest_that_draws_more_than_the_run_proves_nothing():
    entry = {**CODECARBON, **CALIBRATED, "powerCalibrationMeasurement": 0.1}
    assert scores(measured(entry))["reliability"] == 3


def test_a_wattmeter_that_agrees_is_a_second_look_and_two_tools_on_one_counter_are_not():
    plug = {"measurementMethod": "wattmeter", "powerConsumption": 0.54}
    assert scores(measured(CODECARBON, plug))["reliability"] == 1
    assert scores(measured(CODECARBON, {**plug, "powerConsumption": 0.6}))["reliability"] == 2
    same = {"measurementMethod": "pyRAPL", "cpuTrackingMode": "rapl", "powerConsumption": 0.5}
    assert scores(measured(same, CODECARBON))["reliability"] == 2


@pytest.mark.parametrize(("quality", "score"), [("high", 2), ("medium", 3), ("low", 4)])
def test_our_own_quality_knows_the_shares_of_the_energy(quality, score):
    said = good_facts()
    said.found = [fact for fact in said.found if fact.field != "quality" and "alibration" not in fact.field]
    said.add("quality", quality, Origin.DERIVED, "tracking modes and their share of the energy")
    document, evidence = of_facts(said)
    assert scores(document, evidence)["reliability"] == score
    document["quality"] = "high"  # by hand
    assert scores(document, evidence)["reliability"] == score
    document["measures"][0] |= {**CODECARBON, "powerConsumption": 0.4}  # the same
    assert scores(document, evidence)["reliability"] == max(score, 3)


def test_what_a_check_refuses_cannot_be_relied_on():
    document, evidence = good()
    rating = rate(document, evidence, NOW, wrong=True)
    assert (rating.scores[0].score, rating.medal) == (5, "bronze")
    assert rating.lifts[0].how == "aipower validate says which"


@pytest.mark.parametrize(
    ("entry", "score"),
    [
        ({**CODECARBON}, 1),
        ({**CODECARBON, "gpuTrackingMode": ""}, 2),
        ({"measurementMethod": "zeus", "gpuTrackingMode": "nvml"}, 4),
        ({"measurementMethod": "zeus", "cpuTrackingMode": "rapl", "gpuTrackingMode": "nvml"}, 2),
        ({"measurementMethod": "wattmeter"}, 1),
        ({"measurementMethod": "unheard"}, 5),
    ],
)
def test_the_parts_that_are_in_the_energy(entry, score):
    judged = rate(measured(entry), None, NOW).scores[1].judgements[0]
    assert judged.score == score


def test_the_fields_that_apply():
    document, evidence = good()
    for path in (
        ("system",),
        ("software",),
        ("environment", "powerSource"),
        ("environment", "powerSupplierType"),
        ("environment", "powerSourceCarbonIntensity"),
        ("task", "measuredAccuracy"),
    ):
        put(document, path, None)
    judged = rate(document, evidence, NOW).scores[1].judgements[1]
    assert (judged.score, judged.why) == (2, "33 of 42 fields that apply are filled")
    assert (
        judged.lift
        == "aipower edit asks for measuredAccuracy or estimatedAccuracy, os, distribution, distributionVersion, ..."
    )


@pytest.mark.parametrize(("years", "score"), [(0, 1), (2.9, 1), (3.1, 2), (7, 3), (12, 4), (20, 5), (-1, 5)])
def test_the_age_of_the_measurement(years, score):
    document, evidence = good()
    then = NOW + timedelta(days=365.25 * years)
    assert scores(document, evidence, now=then)["recency"] == score


@pytest.mark.parametrize("moment", [None, "", "yesterday", "21/11/2026", 5])
def test_a_moment_that_cannot_be_read_is_not_known(moment):
    document, evidence = good()
    put(document, (*MEASURE, "measurementDateTime"), moment)
    assert scores(document, evidence)["recency"] == 5


def test_the_place():
    document, evidence = good()
    for country in ("Atlantis", "", None):
        other = copy.deepcopy(document)
        put(other, ("environment", "country"), country)
        assert scores(other, evidence)["geography"] == 5
    document["environment"] |= {"country": "Canada", "latitude": 46.8, "longitude": -71.2}
    assert "takes where it knows none" in reason(document, None, "geography")


@pytest.mark.parametrize(
    ("origin", "place", "year", "score"),
    [
        (Origin.DERIVED, "Electricity Maps", None, 1),
        (Origin.DERIVED, "CodeCarbon's national energy mix", 2024, 2),
        (Origin.DERIVED, "CodeCarbon's national energy mix", 2023, 3),
        (Origin.DERIVED, "CodeCarbon's cloud regions", None, 3),
    ],
)
def test_the_electricity_of_the_place(origin, place, year, score):
    said = good_facts()
    said.found = [fact for fact in said.found if "CarbonIntensity" not in fact.field]
    said.add("environment.powerSourceCarbonIntensity", 56.0, origin, place)
    said.add("evidence.carbonIntensityYear", year, Origin.METER, "CodeCarbon's energy mixes")
    assert scores(*of_facts(said))["geography"] == score


def test_no_carbon_intensity():
    document, evidence = good()
    put(document, ("environment", "powerSourceCarbonIntensity"), None)
    assert scores(document, evidence)["geography"] == 4


def test_a_place_that_is_only_likely():
    said = good_facts()
    said.found = [fact for fact in said.found if fact.field != "environment.country"]
    said.add("environment.country", "France", Origin.METER, "IP geolocation", certainty=Certainty.LIKELY)
    assert scores(*of_facts(said))["geography"] == 2


@pytest.mark.parametrize(
    ("component", "score"),
    [
        ({"componentName": "AMD EPYC 7763 64-Core Processor", "series": None}, 1),
        ({"componentName": "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz", "series": None}, 2),  # by hand
        ({"componentName": "Intel(R) Xeon(R) CPU @ 2.20GHz", "series": None}, 3),
        ({"componentName": "AMD", "series": None, "manufacturer": None, "family": None}, 3),
        ({"componentName": "CPU", "series": None, "manufacturer": None, "family": None}, 4),
        ({"componentType": None}, 4),
        ({"nbComponent": 0}, 3),
        ({"share": None}, 2),
    ],
)
def test_how_exactly_a_processor_is_known(component, score):
    document, evidence = good()
    for name, value in component.items():
        put(document, ("infrastructure", "components", 0, name), value)
    assert scores(document, evidence)["technology"] == score


def test_the_type_of_a_cloud_machine_tells_the_hardware():
    document, evidence = good()
    put(document, ("infrastructure", "components", 0, "series"), None)
    put(document, ("infrastructure", "components", 0, "componentName"), "Intel Xeon")
    assert scores(document, evidence)["technology"] == 3
    document["infrastructure"] |= {"cloudProvider": "aws", "cloudInstance": "p4d.24xlarge"}
    assert scores(document, evidence)["technology"] == 2


def leaves(node, path=()):
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, (dict, list)):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


SAYS_AGAINST_ITSELF = {("quality",)}
"""A report that calls itself low is believed; what it does not say of itself cannot be."""


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_what_is_not_told_is_never_better_than_what_is(data):
    document, evidence = good()
    if data.draw(st.booleans()):
        document["measures"] = [
            {**CODECARBON, "cpuTrackingMode": data.draw(st.sampled_from(["rapl", "cpu_load"]))}
        ]
    beside = data.draw(st.sampled_from([evidence, None]))
    gone = data.draw(st.sets(st.sampled_from([*leaves(document)]), max_size=8)) - SAYS_AGAINST_ITSELF
    for path in gone:
        put(document, path, None)
    before = scores(document, beside)
    last = data.draw(st.sampled_from([*leaves(document)]))
    if last in SAYS_AGAINST_ITSELF:
        return
    put(document, last, None)
    after = scores(document, beside)
    assert all(after[name] >= score for name, score in before.items()), (last, before, after)


def test_lifts_come_in_the_order_in_which_they_help():
    document = measured(CODECARBON)
    put(document, ("environment", "country"), None)
    rating = rate(document, None, NOW)
    assert [lift.rating for lift in rating.lifts] == sorted(lift.rating for lift in rating.lifts)
    assert rating.lifts[0].indicator.name == "geography"
    assert rating.lifts[0].rating < rating.rating
    told = rating.to_json()
    assert (told["medal"], told["indicators"]["geography"]["score"]) == (rating.medal, 5)
    assert json.loads(json.dumps(told))["lifts"][0]["indicator"] == "geography"


def test_it_names_the_same_things_as_the_meter():
    assert {words(mode) for mode in GRADED_AS_COUNTERS} == COUNTERS
    assert FALLBACK == FALLBACK_PLACE


def test_the_official_sample_of_an_inference():
    sample = json.loads((official_folder() / "examples" / "boamps-llm-inference.json").read_text())
    rating = rate(sample, None, NOW)
    assert sample["quality"] == "high"
    assert scores(sample) == {
        "reliability": 4,
        "completeness": 2,
        "recency": 1,
        "geography": 4,
        "technology": 2,
    }
    assert rating.medal == "bronze"
    assert reason(sample, None, "reliability") == "no counter for cpu"
