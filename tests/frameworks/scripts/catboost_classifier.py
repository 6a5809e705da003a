"""Train a CatBoost classifier on a pool, and tell how often it is right."""

from catboost import CatBoostClassifier, Pool
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

data, target = load_breast_cancer(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
model = CatBoostClassifier(
    n_estimators=60, max_depth=4, verbose=False, allow_writing_files=False, train_dir="logs", thread_count=1
)
model.fit(Pool(train, train_target), eval_set=(test, test_target))
print(model.score(test, test_target))
