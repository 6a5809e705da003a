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

CALIBRATION, CALIBRATION_SECONDS = "powerCalibrationMeasurement", "durationCalibrationMeasurement"
PROCESSORS = ("cpu", "gpu", "tpu", "npu")


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with energies and durations."""
    # What answers behind a service runs on other hardware than the one that asks.
    remote = reading.one("infrastructure").has("cloudService")
    most = None if remote else most_of(reading.components)
    least = least_of(reading.components)
    for measure in reading.measures:
        yield from _signs(measure)
        yield from _calibration(measure)
        yield from _amount(measure)
        if most is not None:
            yield from _power(measure, least, most)


def _signs(measure: Measure) -> Iterator[Finding]:
    part = measure.part
    energy = part.number("powerConsumption")
    if energy is not None and energy <= 0:
        what = f"is {plain(energy)}: whatever ran used energy"
        mend = "give the energy measured; one too small for the meter is no measure"
        yield error(part.spot("powerConsumption").path, "energy-not-positive", what, mend)
    if measure.seconds is not None and measure.seconds <= 0:
        path, what = part.spot("measurementDuration").path, f"is {plain(measure.seconds)} s"
        yield error(path, "duration-not-positive", what, "give how long it was measured")


def _calibration(measure: Measure) -> Iterator[Finding]:
    amounts = {name: measure.part.number(name) for name in (CALIBRATION, CALIBRATION_SECONDS)}
    paths = {name: measure.part.spot(name).path for name in amounts}
    given = {name: amount for name, amount in amounts.items() if amount is not None}
    for name, amount in given.items():
        if amount < 0:
            what = f"is {plain(amount)}, less than nothing"
            yield error(paths[name], "calibration-negative", what, "give what was measured")
        elif amount == 0:
            mend = "leave both out if there was no calibration"
            yield warning(paths[name], "calibration-zero", "is 0", mend)
    if len(given) == 1:
        (name,) = given
        (other,) = amounts.keys() - given.keys()
        mend = "give both: only together they are a power"
        yield warning(paths[name], "calibration-incomplete", f"stands without {other}", mend)
    idle, drawn = measure.idle_watts, measure.watts
    if idle is not None and drawn is not None and idle > CALIBRATION_MARGIN * drawn:
        what = f"is {plain(idle)} W on average, and the task drew {plain(drawn)} W"
        mend = "check both energies and durations, and their units"
        yield warning(paths[CALIBRATION], "calibration-above-task", what, mend)


def _amount(measure: Measure) -> Iterator[Finding]:
    if measure.kwh is None or measure.kwh <= LARGEST_RUN:
        return
    path, what = measure.part.spot("powerConsumption").path, f"is {in_words(measure.kwh)}"
    mend = "check the unit: a J is 2.8e-7 kWh, a Wh 0.001 kWh"
    if measure.kwh > ALL_DATA_CENTRES:
        yield error(path, "energy-impossible", f"{what}, more than all data centres use in a year", mend)
    else:
        yield warning(path, "energy-implausible", f"{what}, more than any known training", mend)


def _power(measure: Measure, least: float, most: float) -> Iterator[Finding]:
    watts = measure.watts
    if watts is None:
        return
    path = measure.part.spot("powerConsumption").path
    what = f"is {in_words(measure.kwh or 0)} in {plain(measure.seconds or 0)} s, {plain(watts)} W on average"
    mend = "check the unit (kWh), the duration (s), and that all hardware is listed with its counts"
    if watts > IMPOSSIBLE * most:
        yield error(path, "power-impossible", f"{what}: this hardware draws {plain(most)} W at most", mend)
    elif watts > MARGIN * most:
        what = f"{what}: this hardware draws about {plain(most)} W at most"
        yield warning(path, "power-implausible", what, mend)
    elif watts < least:
        what = f"{what}: such hardware draws {plain(least)} W even when it is idle"
        yield warning(path, "power-too-low", what, mend)


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
    named = (part for part in components if part.hardware_name)
    for part in (each for each in named if kind_of(each.text("componentType")) == "gpu"):
        share = part.number("share")
        if _most_of_one(part) >= LARGE_BOARD:
            least = max(least, LEAST_ACCELERATOR * min(1.0 if share is None else share, 1.0))
    return least


def _most_of_one(part: Part) -> float:
    kind = kind_of(part.text("componentType"))
    return most_watts(kind, part.hardware_name, part.number("memorySize")) or 0.0
