"""Search the best support vector machine for the breast cancer data, in a pipeline."""

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

pipeline = Pipeline([("scale", StandardScaler()), ("svc", SVC(kernel="rbf"))])
search = GridSearchCV(pipeline, {"svc__C": [0.1, 1, 10, 100], "svc__gamma": ["scale", 0.01, 0.001]}, cv=5)
search.fit(X_train, y_train)

print(f"best parameters: {search.best_params_}")
print(f"accuracy on held-out samples: {search.score(X_test, y_test):.3f}")
