"""Predict the progression of diabetes with ridge regression on polynomial features."""

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

model = make_pipeline(StandardScaler(), PolynomialFeatures(degree=2), Ridge(alpha=100.0))
model.fit(X_train, y_train)
print(f"R2 on held-out patients: {model.score(X_test, y_test):.3f}")
