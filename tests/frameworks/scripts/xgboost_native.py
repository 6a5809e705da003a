"""Train boosted trees with XGBoost's own interface, and tell how often they are right."""

import numpy as np
import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

data, target = load_breast_cancer(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
matrix = xgb.DMatrix(train, label=train_target)
held_out = xgb.DMatrix(test, label=test_target)

booster = xgb.train(
    {"objective": "binary:logistic", "eta": np.float32(0.1), "max_depth": 4, "nthread": 1},
    matrix,
    num_boost_round=200,
    evals=[(held_out, "held_out")],
    early_stopping_rounds=10,
    verbose_eval=False,
)
print(accuracy_score(test_target, booster.predict(held_out) > 0.5))
