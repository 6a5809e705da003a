"""Measure the stages of a program each by itself, and watch the loss beside the energy."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from ai_power_export import OfflinePowerTracker

progress = {"loss": None}
t = OfflinePowerTracker(country_iso_code="FRA", log_level="error", save_to_file=False, watch=progress)
t.start()

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, random_state=0)

with t.stage("preprocessing"):
    scaler = StandardScaler().fit(X)
    X, X_test = scaler.transform(X), scaler.transform(X_test)

with t.stage("training"):
    model = SGDClassifier(loss="log_loss", random_state=0)
    for _ in range(20):
        t.update_stage("training")  # first thing in each turn: one row of the live log
        model.partial_fit(X, y, classes=np.unique(y))
        progress["loss"] = log_loss(y, model.predict_proba(X))

with t.stage("inference"):
    print(f"{model.score(X_test, y_test):.3f} of the test digits are told right")

t.stop()
for report in t.reports:
    print(f"{report.task.task_stage}: {report.measures[0].power_consumption:.3g} kWh")
