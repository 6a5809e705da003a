"""What a program was started with counts in place of the defaults that it declares."""

from __future__ import annotations

import pytest

from ai_power_export.source.given import HIDDEN
from ai_power_export.source.inspect import read_source

LOOP = """\
net = torch.nn.Sequential(torch.nn.Linear(4, 3))
optimizer = torch.optim.Adam(net.parameters())
for epoch in range({epochs}):
    net(torch.randn(8, 4)).sum().backward()
    optimizer.step()
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


ARGPARSE = """\
import argparse, torch
parser = argparse.ArgumentParser()
group = parser.add_argument_group()
group.add_argument("-e", "--num-epochs", type=int, default=10)
parser.add_argument("--verbose", action="store_true")
options = parser.parse_args()
""" + LOOP.format(epochs="options.num_epochs")

PARSERS = {
    "argparse": ARGPARSE,
    "argparse's known ones": ARGPARSE.replace(
        "options = parser.parse_args", "options, _ = parser.parse_known_args"
    ),
    "a dataclass": """\
from dataclasses import dataclass
import torch
from transformers import HfArgumentParser
@dataclass
class Options:
    num_epochs: int = 10
options, = HfArgumentParser(Options).parse_args_into_dataclasses()
"""
    + LOOP.format(epochs="options.num_epochs"),
    "typer": "import torch, typer\ndef main(num_epochs: int = 10):\n"
    + indented(LOOP.format(epochs="num_epochs"))
    + "typer.run(main)\n",
    "a typer application": "import torch, typer\napp = typer.Typer()\n@app.command()\n"
    "def main(num_epochs: int = typer.Option(10)):\n"
    + indented(LOOP.format(epochs="num_epochs"))
    + "app()\n",
    "click": "import click, torch\n@click.command()\n@click.option('--num-epochs', default=10)\n"
    "def main(num_epochs):\n" + indented(LOOP.format(epochs="num_epochs")) + "main()\n",
    "tyro": "import torch, tyro\ndef main(num_epochs: int = 10):\n"
    + indented(LOOP.format(epochs="num_epochs"))
    + "tyro.cli(main)\n",
    "absl": "import torch\nfrom absl import flags\nFLAGS = flags.FLAGS\n"
    "flags.DEFINE_integer('num_epochs', 10, 'turns')\n" + LOOP.format(epochs="FLAGS.num_epochs"),
}


def epochs_of(tmp_path, text, arguments):
    script = tmp_path / "script.py"
    script.write_text(text)
    (fact,) = [*read_source(script, arguments=arguments).about("task.algorithms.epochsNumber")] or [None]
    return None if fact is None else (fact.value, fact.certainty.value)


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "arguments", [["--num-epochs", "3"], ["--num-epochs=3"], ["--other", "--num-epochs", "3"]]
)
def test_an_option_that_is_given_counts_instead_of_its_default(parser, arguments, tmp_path):
    assert epochs_of(tmp_path, PARSERS[parser], arguments) == (3, "certain")


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("arguments", [None, [], ["--other", "3"], ["3"]])
def test_one_that_is_not_given_has_its_default(parser, arguments, tmp_path):
    assert epochs_of(tmp_path, PARSERS[parser], arguments) == (10, "likely")


@pytest.mark.parametrize("parser", PARSERS)
def test_of_one_that_is_given_and_not_told_nothing_is_known(parser, tmp_path):
    assert epochs_of(tmp_path, PARSERS[parser], ["--num-epochs", HIDDEN]) is None


@pytest.mark.parametrize(
    "arguments", [["-e", "3"], ["-e3"], ["--num-e", "3"], ["--num=3"], ["-e", "5", "-e", "3", "--verbose"]]
)
def test_argparse_takes_short_and_abbreviated_options_and_the_last_of_several(arguments, tmp_path):
    assert epochs_of(tmp_path, ARGPARSE, arguments) == (3, "certain")


@pytest.mark.parametrize("arguments", [["-vex"], ["-ve", "3"], ["--num-epochs="], ["-e", HIDDEN]])
def test_of_an_option_whose_value_cannot_be_told_apart_nothing_is_known(arguments, tmp_path):
    assert epochs_of(tmp_path, ARGPARSE, arguments) is None


@pytest.mark.parametrize("arguments", [["-1e5"], ["x", "-v"], ["--epochs-number", "3"], ["-x=5"]])
def test_what_only_looks_like_an_option_is_none(arguments, tmp_path):
    assert epochs_of(tmp_path, ARGPARSE, arguments) == (10, "likely")


def test_an_option_that_begins_like_another_one_is_not_the_other(tmp_path):
    more = 'parser.add_argument("--num-epochs-warm", type=int, default=1)\noptions = parser'
    text = ARGPARSE.replace("options = parser", more)
    assert epochs_of(tmp_path, text, ["--num-epochs", "3"]) == (3, "certain")
    assert epochs_of(tmp_path, text, ["--num-epochs-warm", "3"]) == (10, "likely")
    warm = text.replace("options.num_epochs)", "options.num_epochs_warm)")
    assert epochs_of(tmp_path, warm, ["--num-epochs", "3"]) == (1, "likely")


def test_options_of_click_are_not_abbreviated(tmp_path):
    assert epochs_of(tmp_path, PARSERS["click"], ["--num-e", "3"]) == (10, "likely")


def test_a_program_may_hand_on_its_own_command_line(tmp_path):
    text = "import sys\n" + ARGPARSE.replace("parse_args()", "parse_args(sys.argv[1:])")
    assert epochs_of(tmp_path, text, ["--num-epochs", "3"]) == (3, "certain")


def test_what_the_program_parses_itself_is_its_command_line(tmp_path):
    text = ARGPARSE.replace("parse_args()", "parse_args(['--num-epochs', '4'])")
    assert epochs_of(tmp_path, text, ["--num-epochs", "3"]) == (4, "certain")
    assert epochs_of(tmp_path, text, None) == (4, "certain")


@pytest.mark.parametrize("kind", ["type=lambda text: int(text) * 2", "nargs='+'", "type=own", "action=Own"])
def test_what_a_program_makes_of_its_arguments_by_itself_is_not_known(kind, tmp_path):
    text = ARGPARSE.replace("type=int", kind)
    assert epochs_of(tmp_path, text, ["--num-epochs", "3"]) is None


def test_a_switch_decides_what_runs(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("""\
import argparse
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
parser = argparse.ArgumentParser()
parser.add_argument("--tree", action="store_true")
X, y = [[1], [2]], [0, 1]
if parser.parse_args().tree:
    DecisionTreeClassifier().fit(X, y)
else:
    SVC().fit(X, y)
""")

    def models(arguments):
        found = read_source(script, arguments=arguments).about("task.algorithms.algorithmName")
        return [each.subject.rpartition(".")[2] for each in found]

    assert models(["--tree"]) == ["DecisionTreeClassifier"]
    assert "SVC" in models([])


SUBCOMMANDS = """\
import argparse, torch
common = argparse.ArgumentParser(add_help=False)
common.add_argument("--rate", type=float, default=0.5)
parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command")
train = commands.add_parser("train", parents=[common], aliases=["fit"])
train.add_argument("--num-epochs", type=int, default=10)
tune = commands.add_parser("tune", parents=[common])
tune.add_argument("--num-epochs", type=int, default=2)
options = parser.parse_args()
""" + LOOP.format(epochs="options.num_epochs")


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [
        (["train"], (10, "likely")),
        (["fit"], (10, "likely")),
        (["tune"], (2, "likely")),
        (["tune", "--num-epochs", "7"], (7, "certain")),
        (["tune", "--num-epochs", HIDDEN], None),
        (["--num-epochs"], None),
        (None, None),
    ],
)
def test_a_subcommand_has_its_own_defaults(arguments, epochs, tmp_path):
    assert epochs_of(tmp_path, SUBCOMMANDS, arguments) == epochs


def test_a_subcommand_has_the_options_of_its_parents(tmp_path):
    text = SUBCOMMANDS.replace("range(options.num_epochs)", "range(int(options.rate * 6))")
    assert epochs_of(tmp_path, text, ["tune"]) == (3, "likely")
    assert epochs_of(tmp_path, text, ["tune", "--rate", "1"]) == (6, "certain")
    assert epochs_of(tmp_path, text, None) == (3, "likely")


@pytest.mark.parametrize("way", ["args.command == 'tree'", "False"])
def test_a_subcommand_decides_what_runs(way, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"""\
import argparse
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
def grow(): DecisionTreeClassifier().fit([[1], [2]], [0, 1])
def separate(): SVC().fit([[1], [2]], [0, 1])
parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command")
commands.add_parser("tree").set_defaults(run=grow)
commands.add_parser("svm").set_defaults(run=separate)
args = parser.parse_args()
if {way}:
    grow()
else:
    args.run()
""")
    assert algorithms(script, ["tree"]) == {"decisionTree"}
    assert algorithms(script, ["svm"]) == {"svc"}
    assert algorithms(script, None) == {"decisionTree", "svc"}


def algorithms(script, arguments):
    return {
        fact.value for fact in read_source(script, arguments=arguments).about("task.algorithms.algorithmName")
    }


ON_OR_OFF = ARGPARSE.replace(
    'parser.add_argument("--verbose", action="store_true")',
    'parser.add_argument("--long", action=argparse.BooleanOptionalAction, default=True)',
).replace("options.num_epochs)", "9 if options.long else 1)")


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [
        ([], 9),
        (["--long"], 9),
        (["--no-long"], 1),
        (["--no-l"], 1),
        (["--long", "--no-long"], None),
        (None, None),
    ],
)
def test_a_switch_with_a_way_for_either(arguments, epochs, tmp_path):
    found = epochs_of(tmp_path, ON_OR_OFF, arguments)
    assert (found and found[0]) == epochs


def test_an_option_that_was_not_given_and_has_no_default_is_none(tmp_path):
    more = 'parser.add_argument("--resume")\noptions = parser'
    text = ARGPARSE.replace("options = parser", more).replace(
        "options.num_epochs", "4 if options.resume else 6"
    )
    assert epochs_of(tmp_path, text, []) == (6, "certain")
    assert epochs_of(tmp_path, text, ["--resume", "x"]) == (4, "certain")
    assert epochs_of(tmp_path, text, None) is None


@pytest.mark.parametrize("place", ["parser = argparse.ArgumentParser(fromfile_prefix_chars='@')"])
def test_options_may_stand_in_a_file(place, tmp_path):
    text = ARGPARSE.replace("parser = argparse.ArgumentParser()", place)
    assert epochs_of(tmp_path, text, [HIDDEN]) is None
    assert epochs_of(tmp_path, text, [HIDDEN, "-e", "3"]) == (3, "certain")
    assert epochs_of(tmp_path, text, []) == (10, "likely")
