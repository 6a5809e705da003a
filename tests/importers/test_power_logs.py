"""Powers and counters over time: nvidia-smi, perf and watt-meters."""

from __future__ import annotations

import pytest

JOULES_A_KWH = 3_600_000

SMI = "timestamp, index, name, power.draw [W], utilization.gpu [%], memory.total [MiB]\n"


def smi(second: float, index: int, watts: str, name: str = "NVIDIA A100-SXM4-40GB", busy: int = 50) -> str:
    return f"2024/11/21 23:48:{second:06.3f}, {index}, {name}, {watts}, {busy} %, 40960 MiB\n"


def test_nvidia_smi_adds_up_all_gpus(load):
    text = SMI + "".join(
        smi(second + index / 1000, index, f"{100 * (index + 1)}.00 W")
        for second in (0, 5, 10)
        for index in (0, 1)
    )
    done = load(text)
    (report,) = done.reports
    (measure,) = done.measures
    assert measure["powerConsumption"] == pytest.approx(3000 / JOULES_A_KWH)
    assert measure["measurementDuration"] == pytest.approx(10.001)
    assert measure["measurementDateTime"] == "2024-11-21 23:48:00"
    assert measure["gpuTrackingMode"] == "nvml"
    assert measure["averageUtilizationGpu"] == 0.5
    (gpu,) = report["infrastructure"]["components"]
    assert (gpu["nbComponent"], gpu["memorySize"], gpu["series"]) == (2, 40.0, "A100")
    assert {"gpu-only", "integrated", "local-time"} <= done.warnings[0]


def test_nvidia_smi_follows_a_changing_power(load):
    text = SMI + smi(0, 0, "100 W") + smi(10, 0, "300 W") + smi(12, 0, "300 W")
    assert load(text).measures[0]["powerConsumption"] == pytest.approx(2600 / JOULES_A_KWH)


def test_nvidia_smi_without_units(load):
    text = (
        "timestamp, index, power.draw\n2024/11/21 23:48:00.000, 0, 100.0\n2024/11/21 23:48:10.000, 0, 100.0\n"
    )
    assert load(text).measures[0]["powerConsumption"] == pytest.approx(1000 / JOULES_A_KWH)


def test_nvidia_smi_rows_that_say_nothing(load):
    text = (
        SMI
        + smi(0, 0, "100 W")
        + smi(5, 0, "[N/A]")
        + smi(4, 0, "-3 W")
        + smi(10, 0, "100 W")
        + smi(9, 0, "9 W")
    )
    done = load(text)
    assert done.refused == [
        (3, "power.draw [W] is empty"),
        (4, "power is negative (-3 W)"),
        (6, "it was read before the row above: the clock was set back"),
    ]
    assert done.measures[0]["powerConsumption"] == pytest.approx(1000 / JOULES_A_KWH)


def test_nvidia_smi_gap(load):
    text = SMI + "".join(smi(second, 0, "100 W") for second in [*range(20), 59])
    assert "gap-in-readings" in load(text).warnings[0]


def test_nvidia_smi_gpus_that_nothing_tells_apart(load):
    rows = [f"2024/11/21 23:48:{second:02}.00{gpu}, 100.0 W\n" for second in range(3) for gpu in (0, 1)]
    (outcome,) = load("timestamp, power.draw [W]\n" + "".join(rows)).outcomes
    assert outcome.is_file
    assert "add the column index" in outcome.why_not


def test_one_reading_has_no_time(load):
    assert load(SMI + smi(0, 0, "100 W")).refused == [
        (0, "fewer than two readings of any GPU: there is no time between them")
    ]


PRINTED = """# started on Thu Nov 21 23:48:00 2024


 Performance counter stats for 'system wide':

          {pkg} Joules power/energy-pkg/
             360.00 Joules power/energy-ram/
              90.00 Joules power/energy-cores/
           5,000.00 Joules power/energy-psys/

      20.000123456 seconds time elapsed

"""


@pytest.mark.parametrize("pkg", ["3,600.00", "3.600,00", "3600.00", "3\u202f600,00"])
def test_perf_printed(load, pkg):
    done = load(PRINTED.format(pkg=pkg), "perf.txt")
    assert done.measures == [
        {
            "measurementMethod": "perf",
            "cpuTrackingMode": "rapl",
            "powerConsumption": pytest.approx(3960 / JOULES_A_KWH),
            "measurementDuration": 20.000123456,
            "measurementDateTime": "2024-11-21 23:48:00",
        }
    ]
    assert done.reports[0]["quality"] == "high"


def test_perf_csv_does_not_tell_the_time(load):
    text = "3600.00,Joules,power/energy-pkg/,40000246912,100.00,,\n360.00,Joules,power/energy-ram/,40000246912,100.00,,\n"
    (measure,) = load(text).measures
    assert measure["powerConsumption"] == pytest.approx(3960 / JOULES_A_KWH)
    assert not measure.keys() & {"measurementDuration", "measurementDateTime"}


@pytest.mark.parametrize("separator", [",", ";"])
def test_perf_intervals_and_sockets(load, separator):
    rows = [
        "1.000100000,S0,1,10.00",
        "1.000100000,S1,1,20.00",
        "2.000200000,S0,1,30.00",
        "2.000200000,S1,1,40.00",
    ]
    text = "".join(
        f"     {row},Joules,power/energy-pkg/,1000000000,100.00,,\n".replace(",", separator) for row in rows
    )
    (measure,) = load(text).measures
    assert measure["powerConsumption"] == pytest.approx(100 / JOULES_A_KWH)
    assert measure["measurementDuration"] == 2.0002


def test_perf_that_did_not_count(load):
    done = load(
        "<not supported>,Joules,power/energy-pkg/,0,100.00,,\n360.00,Joules,power/energy-ram/,1,100.00,,\n"
    )
    assert done.refused[0] == (1, "energy-pkg is <not supported>")
    assert not done.reports


@pytest.mark.parametrize(
    ("header", "first", "last", "kwh"),
    [
        ("timestamp,power (W)", "2024-11-21T12:00:00,360", "2024-11-21T12:00:10,360", 0.001),
        ("time,power_kw", "1732190400,0.36", "1732190410,0.36", 0.001),
        ("Time;Power [W]", "21.11.2024 12:00:00;360,0", "21.11.2024 12:00:10;360,0", 0.001),
        ("timestamp\twatts", "1732190400000\t360", "1732190410000\t360", 0.001),
        ("timestamp,mW", "2024-11-21 12:00:00,360000", "2024-11-21 12:00:10,360000", 0.001),
        ("datetime,total (kWh)", "2024-11-21T12:00:00Z,17.5", "2024-11-21T12:00:10Z,17.501", 0.001),
        ("datetime,energy_wh", "2024-11-21T12:00:00+00:00,500", "2024-11-21T12:00:10+00:00,501", 0.001),
        ("timestamp,joules", "2024-11-21 12:00:00,0", "2024-11-21 12:00:10,3600", 0.001),
        ("date,time,power_w", "2024-11-21,12:00:00,360", "2024-11-21,12:00:10,360", 0.001),
        ("timestamp,voltage (V),power (W),energy (kWh)", "2024-11-21 12:00:00,230,360,1", "2024-11-21 12:00:10,230,360,1", 0.001),
        ("timestamp,power (W)", "2024-11-21T12:00:00,360 W", "2024-11-21T12:00:10,360 W", 0.001),
    ],
)  # fmt: skip
def test_watt_meters(load, header, first, last, kwh):
    done = load(f"{header}\n{first}\n{last}\n")
    (measure,) = done.measures
    assert measure["measurementMethod"] == "wattmeter"
    assert measure["powerConsumption"] == pytest.approx(kwh)
    assert measure["measurementDuration"] == 10.0
    assert measure["measurementDateTime"] == "2024-11-21 12:00:00"


def test_a_counter_that_began_again(load):
    text = "timestamp,kWh\n2024-11-21 12:00:00,7.0\n2024-11-21 12:00:10,7.5\n2024-11-21 12:00:20,0.2\n"
    done = load(text)
    assert done.measures[0]["powerConsumption"] == pytest.approx(0.7)
    assert "counter-reset" in done.warnings[0]


def test_energies_that_are_no_counter(load):
    rows = "".join(f"2024-11-21 12:00:{second:02},{second % 3}\n" for second in range(20))
    assert "goes up and down" in load("timestamp,Wh\n" + rows).refused[0][1]


@pytest.mark.parametrize("header", ["timestamp,power", "timestamp,load (%)", "when,power (W)"])
def test_a_table_without_units_or_time_needs_them(load, header):
    (outcome,) = load(f"{header}\n2024-11-21 12:00:00,1\n").outcomes
    assert "needs a column timestamp (or time) and one with its unit" in outcome.why_not


def test_times_must_be_those_of_a_clock(load):
    (outcome,) = load("time (s),power (W)\n0.0,100\n1.0,100\n").outcomes
    assert outcome.is_file
    assert outcome.why_not.startswith("time (s) counts from a start of its own (it needs dates and times")


def test_two_powers_are_one_too_many(load):
    (outcome,) = load("timestamp,cpu (W),gpu (W)\n2024-11-21 12:00:00,1,2\n").outcomes
    assert outcome.why_not == "several columns could be the meter's: cpu (W), gpu (W) (leave one of them)"


def test_the_maker_of_a_meter_can_be_said(load):
    text = "timestamp,W\n2024-11-21 12:00:00,360\n2024-11-21 12:00:10,360\n"
    (measure,) = load(text, settings={"set": {"measures.manufacturer": "Shelly"}}).measures
    assert measure["manufacturer"] == "Shelly"
