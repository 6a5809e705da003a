"""The accuracy told is the last one on held-out data, in whatever order a program computes it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.svm import SVC

from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.watch import Watch

RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(300, 6))
TARGET = (DATA[:, 0] + RANDOM.normal(size=300) > 0).astype(int)
TRAIN, TEST, TARGET_TRAIN, TARGET_TEST = train_test_split(DATA, TARGET, test_size=0.3, random_state=0)
MODEL = LogisticRegression().fit(TRAIN, TARGET_TRAIN)
HELD_OUT, TRAINING = MODEL.score(TEST, TARGET_TEST), MODEL.score(TRAIN, TARGET_TRAIN)
assert HELD_OUT != TRAINING


def fit():
    return LogisticRegression().fit(TRAIN, TARGET_TRAIN)


def training_then_held_out():
    model = fit()
    return model.score(TRAIN, TARGET_TRAIN) and model.score(TEST, TARGET_TEST)


def held_out_then_training():
    model = fit()
    held_out = model.score(TEST, TARGET_TEST)
    model.score(TRAIN, TARGET_TRAIN)
    return held_out


def both_on_one_line():
    model = fit()
    scores = [model.score(*pair) for pair in ((TEST, TARGET_TEST), (TRAIN, TARGET_TRAIN))]
    return scores[0]


def metric_of_predictions():
    model = fit()
    held_out = accuracy_score(TARGET_TEST, model.predict(TEST))
    accuracy_score(TARGET_TRAIN, model.predict(TRAIN))
    return held_out


def metric_in_the_other_order():
    model = fit()
    accuracy_score(TARGET_TRAIN, model.predict(TRAIN))
    predicted = model.predict(TEST)
    return accuracy_score(TARGET_TEST, predicted)


def metric_then_score_on_training_data():
    model = fit()
    held_out = accuracy_score(TARGET_TEST, model.predict(TEST))
    model.score(TRAIN, TARGET_TRAIN)
    return held_out


def frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(DATA, columns=list("abcdef"))
    train, test, target_train, target_test = train_test_split(frame, TARGET, test_size=0.3, random_state=0)
    model = LogisticRegression().fit(train, target_train)
    held_out = model.score(test, target_test)
    model.score(train, target_train)
    return held_out


def slices():
    model = LogisticRegression().fit(DATA[:200], TARGET[:200])
    held_out = model.score(DATA[200:], TARGET[200:])
    model.score(DATA[:200], TARGET[:200])
    return held_out


def halves():
    model = LogisticRegression().fit(DATA[:150], TARGET[:150])
    held_out = model.score(DATA[150:], TARGET[150:])
    model.score(DATA[:150], TARGET[:150])
    return held_out


def pipeline():
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(TRAIN, TARGET_TRAIN)
    held_out = model.score(TEST, TARGET_TEST)
    model.score(TRAIN, TARGET_TRAIN)
    return held_out


def scaled_by_hand():
    scaler = StandardScaler().fit(TRAIN)
    train, test = scaler.transform(TRAIN), scaler.transform(TEST)
    model = LogisticRegression().fit(train, TARGET_TRAIN)
    held_out = model.score(test, TARGET_TEST)
    model.score(train, TARGET_TRAIN)
    return held_out


def scaled_anew_each_time():
    scaler = StandardScaler().fit(TRAIN)
    model = LogisticRegression().fit(scaler.transform(TRAIN), TARGET_TRAIN)
    held_out = model.score(scaler.transform(TEST), TARGET_TEST)
    model.score(scaler.transform(TRAIN), TARGET_TRAIN)
    return held_out


def folds_then_training():
    mean = cross_val_score(LogisticRegression(), TRAIN, TARGET_TRAIN, cv=3).mean()
    fit().score(TRAIN, TARGET_TRAIN)
    return mean


def folds_then_test():
    cross_val_score(LogisticRegression(), TRAIN, TARGET_TRAIN, cv=3)
    return fit().score(TEST, TARGET_TEST)


def search_then_test():
    search = GridSearchCV(LogisticRegression(), {"C": [0.001, 1.0]}, cv=2).fit(TRAIN, TARGET_TRAIN)
    search.score(TRAIN, TARGET_TRAIN)
    return search.score(TEST, TARGET_TEST)


def search_then_training():
    search = GridSearchCV(LogisticRegression(), {"C": [0.001, 1.0]}, cv=2).fit(TRAIN, TARGET_TRAIN)
    search.score(TRAIN, TARGET_TRAIN)
    return search.best_score_


def best_of_a_search():
    search = GridSearchCV(LogisticRegression(), {"C": [0.001, 1.0]}, cv=2).fit(TRAIN, TARGET_TRAIN)
    search.best_estimator_.score(TRAIN, TARGET_TRAIN)
    return search.best_estimator_.score(TEST, TARGET_TEST)


def only_training():
    return fit().score(TRAIN, TARGET_TRAIN)


def the_main_algorithm_before_another():
    model = LogisticRegression(max_iter=500)
    for _ in range(60):
        model.fit(TRAIN, TARGET_TRAIN)
    held_out = model.score(TEST, TARGET_TEST)
    small = SVC().fit(TRAIN[:20], TARGET_TRAIN[:20])
    small.score(TEST, TARGET_TEST)
    return held_out


JOBS = [value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__]


@pytest.mark.parametrize("job", [job for job in JOBS if job is not fit], ids=lambda job: job.__name__)
def test_the_last_accuracy_on_held_out_data_is_told(job):
    with Watch() as watch:
        expected = job()
        facts = observed_facts(watch.stop(), measured_seconds=10.0)

    (told,) = facts.about("task.measuredAccuracy")
    assert told.value == pytest.approx(expected)
    assert ("on the data of the training" in told.note) == (job is only_training)


def test_labels_are_no_texts_that_a_model_is_trained_on():
    names = np.array(["yes" if each else "no" for each in TARGET_TRAIN])
    with Watch() as watch:
        LogisticRegression().fit(TRAIN, LabelEncoder().fit_transform(names))
        facts = observed_facts(watch.stop(), measured_seconds=10.0)

    assert facts.value("task.dataset.dataType") == "tabular"


def told_of(job):
    with Watch() as watch:
        job()
        facts = observed_facts(watch.stop(), measured_seconds=10.0)
    assert not watch.warnings
    return [fact.value for fact in facts.about("task.measuredAccuracy")], facts


def test_a_baseline_is_not_the_accuracy_of_the_model():
    def job():
        predicted = fit().predict(TEST)
        accuracy_score(TARGET_TEST, predicted)
        accuracy_score(TARGET_TEST, np.zeros_like(TARGET_TEST))

    assert told_of(job)[0] == [pytest.approx(HELD_OUT)]


def test_answers_are_known_in_either_argument_of_a_metric():
    def job():
        accuracy_score(fit().predict(TEST), TARGET_TEST)
        accuracy_score(TARGET_TEST, np.zeros_like(TARGET_TEST))

    assert told_of(job)[0] == [pytest.approx(HELD_OUT)]


def test_how_far_two_models_agree_is_no_accuracy():
    def job():
        model = fit()
        accuracy_score(model.predict(TEST), SVC().fit(TRAIN, TARGET_TRAIN).predict(TEST))

    assert told_of(job)[0] == []


def likely(model):
    return model.predict_proba(TEST)[:, 1]


def test_one_accuracy_that_nobody_is_known_for_is_told():
    def job():
        accuracy_score(TARGET_TEST, likely(fit()) > 0.5)

    assert told_of(job)[0] == [pytest.approx(HELD_OUT)]


def one_after_the_other():
    answers = likely(fit())
    accuracy_score(TARGET_TEST, answers > 0.5)
    accuracy_score(TARGET_TEST, np.zeros_like(TARGET_TEST))


def on_one_line():
    answers = likely(fit())
    for threshold in (0.5, 0.9):
        accuracy_score(TARGET_TEST, answers > threshold)


@pytest.mark.parametrize("job", [one_after_the_other, on_one_line], ids=lambda job: job.__name__)
def test_accuracies_that_differ_and_that_nobody_is_known_for_are_not_told(job):
    told, facts = told_of(job)

    assert told == []
    assert "task.measuredAccuracy" in [missing.field for missing in facts.missing]


def test_a_training_outdates_the_accuracies_before_it():
    def job():
        model = LogisticRegression(warm_start=True, max_iter=1)
        for _ in range(3):
            model.fit(TRAIN, TARGET_TRAIN)
            accuracies.append(accuracy_score(TARGET_TEST, likely(model) > 0.5))

    accuracies = []
    with pytest.warns(match="converge"):
        told, _ = told_of(job)
    assert len(set(accuracies)) > 1
    assert told == accuracies[-1:]
