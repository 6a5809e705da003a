"""Trains on a table whose name is given when the program is started."""

import sys

import data_tables
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

features, target = data_tables.load(sys.argv[1])
train, test, target_train, target_test = train_test_split(features, target, test_size=0.25, random_state=0)
model = RandomForestClassifier(n_estimators=60, random_state=0).fit(train, target_train)
print(model.score(test, target_test))
