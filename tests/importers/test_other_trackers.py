"""What is read of each tracker's files, in the units they have, and what becomes of their faults."""

from __future__ import annotations

import json

import pytest

from ai_power_export.importers.eco2ai import ALPHABET, SHIFT

JOULES_A_KWH = 3_600_000

ECO2AI = (
    "id,project_name,experiment_description,epoch,start_time,duration(s),power_consumption(kWh),"
    "CO2_emissions(kg),CPU_name,GPU_name,OS,region/country,cost\n"
)
RUN = '{id},digits,"a, b",{epoch},{start},{seconds},{kwh},{co2},"AMD EPYC/2 device(s), TDP:500.0",{gpu},Linux,{place},0\n'


def eco2ai(epoch="N/A", start="2024-11-21 23:47:12", **other) -> str:
    known = {
        "id": "c56aba21",
        "seconds": 60.0,
        "kwh": 0.01,
        "co2": 0.0006753,
        "gpu": " 0 device(s)",
        "place": "FR",
    }
    return RUN.format(**{**known, "epoch": epoch, "start": start, **other})


def test_eco2ai(load):
    done = load(ECO2AI + eco2ai(gpu="Tesla T4 2 device(s)", place="FR/Brittany"))
    (report,) = done.reports
    assert report["measures"] == [
        {
            "measurementMethod": "eco2AI",
            "cpuTrackingMode": "cpu_load",
            "powerConsumption": 0.01,
            "measurementDuration": 60.0,
            "measurementDateTime": "2024-11-21 23:47:12",  # here it is the beginning
        }
    ]
    cpu, gpu = report["infrastructure"]["components"]
    assert (cpu["componentName"], cpu["nbComponent"]) == ("AMD EPYC", 2)
    assert (gpu["componentName"], gpu["nbComponent"]) == ("Tesla T4", 2)
    assert report["environment"] == {
        "country": "France",
        "location": "Brittany",
        "powerSourceCarbonIntensity": 67.53,
    }
    assert report["quality"] == "low"
    assert report["header"]["publisher"]["projectName"] == "digits"
    assert "load-model" in done.warnings[0]


def test_eco2ai_counts_no_cpu_that_it_does_not_know(load):
    done = load(ECO2AI + eco2ai().replace("TDP:500.0", "TDP:False"))
    assert "cpu-not-counted" in done.warnings[0]


def test_eco2ai_takes_a_world_average_for_a_country_it_does_not_know(load):
    (report,) = load(ECO2AI + eco2ai(co2=0.01 * 0.436529)).reports
    assert report["environment"] == {"country": "France"}


EPOCHS = [
    eco2ai('"epoch: 1, loss: 0.5, "'),
    eco2ai('"epoch: 2, loss: 0.2, "', "2024-11-21 23:48:12", kwh=0.02, co2=0.0013506),
]


def test_eco2ai_epochs_are_one_run(load):
    done = load(ECO2AI + "".join(EPOCHS) + eco2ai(id="other"))
    assert [measure["powerConsumption"] for measure in done.measures] == pytest.approx([0.03, 0.01])
    assert done.measures[0]["measurementDuration"] == 120.0
    assert done.measures[0]["measurementDateTime"] == "2024-11-21 23:47:12"
    assert done.evidence[0]["other"]["evidence.epochs"][0]["value"] == 2


def test_eco2ai_epochs_one_by_one(load):
    done = load(ECO2AI + "".join(EPOCHS), per_row=True)
    assert [measure["powerConsumption"] for measure in done.measures] == [0.01, 0.02]


def encoded(text: str) -> str:
    """As eco2AI encodes: each character of a cell is the one five places on; the last five stay."""
    places = {char: index for index, char in enumerate(ALPHABET)}
    return "".join(
        char if char in ',"\n' or places.get(char, len(ALPHABET)) + SHIFT >= len(ALPHABET)
        else ALPHABET[places[char] + SHIFT]
        for char in text
    )  # fmt: skip


def test_eco2ai_encoded(load):
    """Of each epoch there are two rows, one of them encoded twice: it is the same one."""
    plain = load(ECO2AI + "".join(EPOCHS)).reports
    twice = "".join(encoded(encoded(row)) + encoded(row) for row in EPOCHS)
    done = load(ECO2AI + twice, "encoded.csv", replace=True)
    assert not done.refused
    assert [report["measures"] for report in done.reports] == [report["measures"] for report in plain]
    assert done.reports[0]["infrastructure"] == plain[0]["infrastructure"]


def carbontracker(version="2.4.7", devices="CPU with device(s) AMD EPYC.", powers=("60.0", "30.0")) -> str:
    lines = [
        f"23:48:04 - carbontracker version {version}",
        "23:48:04 - Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.58.",
        f"23:48:06 - The following components were found: {devices}",
        "23:48:06 - Monitoring thread started.",
    ]
    for number, power in enumerate(powers, 1):
        lines += [
            f"23:48:{6 + 10 * number:02} - Epoch {number}:",
            f"23:48:{6 + 10 * number:02} - Duration: 0:00:10.00",
            *(f"23:48:{6 + 10 * number:02} - Average power usage (W) for {each}" for each in as_list(power)),
        ]
    lines.append("23:48:26 - Monitoring thread ended.")
    return "".join(f"2024-11-21 {line}\n" for line in lines)


def as_list(power) -> list[str]:
    return [f"cpu: {power}"] if isinstance(power, str) else list(power)


@pytest.mark.parametrize(
    ("log", "joules", "modes"),
    [
        (carbontracker(), 900, ("constant", None)),
        # Since 2.0 the power is the mean over the devices.
        (carbontracker(devices="CPU with device(s) dram:0, cpu:0."), 1800, ("rapl", None)),
        (
            carbontracker(
                devices="GPU with device(s) Tesla T4, Tesla T4. CPU with device(s) cpu:0.",
                powers=(("gpu: 200.0", "cpu: 45.0"), ("gpu: 100.0", "cpu: 45.0")),
            ),
            (400 + 45 + 200 + 45) * 10,
            ("rapl", "nvml"),
        ),
        # Before it was one number a device.
        (
            carbontracker("1.2.5", "GPU with device(s) Tesla T4, Tesla T4.", (("gpu: [100.  300.]",),)),
            4000,
            (None, "nvml"),
        ),
        (
            carbontracker("1.1.7", "GPU with device(s) Tesla T4, Tesla T4.", (("gpu: [100.\n 300.]",),)),
            4000,
            (None, "nvml"),
        ),
        # Parts of one chip have one power.
        (
            carbontracker(
                devices="GPU with device(s) GPU, ANE. CPU with device(s) CPU.", powers=(("gpu: 5", "cpu: 3"),)
            ),
            80,
            ("powermetrics", "powermetrics"),
        ),
    ],
    ids=["constant", "rapl", "gpus", "array", "array over lines", "apple"],
)
def test_carbontracker_powers_are_those_of_all_devices(load, log, joules, modes):
    (measure,) = load(log, "a_carbontracker.log").measures
    assert measure["powerConsumption"] == pytest.approx(joules / JOULES_A_KWH)
    assert (measure.get("cpuTrackingMode"), measure.get("gpuTrackingMode")) == modes
    assert measure["measurementDateTime"] == "2024-11-21 23:48:06"


def test_carbontracker_machine_and_epochs(load):
    log = carbontracker(
        devices="GPU with device(s) Tesla T4, Tesla T4.", powers=(("gpu: 50.0",), ("gpu: 70.0",))
    )
    done = load(log, "a_carbontracker.log")
    (gpu,) = done.reports[0]["infrastructure"]["components"]
    assert (gpu["componentName"], gpu["nbComponent"], gpu["series"]) == ("Tesla T4", 2, "T4")
    assert done.measures[0]["measurementDuration"] == 20.0
    assert done.measures[0]["version"] == "2.4.7"
    assert {"devices-summed", "ram-not-counted", "pue-left-out"} <= done.warnings[0]
    apart = load(log, "a_carbontracker.log", per_row=True)
    assert [measure["powerConsumption"] for measure in apart.measures] == pytest.approx(
        [1000 / JOULES_A_KWH, 1400 / JOULES_A_KWH]
    )


def test_carbontracker_constants_are_of_low_quality(load):
    assert load(carbontracker(), "a.log").reports[0]["quality"] == "low"
    counted = carbontracker(devices="CPU with device(s) cpu:0.")
    assert load(counted, "a.log").reports[0]["quality"] == "high"


def test_carbontracker_epochs_without_a_reading_are_left_out(load):
    done = load(carbontracker(powers=("60.0", "None")), "a.log")
    assert done.refused[0][1] == "this epoch has no duration, or power was not measured in it"
    assert done.measures[0]["measurementDuration"] == 10.0
    assert "part-of-run" in done.warnings[0]


def test_carbontracker_powers_that_fit_no_devices_are_refused(load):
    done = load(carbontracker("1.2.5", "GPU with device(s) T4, T4.", (("gpu: 100.0",),)), "a.log")
    assert done.refused == [(7, "1 powers of 2 devices")]
    assert not done.reports


def test_carbontracker_folder(load, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    printed = "2024-11-21 23:48:12 - CarbonTracker: \nActual consumption for 1 epoch(s):\n\tEnergy:\t1 kWh\n"
    (folder / "a_carbontracker.log").write_text(carbontracker())
    (folder / "b_carbontracker.log").write_text(carbontracker(powers=("50.0",)))
    (folder / "a_carbontracker_output.log").write_text(printed)
    (folder / "a_carbontracker_err.log").write_text(
        "2024-11-21 23:48:06,023 - MainThread - WARNING - no keys\n"
    )
    assert len(load(folder).reports) == 2
    (outcome,) = load(folder / "a_carbontracker_output.log").outcomes
    assert outcome.is_file and "printed output" in outcome.why_not


def test_zeus(load):
    text = (
        "start_time,window_name,elapsed_time,gpu0_energy,gpu1_energy\n"
        "1732232856.5,training,100.0,1800000.0,1800000.0\n1732232856.5,epoch,50.0,900000.0,-1.0\n"
    )
    done = load(text)
    (report,) = done.reports
    assert done.refused == [(3, "the energy of a GPU is negative (-1 J)")]
    assert report["measures"] == [
        {
            "measurementMethod": "zeus",
            "powerConsumption": 1.0,
            "measurementDuration": 100.0,
            "measurementDateTime": "2024-11-21 23:47:36",
        }
    ]
    assert report["infrastructure"]["components"] == [{"componentType": "gpu", "nbComponent": 2}]
    assert report["task"]["taskStage"] == "training"
    assert "quality" not in report
    assert {"gpu-only", "windows-may-overlap"} <= done.warnings[0]
    assert "local-time" not in done.warnings[0]


def test_zeus_without_gpus_wrote_nothing_that_it_measured(load):
    done = load("start_time,window_name,elapsed_time,\n1732232856.5,training,3.0,\n")
    assert done.refused == [(2, "no GPU's energy was written, and Zeus writes no other to its file")]


def test_pyjoules(load):
    text = "timestamp;tag;duration;package_0;package_1;core_0;dram_0\n1732232856.5;fit;10.0;1.8e9;1.8e9;9e8;3.6e8\n"
    done = load(text)
    (report,) = done.reports
    assert report["measures"][0]["powerConsumption"] == pytest.approx(0.0011)  # cores are in the package
    assert report["measures"][0]["cpuTrackingMode"] == "rapl"
    assert report["measures"][0]["measurementDateTime"] == "2024-11-21 23:47:36"
    assert report["infrastructure"]["components"] == [{"componentType": "cpu", "nbComponent": 2}]
    assert report["quality"] == "high"


@pytest.mark.parametrize("of_gpu", ["3000000.0", "3000000000.0"], ids=["mJ, released", "µJ, since"])
def test_pyjoules_gpu_energy_is_in_the_unit_that_makes_a_power(load, of_gpu):
    text = f"timestamp;tag;duration;package_0;nvidia_gpu_0\n1732232856;fit;10.0;600000000.0;{of_gpu}\n"
    (measure,) = load(text).measures
    assert measure["powerConsumption"] == pytest.approx(3600 / JOULES_A_KWH)
    assert measure["gpuTrackingMode"] == "nvml"


def test_pyjoules_counter_that_ran_over(load):
    done = load("timestamp;tag;duration;package_0\n1732232856;fit;10.0;-600000000.0\n")
    assert done.refused == [(2, "the energy of package is negative: its counter ran over")]


PYRAPL = "label,timestamp,duration,pkg,dram,socket\n"


def test_pyrapl_sockets_are_one_measurement(load):
    rows = "training,1732232856.5,10000000.0,1800000000.0,180000000.0,{}\n"
    done = load(PYRAPL + rows.format(0) + rows.format(1) + "other,1732232900.0,1000000.0,36000000.0,,0\n")
    first, second = done.measures
    assert first["powerConsumption"] == pytest.approx(0.0011)
    assert first["measurementDuration"] == 10.0
    assert second["powerConsumption"] == pytest.approx(0.00001)
    assert [each["nbComponent"] for each in done.reports[0]["infrastructure"]["components"]] == [2]
    assert done.reports[0]["task"]["taskStage"] == "training"
    assert [("ram-not-counted" in codes) for codes in done.warnings] == [False, True]


IMPACTS = {
    "energy": {"type": "energy", "value": {"min": 2e-05, "max": 4e-05}, "unit": "kWh"},
    "gwp": {"type": "GWP", "value": {"min": 1e-06, "max": 2e-06}, "unit": "kgCO2eq"},
    "warnings": [{"code": "model-arch-not-released", "message": "…"}],
}


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (json.dumps(IMPACTS), 1),
        (json.dumps(IMPACTS, indent=2), 1),
        (json.dumps({"energy": {"unit": "kWh", "min": 2e-05, "max": 4e-05}, "gwp": {}}), 1),
        (json.dumps({"id": "x", "impacts": IMPACTS}), 1),
        (json.dumps([IMPACTS, IMPACTS]), 2),
        (f"{json.dumps(IMPACTS)}\n{json.dumps(IMPACTS)}\n", 2),
        (json.dumps({"energy": {"value": 0.03, "unit": "Wh"}, "gwp": {}}), 1),
    ],
    ids=["object", "indented", "flat", "response", "list", "lines", "number in Wh"],
)
def test_ecologits(load, content, count):
    done = load(content, "impacts.json")
    assert [measure["powerConsumption"] for measure in done.measures] == pytest.approx([3e-05] * count)
    report = done.reports[0]
    assert report["task"]["taskStage"] == "inference"
    assert report["task"]["nbRequest"] == 1
    assert report["quality"] == "low"
    assert "modelled-not-measured" in done.warnings[0]


def test_ecologits_did_not_know_the_model(load):
    done = load(f"{json.dumps(IMPACTS)}\n{json.dumps({'energy': None, 'gwp': None})}\n", "impacts.json")
    assert done.refused == [(2, "has no energy: EcoLogits did not know the model")]
    assert len(done.reports) == 1


def sample(second: float, **watts: float | None) -> str:
    names = {
        "cpu": "rapl_estimated_attributable_power_draw",
        "gpu": "nvidia_estimated_attributable_power_draw",
    }
    said = {names[name]: value for name, value in watts.items()}
    return json.dumps({"timestamp": 1732232856.5 + second, "process_ids": [1, 2], **said}) + "\n"


def test_experiment_impact_tracker(load):
    text = "".join(sample(second, cpu=100.0, gpu=200.0 + second) for second in (0, 10, 20))
    done = load(text, "data.json")
    (measure,) = done.measures
    assert measure["powerConsumption"] == pytest.approx((2000 + 4200) / JOULES_A_KWH)
    assert measure["measurementDuration"] == 20.0
    assert measure["measurementDateTime"] == "2024-11-21 23:47:36"
    assert (measure["cpuTrackingMode"], measure["gpuTrackingMode"]) == ("rapl", "nvml")
    assert "share-of-process" in done.warnings[0]
    assert done.evidence[0]["other"]["evidence.trackingMode"][0]["value"] == "process"


def test_experiment_impact_tracker_without_power(load):
    done = load(sample(0) + sample(10), "data.json")
    assert "holds no power" in done.refused[0][1]


def test_experiment_impact_tracker_cut_off(load):
    text = sample(0, cpu=100.0) + sample(10, cpu=100.0) + sample(20, cpu=100.0)[:40]
    done = load(text, "data.json")
    assert done.refused == [(3, "is not readable as JSON: it is cut off")]
    assert done.measures[0]["measurementDuration"] == 10.0


def test_greenops_measures_nothing(load):
    done = load(
        "time\tstage\tdevice\tconsumption\tepoch\ttime_delta\n1732232856\ttrain\tDefault\t125.0\t0\t2.0\n"
    )
    (outcome,) = done.outcomes
    assert outcome.is_file
    assert "measures nothing" in outcome.why_not
