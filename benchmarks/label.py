"""What rating result tables costs, beside a plain numpy loop, and how it grows with the rows.

    python benchmarks/label.py

8,000 rows of 10 metrics in 800 groups, each against the best of its group, boundaries by quantiles of the
group, and a compound index: as arrays, from a file to a file, and by a loop over groups and metrics that does
the same with numpy, in the same process. All must give the same letters. STREP took 34.6 s for such a table.

Then tables of up to a million rows under a frozen scheme, from file to file, each in a process of its own:
processor time must grow with the rows, memory must not. Exits 1 where letters differ or a target is missed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ai_power_export.label.cells import stretches_of
from ai_power_export.label.grading import grade
from ai_power_export.label.runs import Runs
from ai_power_export.label.schemes import made
from ai_power_export.label.tables_out import write_rated
from ai_power_export.label.yardstick import yardstick_of

ROWS, METRICS, GROUPS = 8_000, 10, 800
SECONDS = 0.5
"""Target for rating; reading and writing the table come on top, and are told."""
GROWTH = (125_000, 250_000, 500_000, 1_000_000)
UNEVEN, MORE_MEMORY = 1.3, 30.0
"""Targets: longest time a row against the shortest; MB that the largest table needs beyond the smallest."""
SHARES = (0.8, 0.6, 0.4, 0.2)


def scheme_of(frozen: bool):
    metrics = [
        {
            "name": f"m{place}",
            "title": f"m{place}",
            "better": "higher" if place % 3 == 0 else "lower",
            "weight": 1 + place % 4,
            **({"boundaries": [5, 2, 1, 0.5] if place % 3 == 0 else [0.5, 1, 2, 5]} if frozen else {}),
        }
        for place in range(METRICS)
    ]
    return made(
        {
            "name": "benchmark",
            "version": "1",
            "date": "2026-11-22",
            "group": ["group"],
            "needed": 1 if frozen else 5,
            "index": {"against": "none" if frozen else "best"},
            "boundaries": {} if frozen else {"quantiles": list(SHARES), "on_boundary": "above"},
            "compound": {"mode": "optimistic median" if frozen else "index mean"},
            "metrics": metrics,
        },
        "benchmark",
    )


def write_table(path: Path, rows: int) -> None:
    """Write rows of lognormal values, one in 50 missing; the same 8,000 again and again."""
    random = np.random.default_rng(1)
    values = random.lognormal(size=(ROWS, METRICS))
    missing = random.random(values.shape) < 0.02
    lines = []
    for row, (cells, gone) in enumerate(zip(values.tolist(), missing.tolist(), strict=True)):
        texts = ("" if none else repr(cell) for cell, none in zip(cells, gone, strict=True))
        lines.append(",".join([f"model{row}", f"group{row % GROUPS}", *texts]))
    block = "\n".join(lines) + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["model", "group", *(f"m{place}" for place in range(METRICS))]) + "\n")
        for _ in range(rows // ROWS):
            file.write(block)
        file.writelines(line + "\n" for line in lines[: rows % ROWS])


def read(path: Path) -> Runs:
    rows = [row for stretch in stretches_of(path) for row in stretch.rows]
    values = np.array([[float(cell) if cell else np.nan for cell in row[2:]] for row in rows])
    return Runs(
        values,
        np.ones(values.shape, dtype=bool),
        np.array([int(row[1].removeprefix("group")) for row in rows]),
    )


def by_arrays(scheme, runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    keys = [(f"group{place}",) for place in range(GROUPS)]
    graded = grade(scheme, runs, yardstick_of(scheme, keys, runs=runs))
    return graded.grades, graded.compound


def by_loop(scheme, runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    """Rate group by group and metric by metric, as one would write it down."""
    grades, compound = np.full(runs.values.shape, -1), np.full(len(runs.values), -1)
    weights = np.array([metric.weight for metric in scheme.metrics])
    for group in range(GROUPS):
        rows = np.flatnonzero(runs.groups == group)
        indices = np.full((len(rows), METRICS), np.nan)
        for place, metric in enumerate(scheme.metrics):
            values = runs.values[rows, place]
            known = ~np.isnan(values)
            over = metric.higher_is_better
            index = values / values[known].max() if over else values[known].min() / values
            cut = np.quantile(index[known], SHARES)
            grades[rows[known], place] = (index[known][:, np.newaxis] < cut).sum(axis=1)
            indices[:, place] = index
        known = ~np.isnan(indices)
        total, mean = np.zeros(len(rows)), np.zeros(len(rows))
        for place, weight in enumerate(weights):
            total += weight * known[:, place]
            mean += np.where(known[:, place], weight * indices[:, place], 0.0)
        mean /= total
        compound[rows] = (mean[:, np.newaxis] < np.quantile(mean, SHARES)).sum(axis=1)
    return grades, compound


def timed(work, *arguments):
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        result = work(*arguments)
        times.append(time.perf_counter() - begin)
    return min(times), result


def compare(folder: Path) -> bool:
    scheme, table = scheme_of(frozen=False), folder / "groups.csv"
    write_table(table, ROWS)
    runs = read(table)
    loop, theirs = timed(by_loop, scheme, runs)
    arrays, ours = timed(by_arrays, scheme, runs)
    whole, summary = timed(write_rated, table, scheme, folder / "rated.csv")
    same = all(np.array_equal(*pair) for pair in zip(ours, theirs, strict=True))
    print(f"{ROWS:,} rows of {METRICS} metrics in {GROUPS} groups, best of 5; STREP: 34.6 s")
    letters = f"{loop / arrays:.0f} times as fast, {'same' if same else 'OTHER'} letters"
    print(f"  plain numpy loop   {loop:8.3f} s")
    print(f"  as arrays          {arrays:8.3f} s   target {SECONDS} s; {letters}")
    print(f"  from file to file  {whole:8.3f} s   {sum(summary.letters.values()):,} letters")
    return same and arrays <= SECONDS


def grow(folder: Path) -> bool:
    print("frozen scheme, from file to file, each table in a process of its own")
    took = []
    for rows in GROWTH:
        table = folder / "rows.csv"
        write_table(table, rows)
        done = subprocess.run(
            [sys.executable, __file__, "--table", str(table)], capture_output=True, text=True, check=True
        )
        seconds, megabytes = map(float, done.stdout.split())
        took.append((seconds / rows, megabytes))
        pace = 1e6 * seconds / rows
        print(f"  {rows:9,} rows {seconds:8.2f} s  {pace:6.2f} µs a row  {megabytes:5.0f} MB at most")
    paces, peaks = zip(*took, strict=True)
    return max(paces) <= UNEVEN * min(paces) and peaks[-1] - peaks[0] <= MORE_MEMORY


def one_table(table: Path) -> None:
    begin = time.process_time()
    write_rated(table, scheme_of(frozen=True), table.with_name("rated.csv"))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(time.process_time() - begin, kilobytes / 1024)


def main() -> int:
    if "--table" in sys.argv:
        one_table(Path(sys.argv[-1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        results = [compare(Path(folder)), grow(Path(folder))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
