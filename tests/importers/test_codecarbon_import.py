"""CodeCarbon's CSV of all versions: which fields come from it, and what becomes of its faults."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from codecarbon_files import TASK, VERSION_1, VERSION_2, VERSION_3, table, without

V_2_0 = without(VERSION_2, "pue", "codecarbon_version")
ROUNDED = {"coordinates_decimals": 1}
"""Without this setting a report has no coordinates."""


@pytest.mark.parametrize(
    ("row", "seconds", "begin", "kwh", "version"),
    [
        (VERSION_1, 30.0, "2021-03-04 12:00:00", 0.01, None),
        (V_2_0, 3600.0, "2024-09-26 09:47:00", 1.0, None),
        (without(VERSION_2, "pue"), 3600.0, "2024-09-26 09:47:00", 1.0, "2.5.0"),
        (VERSION_2, 3600.0, "2024-09-26 09:47:00", 1.0, "2.5.0"),
        (VERSION_3, 3600.0, "2024-09-26 09:47:00", 1.0, "3.3.2"),
        (TASK, 3600.0, "2024-09-26 09:47:00", 1.0, "3.3.2"),
    ],
    ids=["1.x", "2.0", "2.2", "2.5", "3.3", "task"],
)
def test_the_measure_of_every_version(load, row, seconds, begin, kwh, version):
    done = load(table(row))
    (measure,) = done.measures
    assert measure["measurementMethod"] == "codecarbon"
    assert measure["measurementDuration"] == seconds
    assert measure["measurementDateTime"] == begin  # CodeCarbon writes the end
    assert measure["powerConsumption"] == kwh
    assert measure.get("version") == version
    assert "averageUtilizationCpu" not in measure
    assert not done.refused


def test_the_machine_and_the_place(load):
    (report,) = load(table(VERSION_3), settings=ROUNDED).reports
    assert report["system"] == {"os": "linux"}
    assert report["software"] == {"language": "python", "version": "3.10.12"}
    assert report["infrastructure"]["components"] == [
        {
            "componentName": "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
            "componentType": "cpu",
            "manufacturer": "Intel",
            "family": "Xeon",
            "series": "Gold 6226R",
        },
        {
            "componentName": "Tesla V100S-PCIE-32GB",
            "componentType": "gpu",
            "nbComponent": 2,
            "manufacturer": "NVIDIA",
            "family": "Tesla",
            "series": "V100S",
        },
        {"componentType": "ram", "nbComponent": 1, "memorySize": 86.3},
    ]
    assert report["environment"] == {
        "country": "France",
        "latitude": 48.9,
        "longitude": 2.3,
        "powerSourceCarbonIntensity": 56.0,
    }
    assert report["header"]["publisher"] == {"projectName": "digits", "confidentialityLevel": "internal"}
    assert report["measures"][0]["gpuTrackingMode"] == "nvml"
    assert report["measures"][0]["averageUtilizationGpu"] == 0.875
    assert "quality" not in report  # the CSV does not tell how the CPU was followed


def test_nothing_of_this_machine_gets_in(load):
    done = load(table(VERSION_1))
    (report,) = done.reports
    assert not report.keys() & {"system", "software", "infrastructure"}
    origins = {fact["origin"] for fact in done.evidence[0]["fields"].values()}
    assert origins == {"meter", "derived"}


def test_evidence_names_file_and_line_but_no_folder(load, tmp_path):
    (evidence,) = load(table(VERSION_3), "emissions.csv").evidence
    assert evidence["fields"]["measures[0].powerConsumption"]["place"] == "emissions.csv:2"
    assert evidence["run"]["imported"] == {"tool": "codecarbon", "file": "emissions.csv", "line": 2}
    assert evidence["run"]["id"] == VERSION_3["run_id"]
    assert str(tmp_path) not in str(evidence)


def test_local_time_is_said_and_can_be_settled(load):
    text = table(VERSION_3)
    assert "local-time" in load(text).warnings[0]
    settled = load(text, zone=ZoneInfo("Europe/Paris"), replace=True)
    assert settled.measures[0]["measurementDateTime"] == "2024-09-26 07:47:00"
    assert "local-time" not in settled.warnings[0]


def test_summer_time_begins_within_the_run(load):
    row = {**VERSION_3, "timestamp": "2024-03-31T03:30:00"}  # 02:00 became 03:00
    (measure,) = load(table(row), zone=ZoneInfo("Europe/Paris")).measures
    assert measure["measurementDateTime"] == "2024-03-31 00:30:00"


CANADA = {"country_name": "Canada", "country_iso_code": "CAN", "region": "quebec"}


@pytest.mark.parametrize(
    ("row", "is_seen"),
    [
        ({**VERSION_3, **CANADA, "latitude": "46.8", "longitude": "-71.2"}, False),
        ({**VERSION_3, **CANADA, "latitude": "45.5", "longitude": "-73.6"}, True),
        ({**VERSION_3, **CANADA, "latitude": "", "longitude": ""}, True),  # named by the user
        ({**V_2_0, **CANADA, "latitude": "", "longitude": ""}, False),  # 2.0 guessed without coordinates
        ({**VERSION_1, **CANADA}, False),
        ({**TASK, "country_name": "Canada", "country_iso_code": "CAN"}, False),
    ],
    ids=["guess", "montreal", "offline", "2.0", "1.x", "task"],
)
def test_canada_may_be_codecarbons_guess(load, row, is_seen):
    (report,) = load(table(row), settings=ROUNDED).reports
    environment = report.get("environment", {})
    assert environment.get("country") == ("Canada" if is_seen else None)
    assert ("powerSourceCarbonIntensity" in environment) is is_seen
    assert ("latitude" in environment) is (is_seen and row.get("latitude", "") != "")


def test_a_country_of_the_users_wins_and_takes_the_place_with_it(load):
    (report,) = load(table(VERSION_3), settings={"country": "DEU"}).reports
    assert report["environment"] == {"country": "Germany"}
    (report,) = load(table(VERSION_3), settings={"country": "FR"}, replace=True).reports
    assert report["environment"]["powerSourceCarbonIntensity"] == 56.0


def test_a_world_average_is_no_intensity_of_a_place(load):
    (report,) = load(table({**VERSION_3, "emissions": "0.475"})).reports
    assert report["environment"].keys() == {"country"}


def test_a_cloud_has_its_provider_and_no_coordinates(load):
    cloud = {"on_cloud": "Y", "cloud_provider": "aws", "cloud_region": "eu-west-3"}
    (report,) = load(table({**VERSION_3, **cloud})).reports
    assert report["infrastructure"]["infraType"] == "publicCloud"
    assert report["infrastructure"]["cloudProvider"] == "aws"
    assert "latitude" not in report["environment"]


def test_energy_of_all_tasks_with_the_time_of_the_last(load):
    """The RAM's power times the duration is a seventh of its energy: the duration is another's."""
    row = {**VERSION_3, "duration": "514.0"}
    done = load(table(row))
    (measure,) = done.measures
    assert measure["powerConsumption"] == 1.0
    assert not measure.keys() & {"measurementDuration", "measurementDateTime"}
    assert "time-left-out" in done.warnings[0]


def test_the_pue_in_the_rams_energy_is_no_longer_time(load):
    row = {**VERSION_3, "pue": "1.5", "ram_energy": "0.0375", "gpu_energy": "0.8875"}
    assert load(table(row)).measures[0]["measurementDuration"] == 3600.0


def test_a_pue_and_a_share_of_the_machine_are_said(load):
    done = load(table({**VERSION_3, "pue": "1.5", "tracking_mode": "process"}))
    assert {"pue-in-energy", "share-of-process"} <= done.warnings[0]


def test_energy_of_less_than_the_time_is_said(load):
    row = {**VERSION_3, "ram_energy": "0.005", "gpu_energy": "0.92"}
    assert "energy-of-less-time" in load(table(row)).warnings[0]


FLUSHES = [
    {**VERSION_3, "timestamp": "2024-09-26T10:17:00", "duration": "1800.0", "energy_consumed": "0.4",
     "cpu_energy": "0.0375", "gpu_energy": "0.35", "ram_energy": "0.0125", "emissions": "0.0224"},
    {**VERSION_3, "run_id": "99999999-2222-3333-4444-555555555555"},
    VERSION_3,
]  # fmt: skip


def test_rows_of_a_flushed_run_are_totals_of_which_the_last_holds(load):
    done = load(table(*FLUSHES))
    assert [measure["powerConsumption"] for measure in done.measures] == [1.0, 1.0]
    assert [each["run"]["imported"]["line"] for each in done.evidence] == [3, 4]
    assert "earlier-rows-counted-in" in done.warnings[1]
    assert not done.refused


def test_per_row_gives_what_was_measured_between_flushes(load):
    load(table(*FLUSHES[::2]))  # the report of the run is none of its stretches
    done = load(table(*FLUSHES), per_row=True)
    assert [measure["powerConsumption"] for measure in done.measures] == pytest.approx([0.4, 1.0, 0.6])
    assert [measure["measurementDuration"] for measure in done.measures] == [1800.0, 3600.0, 1800.0]
    begins = [measure["measurementDateTime"] for measure in done.measures]
    assert begins == ["2024-09-26 09:47:00", "2024-09-26 09:47:00", "2024-09-26 10:17:00"]
    assert len({report["header"]["reportId"] for report in done.reports}) == 3


def test_a_tracker_that_was_started_again_has_no_known_time(load):
    again = {**without(FLUSHES[2], "ram_power"), "duration": "60.0"}
    done = load(table(without(FLUSHES[0], "ram_power"), again))
    assert "measurementDuration" not in done.measures[0]
    assert load(table(without(FLUSHES[0], "ram_power"), again), per_row=True).refused[0][0] == 3


def test_a_task_named_by_the_formats_words_is_that_stage(load):
    done = load(table(TASK, {**TASK, "task_name": "load"}))
    assert [report.get("task", {}).get("taskStage") for report in done.reports] == ["training", None]
    assert all("also-in-run" in codes for codes in done.warnings)


def test_rows_that_were_written_without_their_empty_cells(load):
    """Below a header of all columns: what stands behind is found by what it can be."""
    row = {**VERSION_3, "gpu_count": "0", "gpu_model": "", "longitude": "", "latitude": "", "gpu_energy": "0.0",
           "cpu_energy": "0.975"}  # fmt: skip
    lines = table(row).splitlines()
    shifted = ",".join(
        value for name, value in row.items() if name not in ("gpu_model", "longitude", "latitude")
    )
    done = load("\n".join([*lines[:1], shifted.replace("11111111", "21111111")]) + "\n")
    (report,) = done.reports
    assert report["infrastructure"]["components"][1] == {
        "componentType": "ram",
        "nbComponent": 1,
        "memorySize": 86.3,
    }
    assert report["measures"][0]["version"] == "3.3.2"
    assert not done.refused


def test_rows_that_can_be_read_in_no_way_are_refused(load):
    lines = table(VERSION_3).splitlines()
    done = load("\n".join([lines[0], lines[1].rpartition(",")[0], lines[1][:200]]) + "\n")
    assert [line for line, _ in done.refused] == [2, 3]
    assert all("cut off or shifted" in why for _, why in done.refused)


def test_gpus_whose_names_run_together_are_left_out(load):
    (report,) = load(table({**VERSION_3, "gpu_model": "1 x Tesla V1001 x Tesla T4"})).reports
    assert [each["componentType"] for each in report["infrastructure"]["components"]] == ["cpu", "ram"]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("energy_consumed", "-0.3", "energy is negative (-0.3 kWh)"),
        ("energy_consumed", "nan", "energy_consumed is no finite number (nan)"),
        ("energy_consumed", "inf", "energy_consumed is no finite number (inf)"),
        ("energy_consumed", "0.0", "no energy was measured (0 kWh)"),
        ("energy_consumed", "", "energy_consumed is empty"),
        ("energy_consumed", "much", "energy_consumed is no number ('much')"),
        ("energy_consumed", "2.0", "CPU, GPU and RAM add up to 1 kWh, not to the total of 2 kWh"),
        ("cpu_energy", "-0.1", "cpu energy is negative (-0.1 kWh)"),
        ("duration", "0.0", "duration is not above zero (0 s)"),
        ("duration", "-5", "duration is not above zero (-5 s)"),
        ("duration", "0.001", "energy and duration make 3.6e+09 W, more than any machine draws"),
        ("timestamp", "2024-13-45T99:00:00", "'2024-13-45T99:00:00' is no date and time"),
        ("timestamp", "yesterday", "'yesterday' is no date and time"),
        ("timestamp", "1970-01-01T00:00:10", "the year 1970 cannot be"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_and_the_rest_goes_through(load, column, value, why):
    good = {**VERSION_3, "run_id": "99999999-2222-3333-4444-555555555555"}
    done = load(table(good, {**VERSION_3, column: value}))
    assert done.refused == [(3, why)]
    assert len(done.reports) == 1
