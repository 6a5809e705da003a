"""Search the parameters of LightGBM's scikit-learn estimator."""

from lightgbm import LGBMClassifier
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV, train_test_split

data, target = load_breast_cancer(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)
model = LGBMClassifier(n_estimators=30, verbose=-1, n_jobs=1)
search = GridSearchCV(model, {"num_leaves": [2, 15]}, cv=2)
search.fit(train, train_target)
print(search.score(test, test_target))
