"""A watt-meter or smart plug: a command that prints a number, or a CSV file that another program writes.

The number is a power (W, kW), or a total that only grows (Wh, kWh, J).
"""

from __future__ import annotations

import math
import subprocess
import time

from ai_power_export.measure.energies import COUNTED, WHOLE
from ai_power_export.measure.meters.growing_csv import GrowingCsv, Number, number
from ai_power_export.measure.meters.interface import (
    Description,
    Meter,
    MeterFailed,
    MeterReading,
)
from ai_power_export.measure.meters.ledger import Counters, PowerLedger
from ai_power_export.measure.meters.tools import WHOLE_MACHINE
from ai_power_export.units import JOULES_PER_KWH

WATTS = {"W": 1.0, "kW": 1000.0}
"""Units of power, in W."""
KWH = {"Wh": 1e-3, "kWh": 1.0, "J": 1 / JOULES_PER_KWH}
"""Units of energy, in kWh."""

LONGEST_COMMAND = 5.0
"""Seconds that a command may take."""

SHORTEST_SILENCE = 5.0
"""Seconds, or five periods, without a number after which the meter is given up."""


class WattMeter(Meter):
    """Polls a command or follows a file."""

    def __init__(
        self,
        *,
        command: str = "",
        csv: str = "",
        column: str | int = "",
        unit: str = "W",
        period: str | float = 1.0,
        manufacturer: str = "",
        model: str = "",
    ) -> None:
        """Prepare.

        Args:
            command: Shell command that prints one number; it runs in the user's working folder.
            csv: File that grows by a row now and then; relative to that folder.
            column: Its column by name or by number from 1; not needed where there is only one.
            unit: `W`, `kW`, `Wh`, `kWh` or `J`.
            period: Seconds between two runs of the command, or between two rows.
            manufacturer: Maker of the meter.
            model: Its model.

        Raises:
            ValueError: The configuration cannot be used.
        """
        if bool(command) == bool(csv):
            raise ValueError("a watt-meter needs either command=... or csv=...")
        if unit not in WATTS and unit not in KWH:
            raise ValueError(f"unit={unit}: one of {', '.join((*WATTS, *KWH))}")
        self._every = float(period)
        if not 0.05 <= self._every <= 3600:
            raise ValueError(f"period={period}: seconds, from 0.05 to 3600")
        # A new row is looked for more often, for it counts from when it was seen.
        self.period = self._every if command else min(self._every / 10, 1.0)
        self._command, self._csv, self._column, self._unit = command, csv, str(column), unit
        self._manufacturer, self._model = str(manufacturer), str(model)
        self._finest = 0.0

    def unavailable(self) -> str:
        """Ask the meter once."""
        try:
            if self._command:
                self._asked()
            else:
                self._rows()
        except MeterFailed as failure:
            return str(failure)
        return ""

    def start(self) -> None:
        """Begin with the meter's present value; a file is waited for to grow by a row."""
        self._file = None if self._command else self._rows()
        self._counters, self._totals = Counters({}), MeterReading({WHOLE: 0.0})
        self._ledger = PowerLedger()
        self._watts: float | None = None
        self._heard_at, self._why_silent = time.perf_counter(), ""
        self._take_in([self._asked()] if self._file is None else self._first_row(self._file))

    def _rows(self) -> GrowingCsv:
        return GrowingCsv(self.folder / self._csv, self._column)

    def _first_row(self, file: GrowingCsv) -> list[Number]:
        """Wait a little for a row; where none comes the meter begins with the first that does."""
        end = time.perf_counter() + min(1.5 * self._every, SHORTEST_SILENCE)
        while not (found := file.new()) and time.perf_counter() < end:
            time.sleep(min(self._every / 20, 0.05))
        return found[-1:]

    def read(self) -> MeterReading:
        """Take in what the meter has said since, and return the totals."""
        self._take_in(self._polled() if self._file is None else self._file.new())
        silence = time.perf_counter() - self._heard_at
        if silence > max(SHORTEST_SILENCE, 5 * self._every):
            raise MeterFailed(f"the watt-meter has said nothing for {silence:.0f} s{self._why_silent}")
        if self._watts is not None:
            self._ledger.add({WHOLE: self._watts})
            self._totals = self._ledger.reading
        return self._totals

    def _take_in(self, numbers: list[Number]) -> None:
        for value, text, at in numbers:
            if not 0 <= value < math.inf:
                raise MeterFailed(f"the watt-meter says {text} {self._unit}")
            self._heard_at = at
            if self._unit in KWH:
                total = self._counters.add({f"of the watt-meter ({self._unit})": value})
                self._totals = MeterReading({WHOLE: math.fsum(total.values()) * KWH[self._unit]}, at)
                self._finest = _last_digit(text) * KWH[self._unit]
        if numbers and self._unit in WATTS:
            self._watts = math.fsum(each.value for each in numbers) / len(numbers) * WATTS[self._unit]

    def _polled(self) -> list[Number]:
        """Ask the command; where it fails, it is asked again next time."""
        try:
            return [self._asked()]
        except MeterFailed as failure:
            self._why_silent = f": {failure}"
            return []

    def _asked(self) -> Number:
        before = time.perf_counter()
        try:
            done = subprocess.run(
                self._command,
                shell=True,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=LONGEST_COMMAND,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise MeterFailed(f"the command failed: {error}") from error
        after = time.perf_counter()
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()
            raise MeterFailed(f"the command ended with {done.returncode}{f': {said[-1]}' if said else ''}")
        # A total was read somewhen while the command ran.
        return number(done.stdout.strip(), "the command printed", (before + after) / 2)

    def describe(self) -> Description:
        """Say what the user says of it."""
        return Description(
            "wattmeter",
            {WHOLE: COUNTED},
            manufacturer=self._manufacturer,
            model=self._model,
            notices=(WHOLE_MACHINE,),
            shortest=0.0 if self._command else self._every,
            finest=self._finest,
        )


def _last_digit(text: str) -> float:
    """Return the size of the last digit of a number as it was written: 0.01 of `12.34`."""
    digits, _, exponent = text.lower().partition("e")
    return float(10.0 ** (int(exponent or 0) - len(digits.partition(".")[2])))
