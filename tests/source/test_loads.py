"""What the source says of data is of data that may have gone into the model."""

from __future__ import annotations

import pytest

from ai_power_export.source.inspect import read_source
from ai_power_export.source.not_run import Unused

FIT = "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(X, y)\n"
FALLBACK = """\
import pandas as pd
import numpy as np
try:
    X = pd.read_csv("https://example.org/titanic.csv")
except OSError:
    X = np.random.rand(100, 3)
y = np.arange(100) % 2
"""
OTHER_SIDE = """\
import sys
import numpy as np
import pandas as pd
if sys.argv[1:]:
    X = pd.read_parquet(sys.argv[1])
else:
    X = np.random.rand(100, 3)
y = np.arange(100) % 2
"""
LOOP = """\
from sklearn.datasets import load_iris, load_wine
from sklearn.linear_model import LogisticRegression
for load in (load_iris, load_wine):
    X, y = load(return_X_y=True)
    LogisticRegression().fit(X, y)
"""
UNRELATED = """\
import numpy as np
import pandas as pd
stations = pd.read_csv("stations.csv")
X, y = np.random.rand(100, 3), np.arange(100) % 2
"""
IMAGES = """\
import torch, torchvision
from torchvision import datasets
if args.dummy:
    train = datasets.FakeData(1281167, (3, 224, 224), 1000)
else:
    train = datasets.ImageFolder(args.data)
model = torchvision.models.resnet18()
optimizer = torch.optim.SGD(model.parameters(), 0.1)
for images, target in torch.utils.data.DataLoader(train):
    torch.nn.functional.cross_entropy(model(images), target).backward()
    optimizer.step()
"""
SPLIT = """\
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
X, y = load_digits(return_X_y=True)
X, _, y, _ = train_test_split(X, y)
"""


@pytest.fixture
def said(tmp_path):
    """Return what the source of a program says of its data, with how sure it is."""

    def read(text, unused=None):
        script = tmp_path / "script.py"
        script.write_text(text)
        facts = read_source(script, unused=unused or Unused())
        prefix = "task.dataset."
        return {
            fact.field.removeprefix(prefix): (fact.value, fact.certainty.value)
            for fact in facts.found
            if fact.field.startswith(prefix)
        }

    return read


def test_what_an_exception_may_replace_is_only_likely(said):
    found = said(FALLBACK + FIT)
    assert found["sourceUri"] == ("https://example.org/titanic.csv", "likely")
    assert found["dataFormat"] == ("csv", "likely")


def test_what_gave_nothing_is_not_the_data(said):
    found = said(FALLBACK + FIT, Unused(unloaded=frozenset({"pandas.read_csv"})))
    assert found["source"] == ("other", "certain")
    assert not {"sourceUri", "dataFormat", "name"} & found.keys()


def test_one_side_of_a_condition_is_only_likely(said):
    assert said(OTHER_SIDE + FIT)["dataFormat"] == ("parquet", "likely")


def test_the_side_that_was_not_taken_says_nothing(said):
    found = said(OTHER_SIDE + FIT, Unused(unloaded=frozenset({"pandas.read_parquet"})))
    assert "dataFormat" not in found
    assert found["shape"] == ("(100, 3)", "certain")


def test_what_the_program_never_imported_loaded_nothing(said):
    found = said(OTHER_SIDE + FIT, Unused(imported=frozenset({"numpy", "sklearn"})))
    assert "dataFormat" not in found


def test_of_several_data_sets_what_they_agree_in_is_said(said):
    found = said(LOOP)
    assert found["source"] == ("public", "certain")
    assert not {"sourceUri", "dataQuantity", "shape", "name"} & found.keys()


def test_of_several_loaders_only_those_that_gave_something_count(said):
    found = said(LOOP, Unused(unloaded=frozenset({"sklearn.datasets.load_wine"})))
    assert found["shape"] == ("(150, 4)", "certain")


def test_a_file_that_does_not_go_into_the_model_is_none_of_its_data(said):
    found = said(UNRELATED + FIT)
    assert not {"dataFormat", "name"} & found.keys()
    assert found["dataQuantity"] == (100, "certain")


def test_the_only_file_where_the_way_to_the_model_is_not_known_is_likely_the_data(said):
    found = said('import pandas as pd\npd.read_csv("a.csv")\n' + FIT)
    assert found["name"] == ("a.csv", "likely")


def test_how_much_one_of_two_data_sets_holds_is_not_told(said):
    found = said(IMAGES)
    assert found["dataType"] == ("image", "likely")
    assert not {"dataQuantity", "shape", "source"} & found.keys()


def test_how_much_of_the_data_a_split_leaves_is_not_told(said):
    found = said(SPLIT + FIT)
    assert not {"dataQuantity", "shape"} & found.keys()
    assert "digits" in found["sourceUri"][0]
