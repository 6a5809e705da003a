"""Runs the shell steps of actions and workflows as GitHub's runner does, and the script of a job as GitLab's does.

Nothing is installed: steps that do so are passed over, and the package is that of these tests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from running import AIPOWER, ROOT, clean_environment

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
INSTALLS = re.compile(r"python -m pip install")


def load(name: str) -> dict[str, Any]:
    """Read a YAML file of the repository; `on` is a truth value in YAML 1.1, and a key here."""
    found = yaml.safe_load((ROOT / name).read_text())
    return {"on" if key is True else key: value for key, value in found.items()}


@dataclass
class Outcome:
    """What came of steps, in their order."""

    ran: dict[str, int] = field(default_factory=dict)
    """The exit codes of steps that ran, by id or name."""
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()
    page: str = ""
    """The job's summary."""

    @property
    def code(self) -> int:
        """The exit code of the first step that failed, else 0."""
        return next((code for code in self.ran.values() if code), 0)


class Github:
    """A runner with a clean workspace, whose job is of a public repository."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.workspace = folder / "workspace"
        self.temporary = folder / "temporary"
        for each in (self.workspace, self.temporary, folder / "home"):
            each.mkdir(exist_ok=True)
        event = folder / "event.json"
        repository = {"full_name": "flower-lab/petals", "private": False, "visibility": "public"}
        event.write_text(json.dumps({"repository": {**repository, "owner": {"type": "Organization"}}}))
        self.environment = {
            **clean_environment(folder / "home"),
            "PATH": f"{Path(AIPOWER).parent}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "flower-lab/petals",
            "GITHUB_REPOSITORY_OWNER": "flower-lab",
            "GITHUB_EVENT_PATH": str(event),
            "RUNNER_TEMP": str(self.temporary),
            "AIPOWER_OFFLINE": "true",
            **variables,
        }

    def action(self, given: dict[str, str]) -> Outcome:
        """Run the action of this repository."""
        action = load("action.yml")
        assert given.keys() <= action["inputs"].keys()
        inputs = {name: str(each["default"]) for name, each in action["inputs"].items()}
        known = {f"inputs.{name}": value for name, value in (inputs | given).items()}
        outcome = self.steps(action["runs"]["steps"], known)
        for name, each in action["outputs"].items():
            outcome.outputs[name] = _filled(each["value"], known)
        return outcome

    def steps(self, steps: list[dict[str, Any]], known: dict[str, str]) -> Outcome:
        """Run steps with what expressions may name, to which their outputs are added."""
        outcome = Outcome(folder=self.workspace)
        for number, step in enumerate(steps):
            if "run" not in step or INSTALLS.match(step["run"]):
                continue
            condition = step.get("if", "${{ success() }}")
            if _holds(condition, known, failed=outcome.code != 0):
                self._run(step, step.get("id") or step.get("name") or str(number), known, outcome)
        return outcome

    def _run(self, step: dict[str, Any], name: str, known: dict[str, str], outcome: Outcome) -> None:
        files = {kind: self.temporary / f"{kind}-{name}" for kind in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        script = self.temporary / f"{name}.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace,
            env={
                **self.environment,
                **{kind: str(file) for kind, file in files.items()},
                **{variable: _filled(value, known) for variable, value in step.get("env", {}).items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
        )
        outcome.ran[name] = done.returncode
        outcome.log += done.stdout
        outcome.page += files["GITHUB_STEP_SUMMARY"].read_text()
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, _, value = line.partition("=")
            known[f"steps.{name}.outputs.{key}"] = value


def _filled(text: str, known: dict[str, str]) -> str:
    """Put values in place of expressions; what nobody has set is empty."""
    return EXPRESSION.sub(lambda found: known.get(found[1], ""), str(text))


def _holds(condition: str, known: dict[str, str], *, failed: bool) -> bool:
    """Evaluate an `if` of comparisons with '' and always(): without that, nothing runs after a failure."""
    (expression,) = EXPRESSION.fullmatch(condition).groups()
    if failed and "always()" not in expression:
        return False

    def is_true(term: str) -> bool:
        if term in ("always()", "success()"):
            return True
        name, compared = re.fullmatch(r"([\w.-]+) != '(.*)'", term).groups()
        return known.get(name, "") != compared

    return any(all(is_true(term) for term in terms.split(" && ")) for terms in expression.split(" || "))


def gitlab(folder: Path, job: str, variables: dict[str, str]) -> tuple[int, str]:
    """Run the script of a job of the template; return its exit code and log."""
    template = load("examples/ci/gitlab.yml")
    extended = template[template[job]["extends"]]
    lines = [line for line in extended["script"] if not INSTALLS.match(line)]
    given = {**extended["variables"], **template[job]["variables"], **variables}
    (folder / "home").mkdir(exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", "set -eo pipefail\n" + "\n".join(lines)],
        cwd=folder,
        env={
            **clean_environment(folder / "home"),
            "PATH": f"{Path(AIPOWER).parent}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITLAB_CI": "true",
            "AIPOWER_OFFLINE": "true",
            "AIPOWER_COUNTRY": "FRA",
            **given,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
    )
    return done.returncode, done.stdout
