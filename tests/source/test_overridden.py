"""What a program takes from a configuration file replaces what its source states; what, nobody sees."""

from __future__ import annotations

import pytest

from ai_power_export.source.inspect import read_source

START = """\
import argparse, json, types
from dataclasses import dataclass
from sklearn.ensemble import RandomForestClassifier
parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int, default=10)
args = parser.parse_args()
config = {"trees": 10, "tree": {"depth": 3}}
spaces = types.SimpleNamespace(trees=10)
@dataclass
class Settings:
    trees: int = 10
settings = Settings()
class Constants:
    trees = 10
trees = 10
def build(trees=10):
    return trees
sizes = [10, 20]
def loaded():
    with open("settings.json") as file:
        return json.load(file)
"""

END = """
RandomForestClassifier(n_estimators={trees}).fit([[1], [2]], [0, 1])
"""

FROM_A_FILE = {
    "vars(args).update(loaded())": "args.trees",
    "args.__dict__.update(loaded())": "args.trees",
    "for name, value in loaded().items():\n    setattr(args, name, value)": "args.trees",
    "for name in loaded():\n    args.__dict__[name] = 5": "args.trees",
    "args = argparse.Namespace(**{**vars(args), **loaded()})": "args.trees",
    "parser.set_defaults(**loaded())\nargs = parser.parse_args()": "args.trees",
    "if args.trees > 3:\n    vars(args).update(loaded())": "args.trees",
    "config.update(loaded())": 'config["trees"]',
    "config.update(**loaded())": 'config["trees"]',
    "config |= loaded()": 'config["trees"]',
    "config = config | loaded()": 'config["trees"]',
    "config = {**config, **loaded()}": 'config["trees"]',
    "config = dict(config, **loaded())": 'config["trees"]',
    "for name, value in loaded().items():\n    config[name] = value": 'config["trees"]',
    "config.update(loaded()) ": 'config["tree"]["depth"]',
    "for name, value in loaded().items():\n    setattr(spaces, name, value)": "spaces.trees",
    "for name, value in loaded().items():\n    setattr(settings, name, value)": "settings.trees",
    "for name, value in loaded().items():\n    setattr(Constants, name, value)": "Constants.trees",
    "settings = Settings(**loaded())": "settings.trees",
    "trees = build(**loaded())": "trees",
    "trees = build(*loaded())": "trees",
    "exec(open('settings.py').read())": "trees",
    "globals().update(loaded())": "trees",
    "sizes[len(loaded())] = 30": "sizes[0]",
}


@pytest.mark.parametrize("change", FROM_A_FILE)
def test_what_a_file_may_replace_is_not_told(change, tmp_path):
    assert trees_of(tmp_path, START + change + END.format(trees=FROM_A_FILE[change])) is None


STATED = {
    "vars(args).update({'trees': 7})": "args.trees",
    "args.__dict__['trees'] = 7": "args.trees",
    "setattr(args, 'trees', 7)": "args.trees",
    "for name, value in {'trees': 7}.items():\n    setattr(settings, name, value)": "settings.trees",
    "setattr(Constants, 'trees', 7)": "Constants.trees",
    "config = {**config, **loaded(), 'trees': 7}": 'config["trees"]',
    "config.update(loaded(), trees=7)": 'config["trees"]',
    "config.update(loaded())\nconfig['trees'] = 7": 'config["trees"]',
    "config = config | {'trees': 7}": 'config["trees"]',
    "vars(args).update(loaded())\nargs.trees = 7": "args.trees",
    "trees = build(trees=7, **loaded())": "trees",
    "globals()['trees'] = 7": "trees",
    "exec('import this')\ntrees = 7": "trees",
    "sizes[0] = 7": "sizes[0]",
    "sizes[-2] = 7": "sizes[0]",
}


@pytest.mark.parametrize("change", STATED)
def test_what_is_stated_after_it_or_beside_it_is_told(change, tmp_path):
    assert trees_of(tmp_path, START + change + END.format(trees=STATED[change])) == 7


LEFT = {
    "other = dict(config)\nother.update(loaded())": 'config["trees"]',
    "other = {**config, **loaded()}": 'config["trees"]',
    "other = dict(vars(args), **loaded())": "args.trees",
    "config.update({'rate': loaded()})": 'config["trees"]',
    "for name, value in loaded().items():\n    setattr(settings, name, value)": "Settings().trees",
}


@pytest.mark.parametrize("change", LEFT)
def test_what_it_did_not_reach_is_told(change, tmp_path):
    assert trees_of(tmp_path, START + change + END.format(trees=LEFT[change])) in (10, 3)


def test_models_do_not_come_out_of_a_file(tmp_path):
    text = START + "config['model'] = RandomForestClassifier\nconfig.update(loaded())\n"
    text += "config['model'](n_estimators=7).fit([[1], [2]], [0, 1])\n"
    assert trees_of(tmp_path, text) == 7


def test_a_main_guard_holds_after_code_that_is_not_read(tmp_path):
    text = (
        START
        + "exec(open('more.py').read())\nif __name__ == '__main__':\n    trees = 7\nelse:\n    trees = 8\n"
    )
    assert trees_of(tmp_path, text + END.format(trees="trees")) == 7


def trees_of(folder, text):
    script = folder / "script.py"
    script.write_text(text)
    facts = read_source(script)
    assert facts.value("task.taskStage") == "training"
    found = facts.value("task.algorithms.hyperparameters") or {}
    return found.get("n_estimators")
