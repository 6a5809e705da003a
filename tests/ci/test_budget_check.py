"""`aipower check`: budgets, baselines and what doubt does to them."""

import copy
import json
import subprocess

import pytest
from budget_reports import ENERGY, document
from running import AIPOWER, clean_environment


class Ended:
    def __init__(self, code, out, lines):
        self.code, self.out, self.lines = code, out, lines

    @property
    def checks(self):
        return json.loads(self.out)["checks"]


@pytest.fixture
def check(tmp_path, capsys, monkeypatch):
    """Run the command in an empty folder: `check(report, "--max-kwh", 1, baseline=[report, ...])`."""
    from typer.testing import CliRunner

    from ai_power_export.cli import app as commands
    from ai_power_export.errors import AipowerError

    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "AIPOWER_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def write(reports, folder):
        for number, each in enumerate([reports] if isinstance(reports, dict) else reports):
            path = tmp_path / folder / f"{folder}{number}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(each if isinstance(each, str) else json.dumps(each))

    def _check(reports, *options, baseline=()):
        write(reports, "now")
        if baseline:
            write(baseline, "before")
            options = ("--baseline", "before", *options)
        done = CliRunner().invoke(
            commands.app, ["check", "now", *map(str, options)], standalone_mode=False, prog_name="aipower"
        )
        if isinstance(done.exception, AipowerError):
            return Ended(done.exception.exit_code, "", [str(done.exception)])
        if done.exception is not None:
            raise done.exception
        return Ended(done.return_value, done.stdout, done.stderr.splitlines())

    return _check


# ---- budgets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quality", "limit", "verdict"),
    [
        ("high", 0.551, "within"),
        ("high", 0.549, "doubtful"),
        ("high", 0.451, "doubtful"),
        ("high", 0.449, "over"),
        ("medium", 0.376, "doubtful"),
        ("medium", 0.374, "over"),
        ("low", 0.251, "doubtful"),
        ("low", 0.249, "over"),
        (None, 0.251, "doubtful"),  # no quality told is no good one
        (None, 0.751, "within"),
    ],
)
def test_over_is_what_is_over_even_at_the_good_end_of_its_error(check, quality, limit, verdict):
    codes = {"within": 0, "doubtful": 0, "over": 1}
    done = check(document(quality=quality), "--max-kwh", limit, "--json")
    (found,) = done.checks
    assert (found["verdict"], done.code) == (verdict, codes[verdict])
    strict = check(document(quality=quality), "--max-kwh", limit, "--doubt", "fail")
    assert strict.code == (verdict != "within")
    plain = check(document(quality=quality), "--max-kwh", limit, "--doubt", "ignore")
    assert plain.code == (limit < ENERGY)


def test_the_reason_is_one_line(check):
    done = check(document(), "--max-kwh", 0.1)
    assert done.lines == ["aipower: now0.json: training took 500 Wh (±10 %), over the budget of 100 Wh"]
    done = check(document(), "--max-kwh", 0.5)
    assert done.lines[0].endswith("which may be over the budget of 500 Wh or not (passed in doubt)")


def test_zero_is_a_budget(check):
    assert check(document(), "--max-kwh", 0).code == 1


def test_emissions_are_energy_times_the_intensity_that_the_report_tells(check):
    done = check(document(), "--max-co2", 0.02, "--json")
    (found,) = done.checks
    assert found["value"] == pytest.approx(0.5 * 50 / 1000)
    assert (found["unit"], found["verdict"], done.code) == ("kg CO2eq", "over", 1)
    assert check(document(), "--max-co2", 0.03).code == 0


def test_emissions_that_nobody_tells_cannot_be_checked(check):
    silent = document(environment__powerSourceCarbonIntensity=None)
    done = check(silent, "--max-co2", 1, "--max-kwh", 1)
    assert done.code == 2
    assert "powerSourceCarbonIntensity" in done.lines[-1]
    assert "--country" in done.lines[-1]
    assert "within the budget of 1 kWh" in done.lines[0]


def test_the_larger_of_two_meters_counts_and_two_by_one_method_do_not(check):
    second = {"measurementMethod": "wattmeter", "powerConsumption": 0.9}
    two = document()
    two["measures"].append(second)
    assert check(two, "--max-kwh", 0.7).code == 1
    two["measures"][1]["measurementMethod"] = "codecarbon"
    done = check(two, "--max-kwh", 0.7)
    assert done.code == 2
    assert "one and the same" in done.lines[-1]


def test_each_report_is_checked_for_itself_and_what_fails_is_told_last(check):
    done = check([document("1", 2.0), document("2"), document("3")], "--max-kwh", 1)
    assert done.code == 1
    assert len(done.lines) == 3
    assert done.lines[-1].startswith("aipower: now0.json")


# ---- what cannot be checked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        (document(header__reportStatus="draft"), 1, "it is a draft"),
        (document(environment__country=None), 1, "environment.country"),
        (document(kwh=-1), 1, "not valid"),
        (document(kwh="much"), 1, "not valid"),
        ("{", 2, "now0.json"),
        ("[]", 2, "list"),
        ('{"a": 1}', 2, "no BoAmps report"),
    ],
)
def test_a_report_that_says_nothing_sure_is_one_line(check, report, code, said):
    done = check([report, document("2")], "--max-kwh", 1)
    assert done.code == code
    assert said in done.lines[-1]
    assert "within" in done.lines[0]
    assert len(done.lines) == 2


def test_bad_use_is_one_line_and_exit_code_2(check):
    for options, said in [
        ((), "nothing to check against"),
        (("--max-kwh", "nan"), "max_kwh"),
        (("--max-kwh", "-1"), "max_kwh"),
        (("--max-co2", "inf"), "max_co2"),
        (("--baseline", "nowhere"), "no such file"),
        (("--baseline", "now", "--tolerance", "10"), "write the % sign"),
        (("--baseline", "now", "--tolerance", "-1%"), "tolerance"),
        (("--baseline", "now", "--tolerance", "much"), "percents"),
        (("--max-kwh", "1", "--doubt", "perhaps"), "doubt"),
    ]:
        done = check(document(), *options)
        assert done.code == 2, options
        assert len(done.lines) == 1
        assert said in done.lines[0]


@pytest.mark.parametrize("version", ["boamps-2024", "orange-0.0.1"])
def test_other_versions_of_the_format_are_checked_alike(check, version):
    from ai_power_export.report.convert.conversion import convert

    report = document(task__dataset__0__dataSize=1.0)
    report["task"]["algorithms"][0] |= {"algorithmName": "resnet", "trainingType": "supervisedLearning"}
    done = check(dict(convert(report, "boamps", version).document), "--max-kwh", 0.1)
    assert done.code == 1
    assert "took 500 Wh" in done.lines[-1]


# ---- baselines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "tolerance", "code"), [(0.48, "5%", 0), (0.48, "4%", 1), (0.48, "0.05", 0), (0.2, "150 %", 0)]
)
def test_measured_alike_the_error_of_the_meter_is_in_both_and_not_in_their_ratio(
    check, before, tolerance, code
):
    done = check(document(), "--tolerance", tolerance, baseline=document("0", before))
    assert done.code == code
    assert "±" not in done.lines[-1]


def test_the_tolerance_is_10_percent_if_nobody_says(check):
    assert check(document(kwh=1.09), baseline=document("0", 1.0)).code == 0
    done = check(document(kwh=1.11), baseline=document("0", 1.0))
    assert done.code == 1
    assert "took 11 % more than the baseline, over the tolerance of 10 %" in done.lines[-1]


@pytest.mark.parametrize(
    "change",
    [
        {"infrastructure__components__0__componentName": "EPYC 7763"},
        {"infrastructure__components__0__componentName": None},
        {"infrastructure__components__0__nbComponent": 1},
        {"measures__0__cpuTrackingMode": "cpu_load"},
        {"measures__0__version": "3.3.0"},
    ],
)
def test_measured_otherwise_the_errors_of_both_count(check, change):
    before = document("0", ENERGY / 1.14, **change)
    done = check(document(), "--json", baseline=before)
    assert (done.checks[0]["verdict"], done.code) == ("doubtful", 0)
    assert done.checks[0]["low"] == pytest.approx(1.14 * (1 - 0.1 * 2**0.5))
    assert check(document(), "--doubt", "fail", baseline=before).code == 1
    assert check(document(kwh=1), baseline=before).code == 1


def test_another_class_of_hardware_is_told(check):
    gpu = {"componentType": "gpu", "componentName": "A100", "nbComponent": 1}
    before = document("0", infrastructure__components__1=gpu)
    done = check(document(), baseline=before)
    assert "on other hardware (cpu, not gpu)" in done.lines[-1]


def test_the_median_of_several_runs_counts_and_how_far_they_scatter(check):
    close = [document(f"b{number}", kwh) for number, kwh in enumerate((0.99, 1.0, 1.01))]
    done = check(document(kwh=1.2), "--json", baseline=close)
    (found,) = done.checks
    assert (found["value"], done.code) == (pytest.approx(1.2), 1)
    assert found["low"] == pytest.approx(1.2 * (1 - 2 * 0.01 * (1 + 1 / 3) ** 0.5))
    wide = [document(f"b{number}", kwh) for number, kwh in enumerate((0.7, 1.0, 1.3))]
    done = check(document(kwh=1.2), "--json", baseline=wide)
    assert (done.checks[0]["verdict"], done.code) == ("doubtful", 0)


def test_other_amounts_of_work_compare_by_the_functional_unit(check):
    longer = document(kwh=5.0, task__algorithms__0__epochsNumber=100)
    done = check(longer, baseline=document("0", 0.5))
    assert done.code == 0
    assert "50 mWh a sample and epoch beside 50 mWh of the run before" in done.lines[-1]
    assert "with other amounts of work" in done.lines[-1]
    assert check(longer, "--max-kwh", 1).code == 1


def test_where_nobody_tells_the_work_runs_compare(check):
    def silent(*given):
        return document(*given, task__algorithms__0__epochsNumber=None)

    done = check(silent("1", 1.2), baseline=silent("0", 1.0))
    assert done.code == 1
    assert "run by run" in done.lines[-1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task__taskStage": "inference"}, "task.taskStage"),
        ({"task__taskFamily": "textClassification"}, "task.taskFamily"),
        ({"task__dataset__0__dataType": "text"}, "dataType"),
        ({"task__algorithms__0__epochsNumber": None}, "counted by"),
    ],
)
def test_what_is_not_comparable_is_not_compared(check, change, said):
    done = check(document(), baseline=document("0", **change))
    assert done.code == 2
    assert said in done.lines[-1]


def test_each_stage_is_compared_with_its_own_kind(check):
    def stages(prefix, training, inference):
        return [
            document(f"{prefix}-t", training),
            document(f"{prefix}-i", inference, task__taskStage="inference", task__nbRequest=1000),
        ]

    done = check(stages("now", 1.0, 0.2), "--json", baseline=stages("before", 1.0, 0.1))
    assert {found["stage"]: found["verdict"] for found in done.checks} == {
        "training": "within",
        "inference": "over",
    }
    assert done.code == 1


def test_a_report_is_no_baseline_of_itself(check):
    report = document()
    done = check(report, baseline=copy.deepcopy(report))
    assert done.code == 2
    assert "nothing but this report" in done.lines[-1]
    assert check(document(kwh=9), baseline=[document(kwh=9), document("0", 1.0)]).code == 1


def test_what_is_no_sound_report_is_left_out_of_the_baseline_and_told(check):
    draft = document("d", 100, header__reportStatus="draft")
    done = check(document(kwh=2), baseline=[document("0", 1.0), draft, "{"])
    assert done.code == 1
    assert sum("left out of the baseline" in line for line in done.lines) == 2
    done = check(document(), "--max-kwh", 1, "--baseline", "before/before1.json")
    assert done.code == 2
    assert "no valid report to compare with" in done.lines[0]


# ---- what is written ----------------------------------------------------------------------------------


def test_json_alone_tells_what_was_taken(check):
    done = check(document(), "--json")
    told = json.loads(done.out)
    assert done.code == 0
    assert told["reports"] == [
        {
            "path": "now/now0.json",
            "reportId": "1",
            "stage": "training",
            "kWh": 0.5,
            "kgCO2eq": 0.025,
            "error": 0.1,
        }
    ]


def test_settings_hold_budgets_and_options_win(check, monkeypatch, tmp_path):
    monkeypatch.setenv("AIPOWER_MAX_KWH", "0.1")
    assert check(document()).code == 1
    assert check(document(), "--max-kwh", 1).code == 0
    monkeypatch.delenv("AIPOWER_MAX_KWH")
    (tmp_path / "pyproject.toml").write_text('[tool.aipower]\nmax_kwh = 0.5\ndoubt = "fail"\n')
    assert check(document()).code == 1


def test_the_page_of_the_job_gets_a_line_each_unless_a_file_is_named(check, monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    check(document(), "--max-kwh", 0.1)
    assert page.read_text().splitlines() == [
        "### aipower check: failed",
        "",
        "- **over**: now0.json: training took 500 Wh (±10 %), over the budget of 100 Wh",
        "",
    ]
    check(document(), "--max-kwh", 1, "--summary", "own.md")
    assert "passed" in (tmp_path / "own.md").read_text()
    assert "passed" not in page.read_text()


def test_names_of_files_command_neither_terminal_nor_page(check, tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "a\x1b[2J<b>\n::error::.json").write_text(json.dumps(document("9", 2.0)))
    done = check(document(), "--max-kwh", 1)
    assert len(done.lines) == 2
    assert "\x1b" not in "".join(done.lines)
    assert "<b>" not in page.read_text()
    assert "\n::error" not in page.read_text()


def test_the_installed_command_ends_with_the_code(tmp_path):
    (tmp_path / "report.json").write_text(json.dumps(document()))
    for options, code in [(["--max-kwh", "1"], 0), (["--max-kwh", "0.1"], 1), ([], 2)]:
        done = subprocess.run(
            [AIPOWER, "check", "report.json", *options],
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
