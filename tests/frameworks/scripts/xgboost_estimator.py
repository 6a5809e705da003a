"""Train XGBoost's scikit-learn estimator with early stopping."""

from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from xgboost import XGBRegressor

data, target = load_diabetes(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
model = XGBRegressor(n_estimators=300, learning_rate=0.05, early_stopping_rounds=5, n_jobs=1)
model.fit(train, train_target, eval_set=[(test, test_target)], verbose=False)
print(model.best_iteration, model.score(test, test_target))
