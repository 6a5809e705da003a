"""A third party's meter of exactly known power, as an installed distribution, and its misbehaving kin."""

from __future__ import annotations

import json
import time
from pathlib import Path

JOULES_PER_KWH = 3.6e6

MODULE = '''
import json, os, signal, socket, sys, time
from ai_power_export.measure.meters.interface import Description, Meter, MeterFailed, MeterReading


class Known(Meter):
    """75 % of the scheduled power is the processor's, 25 % the memory's."""

    def __init__(self, schedule):
        self._schedule = schedule

    def start(self):
        self._since = time.time()

    def _kwh(self, steps, now):
        ends = [moment for moment, _ in steps[1:]] + [now]
        joules = sum(
            max(0.0, end - max(begin, self._since)) * watts
            for (begin, watts), end in zip(steps, ends)
        )
        return joules / 3.6e6

    def read(self):
        steps = [json.loads(line) for line in open(self._schedule)]
        now, at = time.time(), time.perf_counter()
        kwh = self._kwh(steps, now)
        return MeterReading({"cpu": kwh * 0.75, "ram": kwh * 0.25}, at)

    def describe(self):
        return Description("known", {"cpu": 0.1, "ram": 0.1}, "1.2.3", cpu_tracking_mode="schedule")


class Noisy(Known):
    """Does what a tool must not do."""

    def start(self):
        super().start()
        print("noise on stdout")
        print("noise on stderr", file=sys.stderr)
        open("litter.csv", "w").write("litter")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5)
        except OSError as error:
            self._refused = str(error)

    def __init__(self, schedule, port):
        super().__init__(schedule)
        self.port = port

    def describe(self):
        return Description("noisy", {"cpu": 0.1, "ram": 0.1}, notices=(("refused", self._refused),))


class Failing(Known):
    """Fails in its own way once there is a file."""

    def __init__(self, schedule, how, file="never"):
        super().__init__(schedule)
        self._how, self._file = how, file

    def start(self):
        super().start()
        if self._how == "start":
            raise RuntimeError("no such device")

    def read(self):
        if not os.path.exists(self._file):
            return super().read()
        good = super().read().kwh
        if self._how == "exit":
            os._exit(70)
        if self._how == "sysexit":
            sys.exit(70)
        if self._how == "raise":
            raise MeterFailed("the device is gone")
        if self._how == "hang":
            time.sleep(60)
        wrong = {"nan": float("nan"), "negative": -1.0, "back": 0.0, "text": "12"}
        return MeterReading({**good, "cpu": wrong[self._how]})


class NoMeter:
    def __init__(self, **options):
        pass
'''

ENTRY_POINTS = """[ai_power_export.meters]
known = meter_of_a_third_party:Known
Noisy = meter_of_a_third_party:Noisy
failing = meter_of_a_third_party:Failing
nometer = meter_of_a_third_party:NoMeter
gone = meter_of_a_third_party:Gone
"""


def install(folder: Path) -> Path:
    """Write the distribution as pip would; return the folder that belongs on the import path."""
    site = folder / "third party"
    described = site / "meter_of_a_third_party-1.2.3.dist-info"
    described.mkdir(parents=True)
    (site / "meter_of_a_third_party.py").write_text(MODULE)
    (described / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: meter-of-a-third-party\nVersion: 1.2.3\n"
    )
    (described / "entry_points.txt").write_text(ENTRY_POINTS)
    return site


class Schedule:
    """Watts as they were set from moment to moment, in a file that meters read."""

    def __init__(self, path: Path, watts: float):
        self.path = path
        self.set(watts)

    def set(self, watts: float) -> None:
        self._watts = watts
        with self.path.open("a") as file:
            file.write(json.dumps([time.time(), watts]) + "\n")

    @property
    def watts(self) -> float:
        return self._watts

    def between(self, begin: float, end: float) -> float:
        """Return the true energy (kWh) between two moments (s since the epoch)."""
        steps = [json.loads(line) for line in self.path.read_text().splitlines()]
        ends = [moment for moment, _ in steps[1:]] + [float("inf")]
        joules = sum(
            max(0.0, min(end, until) - max(begin, since)) * watts
            for (since, watts), until in zip(steps, ends, strict=True)
        )
        return joules / JOULES_PER_KWH
