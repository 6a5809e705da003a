"""Search by successive halving."""

from sklearn.datasets import make_classification
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingGridSearchCV
from sklearn.svm import LinearSVC

data, target = make_classification(n_samples=600, n_features=6, random_state=0)
search = HalvingGridSearchCV(
    LinearSVC(random_state=0), {"C": [1e-6, 1.0]}, cv=2, random_state=0, scoring="accuracy"
)
search.fit(data, target)
print(search.best_params_, search.best_score_)
