"""Compare two classifiers of wine by cross-validation, measured by the decorator."""

from sklearn.datasets import load_wine
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import GaussianNB

from ai_power_export import track_power


@track_power(offline=True, country_iso_code="FRA", log_level="error", output_methods=[])
def compare() -> None:
    X, y = load_wine(return_X_y=True)
    for model in (GradientBoostingClassifier(n_estimators=150, random_state=0), GaussianNB()):
        scores = cross_val_score(model, X, y, cv=5)
        print(f"{type(model).__name__}: {scores.mean():.3f}")


if __name__ == "__main__":
    compare()
