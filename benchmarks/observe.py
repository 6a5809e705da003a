"""What observing costs: paired ratios in one run, printed as a table.

    python benchmarks/observe.py [--fits 2000] [--engine wrapping]

Bare and watched fits alternate in short stretches, so that both meet the same
moods of the machine; a ratio is the median over the pairs of stretches.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier

from ai_power_export.observe.gather import observed_facts
from ai_power_export.observe.watch import Watch

STRETCH = 100
"""Fits in a row before bare and watched change over."""
MODELS = (LogisticRegression, DecisionTreeClassifier, Ridge)
RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(300, 10))
TARGET = (DATA[:, 0] + RANDOM.normal(size=300) > 0).astype(int)


def stretch(model):
    begin = time.perf_counter()
    for _ in range(STRETCH):
        model().fit(DATA, TARGET)
    return (time.perf_counter() - begin) / STRETCH


def compare(model, fits, engine):
    """Return seconds a fit bare, the ratio of watched to bare, and seconds a fit spent in callbacks."""
    stretch(model)
    pairs, spent = [], 0.0
    for turn in range(fits // STRETCH // 2):
        watched_first = turn % 2
        bare = 0.0 if watched_first else stretch(model)
        watch = Watch(engine=engine)
        watch.start()
        watched = stretch(model)
        spent += sum(observer.spent for observer in watch._observers.values())
        watch.stop()
        pairs.append((stretch(model) if watched_first else bare, watched))
    ratio = statistics.median(watched / bare for bare, watched in pairs)
    return statistics.median(bare for bare, _ in pairs), ratio, spent / (len(pairs) * STRETCH)


def timed(step):
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1e3


def edges(engine):
    """Return milliseconds of start, stop, and of the facts of a typical job."""
    watch = Watch(engine=engine)
    start = timed(watch.start)
    for model in MODELS:
        model().fit(DATA, TARGET)
    observations = watch.cut()
    stop = timed(watch.stop)
    return start, stop, timed(lambda: observed_facts(observations, measured_seconds=1.0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fits", type=int, default=2000, help="fits of each model, half of them watched")
    parser.add_argument("--engine", choices=["monitoring", "wrapping"])
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, engine: {options.engine or 'chosen by the Python version'}")
    print(f"{'model':<24}{'bare µs/fit':>12}{'watched/bare':>14}{'callbacks µs/fit':>18}")
    for model in MODELS:
        bare, ratio, spent = compare(model, options.fits, options.engine)
        print(f"{model.__name__:<24}{bare * 1e6:>12.0f}{ratio:>14.3f}{spent * 1e6:>18.1f}")
    start, stop, facts = edges(options.engine)
    print(f"start {start:.1f} ms, stop {stop:.1f} ms, facts {facts:.1f} ms")


if __name__ == "__main__":
    main()
