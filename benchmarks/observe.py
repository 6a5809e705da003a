"""What observing costs: paired ratios in one run, printed as a table.

    python benchmarks/observe.py [--fits 2000] [--rounds 3] [--engine wrapping]

Bare and watched loops take turns, so that both meet the same moods of the
machine; a ratio is the median over the rounds.
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
    """Print one line: bare and watched loops in turn, the order changing over."""
    loop(model, fits // 10)
    ratios, bares, costs, complete = [], [], [], True
    for turn in range(rounds):
        bare = 0.0 if turn % 2 else loop(model, fits)
        watched, spent, all_seen = watched_loop(model, fits, engine)
        bare = bare or loop(model, fits)
        ratios.append(watched / bare)
        bares.append(bare / fits * 1e6)
        costs.append(spent / bare)
        complete &= all_seen
    note = "" if complete else "switched itself off"
    name, bare, ratio, cost = model.__name__, *map(statistics.median, (bares, ratios, costs))
    print(f"{name:<24}{bare:>12.0f}{ratio:>14.3f}{cost:>11.1%}  {note}")


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
    parser.add_argument("--rounds", type=int, default=3, help="loops of each kind")
    parser.add_argument("--engine", choices=["monitoring", "wrapping"])
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, engine: {options.engine or 'chosen by the Python version'}")
    print(f"{'model':<24}{'bare µs/fit':>12}{'watched/bare':>14}{'callbacks':>11}")
    for model in MODELS:
        compare(model, options.fits, options.rounds, options.engine)
    start, stop, facts = edges(options.engine)
    print(f"start {start:.1f} ms, stop {stop:.1f} ms, facts {facts:.1f} ms")


if __name__ == "__main__":
    main()
