"""What is said of observed calls is true, and what was not seen is not said."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier, GradientBoostingClassifier, IsolationForest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from ai_power_export.facts import Certainty
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.observation import Doing, Observation, Part
from ai_power_export.observe.reader import Reading
from ai_power_export.observe.tally import Tally

RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(300, 6))
TARGET = (DATA[:, 0] + DATA[:, 1] > 0).astype(int)
CLASS_PATH = "task.algorithms.classPath"
HYPERPARAMETERS = "task.algorithms.hyperparameters"


def facts_of(watch):
    return observed_facts(watch.cut(), measured_seconds=10.0)


def values(facts, field):
    return [fact.value for fact in facts.about(field)]


@pytest.mark.parametrize(
    ("model", "algorithm"),
    [
        (OneVsRestClassifier(LinearSVC(C=0.5)), "sklearn.svm.LinearSVC"),
        (CalibratedClassifierCV(LinearSVC(C=0.5)), "sklearn.svm.LinearSVC"),
        (AdaBoostClassifier(DecisionTreeClassifier(max_depth=1)), "sklearn.ensemble.AdaBoostClassifier"),
    ],
)
def test_the_algorithm_is_what_a_wrapper_holds_and_an_ensemble_itself(watch, model, algorithm):
    model.fit(DATA, TARGET)

    facts = facts_of(watch)
    assert values(facts, CLASS_PATH) == [algorithm]
    if "LinearSVC" in algorithm:
        assert facts.value(HYPERPARAMETERS)["C"] == 0.5


@pytest.mark.parametrize(
    ("search", "name"),
    [
        (GridSearchCV(SVC(), {"C": [0.001, 3.0]}, cv=2), "gridSearch"),
        (RandomizedSearchCV(SVC(C=0.01), {"C": [3.0]}, n_iter=1, cv=2), "randomSearch"),
    ],
)
def test_a_search_is_the_optimizer_and_its_choice_the_values(watch, search, name):
    search.fit(DATA, TARGET)

    facts = facts_of(watch)
    assert values(facts, "task.algorithms.optimizer") == [name]
    assert facts.value(HYPERPARAMETERS)["C"] == 3.0
    assert facts.value("task.measuredAccuracy") == search.best_score_


def test_a_choice_that_was_not_seen_is_not_made_up(watch):
    GridSearchCV(SVC(), {"C": [0.001, 3.0]}, cv=2, refit=False).fit(DATA, TARGET)
    cross_val_score(GridSearchCV(SVC(), {"C": [0.001, 3.0]}, cv=2), DATA, TARGET, cv=2)

    facts = facts_of(watch)
    assert values(facts, HYPERPARAMETERS) == []
    assert [missing.field for missing in facts.missing] == [HYPERPARAMETERS]


def test_one_class_fitted_often_is_one_entry_with_its_count(watch):
    for _ in range(25):
        Ridge().fit(DATA, TARGET)

    (fact,) = facts_of(watch).about(CLASS_PATH)
    assert fact.note.startswith("fitted 25 times")


def test_helpers_and_reducers_in_front_of_a_model_are_no_algorithms(watch):
    reduced = PCA(3).fit_transform(StandardScaler().fit_transform(DATA))
    KMeans(3, n_init=1).fit(reduced)

    facts = facts_of(watch)
    assert values(facts, CLASS_PATH) == ["sklearn.cluster.KMeans"]
    assert facts.value("task.taskFamily") == "clustering"


def test_only_helpers_are_preprocessing(watch):
    StandardScaler().fit_transform(DATA)

    facts = facts_of(watch)
    assert facts.value("task.taskStage") == "preprocessing"
    assert values(facts, CLASS_PATH) == []


def test_nothing_seen_is_nothing_said(watch):
    facts = facts_of(watch)

    assert facts.found == []
    assert [missing.field for missing in facts.missing] == ["task.algorithms"]


def test_evaluating_after_training_is_part_of_it_but_later_it_is_inference(watch):
    model = GradientBoostingClassifier(n_estimators=20).fit(DATA, TARGET)
    model.score(DATA, TARGET)
    assert facts_of(watch).value("task.taskStage") == "training"

    model.predict(DATA)
    model.predict(DATA)
    facts = facts_of(watch)
    assert facts.value("task.taskStage") == "inference"
    assert facts.value("task.nbRequest") == 2
    assert values(facts, "task.algorithms.trainingType") == []


def test_answers_that_take_more_time_than_training_are_named(watch):
    many = np.repeat(DATA, 30, axis=0)
    KNeighborsClassifier().fit(DATA, TARGET).predict(many)

    assert facts_of(watch).value("task.taskStage") == "training+inference"


def test_the_accuracy_is_of_the_main_algorithm_and_on_other_data_if_there_is_any(watch):
    half = 150
    model = GradientBoostingClassifier(n_estimators=50).fit(DATA[:half].copy(), TARGET[:half].copy())
    held_out = model.score(DATA[half + 1 :], TARGET[half + 1 :])
    model.score(DATA[: half - 1], TARGET[: half - 1])
    other = DummyClassifier().fit(DATA, TARGET)
    other.score(DATA[:9], TARGET[:9])

    facts = facts_of(watch)
    assert facts.value("task.measuredAccuracy") != other.score(DATA[:9], TARGET[:9])
    assert facts.value("task.measuredAccuracy") >= held_out


def test_accuracy_on_the_training_data_is_said_to_be(watch):
    model = GaussianNB().fit(DATA, TARGET)
    model.score(DATA, TARGET)

    (fact,) = facts_of(watch).about("task.measuredAccuracy")
    assert fact.note == "score, on the data of the training"


def test_r2_is_no_accuracy(watch):
    Ridge().fit(DATA, TARGET).score(DATA, TARGET)

    assert values(facts_of(watch), "task.measuredAccuracy") == []


def test_batches_do_not_tell_how_much_data_there_is(watch):
    model = SGDClassifier()
    for start in range(0, 300, 50):
        model.partial_fit(DATA[start : start + 50], TARGET[start : start + 50], classes=[0, 1])

    facts = facts_of(watch)
    assert values(facts, "task.dataset.dataQuantity") == values(facts, "task.dataset.shape") == []
    assert facts.value("task.dataset.dataType") == "tabular"


def test_a_matrix_made_of_texts_is_text(watch):
    texts = ["good", "bad", "very good", "very bad"] * 5
    LogisticRegression().fit(TfidfVectorizer().fit_transform(texts), [0, 1] * 10)

    facts = facts_of(watch)
    assert facts.value("task.dataset.dataType") == "text"
    assert facts.value("task.taskFamily") == "textClassification"


def test_numbers_that_could_be_pixels_are_likely_tabular(watch):
    GaussianNB().fit(DATA, TARGET)

    (fact,) = facts_of(watch).about("task.dataset.dataType")
    assert (fact.value, fact.certainty) == ("tabular", Certainty.LIKELY)


def test_a_fit_that_failed_trained_nothing(watch):
    with pytest.raises(ValueError):
        GaussianNB().fit(DATA, TARGET[:-1])

    assert values(facts_of(watch), CLASS_PATH) == []


def test_the_data_of_one_request_does_not_shrink_where_not_all_requests_were_read():
    one = DataShape("numpy.ndarray", "tabular", rows=5, shape="(5, 3)", nbytes=120)
    part = Part("torch.nn.Linear", kind="classification", is_model=True)
    tally = Tally("predict", "play.py:7", Reading((part,), one, Doing.ANSWERS), begin=0.0)
    tally.add_call()
    tally.end(0.01, 0.01, failed=False)
    tally.add_passed(999)

    facts = observed_facts([tally.observation(complete=True)], measured_seconds=10.0)

    assert values(facts, "task.nbRequest") == [1000]
    assert values(facts, "task.dataset.dataQuantity") == [5]


def test_the_optimizer_that_the_object_names_is_said():
    part = Part("__main__.Net", said={"optimizer": "adam"}, is_model=True)
    seen = Observation("train", Doing.TRAINS, (part,), "train.py:3", 1, 2.0, 0.0, 2.0)

    facts = observed_facts([seen], measured_seconds=2.0)

    assert values(facts, "task.algorithms.optimizer") == ["adam"]


def perceptron(*sizes, **settings):
    settings = {"max_iter": 3, "random_state": 0, **settings}
    return MLPClassifier(sizes, **settings).fit(DATA, TARGET)


SIZE, LAYERS, EPOCHS = (
    f"task.algorithms.{name}" for name in ("parametersNumber", "layersNumber", "epochsNumber")
)


@pytest.mark.filterwarnings("ignore")
def test_what_models_say_of_themselves_is_told_where_all_say_the_same(watch):
    for sizes in ((4,), (5,)):
        perceptron(*sizes).score(DATA, TARGET)

    facts = facts_of(watch)
    assert (values(facts, LAYERS), values(facts, EPOCHS)) == ([2], [3])
    assert values(facts, SIZE) == values(facts, "task.measuredAccuracy") == []


@pytest.mark.filterwarnings("ignore")
def test_models_that_are_fitted_on_several_lines_are_several(watch):
    perceptron(4, max_iter=3)
    MLPClassifier((4, 4), max_iter=5).fit(DATA, TARGET)

    facts = facts_of(watch)
    assert values(facts, LAYERS) == values(facts, EPOCHS) == values(facts, SIZE) == []


@pytest.mark.filterwarnings("ignore")
def test_a_fit_after_a_search_made_the_final_model(watch):
    trials = {"hidden_layer_sizes": [(4,), (5, 5)], "max_iter": [2]}
    GridSearchCV(MLPClassifier(random_state=0), trials, cv=2).fit(DATA, TARGET)
    perceptron(6, 6, 6, max_iter=40)

    facts = facts_of(watch)
    assert (values(facts, LAYERS), values(facts, EPOCHS)) == ([4], [40])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "model", [SGDClassifier(), MLPClassifier((4,))], ids=lambda model: type(model).__name__
)
def test_training_by_pieces_does_not_tell_how_many_epochs_it_took(watch, model):
    for _ in range(5):
        model.partial_fit(DATA, TARGET, classes=[0, 1])

    facts = facts_of(watch)
    assert values(facts, EPOCHS) == []
    assert len(values(facts, SIZE)) == 1


@pytest.mark.filterwarnings("ignore")
def test_fits_that_go_on_from_the_one_before_do_not_tell_how_many_epochs_they_took(watch):
    model = MLPClassifier((4,), warm_start=True, max_iter=1)
    for _ in range(5):
        model.fit(DATA, TARGET)

    assert values(facts_of(watch), EPOCHS) == []


@pytest.mark.parametrize(
    ("model", "method"),
    [
        (IsolationForest(n_estimators=5), "decision_function"),
        (IsolationForest(n_estimators=5), "score_samples"),
        (NearestNeighbors(), "kneighbors"),
        (GaussianNB(), "predict_log_proba"),
    ],
)
def test_every_way_of_asking_a_model_is_inference(watch, model, method):
    model.fit(DATA, TARGET)
    watch.cut()
    for _ in range(2):
        getattr(model, method)(DATA)

    facts = facts_of(watch)
    assert facts.value("task.taskStage") == "inference"
    assert facts.value("task.nbRequest") == 2
    assert values(facts, "task.dataset.dataQuantity") == [300, 300]
