"""In CI nobody is asked, whatever terminal there is, and variables alone settle everything."""

import json
import os

import pytest
from budget_reports import document
from person import AtTerminal
from running import AIPOWER, clean_environment

from ai_power_export.ci import in_ci, summary_file
from ai_power_export.settings import Settings, load_settings

SERVICES = [
    {"CI": "true"},
    {"GITHUB_ACTIONS": "true"},
    {"GITLAB_CI": "true"},
    {"JENKINS_URL": "https://ci.example/"},
    {"TF_BUILD": "True"},
    {"CIRCLECI": "true"},
]


@pytest.fixture(autouse=True)
def outside_of_ci(monkeypatch, tmp_path):
    kept = clean_environment(tmp_path)
    for name in set(os.environ) - set(kept):
        monkeypatch.delenv(name)


# ---- which service ------------------------------------------------------------------------------------


@pytest.mark.parametrize("variables", SERVICES)
def test_every_service_is_known_by_a_variable_of_its_own(monkeypatch, variables):
    assert not in_ci()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert in_ci()
    monkeypatch.setenv("CI", "false")
    assert not in_ci()


def test_the_page_of_the_job_is_there_only_where_its_folder_is(monkeypatch, tmp_path):
    assert summary_file() is None
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")
    assert summary_file() is None
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "absent" / "page"))
    assert summary_file() is None
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page"))
    assert summary_file() == tmp_path / "page"


@pytest.mark.parametrize(
    ("options", "on_page", "in_file"),
    [((), True, False), (("--summary", "own.md"), False, True), (("--quiet",), False, False)],
)
def test_the_summary_of_a_run_goes_to_the_page_by_itself(run, tmp_path, options, on_page, in_file):
    (tmp_path / "work.py").write_text("print(sum(range(1000)))\n")
    page = tmp_path / "page.md"
    page.write_text("before\n")
    fixed = ("export", "--offline", "--country", "FRA", *options, "work.py")
    run(*fixed, program=AIPOWER, GITHUB_STEP_SUMMARY=str(page))
    assert page.read_text().startswith("before\n")
    assert ("### aipower" in page.read_text()) is on_page
    assert (tmp_path / "own.md").exists() is in_file


# ---- variables alone ----------------------------------------------------------------------------------

WORDS = {
    "publisher": ("Flower lab", "Flower lab"),
    "division": ("Botany", "Botany"),
    "project": ("petals", "petals"),
    "confidentiality": ("public", "public"),
    "privacy": ("organisation", "organisation"),
    "coordinates_decimals": ("1", 1),
    "licence": ("CC-BY-4.0", "CC-BY-4.0"),
    "country": ("France", "FRA"),
    "infra_type": ("onPremise", "onPremise"),
    "output": ("reports", "reports"),
    "format": ("boamps-2024", "boamps-2024"),
    "per_stage": ("true", True),
    "offline": ("1", True),
    "currency": ("EUR", "EUR"),
    "electricity_price": ("0.25", 0.25),
    "tariff": ('{"22-06": 0.15, "06-22": 0.3}', {"22-06": 0.15, "06-22": 0.3}),
    "calibration_max_age_days": ("7", 7.0),
    "calibration_max_utilization": ("0.2", 0.2),
    "meters": ("codecarbon,zeus", ["codecarbon", "zeus"]),
    "meter": ('{"plug": {"unit": "W"}}', {"plug": {"unit": "W"}}),
    "summary": ("page.md", "page.md"),
    "quiet": ("yes", True),
    "interactive": ("true", True),
    "time_limit": ("5", 5.0),
    "destinations": (
        '{"open-data": "https://reports.example.org"}',
        {"open-data": "https://reports.example.org"},
    ),
    "upload": ("open-data", "open-data"),
    "upload_time_limit": ("3", 3.0),
    "consent": ("true", True),
    "token": ("s3cret", "**********"),
    "max_kwh": ("0.5", 0.5),
    "max_co2": ("0.1", 0.1),
    "baseline": ("before", "before"),
    "tolerance": ("15%", 0.15),
    "doubt": ("fail", "fail"),
    "set": ('{"task.taskFamily": "chatbot"}', {"task.taskFamily": "chatbot"}),
}
"""What a variable says, and what the setting is then in JSON."""


def test_every_setting_can_be_given_by_a_variable_alone(monkeypatch, tmp_path):
    assert WORDS.keys() == Settings.model_fields.keys()
    for name, (said, _) in WORDS.items():
        monkeypatch.setenv(f"AIPOWER_{name.upper()}", said)
    found = json.loads(load_settings(tmp_path, {}).model_dump_json())
    assert found == {name: value for name, (_, value) in WORDS.items()}


def test_a_variable_adds_to_what_a_project_names_and_wins(monkeypatch, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.aipower]\nlicence = "MIT"\n[tool.aipower.destinations]\na = "x"\nb = "y"\n'
    )
    monkeypatch.setenv("AIPOWER_DESTINATIONS", '{"b": "z"}')
    monkeypatch.setenv("AIPOWER_LICENCE", "")
    found = load_settings(tmp_path, {})
    assert found.destinations == {"a": "x", "b": "z"}
    assert found.licence == "MIT"


@pytest.mark.parametrize(
    ("name", "said"), [("DESTINATIONS", "x"), ("SET", "task=1"), ("METER", "[1"), ("TOLERANCE", "much")]
)
def test_a_variable_that_cannot_be_used_is_named_in_one_line(run, name, said):
    done = run("export", "work.py", program=AIPOWER, **{f"AIPOWER_{name}": said})
    (tmp := done.folder / "work.py").write_text("")
    done = run("export", tmp.name, program=AIPOWER, **{f"AIPOWER_{name}": said})
    assert done.returncode == 2
    assert f"AIPOWER_{name}" in done.stderr
    assert done.stderr.count("\n") == 1


# ---- nothing blocks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        (("edit", "report.json"), "Enter skips"),
        (("export", "--interactive", "--offline", "--country", "FRA", "--quiet", "work.py"), "Enter skips"),
        (("upload", "report.json", "--to", "open-data"), "Deliver?"),
        (("keys", "new", "--passphrase"), "New passphrase:"),
    ],
    ids=["edit", "export", "upload", "keys"],
)
def test_in_ci_nobody_is_asked_even_at_a_terminal(tmp_path, arguments, question):
    (tmp_path / "report.json").write_text(json.dumps(document()))
    (tmp_path / "work.py").write_text("")
    with AtTerminal(*arguments, folder=tmp_path, TF_BUILD="True") as person:
        assert person.ends(60) in (0, 1, 2)
        assert question not in person.shown
        assert "nobody" in person.shown
    assert not (tmp_path / "open-data").exists()
    with AtTerminal(*arguments, folder=tmp_path) as person:
        person.sees(question)
