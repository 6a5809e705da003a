"""Classify handwritten digits (8 x 8 pixels) with a random forest."""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(
    digits.data, digits.target, test_size=0.25, random_state=0
)

model = RandomForestClassifier(n_estimators=600, min_samples_leaf=1, random_state=0)
model.fit(X_train, y_train)

accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"accuracy on {len(X_test)} held-out digits: {accuracy:.3f}")
