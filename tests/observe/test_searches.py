"""What a search trains through a function of the user's is seen by itself, and marked as found by the search."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score

from ai_power_export.observe import watch as watching
from ai_power_export.observe.doors import DOORS, Door
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, Reading
from ai_power_export.observe.uses import use_of
from ai_power_export.observe.watch import Watch

DATA = np.zeros((6, 2))
STUDY = Part("optuna.study.study.Study")


class Study:
    """Calls back, as Optuna's does."""

    def __init__(self):
        self.trials = 0

    def optimize(self, objective, trials, *, threads=False):
        """Run the trials."""
        for trial in range(trials):
            self.trials += 1
            if threads:
                thread = threading.Thread(target=objective, args=(trial,))
                thread.start()
                thread.join()
            else:
                objective(trial)


class Slow(ClassifierMixin, BaseEstimator):
    """Takes its time."""

    def __init__(self, depth=0):
        self.depth = depth

    def fit(self, data, target=None):
        """Wait."""
        time.sleep(0.01)
        return self

    def predict(self, data):
        """Answer always the same."""
        return np.zeros(len(data))


class StudyReader:
    """Reads the study."""

    reads_inside = frozenset()

    def class_path(self, point, owner):
        return ""

    def read(self, point, values):
        return Reading((STUDY,), does=Doing.SEARCHES)

    def outcome(self, point, reading, result):
        return NOTHING

    def progress(self, point, reading):
        return NOTHING


@pytest.fixture
def watch(engine, monkeypatch):
    monkeypatch.setattr(
        watching, "_made", lambda where, made=watching._made: StudyReader if where == "study" else made(where)
    )
    monkeypatch.setitem(watching.READERS, "study", "study")
    watch = Watch((*DOORS, Door(__name__, "Study", "study", ("optimize",))), engine=engine)
    watch.start()
    yield watch
    assert watch.warnings == []
    watch.disarm()


def objective(trial):
    Slow(depth=trial).fit(DATA)


@pytest.mark.parametrize("threads", [False, True], ids=["same-thread", "own-threads"])
def test_the_trials_of_a_study_take_their_own_time_and_tell_what_searched(watch, threads):
    begun = time.perf_counter()
    Study().optimize(objective, 3, threads=threads)
    lasted = time.perf_counter() - begun

    (seen,) = watch.stop()
    assert [part.class_path for part in seen.parts] == [STUDY.class_path, f"{__name__}.Slow"]
    assert (seen.method, seen.count) == ("fit", 3)
    assert 0.03 <= seen.seconds <= lasted
    assert seen.parts[1].varied == {"depth": [0, 1, 2]}
    assert use_of(seen).optimizer == "optuna"


def test_what_is_trained_after_a_study_is_no_trial_of_it(watch):
    Study().optimize(objective, 2)
    objective(7)

    trials, final = watch.stop()
    assert (trials.count, final.count) == (2, 1)
    assert [part.class_path for part in final.parts] == [f"{__name__}.Slow"]
    assert use_of(final).optimizer == ""


def test_a_study_that_an_exception_ends_is_over(watch):
    def failing(trial):
        objective(trial)
        raise ValueError("as asked")

    with pytest.raises(ValueError, match="as asked"):
        Study().optimize(failing, 2)
    objective(7)

    assert [len(seen.parts) for seen in watch.stop()] == [2, 1]


def test_an_accuracy_of_a_trial_is_not_that_of_the_model(watch):
    target = [0, 1, 1, 0, 1, 0]

    def trial(number):
        model = Slow(number).fit(DATA, target)
        accuracy_score(target, [number] * 6)
        accuracy_score(target, model.predict(DATA))

    Study().optimize(trial, 2)
    assert observed_facts(watch.cut(), measured_seconds=1.0).value("task.measuredAccuracy") is None

    trial(1)
    assert observed_facts(watch.cut(), measured_seconds=1.0).value("task.measuredAccuracy") == 0.5
