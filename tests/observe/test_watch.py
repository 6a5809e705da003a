"""Watching is complete and leaves the host program as it is, with both engines."""

from __future__ import annotations

import contextlib
import copy
import gc
import importlib
import importlib.util
import inspect
import json
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time
import weakref
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import sklearn.base
import sklearn.metrics
from engines import ENGINES
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from ai_power_export.observe import recorder
from ai_power_export.observe.doors import DOORS, Door, plain_function
from ai_power_export.observe.frameworks.scikit_learn import ScikitLearnReader
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.watch import Watch

RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(40, 3))
TARGET = (DATA[:, 0] > 0).astype(int)
METRICS = [accuracy_score]
"""A function held where no module's name leads to it."""


class Slow(ClassifierMixin, BaseEstimator):
    """Takes its time, or fails."""

    def __init__(self, seconds=0.0, fails=False, inner=None):
        self.seconds = seconds
        self.fails = fails
        self.inner = inner

    def fit(self, data, target=None):
        """Wait."""
        if self.inner is not None:
            self.inner.fit(data, target)
        time.sleep(self.seconds)
        if self.fails:
            raise ValueError("as asked")
        return self

    def predict(self, data):
        return [0] * len(data)


def only(observations, method="fit"):
    (found,) = [seen for seen in observations if seen.method == method]
    return found


def in_subprocess(script, *options):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", textwrap.dedent(script), *options]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# ---- what is seen ---------------------------------------------------------------------------


def test_every_watched_call_is_seen_with_values_data_and_place(watch):
    LogisticRegression(C=2.0).fit(DATA, TARGET)

    seen = only(watch.stop())
    assert seen.parts[0].parameters["C"] == 2.0
    assert "C" not in seen.parts[0].defaults
    assert "max_iter" in seen.parts[0].defaults
    assert seen.data.shape == "(40, 3)"
    assert seen.place.startswith("test_watch.py:")
    assert seen.count == 1
    assert seen.begin <= seen.end


def test_a_function_imported_or_stored_before_the_start_is_seen(watch):
    METRICS[0](TARGET, TARGET)

    assert only(watch.stop(), "accuracy_score").accuracy == 1.0


def test_a_class_made_while_watching_is_seen_whatever_its_mixins(watch):
    class Late(TransformerMixin, BaseEstimator):
        def fit(self, data, target=None):
            return self

        def transform(self, data):
            return data

    Late().fit(DATA).transform(DATA)

    assert {seen.method for seen in watch.stop()} == {"fit", "transform"}


def test_a_framework_whose_classes_tell_nothing_of_their_subclasses_is_seen_by_its_objects(engine, tmp_path):
    (tmp_path / "plain_framework.py").write_text("class Model:\n    def __init__(self):\n        pass\n")
    door = Door("plain_framework", "Model", "scikit-learn", ("fit",))
    with mock.patch.object(sys, "path", [str(tmp_path), *sys.path]):
        plain_framework = importlib.import_module("plain_framework")
    watch = Watch((door,), engine=engine)
    watch.start()

    class Late(plain_framework.Model):
        def fit(self, data):
            return self

    Late().fit(DATA)

    seen = only(watch.stop())
    assert seen.parts[0].class_path.endswith("Late")
    assert watch.warnings == []
    del sys.modules["plain_framework"]


def test_what_happens_inside_a_call_is_counted_under_it(watch):
    GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 2]}, cv=2).fit(DATA, TARGET)

    (seen,) = watch.stop()
    assert [part.class_path.rpartition(".")[2] for part in seen.parts] == ["GridSearchCV", "Pipeline", "SVC"]
    fits = {(inner.class_path.rpartition(".")[2], inner.method): inner.count for inner in seen.children}
    assert fits["SVC", "fit"] == 5


def test_only_the_outermost_call_is_charged(watch):
    begun = time.perf_counter()
    Slow(0.05, inner=Slow(0.1)).fit(DATA, TARGET)
    lasted = time.perf_counter() - begun

    (seen,) = watch.stop()
    assert 0.15 <= seen.seconds <= lasted
    assert 0.1 <= seen.children[0].seconds <= lasted - 0.05


def test_a_call_that_raises_does_not_swallow_the_next_one(watch):
    for fails in (True, False):
        with contextlib.suppress(ValueError):
            Slow(inner=Slow(fails=fails)).fit(DATA, TARGET)
    Ridge().fit(DATA, TARGET)

    slow, ridge = watch.stop()
    assert (slow.count, slow.failed) == (2, 1)
    assert ridge.parts[0].class_path.endswith("Ridge")


def test_a_loop_is_one_observation_with_what_varied(watch):
    for strength in (0.1, 1.0, 10.0):
        Ridge(alpha=strength, tol=0.01).fit(DATA, TARGET)

    seen = only(watch.stop())
    assert seen.count == 3
    assert seen.parts[0].varied == {"alpha": [0.1, 1.0, 10.0]}
    assert "alpha" not in seen.parts[0].parameters
    assert seen.parts[0].parameters["tol"] == 0.01


def test_a_cut_splits_a_call_that_is_open(watch):
    thread = threading.Thread(target=Slow(0.4).fit, args=(DATA, TARGET))
    began = time.perf_counter()
    thread.start()
    time.sleep(0.2)
    early = only(watch.cut())
    until_cut = time.perf_counter() - began
    thread.join()
    late = only(watch.stop())

    assert (early.count, late.count) == (1, 0)
    assert 0.1 < early.seconds <= until_cut
    assert 0.39 < early.seconds + late.seconds <= time.perf_counter() - began
    assert early.parts == late.parts


def test_a_snapshot_is_json_and_cuts_nothing(watch):
    Ridge().fit(DATA, TARGET)
    (first,) = watch.snapshot()
    (again,) = watch.stop()

    assert Observation.from_json(json.loads(json.dumps(first.to_json()))) == first
    assert (first.count, first.parts) == (again.count, again.parts)


def test_each_thread_has_calls_of_its_own(watch):
    begun = time.perf_counter()
    threads = [threading.Thread(target=lambda: Slow(0.1).fit(DATA, TARGET)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - begun

    seen = only(watch.stop())
    assert seen.count == 3
    assert 0.3 <= seen.seconds <= 3 * lasted


def test_worker_threads_of_a_call_are_not_charged_again(watch):
    import joblib

    with joblib.parallel_backend("threading", n_jobs=2):
        BaggingClassifier(Slow(0.02), n_estimators=4, n_jobs=2).fit(DATA, TARGET)

    (seen,) = watch.stop()
    assert seen.parts[0].class_path.endswith("BaggingClassifier")


def test_accuracy_on_the_training_data_is_told_from_others(watch):
    model = LogisticRegression().fit(DATA, TARGET)
    model.score(DATA, TARGET)
    model.score(DATA[:20].copy(), TARGET[:20].copy())
    model.score(DATA.copy(), TARGET)
    model.score(DATA.copy(), TARGET.copy())
    model.score(DATA[:], TARGET)
    model.score(DATA[:30], TARGET[:30])
    model.score(DATA.copy()[:], TARGET.tolist())

    known = [seen.seen_before for seen in watch.stop()[1:]]
    assert known == ["same", "", "same", "alike", "same", "same", "alike"]


def test_parts_of_one_array_are_told_apart(watch):
    model = LogisticRegression().fit(DATA[:20], TARGET[:20])
    model.score(DATA[20:], TARGET[20:])
    model.score(DATA[:20], TARGET[:20])
    model.score(DATA[10:30], TARGET[10:30])
    model.score(DATA, TARGET)

    assert [seen.seen_before for seen in watch.stop()[1:]] == ["", "same", "alike", "alike"]


def test_parts_of_one_array_that_lie_between_each_other_are_not_told_apart(watch):
    model = LogisticRegression().fit(DATA[::2], TARGET[::2])
    model.score(DATA[1::2], TARGET[1::2])

    assert [seen.seen_before for seen in watch.stop()[1:]] == ["alike"]


def test_a_new_array_in_the_place_of_one_that_is_gone_is_other_data(watch):
    model = LogisticRegression()
    for _ in range(20):
        model.fit(DATA[:20].copy(), TARGET[:20])
        model.score(DATA[20:].copy(), TARGET[20:])

    assert {seen.seen_before for seen in watch.stop() if seen.method == "score"} == {""}


# ---- the host program stays as it is --------------------------------------------------------


def test_everything_looks_and_travels_the_same(watch):
    cloudpickle = pytest.importorskip("cloudpickle")

    assert list(inspect.signature(SVC.fit).parameters) == ["self", "X", "y", "sample_weight"]
    assert list(inspect.signature(Slow.fit).parameters) == ["self", "data", "target"]
    assert "time.sleep" in inspect.getsource(Slow.fit)
    assert Slow.fit.__doc__ == "Wait."
    assert pickle.loads(pickle.dumps(accuracy_score)) is sklearn.metrics.accuracy_score is accuracy_score
    assert pickle.loads(pickle.dumps(sklearn.metrics.get_scorer("accuracy")))._score_func is accuracy_score
    assert isinstance(copy.deepcopy(SVC()).fit(DATA, TARGET), SVC)
    assert isinstance(pickle.loads(cloudpickle.dumps(Slow())), Slow)


def test_a_class_of_the_script_runs_in_another_process_that_lacks_us():
    pytest.importorskip("cloudpickle")
    script = """
        import sys
        from sklearn.base import BaseEstimator
        import cloudpickle
        from ai_power_export.observe.watch import Watch
        watch = Watch(engine=sys.argv[1])
        watch.start()
        class Mine(BaseEstimator):
            def fit(self, data, target=None):
                return "fitted"
        print(cloudpickle.dumps(Mine).hex())
    """
    load = """
        import pickle, sys
        sys.modules["ai_power_export"] = None
        print(pickle.loads(bytes.fromhex(sys.argv[1]))().fit([1]))
    """
    for engine in ENGINES:
        assert in_subprocess(load, in_subprocess(script, engine)) == "fitted"


def test_stopping_leaves_no_trace(engine):
    functions = [Slow.fit, plain_function(accuracy_score), plain_function(SVC.__dict__.get("fit") or SVC.fit)]
    before = [(function.__code__, dict(vars(function))) for function in functions], list(sys.meta_path)
    watch = Watch(engine=engine)
    watch.start()
    watch.stop()

    assert (
        [(function.__code__, dict(vars(function))) for function in functions],
        list(sys.meta_path),
    ) == before
    Slow().fit(DATA)
    assert watch.stop() == []


def test_two_watches_do_not_disturb_each_other():
    outer, inner = Watch(engine="wrapping"), Watch(engine="wrapping")
    outer.start()
    inner.start()
    Slow().fit(DATA)
    assert only(outer.stop()).count == 1
    Slow().fit(DATA)
    assert sum(seen.count for seen in inner.stop()) == 2
    assert Slow().fit(DATA)


def test_no_object_of_the_user_is_kept_alive(watch):
    class Data(np.ndarray):
        pass

    data = DATA.view(Data)
    model = LogisticRegression(class_weight=dict.fromkeys((0, 1), 1.0)).fit(data, TARGET)
    model.score(data, TARGET)
    gone = weakref.ref(model), weakref.ref(data)
    del model, data
    gc.collect()

    assert [each() for each in gone] == [None, None]
    assert len(watch.stop()) == 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a wrapper holds the arguments, as a decorator does")
def test_what_a_method_deletes_is_freed_at_once():
    class Frees(BaseEstimator):
        def fit(self, data):
            gone = weakref.ref(data)
            del data
            gc.collect()
            self.freed = gone() is None
            return self

    with Watch():
        model = Frees().fit(type("Big", (), {})())
    assert model.freed


def test_a_class_that_is_forgotten_is_freed(watch):
    class Passing(BaseEstimator):
        def fit(self, data):
            return self

    Passing().fit(DATA)
    gone = weakref.ref(Passing)
    del Passing
    gc.collect()

    assert gone() is None


@pytest.mark.parametrize(
    "value",
    [
        mock.Mock(),
        float("nan"),
        np.float64("nan"),
        object(),
        "x" * 10**6,
        DATA,
        np.random.RandomState(0),
        [SVC()],
    ],
    ids=["mock", "nan", "numpy-nan", "object", "huge", "array", "state", "estimators"],
)
def test_parameters_that_are_no_plain_values_are_left_out(watch, value):
    Holder(value).fit(DATA)

    seen = only(watch.stop())
    assert "value" not in seen.parts[0].parameters
    json.dumps(seen.to_json(), allow_nan=False)


class Holder(BaseEstimator):
    def __init__(self, value=0):
        self.value = value

    def fit(self, data):
        return self


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("hands off")

    def __len__(self):
        raise RuntimeError("hands off")

    __iter__ = __getitem__ = __repr__ = __eq__ = __len__


@pytest.mark.parametrize("make", [mock.MagicMock, Hostile, object, dict, lambda: iter([1])])
def test_data_of_no_known_container_says_nothing(watch, make):
    Holder().fit(make())

    assert only(watch.stop()).data is None
    assert watch.warnings == []


def test_errors_of_an_observer_stay_inside_and_switch_it_off(watch, monkeypatch):
    def fail(*_):
        raise RuntimeError("ours")

    monkeypatch.setattr(ScikitLearnReader, "read", fail)
    for _ in range(5):
        Slow().fit(DATA)

    assert [warning.code for warning in watch.warnings] == ["observer-off"]
    assert [(seen.count, seen.parts) for seen in watch.stop()] == [(3, ())]


def test_an_observer_that_costs_too_much_switches_itself_off(watch, monkeypatch):
    monkeypatch.setattr(recorder, "GRACE_S", 0.0)
    monkeypatch.setattr(recorder, "LARGEST_SHARE", 0.0)
    for _ in range(3):
        Holder().fit(DATA)

    assert [warning.code for warning in watch.warnings] == ["observer-off"]
    seen = only(watch.stop())
    assert seen.count == 1
    assert observed_facts([seen], measured_seconds=3600).found == []


def test_a_collection_of_garbage_that_falls_into_it_is_not_its_cost(watch, monkeypatch):
    monkeypatch.setattr(recorder, "GRACE_S", 0.0)
    monkeypatch.setattr(recorder, "LARGEST_SHARE", 0.0)
    read = ScikitLearnReader.read

    def read_and_collect(*arguments):
        gc.collect()
        return read(*arguments)

    monkeypatch.setattr(ScikitLearnReader, "read", read_and_collect)
    gc.collect(1)  # counted towards a full collection, as those before it in a program are
    Holder().fit(DATA)

    assert [warning.code for warning in watch.warnings] == []


def test_a_door_that_moved_is_a_warning(request):
    for engine in ENGINES:
        watch = Watch(
            (Door("sklearn.metrics._classification", "gone", "scikit-learn"), *DOORS), engine=engine
        )
        watch.start()
        Ridge().fit(DATA, TARGET)
        assert [warning.code for warning in watch.warnings] == ["door-moved"]
        assert only(watch.stop()).count == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_reports_nothing(watch):
    Holder().fit(DATA)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        Ridge().fit(DATA, TARGET)
        os.write(write, str(len(watch.stop())).encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 10) == b"0"
    Ridge().fit(DATA, TARGET)
    assert len(watch.stop()) == 2


def test_a_reloaded_module_is_watched_again(watch):
    module = importlib.reload(sys.modules["sklearn.metrics._classification"])
    module.accuracy_score(TARGET, TARGET)

    assert only(watch.stop(), "accuracy_score").accuracy == 1.0


# ---- imports --------------------------------------------------------------------------------


def test_nothing_is_imported_for_us_and_later_imports_are_seen(engine):
    script = """
        import sys
        from ai_power_export.observe.watch import Watch
        watch = Watch(engine=sys.argv[1])
        watch.start()
        assert not {"sklearn", "numpy", "pandas"} & set(sys.modules)
        import sklearn.metrics._classification as module
        from sklearn.linear_model import Ridge
        assert module.__loader__ is module.__spec__.loader
        assert "exec_module" not in vars(module.__loader__)
        Ridge().fit([[0.0], [1.0]], [0, 1])
        print([seen.method for seen in watch.stop()], watch.warnings)
    """
    assert in_subprocess(script, engine) == "['fit'] []"


def test_a_lazy_module_stays_lazy(engine):
    script = """
        import importlib.util, sys, types
        from ai_power_export.observe.watch import Watch
        watch = Watch(engine=sys.argv[1])
        watch.start()
        spec = importlib.util.find_spec("sklearn.base")
        spec.loader = importlib.util.LazyLoader(spec.loader)
        module = importlib.util.module_from_spec(spec)
        sys.modules["sklearn.base"] = module
        spec.loader.exec_module(module)
        print(type(module) is not types.ModuleType, watch.warnings)
    """
    assert in_subprocess(script, engine) == "True []"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python has monitoring since 3.12")
def test_tools_that_hold_the_monitoring_ids_are_respected():
    taken = [tool for tool in (4, 3) if sys.monitoring.get_tool(tool) is None]
    for tool in taken:
        sys.monitoring.use_tool_id(tool, "another tool")
    try:
        watch = Watch()
        watch.start()
        Ridge().fit(DATA, TARGET)
        assert [warning.code for warning in watch.warnings] == ["monitoring-taken"]
        assert only(watch.stop()).count == 1
        assert all(sys.monitoring.get_tool(tool) == "another tool" for tool in taken)
    finally:
        for tool in taken:
            sys.monitoring.free_tool_id(tool)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_call_from_before_the_watch_is_called_as_long_as_it_runs(engine):
    class Outer(Slow):
        def fit(self, data, target=None):
            watch.start()
            found.append((watch.called, watch.wholly_seen))
            watch.cut()
            found.append((watch.called, watch.wholly_seen))
            return self

    watch, found = Watch(engine=engine), []
    Outer().fit(DATA, TARGET)
    watch.cut()
    after = watch.called
    watch.disarm()

    module = Outer.__module__.partition(".")[0]
    assert [f"{module}.fit" in called for called, _ in found] == [True, True]
    assert [module in seen for _, seen in found] == [False, False]
    assert f"{module}.fit" not in after


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_call_from_before_the_watch_asks_a_model_is_no_use_of_it(engine):
    class Validating(Slow):
        def fit(self, data, target=None):
            watch.start()
            self.inner.fit(data, target)
            self.inner.predict(data)
            return self

    watch = Watch(engine=engine)
    Validating(inner=LogisticRegression()).fit(DATA, TARGET)

    assert [seen.method for seen in watch.stop()] == ["fit"]
