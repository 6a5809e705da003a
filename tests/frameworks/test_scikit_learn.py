"""What is said of scikit-learn, of what follows its conventions, and of searches by Optuna."""

from __future__ import annotations

from importlib.metadata import version

import joblib
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

pytestmark = pytest.mark.slow

TRAINING = {
    "task.taskStage": "training",
    "task.nbRequest": None,
    "task.algorithms[0].framework": "scikit-learn",
    "task.algorithms[0].frameworkVersion": version("scikit-learn"),
    "task.algorithms[0].trainingType": "supervisedLearning",
    "task.algorithms[0].optimizer": None,
    "task.algorithms[0].parametersNumber": None,
    "task.algorithms[0].layersNumber": None,
    "task.algorithms[0].epochsNumber": None,
    "task.algorithms[0].quantization": None,
    "task.algorithms[1]": None,
    "task.dataset[0].dataUsage": "input",
    "task.dataset[0].dataType": "tabular",
    "task.dataset[0].dataFormat": None,
    "task.dataset[1]": None,
}


def algorithm(name, kind, path, **said):
    """Return the expected fields of the first algorithm."""
    fields = {"algorithmName": name, "algorithmType": kind, "classPath": path, **said}
    return {f"task.algorithms[0].{field}": value for field, value in fields.items()}


JOBS = {
    "sklearn_classification.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm(
            "logisticRegression",
            "linearModel",
            "sklearn.linear_model.LogisticRegression",
            parametersNumber=31 / 1e9,
        ),
        "task.dataset[0].dataQuantity": 426,
        "task.dataset[0].shape": "(426, 30)",
        "task.dataset[0].dataSize": 426 * 30 * 8 / 1e9,
        "task.dataset[0].source": "public",
        "hyperparameters.C": 0.5,
        "hyperparameters.max_iter": 200,
        "hyperparameters.solver": "lbfgs",
    },
    "sklearn_regression.py": {
        "task.taskFamily": "tabularRegression",
        **algorithm(
            "sgdRegressor",
            "linearModel",
            "sklearn.linear_model.SGDRegressor",
            parametersNumber=11 / 1e9,
            epochsNumber=50,
            optimizer="sgd",
        ),
        "task.dataset[0].shape": "(20000, 10)",
        "task.measuredAccuracy": None,
        "hyperparameters.max_iter": 50,
    },
    "sklearn_clustering.py": {
        "task.taskFamily": "clustering",
        **algorithm("kMeans", "clustering", "sklearn.cluster.KMeans", trainingType="unsupervisedLearning"),
        "task.dataset[0].shape": "(20000, 8)",
        "task.measuredAccuracy": None,
        "hyperparameters.n_clusters": 5,
    },
    "sklearn_anomalies.py": {
        "task.taskFamily": "anomalyDetection",
        **algorithm(
            "isolationForest",
            "anomalyDetection",
            "sklearn.ensemble.IsolationForest",
            trainingType="unsupervisedLearning",
        ),
        "task.dataset[0].shape": "(3000, 4)",
        "task.dataset[0].dataSize": 3000 * 4 * 8 / 1e9,
        "task.measuredAccuracy": None,
        "hyperparameters.n_estimators": 50,
    },
    "sklearn_reduction.py": {
        "task.taskFamily": "dimensionalityReduction",
        **algorithm(
            "pca",
            "dimensionalityReduction",
            "sklearn.decomposition.PCA",
            trainingType="unsupervisedLearning",
        ),
        "task.dataset[0].shape": "(20000, 60)",
        "task.dataset[0].dataSize": 20000 * 60 * 4 / 1e9,
        "hyperparameters.n_components": 5,
    },
    "sklearn_text.py": {
        "task.taskFamily": "textClassification",
        **algorithm(
            "sgdClassifier",
            "linearModel",
            "sklearn.linear_model.SGDClassifier",
            # 2 words of 5 letters and more, 791 numbers from 10 on in 800 reviews of each kind, and the intercept.
            parametersNumber=796 / 1e9,
            epochsNumber=7,
            optimizer="sgd",
        ),
        "task.dataset[0].dataType": "text",
        "task.dataset[0].dataQuantity": 1600,
        "task.dataset[0].shape": None,
        "task.measuredAccuracy": 1.0,
        "hyperparameters.loss": "log_loss",
    },
    "sklearn_search.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm(
            "kNearestNeighbors",
            "nearestNeighbors",
            "sklearn.neighbors.KNeighborsClassifier",
            optimizer="gridSearch",
        ),
        "task.dataset[0].shape": "(133, 13)",
        "hyperparameters.n_neighbors": 1,
    },
    "sklearn_halving.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm(
            "linearSVC",
            "supportVectorMachine",
            "sklearn.svm.LinearSVC",
            optimizer="halvingGridSearch",
            parametersNumber=7 / 1e9,
        ),
        "task.dataset[0].shape": "(600, 6)",
        "hyperparameters.C": 1.0,
    },
    "sklearn_cross_validation.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm("randomForest", "treeEnsemble", "sklearn.ensemble.RandomForestClassifier"),
        "task.dataset[0].shape": "(178, 13)",
        "hyperparameters.n_estimators": 30,
    },
    "sklearn_perceptron.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm(
            "multilayerPerceptron",
            "neuralNetwork",
            "sklearn.neural_network.MLPClassifier",
            # 4 inputs, layers of 20 and 10, 3 classes, with biases.
            parametersNumber=(4 * 20 + 20 + 20 * 10 + 10 + 10 * 3 + 3) / 1e9,
            layersNumber=3,
            optimizer="adam",
        ),
        "task.dataset[0].shape": "(112, 4)",
        "hyperparameters.max_iter": 2000,
        "hyperparameters.hidden_layer_sizes": [20, 10],
    },
    "imblearn_pipeline.py": {
        "task.taskFamily": "tabularClassification",
        **algorithm(
            "balancedRandomForest",
            "ensemble",
            "imblearn.ensemble.BalancedRandomForestClassifier",
            framework="imbalanced-learn",
        ),
        "task.dataset[0].shape": "(600, 20)",
    },
    "hdbscan_clusters.py": {
        "task.taskFamily": "clustering",
        **algorithm(
            "hdbscan",
            "clustering",
            "hdbscan.HDBSCAN",
            framework="hdbscan",
            trainingType="unsupervisedLearning",
        ),
        "task.dataset[0].shape": "(1500, 2)",
        "hyperparameters.min_cluster_size": 20,
    },
    "pyod_outliers.py": {
        "task.taskFamily": "anomalyDetection",
        **algorithm(
            "ecod",
            "anomalyDetection",
            "pyod.models.ecod.ECOD",
            framework="pyod",
            trainingType="unsupervisedLearning",
        ),
        "task.dataset[0].shape": "(4000, 5)",
        "hyperparameters.contamination": 0.05,
    },
    "skorch_net.py": {
        "task.taskFamily": "classification",
        **algorithm(
            None,
            "neuralNetwork",
            "skorch.NeuralNetClassifier",
            framework="skorch",
            parametersNumber=(10 * 16 + 16 + 16 * 2 + 2) / 1e9,
            layersNumber=2,
            epochsNumber=4,
            optimizer="adam",
            quantization="fp32",
        ),
        "task.dataset[0].shape": "(600, 10)",
        "hyperparameters.max_epochs": 4,
        "hyperparameters.lr": 0.1,
    },
    "optuna_study.py": {
        "task.taskFamily": "imageClassification",
        **algorithm(
            "decisionTree", "decisionTree", "sklearn.tree.DecisionTreeClassifier", optimizer="optuna"
        ),
        "task.dataset[0].dataType": "image",
        "task.dataset[0].shape": "(1347, 64)",
        "hyperparameters.criterion": "gini",
        "hyperparameters.max_depth": None,
    },
}
FRAMEWORKS = {"imblearn": "imbalanced-learn", "hdbscan": "hdbscan", "pyod": "pyod", "skorch": "skorch"}
ACCURACY = {
    "sklearn_classification.py": (0.95, 1.0),
    "sklearn_search.py": (0.9, 1.0),
    "sklearn_halving.py": (0.8, 1.0),
    "sklearn_cross_validation.py": (0.9, 1.0),
    "sklearn_perceptron.py": (0.9, 1.0),
    "imblearn_pipeline.py": (0.8, 1.0),
    "skorch_net.py": (0.9, 1.0),
    "optuna_study.py": (0.7, 0.95),
}
"""Between what the accuracy of a job has to be, where it computes one."""


@pytest.mark.parametrize("script", JOBS)
def test_a_job_is_said_as_it_was(said, script):
    root = script.partition("_")[0]
    pytest.importorskip(root)
    expected = {**TRAINING, **JOBS[script]}
    if expected["task.algorithms[0].framework"] != "scikit-learn":
        expected["task.algorithms[0].frameworkVersion"] = version(FRAMEWORKS[root])
    if script == "sklearn_perceptron.py":
        expected.pop("task.algorithms[0].epochsNumber")

    told = said(script)

    assert told.values(expected) == expected
    if script in ACCURACY:
        lowest, highest = ACCURACY[script]
        assert lowest < told.value("task.measuredAccuracy") <= highest


def test_epochs_of_a_perceptron_are_those_it_ran(said):
    epochs = said("sklearn_perceptron.py").value("task.algorithms[0].epochsNumber")

    assert 50 < epochs < 2000


def test_answers_of_a_loaded_model_are_said_as_they_were(said, tmp_path):
    model = LogisticRegression().fit(*make_classification(n_features=6, random_state=0))
    joblib.dump(model, tmp_path / "model.joblib")
    expected = {
        "task.taskStage": "inference",
        "task.taskFamily": "tabularClassification",
        "task.nbRequest": 3,
        "task.algorithms[0].algorithmName": "logisticRegression",
        "task.algorithms[0].trainingType": None,
        "task.algorithms[0].parametersNumber": 7 / 1e9,
        "task.dataset[0].dataUsage": "input",
        "task.dataset[0].shape": "(300, 6)",
        "task.dataset[1].dataUsage": "output",
        "task.dataset[1].dataType": "tabular",
        "task.dataset[1].dataQuantity": 300,
        "task.measuredAccuracy": None,
    }

    assert said("sklearn_inference.py", str(tmp_path / "model.joblib")).values(expected) == expected
