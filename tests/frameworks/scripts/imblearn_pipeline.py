"""Balance the classes in front of a forest."""

from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.datasets import make_classification

data, target = make_classification(n_samples=600, weights=[0.9], random_state=0)
forest = BalancedRandomForestClassifier(n_estimators=100, random_state=0)
model = make_pipeline(SMOTE(random_state=0), forest).fit(data, target)
print(model.score(data, target))
