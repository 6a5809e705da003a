"""What the ranks of a distributed job leave is merged into one report, or refused."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from running import AIPOWER

from ai_power_export.errors import BadInput
from ai_power_export.facts import Facts, Origin
from ai_power_export.measure.codecarbon import Meter
from ai_power_export.measure.interval import Interval, utc
from ai_power_export.measure.machines import side_by_side
from ai_power_export.measure.ranks import Rank
from ai_power_export.observe.data.shape import DataShape, Sharing
from ai_power_export.observe.observation import Doing, Observation, Part
from ai_power_export.run.job.places import merge_places
from ai_power_export.run.journal import journal_path, leave
from ai_power_export.run.record import Record, Scope, Stage, Stretch

BEGIN = time.time() - 600
METER = Meter(version="3.2.8", cpu_mode="rapl", place="user", country="France", country_iso_code="FRA")
NET = Part("train.Net", parameters={"batch_size": 32}, said={"epochsNumber": 3}, is_model=True)


def interval(kwh: float, *, begin: float = 0.0, seconds: float = 100.0, busy: float = 0.5) -> Interval:
    return Interval(BEGIN + begin, seconds, kwh, kwh * 0.95, 0.0, kwh * 0.05, kwh * 0.05, busy, None)


def machine(name: str = "Xeon", *, calibration: tuple[float, float] | None = None) -> Facts:
    """Return what a machine with two processors says of itself."""
    facts = Facts()
    said = {"componentType": "cpu", "componentName": name, "nbComponent": 2, "share": 1.0}
    for field, value in said.items():
        facts.add(f"infrastructure.components.{field}", value, Origin.MACHINE, "here", subject="cpu")
    facts.add("system.os", "linux", Origin.MACHINE, "here")
    if calibration:
        for field, value in zip(("power", "duration"), calibration, strict=True):
            path = f"measures.{field}CalibrationMeasurement"
            facts.add(path, value, Origin.METER, "aipower calibrate", subject="codecarbon")
    return facts


def training(data: DataShape | None, **more) -> dict:
    seen = {"count": 90, "seconds": 80.0, "begin": BEGIN, "end": BEGIN + 90, "data": data, **more}
    return Observation("step", Doing.TRAINS, (NET,), "train.py:9", **seen).to_json()


def items(rows: int, **sharing) -> DataShape:
    shape = f"({rows}, 8)"
    return DataShape("torch.TensorDataset", "tabular", rows=rows, shape=shape, sharing=Sharing(**sharing))


@pytest.fixture
def rank(tmp_path):
    """Leave what a rank has measured and seen, in the folder of the machine that it ran on."""

    def _rank(number, measured=None, *, node="a", facts=None, seen=(), cut_short="", meter=METER, **more):
        said = {"ranks": 2, "job": "job", "local": 0 if measured else 1, "local_ranks": 1, **more}
        record = Record(
            f"run {number}",
            str(tmp_path),
            rank=Rank(number == 0, number, place="RANK", machine=node, **said),
            meter=meter,
            cut_short=cut_short,
            settings={"offline": True},
            stretches=[Stretch(Scope(), measured or interval(0.0), list(seen))],
        )
        path = journal_path(tmp_path / node / "power-reports", "", record.rank)
        leave(path, record, facts or (machine() if measured else None))
        return path

    return _rank


@pytest.fixture
def merged(tmp_path):
    """Merge what ranks left on machines; return report, evidence and the line about it."""

    def _merged(*places: str):
        (written,) = merge_places([tmp_path / place for place in places])
        evidence = written.path.with_suffix(".evidence.json")
        return json.loads(written.path.read_text()), json.loads(evidence.read_text()), written.line

    return _merged


def test_energies_are_summed_and_time_goes_from_the_first_begin_to_the_last_end(rank, merged, tmp_path):
    rank(0, interval(2.0, begin=10, seconds=100, busy=0.9))
    rank(1, interval(3.0, begin=0, seconds=50, busy=0.3), node="b")
    report, evidence, _ = merged("a", "b")
    (measure,) = report["measures"]
    assert measure["powerConsumption"] == 5.0
    assert measure["measurementDuration"] == pytest.approx(110)
    assert measure["measurementDateTime"] == utc(BEGIN)
    assert measure["averageUtilizationCpu"] == pytest.approx((0.9 * 100 + 0.3 * 50) / 150, abs=1e-4)
    assert evidence["other"]["evidence.machines"][0]["value"] == 2
    assert not list(tmp_path.rglob("rank-*.json"))


def test_ranks_of_one_machine_count_its_energy_once(rank, merged):
    for number in range(4):
        rank(number, interval(2.0 + number / 1000), ranks=4, local=number, local_ranks=4)
    report, _, _ = merged("a")
    assert report["measures"][0]["powerConsumption"] == 2.0
    assert report["infrastructure"]["components"][0]["nbComponent"] == 2


def test_equal_components_are_counted_together_and_different_ones_apart(rank, merged):
    rank(0, interval(1.0), ranks=3, facts=machine("Xeon"))
    rank(1, interval(1.0), ranks=3, node="b", facts=machine("Xeon"))
    rank(2, interval(1.0), ranks=3, node="c", facts=machine("EPYC"))
    report, _, _ = merged("a", "b", "c")
    found = {each["componentName"]: each["nbComponent"] for each in report["infrastructure"]["components"]}
    assert found == {"Xeon": 4, "EPYC": 2}
    assert report["system"]["os"] == "linux"


def test_calibrations_are_summed_where_each_machine_has_one(rank, merged):
    rank(0, interval(1.0), facts=machine(calibration=(0.001, 60.0)))
    rank(1, interval(1.0), node="b", facts=machine(calibration=(0.002, 60.2)))
    (measure,) = merged("a", "b")[0]["measures"]
    assert measure["powerCalibrationMeasurement"] == pytest.approx(0.003)
    assert measure["durationCalibrationMeasurement"] == pytest.approx(60.1)


def test_one_machine_without_calibration_leaves_the_job_without(rank, merged):
    rank(0, interval(1.0), facts=machine(calibration=(0.001, 60.0)))
    rank(1, interval(1.0), node="b")
    report, evidence, _ = merged("a", "b")
    assert "powerCalibrationMeasurement" not in report["measures"][0]
    reasons = {each["field"]: each["reason"] for each in evidence["absent"]}
    assert "not every machine" in reasons["measures.powerCalibrationMeasurement"]


def test_the_quality_is_that_of_the_errors_together(rank, merged):
    rank(0, interval(1.0))
    rank(1, interval(9.0), node="b", meter=replace(METER, cpu_mode="constant"))
    report, _, _ = merged("a", "b")
    assert report["quality"] == "low"
    assert "cpuTrackingMode" not in report["measures"][0]


# ---- data ------------------------------------------------------------------------------------------


def data_of(report) -> int | None:
    (found,) = [each for each in report["task"]["dataset"] if each["dataUsage"] == "input"]
    return found.get("dataQuantity")


@pytest.mark.parametrize(
    ("data", "quantity"),
    [
        ((items(960, replicas=2), items(960, replicas=2)), 960),
        ((items(960, mark="x"), items(960, mark="x")), 960),
        ((items(480, mark="x"), items(479, mark="y")), 959),
        ((items(480, mark="x", whole=960), items(480, mark="y", whole=960)), 960),
        ((items(768, mark="x", whole=960), items(768, mark="y", whole=960)), None),
        ((items(960), items(960)), None),
    ],
    ids=["sampler", "same", "shards", "parts", "overlapping parts", "unknown"],
)
def test_the_data_set_is_counted_once_and_its_parts_together(data, quantity, rank, merged):
    rank(0, interval(1.0), local_ranks=2, seen=[training(data[0])])
    rank(1, local_ranks=2, seen=[training(data[1])])
    report, _, _ = merged("a")
    assert data_of(report) == quantity


def test_the_global_batch_is_that_of_all_ranks_which_share_out_the_data(rank, merged):
    rank(0, interval(1.0), local_ranks=2, seen=[training(items(960, replicas=2))])
    rank(1, local_ranks=2, seen=[training(items(960, replicas=2))])
    _, evidence, _ = merged("a")
    found = evidence["fields"]["task.algorithms[0].hyperparameters"]["value"]
    assert (found["batch_size"], found["global_batch_size"]) == (32, 64)


@pytest.mark.parametrize(("second", "said"), [(0.75, 0.75), (0.5, None)])
def test_an_accuracy_is_said_where_ranks_agree_on_it(second, said, rank, merged):
    for number, accuracy in enumerate((0.75, second)):
        seen = [training(items(960, replicas=2), accuracy=accuracy)]
        rank(number, None if number else interval(1.0), local_ranks=2, seen=seen)
    assert merged("a")[0]["task"].get("measuredAccuracy") == said


def test_requests_of_all_ranks_are_counted(rank, merged):
    model = Part("sklearn.linear_model._logistic.LogisticRegression", kind="classification")
    data = DataShape("numpy.ndarray", "tabular", rows=50, shape="(50, 4)")
    fed = DataShape("numpy.ndarray", "tabular", rows=500)
    seen = {"count": 10, "seconds": 80.0, "begin": BEGIN, "end": BEGIN + 80, "data": data, "fed": fed}
    answers = Observation("predict", Doing.ANSWERS, (model,), "ask.py:3", **seen).to_json()
    rank(0, interval(1.0), local_ranks=2, seen=[answers])
    rank(1, local_ranks=2, seen=[answers])
    report, _, _ = merged("a")
    assert report["task"]["nbRequest"] == 20
    assert data_of(report) == 50


# ---- what is missing or refused --------------------------------------------------------------------


def test_without_one_machine_the_energy_of_the_job_is_not_said(rank, merged):
    rank(0, interval(2.0))
    report, evidence, line = merged("a")
    assert report["header"]["reportStatus"] == "draft"
    assert "powerConsumption" not in report["measures"][0]
    assert "1 of 2 ranks left nothing" in line
    assert evidence["other"]["evidence.energyOfMachinesPresent"][0]["value"] == 2.0


def test_a_machine_that_was_missing_can_be_merged_later_by_the_report_that_lacks_it(rank, merged, tmp_path):
    rank(0, interval(2.0))
    merged("a")
    rank(1, interval(3.0), node="b")
    (evidence,) = tmp_path.glob("a/power-reports/report_*.evidence.json")
    assert merged(str(evidence), "b")[0]["measures"][0]["powerConsumption"] == 5.0


def test_a_rank_that_left_nothing_on_a_measured_machine_is_told(rank, merged):
    rank(0, interval(2.0), local_ranks=2)
    report, evidence, _ = merged("a")
    assert report["measures"][0]["powerConsumption"] == 2.0
    assert "rank-missing" in {each["code"] for each in evidence["warnings"]}


def test_a_rank_that_crashed_makes_the_report_a_draft(rank, merged):
    rank(0, interval(2.0), local_ranks=2)
    rank(1, local_ranks=2, cut_short="the script ended with ValueError")
    report, evidence, _ = merged("a")
    assert report["header"]["reportStatus"] == "draft"
    assert evidence["run"]["cutShort"] == "rank 1: the script ended with ValueError"


def test_where_rank_0_was_killed_another_measurement_of_its_machine_counts(rank, merged):
    rank(0, interval(0.5, seconds=20), local_ranks=2, cut_short="the program died")
    rank(1, interval(2.0), local=1, local_ranks=2)
    report, _, _ = merged("a")
    assert report["measures"][0]["powerConsumption"] == 2.0
    assert report["header"]["reportStatus"] == "draft"


def test_gpus_that_the_measuring_rank_could_not_see_leave_the_energy_unknown(rank, merged):
    rank(0, interval(2.0), local_ranks=2, devices="0", meter=replace(METER, gpu_mode="nvml"))
    rank(1, local_ranks=2, devices="1")
    report, _, line = merged("a")
    assert "GPUs of other ranks are hidden" in line
    assert "powerConsumption" not in report["measures"][0]


def test_the_command_writes_one_report_and_refuses_in_one_line(rank, run, tmp_path):
    rank(0, interval(2.0))
    rank(1, interval(2.0), node="b")
    refused = run("merge", "a", "b", "a", program=AIPOWER)
    assert refused.returncode == 2
    assert refused.stderr.startswith("aipower: rank 0 is there twice")
    assert refused.stderr.count("\n") == 1
    ended = run("merge", "a", "b", program=AIPOWER)
    assert ended.returncode == 0
    assert len(replace(ended, folder=tmp_path / "a").reports) == 1


@pytest.mark.parametrize(
    ("number", "more", "why"),
    [
        (0, {}, "rank 0 is there twice"),
        (1, {"job": "another"}, "of different runs"),
        (1, {"ranks": 4}, "of different runs"),
        (1, {"begin": 500.0}, "did not run at the same time"),
    ],
)
def test_what_is_not_of_different_ranks_of_one_job_is_refused(number, more, why, rank, merged, tmp_path):
    rank(0, interval(2.0))
    more = dict(more)
    begin = more.pop("begin", 0.0)
    rank(number, interval(2.0, begin=begin), node="b", **more)
    with pytest.raises(BadInput, match=why):
        merged("a", "b")
    assert not list(tmp_path.rglob("report_*.json"))


def test_a_place_where_no_rank_has_left_anything_is_refused(merged, tmp_path):
    (tmp_path / "empty").mkdir()
    for place in ("empty", "nowhere"):
        with pytest.raises(BadInput, match="no rank of a distributed job"):
            merged(place)


def test_stages_of_one_name_are_summed(rank, tmp_path):
    for number, node in enumerate("ab"):
        path = rank(number, interval(2.0), node=node)
        data = json.loads(path.read_text())
        stage = Stage("training", Scope(), interval(1.5))
        data["stages"] = [json.loads(json.dumps(stage, default=lambda each: each.__dict__))]
        path.write_text(json.dumps(data))
    written = merge_places([tmp_path / "a", tmp_path / "b"])
    assert sorted(each.report.measures[0].power_consumption for each in written) == [3.0, 4.0]


def test_other_meters_are_summed_where_every_machine_has_them_all_the_time():
    first = interval(1.0)
    whole, half = first.seconds, first.seconds / 2
    here = {"zeus": {"cpu": 1.0, "seconds": whole}, "eco2ai": {"cpu": 9.0}, "plug": {"whole": 3.0}}
    there = {"zeus": {"cpu": 2.0, "seconds": whole}, "plug": {"whole": 3.0, "seconds": half}}
    found = side_by_side([replace(first, meters=here), replace(first, meters=there)])
    assert found.meters == {"zeus": {"cpu": 3.0, "seconds": whole}}
