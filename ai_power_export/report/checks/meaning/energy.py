"""Energy and time: above zero, and as much as the hardware can have drawn."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Measure, Part, Reading
from ai_power_export.report.checks.meaning.wording import error, plain, warning
from ai_power_export.units import energy as in_words
from ai_power_export.vocabulary.power import board_watts, kind_of, most_watts

ALL_DATA_CENTRES = 4.15e11
"""kWh that all data centres of the world used in 2024 (IEA, "Energy and AI", 2025: 415 TWh)."""
LARGEST_RUN = 1e8
"""kWh: twice the highest published estimates of one training (about 50 GWh, for GPT-4)."""
MARGIN = 3
"""Mean power over the parts' highest that is still plausible: the machine around them doubles it at most (a
DGX H100 takes 10.2 kW, its GPUs and CPUs 6.3 kW), and a data centre adds 56 % (Uptime Institute 2024)."""
IMPOSSIBLE = 10
"""Beyond it no machine around the parts explains it: parts, duration or unit are wrong."""
LEAST_WATTS = 0.1
"""W: what a computer draws at the very least; the smallest single-board computers idle at 0.4 W."""
LEAST_ACCELERATOR = 5.0
"""W: the most frugal data centre GPUs idle at 8 W and more (NVIDIA T4 and L4)."""
LARGE_BOARD = 250.0
"""W: boards that draw that much at most and no laptop's are built for servers and workstations."""
CALIBRATION_MARGIN = 2
"""A machine that does nothing may draw that much more than one that works, by the error of the two."""

PROCESSORS = ("cpu", "gpu", "tpu", "npu")


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with energies and durations."""
    for measure in reading.measures:
        yield from _signs(measure)
        yield from _calibration(measure)
        yield from _amount(measure)
        if not reading.one("infrastructure").has("cloudService"):
            yield from _power(measure, reading.components)


def _signs(measure: Measure) -> Iterator[Finding]:
    part = measure.part
    energy = part.number("powerConsumption")
    if energy is not None and energy <= 0:
        what = f"is {plain(energy)}: whatever ran used energy"
        mend = "give the energy measured; one too small for the meter is no measure"
        yield error(part.spot("powerConsumption").path, "energy-not-positive", what, mend)
    if measure.seconds is not None and measure.seconds <= 0:
        path = part.spot("measurementDuration").path
        yield error(
            path, "duration-not-positive", f"is {plain(measure.seconds)} s", "give how long it was measured"
        )


def _calibration(measure: Measure) -> Iterator[Finding]:
    part = measure.part
    energy, seconds = (
        part.number("powerCalibrationMeasurement"),
        part.number("durationCalibrationMeasurement"),
    )
    for name, value in (("powerCalibrationMeasurement", energy), ("durationCalibrationMeasurement", seconds)):
        if value is not None and value < 0:
            yield error(
                part.spot(name).path, "calibration-negative", f"is {plain(value)}", "give what was measured"
            )
    if (energy is None) != (seconds is None):
        there, missing = ("powerC", "durationC") if seconds is None else ("durationC", "powerC")
        path = part.spot(f"{there}alibrationMeasurement").path
        what = f"stands without {missing}alibrationMeasurement"
        yield warning(path, "calibration-incomplete", what, "give both: only together they are a power")
    elif energy == 0 or seconds == 0:
        path = part.spot(
            "powerCalibrationMeasurement" if energy == 0 else "durationCalibrationMeasurement"
        ).path
        yield warning(path, "calibration-zero", "is 0", "leave both out if there was no calibration")
    elif measure.idle_watts and measure.watts and measure.idle_watts > CALIBRATION_MARGIN * measure.watts:
        path = part.spot("powerCalibrationMeasurement").path
        what = f"is {plain(measure.idle_watts)} W on average, and the task drew {plain(measure.watts)} W"
        yield warning(
            path, "calibration-above-task", what, "check both energies and durations, and their units"
        )


def _amount(measure: Measure) -> Iterator[Finding]:
    if measure.kwh is None or measure.kwh <= LARGEST_RUN:
        return
    path, what = measure.part.spot("powerConsumption").path, f"is {in_words(measure.kwh)}"
    mend = "check the unit: a J is 2.8e-7 kWh, a Wh 0.001 kWh"
    if measure.kwh > ALL_DATA_CENTRES:
        yield error(path, "energy-impossible", f"{what}, more than all data centres use in a year", mend)
    else:
        yield warning(path, "energy-implausible", f"{what}, more than any known training", mend)


def _power(measure: Measure, components: list[Part]) -> Iterator[Finding]:
    watts, most = measure.watts, most_of(components)
    if watts is None or most is None:
        return
    path = measure.part.spot("powerConsumption").path
    what = f"is {in_words(measure.kwh or 0)} in {plain(measure.seconds or 0)} s, {plain(watts)} W on average"
    mend = "check the unit (kWh), the duration (s), and that all hardware is listed with its counts"
    if watts > IMPOSSIBLE * most:
        yield error(path, "power-impossible", f"{what}; this hardware draws {plain(most)} W at most", mend)
    elif watts > MARGIN * most:
        yield warning(
            path, "power-implausible", f"{what}; this hardware draws about {plain(most)} W at most", mend
        )
    elif watts < least_of(components):
        least = plain(least_of(components))
        yield warning(
            path, "power-too-low", f"{what}; such hardware draws {least} W even when it is idle", mend
        )


def most_of(components: list[Part]) -> float | None:
    """Return the most that hardware draws in W; None where no processor or an unknown kind is listed."""
    kinds = [kind_of(part.text("componentType")) for part in components]
    if not any(kind in PROCESSORS for kind in kinds) or not all(kinds):
        return None
    each = (_most_of_one(part) * max(part.number("nbComponent") or 1.0, 1.0) for part in components)
    return board_watts() + sum(each)


def least_of(components: list[Part]) -> float:
    """Return what hardware draws at least, in W, as far as the task had a share of it."""
    least = LEAST_WATTS
    for part in components:
        share = part.number("share")
        if kind_of(part.text("componentType")) == "gpu" and _most_of_one(part) >= LARGE_BOARD and _name(part):
            least = max(least, LEAST_ACCELERATOR * min(1.0 if share is None else share, 1.0))
    return least


def _most_of_one(part: Part) -> float:
    return most_watts(kind_of(part.text("componentType")), _name(part), part.number("memorySize")) or 0.0


def _name(part: Part) -> str:
    names = ("componentName", "manufacturer", "family", "series")
    return " ".join(filter(None, (part.text(name)[:80] for name in names)))
