"""Tell by cross-validation how good a forest is, by several measures."""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_validate, learning_curve

data, target = load_wine(return_X_y=True)
model = RandomForestClassifier(n_estimators=30, random_state=0)
scores = cross_validate(model, data, target, cv=4, scoring=["f1_macro", "accuracy"])
print(scores["test_accuracy"].mean())
learning_curve(model, data, target, cv=2, train_sizes=[0.5, 1.0])
