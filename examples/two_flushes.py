"""Measure just one stretch of a script: what stands between two flushes of the tracker."""

from sklearn.datasets import make_regression
from sklearn.ensemble import HistGradientBoostingRegressor

from ai_power_export import OfflinePowerTracker

X, y = make_regression(n_samples=20_000, n_features=20, noise=10.0, random_state=0)

t = OfflinePowerTracker(
    country_iso_code="FRA",
    project_name="My-Pipeline",
    measure_power_secs=10,
    log_level="error",
    save_to_file=False,
)
t.start()
x = t.flush()
model = HistGradientBoostingRegressor(max_iter=120, learning_rate=0.1)
model.fit(X, y)
y = t.flush()
t.stop()

print(f"{y - x:.3g} kg CO2eq for the training alone")
for report in t.reports:
    print(f"{report.task.task_stage}: {report.measures[0].power_consumption:.3g} kWh")
