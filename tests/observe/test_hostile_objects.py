"""Whatever a program hands to its framework, its run and our record stay whole."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import subprocess
import sys
import textwrap
import weakref
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC

from ai_power_export.observe.gather import observed_facts

DATA = np.random.default_rng(0).normal(size=(40, 3))
TARGET = (DATA[:, 0] > 0).astype(int)
LARGEST_RECORD = 20_000
"""Characters that the record of a single call may take."""


class Model(ClassifierMixin, BaseEstimator):
    """Takes any parameter and any data."""

    def __init__(self, value=0, api_key="", settings=None, rate=0.1):
        self.value = value
        self.api_key = api_key
        self.settings = settings
        self.rate = rate

    def fit(self, data, target=None):
        return self

    def predict(self, data):
        return TARGET

    def score(self, data, target=None):
        return 0.5


class Proxy:
    """Loads what it stands for when its class is asked for; here that fails."""

    @property
    def __class__(self):
        raise RuntimeError("user code was run")


class Raises:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("user code was run")

    def __len__(self):
        raise RuntimeError("user code was run")

    __iter__ = __getitem__ = __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __format__ = __len__


class Text(str):
    """A text with a will of its own."""

    def __len__(self):
        raise RuntimeError("user code was run")

    __eq__ = __hash__ = __str__ = __len__


HOSTILE = [mock.Mock, mock.MagicMock, Proxy, Raises, lambda: Text("a"), lambda: type, lambda: DATA.T]


def record_of(watch):
    """Return what was observed, which has to be JSON, and small."""
    assert watch.warnings == []
    observations = watch.stop()
    written = json.dumps([seen.to_json() for seen in observations], allow_nan=False)
    json.dumps(observed_facts(observations, measured_seconds=1.0).to_json(), allow_nan=False)
    assert len(written) < LARGEST_RECORD * max(len(observations), 1)
    return observations, written


@pytest.mark.parametrize("make", HOSTILE)
def test_as_data_parameter_target_and_prediction(watch, make):
    thing = make()
    Model(value=thing, settings={"inner": thing}).fit(thing, thing)
    Model().score(thing, thing)
    with contextlib.suppress(Exception):
        accuracy_score(thing, thing)

    observations, _ = record_of(watch)
    assert observations[0].parts[0].class_path.endswith("Model")
    assert "value" not in observations[0].parts[0].parameters


@pytest.mark.parametrize("make", [mock.Mock, mock.MagicMock, Proxy, Raises])
def test_as_a_model(watch, make):
    with contextlib.suppress(Exception):
        cross_val_score(make(), DATA, TARGET)
    with contextlib.suppress(Exception):
        BaseEstimator.__dict__.get("fit", Model.fit)(make(), DATA)

    record_of(watch)


def test_a_frame_with_columns_named_like_methods(watch):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(DATA, columns=["fit", "predict", "shape"])
    Model(value=frame).fit(frame)
    with contextlib.suppress(Exception):
        cross_val_score(frame, DATA, TARGET)

    observations, _ = record_of(watch)
    assert observations[0].data.shape == "(40, 3)"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({f"word{index}": index for index in range(100_000)}, None),
        (["word"] * 100_000, None),
        ("word" * 100_000, None),
        (float("nan"), None),
        (float("inf"), None),
        ([1.0, float("nan")], None),
        (np.float64("nan"), None),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("gini"), "gini"),
        (np.random.RandomState(0), None),
        (np.random.default_rng(0), None),
        ([SVC(), SVC()], None),
        ({"a": SVC()}, None),
        (lambda: 1, None),
        (b"bytes", None),
        (1 + 2j, None),
        ("hf_abcdefghijklmnopqrstuvwx", None),
        ("https://me:secret@example.org/", None),
        ({"password": "secret"}, None),
        ({"url": "https://me:secret@example.org/"}, None),
        ("/home/me/cache", None),
        ("C:\\Users\\me", None),
        ("~/cache", None),
        ("/data/cache", None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_parameters(watch, value, kept):
    Model(value=value).fit(DATA)

    (seen,), written = record_of(watch)
    assert seen.parts[0].parameters.get("value") == kept
    assert not any(word in written for word in ("secret", "hf_", "cache", "Users"))


def test_secrets_by_their_names(watch):
    Model(api_key="abc123", settings={"token": "abc123", "depth": 3}, rate=0.5).fit(DATA)

    (seen,), written = record_of(watch)
    assert "abc123" not in written
    assert seen.parts[0].parameters == {"value": 0, "rate": 0.5}


def test_nothing_of_the_user_is_kept_alive(watch):
    class Data(np.ndarray):
        pass

    class Setting:
        pass

    model, data, target, setting = Model(), DATA.copy(), TARGET.copy(), Setting()
    part = data[:20]
    special = data.view(Data)
    model.value = setting
    for each in (data, part, special):
        model.fit(each, target)
        model.score(each, target)
    accuracy_score(target, model.predict(data))
    gone = [weakref.ref(each) for each in (model, data, target, part, special, setting)]
    del model, data, target, part, special, setting, each
    gc.collect()

    assert [each() for each in gone] == [None] * 6
    record_of(watch)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python has monitoring since 3.12")
@pytest.mark.skipif(importlib.util.find_spec("coverage") is None, reason="coverage is not installed")
@pytest.mark.parametrize("observed", [True, False])
def test_coverage_that_monitors_too_counts_the_same_lines(tmp_path, observed):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            from sklearn.linear_model import Ridge
            from ai_power_export.observe.watch import Watch
            watch = Watch()
            if sys.argv[1] == "True":
                watch.start()
            for index in range(3):
                Ridge(index + 1).fit([[0.0], [1.0]], [0, 1])
            if sys.argv[1] == "True":
                (seen,) = watch.stop()
                assert seen.count == 3
                assert watch.warnings == []
                assert watch._engine is None
            """
        )
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COVERAGE_CORE": "sysmon",
        "COVERAGE_FILE": str(tmp_path / "data"),
    }
    command = [sys.executable, "-m", "coverage"]
    run = [*command, "run", "--include", "script.py", str(script), str(observed)]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    subprocess.run(
        [*command, "json", "-o", "out.json"], env=environment, cwd=tmp_path, check=True, capture_output=True
    )
    (found,) = json.loads((tmp_path / "out.json").read_text())["files"].values()
    assert set(range(2, 10)) - {7 if not observed else 0} <= set(found["executed_lines"])
    assert set(found["missing_lines"]) == (set() if observed else {7, 11, 12, 13, 14})


# ---- what the evidence says of it -----------------------------------------------------------


FIT = """
    import numpy as np
    from sklearn.svm import SVC
    for _ in range(4):
        SVC().fit(np.eye(4), [0, 1, 0, 1])
"""
RAISES = """
    from ai_power_export.observe.frameworks.scikit_learn import ScikitLearnReader
    def read(*_):
        raise RuntimeError("hands off")
    ScikitLearnReader.read = read
"""
COSTS = """
    from ai_power_export.observe import recorder
    recorder.GRACE_S = recorder.LARGEST_SHARE = 0.0
"""


def warnings_of(ended):
    assert ended.returncode == 0, ended.stderr
    (evidence,) = ended.evidence
    return [(warning["code"], warning["text"]) for warning in evidence["warnings"]]


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "why"), [(RAISES, "after 3 errors"), (COSTS, "it cost more than")])
def test_an_observer_that_gives_up_says_so(export, tmp_path, trouble, why):
    pytest.importorskip("codecarbon")
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(trouble) + textwrap.dedent(FIT))
    (text,) = [text for code, text in warnings_of(export(script)) if code == "observer-off"]

    assert text.startswith("scikit-learn is no longer observed")
    assert why in text


@pytest.mark.slow
def test_a_front_door_that_moved_is_told(export, tmp_path):
    pytest.importorskip("codecarbon")
    package = tmp_path / "lightgbm"
    package.mkdir()
    (package / "__init__.py").write_text("from . import engine\n__version__ = '99.0'\n")
    (package / "engine.py").write_text("def teach():\n    return 'taught'\n")
    script = tmp_path / "script.py"
    script.write_text("import lightgbm\nprint(lightgbm.engine.teach())\n")
    ended = export(script)

    assert ended.stdout == "taught\n"
    assert ("door-moved", "lightgbm.engine.train is not the function it was") in warnings_of(ended)
