"""What reading a source costs, relative to `ast.parse` of the same file.

    python benchmarks/inspect_sources.py [FILES]

Over some hundred installed files (site-packages and the standard library), each
timed as the best of three. Exits 1 where the median is above 6 or the 95th percentile above 15.
"""

from __future__ import annotations

import ast
import random
import statistics
import sys
import sysconfig
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.source.inspect import read_source

MEDIAN, PERCENTILE_95 = 6.0, 15.0
ROUNDS = 3


def files(count: int) -> list[Path]:
    """Return a repeatable sample of installed Python files."""
    found = sorted(Path(sysconfig.get_path("purelib")).rglob("*.py"))
    found += sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    return random.Random(0).sample(found, min(count, len(found)))


def best(action: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def ratio(file: Path) -> float | None:
    """Return how many parses the whole analysis of a file costs; None for no Python and for empty files."""
    try:
        text = file.read_bytes()
        if not ast.parse(text).body:
            return None
        return best(lambda: read_source(file)) / best(lambda: ast.parse(text))
    except (SyntaxError, ValueError, BadInput):
        return None


def main() -> int:
    """Print the figures of a sample and tell whether they are good enough."""
    warnings.simplefilter("ignore")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    ratios = sorted(found for file in files(count) if (found := ratio(file)) is not None)
    median, high = statistics.median(ratios), ratios[int(0.95 * (len(ratios) - 1))]
    print(f"{len(ratios)} files, analysis relative to ast.parse of the same file")
    print(f"median          {median:6.2f}  (at most {MEDIAN:g})")
    print(f"95th percentile {high:6.2f}  (at most {PERCENTILE_95:g})")
    return 0 if median <= MEDIAN and high <= PERCENTILE_95 else 1


if __name__ == "__main__":
    sys.exit(main())
