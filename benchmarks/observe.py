"""What observing costs: paired ratios in one run, printed as a table.

    python benchmarks/observe.py [--fits 2000] [--rounds 3] [--engine wrapping]

Each watched loop stands between two bare ones, so that all meet the same moods of the
machine; a ratio is the median over the rounds. Beside it stands how far the two bare
loops of a round are apart, the noise: what is smaller was not measured.
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

MODELS = (LogisticRegression, DecisionTreeClassifier, Ridge)
RANDOM = np.random.default_rng(0)
DATA = RANDOM.normal(size=(300, 10))
TARGET = (DATA[:, 0] + RANDOM.normal(size=300) > 0).astype(int)


def loop(model, fits):
    """Return seconds of processor time, so that other programs on the machine do not count."""
    begin = time.process_time()
    for _ in range(fits):
        model().fit(DATA, TARGET)
    return time.process_time() - begin


def watched_loop(model, fits, engine):
    """Return seconds of a loop, seconds spent in callbacks, and whether all was seen."""
    watch = Watch(engine=engine)
    watch.start()
    seconds = loop(model, fits)
    spent = sum(observer.spent for observer in watch._observers.values())
    return seconds, spent, all(seen.complete for seen in watch.stop())


def compare(model, fits, rounds, engine):
    """Print one line: each watched loop beside the mean of the bare ones before and after it."""
    loop(model, fits // 10)
    before = loop(model, fits)
    ratios, noises, bares, costs, complete = [], [], [], [], True
    for _ in range(rounds):
        watched, spent, all_seen = watched_loop(model, fits, engine)
        after = loop(model, fits)
        bare = (before + after) / 2
        ratios.append(watched / bare)
        noises.append(max(before, after) / min(before, after) - 1)
        bares.append(bare / fits * 1e6)
        costs.append(spent / bare)
        complete &= all_seen
        before = after
    note = "" if complete else "switched itself off"
    bare, ratio, noise, cost = map(statistics.median, (bares, ratios, noises, costs))
    print(f"{model.__name__:<24}{bare:>12.0f}{ratio:>14.3f}{noise:>8.1%}{cost:>11.1%}  {note}")


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
    parser.add_argument("--fits", type=int, default=2000, help="fits in one loop")
    parser.add_argument("--rounds", type=int, default=5, help="watched loops of each model")
    parser.add_argument("--engine", choices=["monitoring", "wrapping"])
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, engine: {options.engine or 'chosen by the Python version'}")
    print(f"{'model':<24}{'bare µs/fit':>12}{'watched/bare':>14}{'noise':>8}{'callbacks':>11}")
    for model in MODELS:
        compare(model, options.fits, options.rounds, options.engine)
    start, stop, facts = edges(options.engine)
    print(f"start {start:.1f} ms, stop {stop:.1f} ms, facts {facts:.1f} ms")


if __name__ == "__main__":
    main()
