"""Fit a time series and look ahead."""

import numpy as np
from statsmodels.tsa.arima.model import ARIMA

series = np.cumsum(np.random.default_rng(0).normal(size=300))
results = ARIMA(series, order=(2, 1, 1)).fit()
print(results.forecast(10))
