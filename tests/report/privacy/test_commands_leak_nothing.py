"""Planted secrets, paths and identities get out through no command, from wherever a run may pick them up."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from planted import ACCOUNT, MACHINE, PERSON, Planted, draw, leaks, planted
from running import AIPOWER, clean_environment

pytestmark = pytest.mark.slow

VALUES = planted()
ENVIRONMENT = {
    "ACME_SERVICE_TOKEN": "quartz-" + "heron-1934",
    "DB_PASSWORD": "Vellum" + "Otter7",
    "WANDB_API_KEY": "9d3b5e" * 6 + "a1b2",
}
KNOWN = [Planted("environment", value, (value,)) for value in ENVIRONMENT.values()]
ALL = [*VALUES, *KNOWN]
REMOTE_NAME = "qz-cobalt-lantern"
"""The project's name: only in the user's own files, unless they gave it."""

RUN = '''
"""{docstring} """
# {comment}
import argparse, json, os, sys, time
import numpy as np
import pandas
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

VALUES = json.load(open("values.json"))
parser = argparse.ArgumentParser()
parser.add_argument("--note", default={default})
parser.add_argument("--token")
arguments = parser.parse_args()

class {account}Probe(ClassifierMixin, BaseEstimator):
    def __init__(self, first=None, second=None, third=None):
        self.first, self.second, self.third = first, second, third

    def fit(self, X, y):
        time.sleep(0.005)  # long enough to be named in the report
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X))

X = np.loadtxt(os.path.expanduser("~/{folder}/table.csv"), delimiter=",")
frame = pandas.read_csv(os.environ["HOME"] + "/{folder}/table.csv", header=None)
y = np.arange(len(X)) % 2
for value in VALUES:
    {account}Probe(value, [value], dict(inner=value)).fit(X, y).predict(X)
{account}Probe(arguments.note, arguments.token, os.environ["ACME_SERVICE_TOKEN"]).fit(X, y)
for _ in range(50):
    LogisticRegression(max_iter=200).fit(X, y)
'''

STAGES = """
import json, sys, time
from ai_power_export import OfflinePowerTracker
with OfflinePowerTracker(country_iso_code="FRA", save_to_file=False, log_level="critical") as tracker:
    for value in json.load(open("values.json"))[::15]:
        with tracker.stage(value):
            time.sleep(0.01)
"""

SOURCE = '''
"""{doc} """
import pandas as pd, numpy as np, torch
from datasets import load_dataset
from openai import OpenAI
from sklearn.ensemble import RandomForestClassifier
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments, pipeline

NAME = {value}
client = OpenAI(api_key=NAME, base_url=NAME)
answer = client.chat.completions.create(model={value}, messages=[dict(role="user", content=NAME)])
model = AutoModelForCausalLM.from_pretrained({value}, revision=NAME, token=NAME)
tokenizer = AutoTokenizer.from_pretrained(NAME)
data = load_dataset({value}, data_files=NAME, split="train")
frame = pd.read_csv({value})
array = np.loadtxt(NAME)
forest = RandomForestClassifier(n_estimators=10, criterion={value}, class_weight=dict(a=NAME))
forest.fit(frame, array)
ask = pipeline("text-classification", model={value})
ask(NAME)
trainer = Trainer(model, TrainingArguments(output_dir=NAME, run_name={value}, hub_token=NAME), train_dataset=data)
trainer.train()
model.push_to_hub(NAME)
'''


class House:
    """A user's folder and environment, full of what is nobody else's business."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.home = folder / "home" / ACCOUNT
        self.secret_folder = "qz-umber-vault"
        self.environment = {
            **clean_environment(self.home),
            **ENVIRONMENT,
            "USER": ACCOUNT,
            "LOGNAME": ACCOUNT,
            "HOSTNAME": MACHINE,
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
        }
        self._furnish()

    def _furnish(self) -> None:
        self.folder.mkdir(parents=True)
        (self.home / self.secret_folder).mkdir(parents=True)
        rows = "\n".join(f"{i},{i * i % 7},{i % 3}" for i in range(40))
        (self.home / self.secret_folder / "table.csv").write_text(rows)
        (self.home / ".gitconfig").write_text(f"[user]\n\tname = {PERSON}\n\temail = {ACCOUNT}@example.org\n")
        secret = next(value for value in VALUES if value.kind == "GitLab token")
        (self.folder / ".codecarbon.config").write_text(
            f"[codecarbon]\nproject_name={secret.text}\nexperiment_name={secret.text}\napi_key={secret.text}\n"
        )
        (self.folder / "values.json").write_text(json.dumps([value.text for value in VALUES]))
        self._settle()
        remote = (
            f"https://{ACCOUNT}:{draw(random.Random(1), 'abc123', 12)}@git.example.org/x/{REMOTE_NAME}.git"
        )
        for arguments in (["init", "-q"], ["remote", "add", "origin", remote]):
            subprocess.run(["git", *arguments], cwd=self.folder, env=self.environment, check=True)

    def _settle(self) -> None:
        """Write settings whose texts hold everything."""
        fields = [
            "task.taskDescription", "header.licensing", "environment.location", "infrastructure.cloudService",
            "infrastructure.cloudInstance", "infrastructure.cloudProvider", "system.distribution",
        ]  # fmt: skip
        said = {
            field: " | ".join(each.text for each in ALL[index :: len(fields)])
            for index, field in enumerate(fields)
        }
        said["task.taskDescription"] = "\n".join(f"It says {each.text} here." for each in ALL)
        lines = [f'"{field}" = {json.dumps(text)}' for field, text in said.items()]
        (self.folder / "pyproject.toml").write_text(
            "[tool.aipower]\nconfidentiality = 'public'\n[tool.aipower.set]\n" + "\n".join(lines) + "\n"
        )

    def run(self, *arguments: str, program: str = AIPOWER, code: int | None = 0) -> str:
        """Run a command; return all that it printed."""
        done = subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    def read(self, pattern: str) -> dict[Path, str]:
        return {path: path.read_text() for path in self.folder.glob(pattern)}


def assert_clean(text: str, values: list[Planted] = ALL) -> None:
    assert text
    found = list(leaks(text, values))
    if found:
        at = text.lower().index(next(n for n in found[0].needles if n.lower() in text.lower()).lower())
        pytest.fail(f"{len(found)} got out, such as {found[0]}: …{text[max(0, at - 120) : at + 120]}…")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def exported(house):
    """What `aipower export` printed; its reports lie in `power-reports/`."""
    texts = [value.text.replace("\\", "/") for value in VALUES if '"""' not in value.text]
    script = house.folder / f"train_{ACCOUNT}.py"
    script.write_text(
        RUN.format(
            docstring=" ".join(texts), comment=" ".join(text.replace("\n", " ") for text in texts),
            default=repr(VALUES[0].text), account=ACCOUNT.title(), folder=house.secret_folder,
        )
    )  # fmt: skip
    return house.run(
        "export",
        "--offline",
        "--country",
        "FRA",
        "--summary",
        "summary.md",
        script.name,
        "--token",
        VALUES[8].text,
    )


def folder_words(house) -> list[Planted]:
    """The user's folders, beside what was planted."""
    return [*ALL, Planted("folder", "", (str(house.folder.parent), house.secret_folder))]


def test_an_export_tells_nothing(house, exported):
    words = folder_words(house)
    reports = house.read("power-reports/report_*.json")
    assert len(reports) == 2  # the report and its evidence
    for path, text in {**reports, **house.read("summary.md")}.items():
        assert_clean(text, words)
        assert_clean(path.name, words)
    assert_clean(exported, words)
    evidence = json.loads(next(text for path, text in reports.items() if "evidence" in path.name))
    assert any(warning["code"] == "private" for warning in evidence["warnings"])


def test_other_commands_on_what_was_exported_tell_nothing(house, exported):
    words = folder_words(house)
    (report,) = (
        str(path) for path in house.read("power-reports/*[0-9a-f].json") if "evidence" not in path.name
    )
    for arguments in (
        ("explain", "power-reports"),
        ("explain", "power-reports", "--json"),
        ("validate", "power-reports", "--json"),
        ("validate", "power-reports", "--format", "github"),
        ("convert", "power-reports", "--to", "boamps-2024", "--json"),
        ("privacy", "power-reports"),
    ):
        assert_clean(house.run(*arguments, code=None), words)
    assert_clean(
        house.run("table", Path(report).relative_to(house.folder).as_posix(), "-o", "t.csv", code=None) + "-"
    )
    assert_clean((house.folder / "t.csv").read_text(), words)


def test_stages_named_after_secrets_tell_nothing(house):
    (house.folder / "stages.py").write_text(STAGES)
    said = house.run("stages.py", program=sys.executable)
    own = "\n".join(line for line in said.splitlines() if line.startswith("aipower: "))
    assert own.count("Wh") >= len(VALUES[::15])
    assert_clean(own)
    for text in house.read("power-reports/*.evidence.json").values():
        assert_clean(text)


def test_inspect_tells_nothing(house):
    folder = house.folder / "sources"
    folder.mkdir()
    for number, value in enumerate(VALUES[::2]):
        doc = value.text.replace("\\", "/")
        (folder / f"s{number}.py").write_text(SOURCE.format(value=repr(value.text), doc=doc))
    found = json.loads(house.run("inspect", "sources", "--json"))["files"]
    assert sum(bool(each["task"]) for each in found) == len(found) == len(VALUES[::2])
    assert_clean(json.dumps(found, ensure_ascii=False))


def foreign(report: dict) -> dict:
    """A report of somebody else's with everything planted in it that leaves it valid."""
    report = json.loads(json.dumps(report))
    texts = [f"by {value.text}, as told" for value in ALL]
    report["task"]["taskDescription"] = "\n".join(texts)
    report["header"]["licensing"] = " / ".join(texts[::3])
    report["header"]["publisher"] |= {"projectName": REMOTE_NAME, "confidentialityLevel": "public"}
    report["environment"] |= {"location": ", ".join(texts[1::3]), "latitude": 48.85661, "longitude": 2.35222}
    report["x-notes"] = {"list": texts, "hub_token": "short", "map": {value.text: 1 for value in VALUES}}
    return report


def test_a_foreign_report_leaves_without_anything(house, exported):
    source = next(
        path for path in house.read("power-reports/report_training*.json") if "evidence" not in path.name
    )
    report = json.loads(source.read_text())
    for name in ("cloudService", "cloudInstance", "cloudProvider"):
        report["infrastructure"].pop(name, None)
    (house.folder / "foreign.json").write_text(json.dumps(foreign(report)))
    words = [*ALL, Planted("more", "", (REMOTE_NAME, "48.85661"))]

    shown = house.run("privacy", "foreign.json", "--json")
    assert_clean(shown, words)
    assert_clean(house.run("privacy", "foreign.json").partition("taken out:")[0], words)
    house.run("upload", "foreign.json", "--to", "out", code=1)
    assert not (house.folder / "out").exists()
    assert_clean(house.run("upload", "foreign.json", "--to", "out", "--yes"), words)
    ((path, sent),) = house.read("out/*").items()
    assert_clean(sent, words)
    assert_clean(path.name, words)
    assert json.loads(sent) == json.loads(shown)["leaves"]
    for part in ("measures", "software"):
        assert json.loads(sent)[part] == report[part]


def test_findings_about_foreign_reports_quote_nothing_private(house):
    for number, value in enumerate(VALUES[::3]):
        report = {
            "header": {"reportDatetime": value.text, "publisher": {"confidentialityLevel": value.text}},
            "task": {"taskStage": value.text, "taskFamily": "", "algorithms": value.text, value.text: 1,
                     "dataset": [{"dataUsage": value.text, "dataType": value.text, "dataQuantity": value.text}]},
            "measures": [{"measurementMethod": "", "powerConsumption": value.text, "measurementDateTime": value.text}],
            "environment": {"country": value.text, "latitude": value.text},
        }  # fmt: skip
        path = house.folder / "foreign" / f"{number}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(report))
    for form in ("json", "github", "text"):
        said = house.run(
            "validate", "foreign", "--format", form, *(["--all"] if form == "text" else []), code=1
        )
        assert said.count("dataUsage") >= len(VALUES[::3])
        assert_clean(said)
        parts = [
            Planted(value.kind, value.text, tuple(part(needle) for needle in value.needles))
            for value in VALUES
        ]
        assert_clean(said, parts)


def part(needle: str) -> str:
    """The beginning of a long text, which findings shorten in the middle."""
    return needle[:11] if len(needle) > 24 else needle
