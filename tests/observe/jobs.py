"""Small real jobs, and what must be said of each; run as a script it observes them and prints their facts.

    python jobs.py [--engine wrapping] [JOB ...]

The table is the same for every Python and every engine.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from pathlib import Path

from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.watch import Watch


def digits():
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    data, target = load_digits(return_X_y=True)
    return train_test_split(data, target, random_state=0)


def classification():
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import accuracy_score

    train, test, train_target, test_target = digits()
    forest = RandomForestClassifier(n_estimators=20, random_state=0)
    forest.fit(train, train_target)
    forest.score(train, train_target)
    accuracy_score(test_target, forest.predict(test))


def regression():
    import numpy as np
    from sklearn.linear_model import Ridge

    data = np.random.default_rng(0).normal(size=(5000, 40))
    Ridge(alpha=0.5).fit(data, data @ np.arange(40.0)).score(data, data @ np.arange(40.0))


def clustering():
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    train, *_ = digits()
    KMeans(n_clusters=10, n_init=2, random_state=0).fit_predict(StandardScaler().fit_transform(train))


def pipeline():
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    train, test, train_target, test_target = digits()
    model = make_pipeline(StandardScaler(), PCA(n_components=20), SVC(C=3.0))
    model.fit(train, train_target)
    model.score(test, test_target)


def text():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    texts = [f"{word} number {number}" for number in range(60) for word in ("good", "bad")]
    steps = [("words", TfidfVectorizer()), ("model", LogisticRegression(max_iter=200))]
    Pipeline(steps).fit(texts, [0, 1] * 60)


def grid_search(n_jobs=None):
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    train, test, train_target, test_target = digits()
    search = GridSearchCV(
        make_pipeline(StandardScaler(), SVC()), {"svc__C": [0.001, 5.0]}, cv=2, n_jobs=n_jobs
    )
    search.fit(train, train_target)
    search.score(test, test_target)


def parallel_grid_search():
    grid_search(n_jobs=2)


def cross_validation():
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    train, _, train_target, _ = digits()
    cross_val_score(DecisionTreeClassifier(max_depth=8, random_state=0), train, train_target, cv=3)


def reduction():
    from sklearn.decomposition import PCA

    PCA(n_components=5, random_state=0).fit_transform(digits()[0])


def comparison():
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import RandomForestClassifier

    class Majority(ClassifierMixin, BaseEstimator):
        def __init__(self, floor=0.1):
            self.floor = floor

        def fit(self, data, target):
            self.classes_ = sorted(set(target))
            return self

    train, test, train_target, test_target = digits()
    for trees in (10, 30):
        RandomForestClassifier(n_estimators=trees, random_state=0).fit(train, train_target)
    DummyClassifier().fit(train, train_target).score(test, test_target)
    Majority().fit(train, train_target)


def saved_model():
    """Train without being observed; the prediction is another run."""
    from sklearn.ensemble import RandomForestClassifier

    train, test, train_target, _ = digits()
    return pickle.dumps(
        RandomForestClassifier(n_estimators=15, random_state=0).fit(train, train_target)
    ), test


def prediction(model, test):
    loaded = pickle.loads(model)
    for start in range(0, 400, 100):
        loaded.predict(test[start : start + 100])


FOREST = "sklearn.ensemble.RandomForestClassifier"
SVC = "sklearn.svm.SVC"

EXPECTED = {
    "classification": {
        "task.taskStage": "training",
        "task.taskFamily": "imageClassification",
        "task.algorithms.classPath": FOREST,
        "task.algorithms.algorithmName": "randomForest",
        "task.algorithms.framework": "scikit-learn",
        "task.algorithms.trainingType": "supervisedLearning",
        "task.algorithms.optimizer": None,
        "n_estimators": 20,
        "min_samples_leaf": 1,
        "task.dataset.dataUsage": "input",
        "task.dataset.dataType": "image",
        "task.dataset.dataQuantity": 1347,
        "task.dataset.shape": "(1347, 64)",
        "task.dataset.dataSize": 1347 * 64 * 8 / 1e9,
        "task.measuredAccuracy": "accuracy_score",
        "task.nbRequest": None,
    },
    "regression": {
        "task.taskStage": "training",
        "task.taskFamily": "tabularRegression",
        "task.algorithms.classPath": "sklearn.linear_model.Ridge",
        "task.dataset.shape": "(5000, 40)",
        "alpha": 0.5,
        "task.measuredAccuracy": None,
    },
    "clustering": {
        "task.taskStage": "training",
        "task.taskFamily": "clustering",
        "task.algorithms.classPath": "sklearn.cluster.KMeans",
        "task.algorithms.trainingType": "unsupervisedLearning",
        "n_clusters": 10,
    },
    "pipeline": {
        "task.taskFamily": "imageClassification",
        "task.algorithms.classPath": SVC,
        "C": 3.0,
        "task.dataset.shape": "(1347, 64)",
        "task.measuredAccuracy": "score",
    },
    "text": {
        "task.taskFamily": "textClassification",
        "task.algorithms.classPath": "sklearn.linear_model.LogisticRegression",
        "max_iter": 200,
        "task.dataset.dataType": "text",
        "task.dataset.dataQuantity": 120,
        "task.dataset.shape": None,
    },
    "grid_search": {
        "task.algorithms.classPath": SVC,
        "task.algorithms.optimizer": "gridSearch",
        "C": 5.0,
        "task.dataset.dataQuantity": 1347,
        "task.measuredAccuracy": "score",
    },
    "cross_validation": {
        "task.taskStage": "training",
        "task.algorithms.classPath": "sklearn.tree.DecisionTreeClassifier",
        "max_depth": 8,
        "task.dataset.dataQuantity": 1347,
        "task.measuredAccuracy": "cross_val_score",
    },
    "reduction": {
        "task.taskStage": "training",
        "task.taskFamily": "dimensionalityReduction",
        "task.algorithms.classPath": "sklearn.decomposition.PCA",
        "n_components": 5,
    },
    "comparison": {
        "task.algorithms.classPath": FOREST,
        "evidence.secondaryAlgorithms": {"__main__.Majority"},
        "n_estimators": None,
        "evidence.hyperparameters.varied": {"n_estimators": [10, 30]},
        "task.measuredAccuracy": None,
    },
    "prediction": {
        "task.taskStage": "inference",
        "task.nbRequest": 4,
        "task.algorithms.classPath": FOREST,
        "task.algorithms.trainingType": None,
        "n_estimators": 15,
        "task.dataset.dataQuantity": 100,
        "task.dataset.shape": "(100, 64)",
    },
}
"""By job: values by field; a hyperparameter by its name; an accuracy by where it was seen; None for no value."""
EXPECTED["parallel_grid_search"] = EXPECTED["grid_search"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", nargs="*", default=list(EXPECTED))
    parser.add_argument("--engine", choices=["wrapping"])
    options = parser.parse_args()
    print(json.dumps({job: observed(job, options.engine) for job in options.jobs}))


def observed(job, engine):
    arguments = saved_model() if job == "prediction" else ()
    watch = Watch(engine=engine)
    watch.start()
    globals()[job](*arguments)
    name = type(watch._engine).__name__
    facts = observed_facts(watch.stop(), measured_seconds=1.0).to_json()
    return {"engine": name, "facts": facts, "warnings": [str(each) for each in watch.warnings]}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
