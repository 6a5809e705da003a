"""The action and the examples for CI services: their shell steps, run for real."""

import json
import re
import shutil
import subprocess

import pytest
from budget_reports import document
from running import ROOT
from workflow_runner import EXPRESSION, Github, gitlab, load

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")

TRAINING = """
import json, sys
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

X, y = load_digits(return_X_y=True)
RandomForestClassifier(n_estimators=100, random_state=0).fit(X, y)
print("got", json.dumps(sys.argv[1:]))
"""
HOSTILE = "$(touch stolen)`touch stolen`; touch stolen"


@pytest.fixture
def runner(tmp_path):
    made = Github(tmp_path)
    (made.workspace / "train.py").write_text(TRAINING)
    return made


# ---- what the files say -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["action.yml", "examples/ci/github.yml", "examples/ci/github-moderation.yml"]
)
def test_no_script_has_an_expression_within(name):
    found = load(name)
    steps = (
        found["runs"]["steps"] if "runs" in found else [s for j in found["jobs"].values() for s in j["steps"]]
    )
    assert [step for step in steps if EXPRESSION.search(step.get("run", ""))] == []


def test_all_inputs_of_the_action_are_used_and_have_a_shell():
    action = load("action.yml")
    text = (ROOT / "action.yml").read_text()
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == set(action["inputs"])
    assert all(step["shell"] == "bash" for step in action["runs"]["steps"])
    assert {step["id"] for step in action["runs"]["steps"]} >= set(re.findall(r"steps\.(\w+)\.", text))


def test_the_package_is_that_of_the_action_itself():
    install = load("action.yml")["runs"]["steps"][0]
    assert install["id"] == "install"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", 'python() { printf "%s|" "$@"; }\n' + install["run"]],
        env={"GITHUB_ACTION_PATH": "/of/the action", "INPUT_EXTRAS": "hub,label"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("|/of/the action[hub,label]|")


def test_what_the_template_extends_is_there():
    template = load("examples/ci/gitlab.yml")
    assert template["energy"]["extends"] in template
    assert template["energy"]["variables"].keys() - template[".aipower"]["variables"].keys() == {
        "AIPOWER_MAX_KWH"
    }


# ---- the action ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_action_measures_labels_uploads_and_checks(runner):
    runner.environment |= {"AIPOWER_CONFIDENTIALITY": "public", "AIPOWER_TOKEN_UNUSED": "x"}
    arguments = f"--name 'two words' '{HOSTILE}' \"\""
    done = runner.action(
        {
            "script": "train.py",
            "args": arguments,
            "country": "France",
            "max-kwh": "1",
            "max-co2": "1",
            "label": "label.svg",
            "upload": "open-data",
            "token": "s3cret-of-the-data-set",
        }
    )
    assert done.code == 0, done.log
    assert f"got {json.dumps(['--name', 'two words', HOSTILE, ''])}" in done.log
    assert not (done.folder / "stolen").exists()
    report = json.loads((done.folder / done.outputs["report"]).read_text())
    assert done.outputs["report"].startswith(done.outputs["folder"])
    assert float(done.outputs["kwh"]) == report["measures"][0]["powerConsumption"]
    intensity = report["environment"]["powerSourceCarbonIntensity"]
    assert float(done.outputs["kgco2"]) == pytest.approx(float(done.outputs["kwh"]) * intensity / 1000)
    assert report["environment"]["country"] == "France"
    assert report["header"]["publisher"]["projectName"] == "petals"
    assert (done.folder / "label.svg").exists(), done.log
    assert len(list((done.folder / "open-data").rglob("*.json"))) == 1
    assert "### aipower\n" in done.page
    assert "### aipower check: passed" in done.page
    assert "s3cret" not in done.log + done.page


@pytest.mark.slow
def test_a_script_that_fails_fails_the_job_with_its_own_code(runner):
    (runner.workspace / "train.py").write_text("raise SystemExit(3)\n")
    done = runner.action({"script": "train.py", "max-kwh": "1", "upload": "open-data"})
    assert done.ran == {"measure": 3, "tell": 0}
    assert done.outputs["folder"]
    assert done.outputs["kwh"] == ""
    assert not (done.folder / "open-data").exists()


@pytest.mark.slow
def test_an_input_is_never_run(runner):
    for inputs in (
        {"script": HOSTILE},
        {"script": "-h"},
        {"script": "train.py", "country": HOSTILE},
        {"module": HOSTILE},
        {"script": "train.py", "args": "'unclosed"},
        {"script": "train.py", "output": "a\nreport=b"},
        {},
    ):
        done = runner.action(inputs)
        assert done.ran["measure"] not in (0, 127), inputs
        assert done.outputs["report"] == ""
        assert not (done.folder / "stolen").exists()
    check = load("action.yml")["runs"]["steps"][-1]
    known = {"inputs.max-kwh": HOSTILE, "steps.measure.outputs.folder": HOSTILE}
    assert runner.steps([check], known).code == 2
    assert not (runner.workspace / "stolen").exists()


# ---- the examples -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_workflow_of_the_example_fails_over_its_budget_and_tells_what_it_took(runner):
    job = load("examples/ci/github.yml")["jobs"]["energy"]
    (use,) = (step for step in job["steps"] if step.get("id") == "energy")
    runner.environment |= {**job["env"], "AIPOWER_COUNTRY": "FRA"}
    done = runner.action({**use["with"], "max-kwh": "1e-9"})
    assert (done.code, list(done.ran)) == (1, ["measure", "tell", "label", "check"])
    assert done.log.splitlines()[-1].endswith("over the budget of 1 µWh")
    assert "### aipower check: failed" in done.page
    assert 'got ["--epochs", "3"]' in done.log
    assert (
        json.loads((done.folder / done.outputs["report"]).read_text())["header"]["licensing"] == "CC-BY-4.0"
    )
    known = {f"steps.energy.outputs.{name}": value for name, value in done.outputs.items()}
    told = runner.steps(job["steps"], known)
    assert told.log == f"{done.outputs['kwh']} kWh, {done.outputs['kgco2']} kg CO2-equivalent\n"


def test_moderators_see_what_is_wrong_in_the_files_of_a_pull_request(runner):
    def git(*arguments):
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=runner.workspace, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    (step,) = load("examples/ci/github-moderation.yml")["jobs"]["validate"]["steps"][-1:]
    data = runner.workspace / "data"
    data.mkdir()
    (data / "untouched and wrong.json").write_text("{}")
    (data / "gone.json").write_text("{}")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "base")
    known = {"github.event.pull_request.base.sha": git("rev-parse", "HEAD")}

    git("rm", "-q", "data/gone.json")
    git("commit", "-qm", "remove")
    assert runner.steps([step], known).ran == {step["name"]: 0}

    (data / "good one.json").write_text(json.dumps(document()))
    git("add", ".")
    git("commit", "-qm", "add a good one")
    done = runner.steps([step], known)
    assert done.code == 0, done.log
    assert "1 valid" in done.log

    wrong = f"-{HOSTILE}\n::error::it.json"
    (runner.workspace / wrong).write_text(json.dumps(document(environment__country=None)))
    git("add", ".")
    git("commit", "-qm", "add a wrong one")
    done = runner.steps([step], known)
    assert done.code != 0
    annotations = [line for line in done.log.splitlines() if line.startswith("::")]
    assert any("country" in line for line in annotations)
    assert all(re.match("::(error|warning) file=(-|data/good one)", line) for line in annotations)
    assert "untouched" not in done.log
    assert not (runner.workspace / "stolen").exists()


@pytest.mark.slow
def test_the_template_measures_and_leaves_variables_for_later_jobs(tmp_path):
    (tmp_path / "train.py").write_text(TRAINING)
    code, log = gitlab(tmp_path, "energy", {"SCRIPT_ARGS": f"'{HOSTILE}'", "AIPOWER_MAX_KWH": "1e-9"})
    assert f"got {json.dumps([HOSTILE])}" in log
    assert not (tmp_path / "stolen").exists()
    told = dict(line.split("=") for line in (tmp_path / "aipower.env").read_text().splitlines())
    assert float(told["KWH"]) > 0
    assert float(told["KGCO2"]) > 0
    assert code == 1
    assert log.splitlines()[-1].endswith("over the budget of 1 µWh")
