"""What measuring costs: the same training bare, under CodeCarbon alone, and under us.

Each round runs all ways once, in a random order, each in a process of its own;
the ratios are medians over the rounds of ratios within one round, so that a
machine that gets slower or faster in between cancels out. Wall is what the user
waits for; CPU is what the process and its children used, ours included.

    python benchmarks/overhead.py [--rounds 7] [--seconds 5]
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TRAINING = """
import time
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
X, y = load_digits(return_X_y=True)
def work():
    begin = time.process_time()
    while time.process_time() - begin < {seconds}:
        RandomForestClassifier(n_estimators=40, random_state=0).fit(X, y)
"""
TRACKED = """
from {package} import {tracker} as Tracker
tracker = Tracker(country_iso_code="FRA", log_level="critical", save_to_file=False)
tracker.start()
work()
tracker.stop()
"""
WAYS = {
    "bare": TRAINING + "work()",
    "CodeCarbon": TRAINING + TRACKED.format(package="codecarbon", tracker="OfflineEmissionsTracker"),
    "PowerTracker": TRAINING + TRACKED.format(package="ai_power_export", tracker="OfflinePowerTracker"),
    "aipower export": TRAINING + "work()",
}
IMPORTS = {
    "import codecarbon": ["-c", "import codecarbon"],
    "from codecarbon import EmissionsTracker": ["-c", "from codecarbon import EmissionsTracker"],
    "import ai_power_export": ["-c", "import ai_power_export"],
    "from ai_power_export import PowerTracker": ["-c", "from ai_power_export import PowerTracker"],
    "codecarbon --help": ["-m", "codecarbon.cli.main", "--help"],
    "aipower --help": ["-m", "ai_power_export", "--help"],
}


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float


def run(arguments: list[str], folder: Path) -> Cost:
    environment = {**os.environ, "HOME": str(folder)}
    # An installed package is compiled once, not at each start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if process.returncode:
        sys.exit(f"{arguments} failed: {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime + of_orphans())


def of_orphans() -> float:
    """CPU seconds of processes that were left behind: the reporter of `aipower export`."""
    spent = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return spent
        spent += usage.ru_utime + usage.ru_stime


def adopt_orphans() -> None:
    """Make this process the parent of orphaned descendants, so that their CPU time is counted."""
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        print("CPU time of processes left behind is not counted on this system")


def command(way: str, folder: Path, seconds: float) -> list[str]:
    script = folder / f"{way.replace(' ', '_')}.py"
    script.write_text(WAYS[way].format(seconds=seconds))
    if way != "aipower export":
        return [str(script)]
    return ["-m", "ai_power_export", "export", "--offline", "--country", "FRA", str(script)]


def rounds_of(lines: dict[str, list[str]], rounds: int, folder: Path) -> list[dict[str, Cost]]:
    found = []
    for number in range(rounds + 1):
        costs = {name: run(lines[name], folder) for name in random.sample([*lines], len(lines))}
        if number:  # the first round fills the caches of files
            found.append({name: costs[name] for name in lines})
    return found


def ratios(found: list[dict[str, Cost]], way: str, to: str) -> tuple[float, float]:
    wall = statistics.median(each[way].wall / each[to].wall for each in found)
    cpu = statistics.median(each[way].cpu / each[to].cpu for each in found)
    return wall, cpu


def table(title: str, found: list[dict[str, Cost]], to: str) -> None:
    print(f"\n{title}")
    print(f"{'':42}{'wall s':>8}{'CPU s':>8}   wall and CPU as a ratio to {to}")
    for way in found[0]:
        wall = statistics.median(each[way].wall for each in found)
        cpu = statistics.median(each[way].cpu for each in found)
        print(
            f"{way:42}{wall:8.2f}{cpu:8.2f}{ratios(found, way, to)[0]:12.3f}{ratios(found, way, to)[1]:8.3f}"
        )


def start_up(rounds: int, folder: Path) -> None:
    found = rounds_of(IMPORTS, rounds, folder)
    for ours, theirs in zip([*IMPORTS][2:4], [*IMPORTS][:2], strict=True):
        table(f"{ours} beside {theirs}", [{k: each[k] for k in (theirs, ours)} for each in found], theirs)
    helps = [*IMPORTS][4:]
    table("start of the command", [{k: each[k] for k in helps} for each in found], helps[0])


ENDING = """
import sys, time
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
X, y = load_digits(return_X_y=True)
{start}
RandomForestClassifier(n_estimators=40, random_state=0).fit(X, y)
sys.stdout.write(repr(time.time()))
sys.stdout.flush()
{stop}
"""
STARTED = """
from {package} import {tracker} as Tracker
tracker = Tracker(country_iso_code="FRA", log_level="critical", save_to_file=False)
tracker.start()
"""
ENDINGS = {
    "bare": ENDING.format(start="", stop=""),
    "CodeCarbon": ENDING.format(
        start=STARTED.format(package="codecarbon", tracker="OfflineEmissionsTracker"), stop="tracker.stop()"
    ),
    "PowerTracker": ENDING.format(
        start=STARTED.format(package="ai_power_export", tracker="OfflinePowerTracker"), stop="tracker.stop()"
    ),
    "aipower export": ENDING.format(start="", stop=""),
}


def afterwards(way: str, folder: Path) -> float:
    """Return seconds from the last line of a script's own to the end of its process."""
    script = folder / f"end_of_{way.replace(' ', '_')}.py"
    script.write_text(ENDINGS[way])
    measured = ["-m", "ai_power_export", "export", "--offline", "--country", "FRA"]
    arguments = [*(measured if way == "aipower export" else []), str(script)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), "HOME": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, check=True
    )
    return time.time() - float(ended.stdout)


def endings(arguments: argparse.Namespace, folder: Path) -> None:
    """Print how long a user waits after the last line of a script."""
    waits: dict[str, list[float]] = {way: [] for way in ENDINGS}
    for number in range(arguments.rounds + 1):
        for way in random.sample([*ENDINGS], len(ENDINGS)):
            seconds = afterwards(way, folder)
            if number:
                waits[way].append(seconds)
    print("\nfrom the last line of a script to the end of its process")
    for way, seconds in waits.items():
        print(f"{way:42}{statistics.median(seconds) * 1e3:8.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    adopt_orphans()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start_up(arguments.rounds, folder)
        jobs = {way: command(way, folder, arguments.seconds) for way in WAYS}
        found = rounds_of(jobs, arguments.rounds, folder)
        table(f"a training of {arguments.seconds:g} s", found, "CodeCarbon")


if __name__ == "__main__":
    main()
