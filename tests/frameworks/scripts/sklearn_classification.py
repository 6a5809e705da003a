"""Classify with a linear model in a pipeline, and report how good it is."""

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, classification_report
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data, target = load_breast_cancer(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=200))
model.fit(train, train_target)
predicted = model.predict(test)
print(classification_report(test_target, predicted, output_dict=True)["accuracy"])
print(balanced_accuracy_score(test_target, predicted))
