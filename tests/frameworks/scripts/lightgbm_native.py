"""Train boosted trees with LightGBM's own interface."""

import lightgbm as lgb
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

bunch = load_wine(as_frame=True)
frame: pd.DataFrame = bunch.data
train, test, train_target, test_target = train_test_split(frame, bunch.target, random_state=0)
params = {"objective": "multiclass", "num_class": 3, "learning_rate": 0.1, "verbose": -1, "num_threads": 1}
booster = lgb.train(
    params,
    lgb.Dataset(train, label=train_target),
    num_boost_round=600,
    valid_sets=[lgb.Dataset(test, label=test_target)],
    callbacks=[lgb.early_stopping(100, verbose=False)],
)
print((booster.predict(test).argmax(axis=1) == test_target).mean())
