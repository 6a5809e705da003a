"""A report tells of what ran while it was measured, and of nothing else that stands in the program."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import unittest
from contextlib import contextmanager
from pathlib import Path

import pytest
from running import Ended

from ai_power_export.run.scopes import NO_LINES, Trail, scope_between, trail

QUIET = "country_iso_code='FRA', log_level='critical', save_to_file=False"
HEAD = f"""\
import sys
import codecarbon
from contextlib import contextmanager
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier
from ai_power_export import OfflinePowerTracker, PowerReportOutput, track_power
def tracker(**more):
    return OfflinePowerTracker({QUIET}, **more)
X, y = load_iris(return_X_y=True)
LinearRegression().fit(X, y)
"""
TREE = "DecisionTreeClassifier(max_depth=3).fit(X, y)"
WORK = "for _ in range(200):\n    " + TREE

MEASURED = {
    "a with block": f"with tracker():\n{textwrap.indent(WORK, '    ')}\nKMeans(3).fit(X)\n",
    "a with block of the user's own": f"""\
@contextmanager
def measured():
    own = tracker()
    own.start()
    yield
    own.stop()
with measured():
{textwrap.indent(WORK, "    ")}
KMeans(3).fit(X)
""",
    "functions that start and stop": f"""\
class Meter:
    def start(self):
        self.own = tracker()
        self.own.start()
    def stop(self):
        self.own.stop()
meter = Meter()
meter.start()
{WORK}
meter.stop()
KMeans(3).fit(X)
""",
    "CodeCarbon's tracker with a handler": f"""\
handler = PowerReportOutput()
KMeans(3).fit(X)
theirs = codecarbon.OfflineEmissionsTracker({QUIET}, output_handlers=[handler])
theirs.start()
{WORK}
theirs.stop()
""",
    "a with block of CodeCarbon's": f"""\
handler = PowerReportOutput()
KMeans(3).fit(X)
with codecarbon.OfflineEmissionsTracker({QUIET}, output_handlers=[handler]):
{textwrap.indent(WORK, "    ")}
""",
    "CodeCarbon's decorator": f"""\
@codecarbon.track_emissions(offline=True, {QUIET}, output_handlers=[PowerReportOutput()])
def work():
{textwrap.indent(WORK, "    ")}
KMeans(3).fit(X)
work()
""",
}


def only_report(ended: Ended) -> dict:
    assert ended.returncode == 0, ended.stderr
    (report,) = ended.reports
    return report


@pytest.mark.parametrize("way", MEASURED)
def test_what_ran_before_and_after_is_not_in_the_report(way, tmp_path, run):
    (tmp_path / "work.py").write_text(HEAD + MEASURED[way])
    report = only_report(run("work.py"))
    (algorithm,) = report["task"]["algorithms"]
    assert algorithm["classPath"] == "sklearn.tree.DecisionTreeClassifier"
    assert report["task"]["taskFamily"] == "tabularClassification"


@pytest.mark.parametrize("way", MEASURED)
def test_work_without_a_model_is_not_told_as_that_of_a_model_elsewhere_in_the_file(way, tmp_path, run):
    work = MEASURED[way].replace(TREE, "sum(range(40_000))").replace("KMeans(3).fit(X)", TREE)
    (tmp_path / "work.py").write_text(HEAD + work)
    report = only_report(run("work.py"))
    assert (report["task"]["taskStage"], report["task"]["taskFamily"]) == ("other", "generic")
    assert [each.get("classPath") for each in report["task"]["algorithms"]] == [None]


def test_each_call_of_a_function_that_codecarbon_decorates_has_its_own_report(tmp_path, run):
    text = HEAD + MEASURED["CodeCarbon's decorator"].replace("    for _", "    global X\n    for _")
    (tmp_path / "work.py").write_text(f"{text}X, y = X[:100], y[:100]\nwork()\n")
    reports = run("work.py").reports
    assert sorted(each["task"]["dataset"][0]["shape"] for each in reports) == ["(100, 4)", "(150, 4)"]


def test_reading_the_program_says_nothing_that_python_has_said_of_it(tmp_path, run):
    (tmp_path / "work.py").write_text("pattern = '\\d'\n" + HEAD + MEASURED["a with block"])
    said = run("-W", "always", "work.py").stderr
    assert said.count("invalid escape sequence") == 1


# ---- the lines that ran, by where the program stood --------------------------------------------------


def line_of(marker: str) -> int:
    """Return the number of the line of this file with a comment."""
    lines = Path(__file__).read_text().splitlines()
    (found,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"# {marker}")]
    return found


def lines_between(first: Trail, last: Trail) -> tuple[int, int] | None:
    scope = scope_between(first, last)
    assert Path(scope.path) == Path(__file__).resolve()
    return scope.lines


def here() -> Trail:
    return trail()


def test_between_two_lines_of_a_function_are_the_lines_between():
    first = here()  # from here
    last = here()  # to here
    assert lines_between(first, last) == (line_of("from here"), line_of("to here"))


def test_a_loop_that_came_round_is_what_ran():
    seen = []
    for _ in range(2):  # the loop begins
        seen.append(here())
        str(seen)  # the loop ends
    assert lines_between(*seen) == (line_of("the loop begins"), line_of("the loop ends"))


def test_the_rest_of_one_turn_and_the_beginning_of_the_next_are_the_loop():
    seen = []
    for _ in range(2):  # turns begin
        seen.append(here())
        seen.append(here())  # turns end
    assert lines_between(seen[1], seen[2]) == (line_of("turns begin"), line_of("turns end"))


def test_a_function_that_a_loop_calls_is_not_all_that_ran():
    seen = []

    def step():
        seen.append(here())

    while len(seen) < 2:  # calls begin
        step()
        str(seen)  # calls end
    assert lines_between(*seen) == (line_of("calls begin"), line_of("calls end"))


def test_between_two_calls_by_a_library_is_the_statement_that_called_the_library():
    seen: list[Trail] = []

    class Case(unittest.TestCase):
        def setUp(self):
            seen.append(trail())

        def tearDown(self):
            seen.append(trail())

        def runTest(self): ...

    Case().run(  # library
        unittest.TestResult()
    )  # library returns
    assert lines_between(*seen) == (line_of("library"), line_of("library returns"))


def test_from_a_line_in_a_block_to_its_end():
    seen: list[Trail] = []

    @contextmanager
    def block():
        yield
        seen.append(here())

    with block():
        seen.append(here())  # in the block
        str(seen)  # the block ends
    scope = scope_between(seen[0], seen[1])
    assert (scope.lines, scope.open_end) == ((line_of("in the block"), line_of("the block ends")), True)


def test_what_nothing_of_the_users_has_ended_goes_on_to_the_end_of_the_file():
    first = tuple(each for each in here() if each.code.co_filename == __file__)
    scope = scope_between(first, ())
    assert scope.lines is not None
    assert scope.lines[1] == len(Path(__file__).read_text().splitlines())


def test_where_the_calls_have_nothing_in_common_no_line_is_named():
    from threading import Thread

    seen = [here()]
    thread = Thread(target=lambda: seen.append(here()))
    thread.start()
    thread.join()
    assert lines_between(*seen) == NO_LINES


def test_code_that_has_no_file_leaves_what_ran_to_the_statement_that_ran_it(tmp_path):
    text = "from ai_power_export.run.scopes import scope_between, trail\nexec('a = trail()\\nb = trail()')\n"
    (tmp_path / "script.py").write_text(text + "print(scope_between(a, b).lines)\n")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "(2, 2)\n", done.stderr


# ---- the side of a condition that was not taken ------------------------------------------------------

NOT_TAKEN = {
    "in a branch": "if '--train' in sys.argv:\n    model.fit(X, y)\n    model.predict(X)\n",
    "in a function that returns before": """\
def main():
    if '--train' not in sys.argv:
        print(X.mean())
        return
    model.fit(X, y)
    model.predict(X)
main()
""",
    "by an environment variable": "import os\nif os.environ.get('TRAIN'):\n    model.fit(X, y)\n",
    "of a library that was not imported": """\
if '--train' in sys.argv:
    import xgboost
    xgboost.train({'max_depth': 3}, xgboost.DMatrix(X, y))
""",
    "in a loop without turns": "for each in sys.argv[1:2]:\n    model.fit(X, y)\n",
}
LOADED = """\
import sys
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True)
model = DecisionTreeClassifier(max_depth=3)
"""


@pytest.mark.parametrize("way", NOT_TAKEN)
def test_a_training_that_did_not_happen_is_not_told(way, tmp_path, export):
    (tmp_path / "work.py").write_text(LOADED + NOT_TAKEN[way])
    ended = export("work.py")
    report = only_report(ended)
    assert "DecisionTree" not in str(report)
    assert "xgboost" not in str(report["task"]).lower()
    assert report["task"].get("taskStage") != "training"
    (evidence,) = ended.evidence
    assert "evidence.source.notRun" in evidence["other"]


@pytest.mark.parametrize("way", [way for way in NOT_TAKEN if "import" not in way and "variable" not in way])
def test_the_same_training_is_told_where_it_happens(way, tmp_path, export):
    (tmp_path / "work.py").write_text(LOADED + NOT_TAKEN[way])
    (report,) = export("work.py", "--train").reports
    assert report["task"]["taskStage"].startswith(
        "training"
    )  # a busy machine may answer longer than it learns
    assert report["task"]["algorithms"][0]["classPath"] == "sklearn.tree.DecisionTreeClassifier"


def test_what_another_process_may_have_done_is_still_told_from_the_source(tmp_path, export):
    (tmp_path / "work.py").write_text(f"""\
{LOADED}
import os, time
child = os.fork()
if child == 0:
    until = time.process_time() + 1.5
    while time.process_time() < until:
        model.fit(X, y)
    os._exit(0)
os.waitpid(child, 0)
""")
    (report,) = export("work.py").reports
    assert report["task"]["algorithms"][0]["classPath"] == "sklearn.tree.DecisionTreeClassifier"


def test_data_that_failed_to_load_are_not_told(tmp_path, export):
    pytest.importorskip("pandas")
    (tmp_path / "work.py").write_text("""\
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
try:
    X = pd.read_csv("absent.csv")
except OSError:
    X = np.random.rand(100, 3)
LogisticRegression().fit(X, np.arange(100) % 2)
""")
    ((data,),) = [report["task"]["dataset"] for report in export("work.py").reports]
    assert "dataFormat" not in data
    assert data["dataQuantity"] == 100


def test_a_stage_is_not_told_by_what_did_not_happen_in_it(tmp_path, run):
    (tmp_path / "work.py").write_text(f"""\
{LOADED}
from ai_power_export import OfflinePowerTracker
with OfflinePowerTracker({QUIET}) as tracker:
    with tracker.stage("work"):
        if '--train' in sys.argv:
            model.fit(X, y)
        print(sum(range(20_000_000)))
""")
    for report in run("work.py").reports:
        assert report["task"]["taskStage"] != "training"
        assert "DecisionTree" not in str(report)


@pytest.mark.slow
def test_a_program_that_only_starts_others_is_no_computation_without_a_model(tmp_path, export):
    busy = "import time\\nwhile time.process_time() < 7: sum(range(10_000))"
    (tmp_path / "work.py").write_text(
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', '{busy}'])\n"
    )
    ended = export("work.py")
    (report,), (evidence,) = ended.reports, ended.evidence
    assert "genericComputation" not in str(report)
    assert "source-elsewhere" in [each["code"] for each in evidence["warnings"]]
