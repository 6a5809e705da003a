"""Learn a line by stochastic gradient descent."""

from sklearn.datasets import make_regression
from sklearn.linear_model import SGDRegressor

data, target = make_regression(n_samples=20000, n_features=10, random_state=0)
model = SGDRegressor(max_iter=50, tol=None, random_state=0)
model.fit(data, target)
print(model.score(data, target))
