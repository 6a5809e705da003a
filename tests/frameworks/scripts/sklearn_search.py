"""Search parameters in several processes."""

from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

if __name__ == "__main__":
    data, target = load_wine(return_X_y=True)
    train, test, train_target, test_target = train_test_split(data, target, random_state=0)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier())
    grid = {"kneighborsclassifier__n_neighbors": [1, 30], "kneighborsclassifier__weights": ["uniform"]}
    search = GridSearchCV(model, grid, cv=3, n_jobs=2).fit(train, train_target)
    print(search.best_params_, search.score(test, test_target))
