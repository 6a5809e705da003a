"""Look for the depth of a tree with Optuna, and train the best."""

import optuna
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.tree import DecisionTreeClassifier

data, target = load_digits(return_X_y=True)
train, test, train_target, test_target = train_test_split(data, target, random_state=0)


def objective(trial):
    """Tell how good a tree of some depth is."""
    model = DecisionTreeClassifier(max_depth=trial.suggest_int("max_depth", 2, 12), random_state=0)
    return cross_val_score(model, train, train_target, cv=3).mean()


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=8)
best = DecisionTreeClassifier(**study.best_params, random_state=0).fit(train, train_target)
print(best.score(test, test_target))
