"""Train a multilayer perceptron."""

from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

data, target = load_iris(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
model = MLPClassifier(hidden_layer_sizes=(20, 10), max_iter=2000, n_iter_no_change=5, random_state=0)
model.fit(train, train_target)
print(model.n_iter_, model.score(test, test_target))
