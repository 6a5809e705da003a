"""How far the energy can be relied on: what counted it, and what bears it out."""

from __future__ import annotations

import re

from ai_power_export.facts import Origin
from ai_power_export.report.rating.matrix import BEST, WORST
from ai_power_export.report.rating.subject import Entry, Judgement, Subject, number, text

COUNTED, MODELLED, ASSUMED = 2, 3, 4
"""Scores of ±10 %, ±25 % and ±50 % without a second look: the format's three qualities."""
OF_QUALITY = {"high": COUNTED, "medium": MODELLED, "low": ASSUMED}
CLOSE = 0.1
"""Relative difference up to which two meters agree: the error that the format's `high` allows."""

COUNTERS = frozenset({"rapl", "emi", "powergadget", "powermetrics", "pmic", "nvml", "amdsmi"})
"""Tracking modes that read a counter or a sensor of the device, as `words` leaves them."""
BY_COUNTERS = frozenset({"zeus", "pyrapl", "pyjoules", "perf", "nvidiasmi"})
"""Tools that measure by such counters alone (their own documentation)."""
BY_MODELS = frozenset(
    {
        "codecarbon",
        "carbontracker",
        "eco2ai",
        "experimentimpacttracker",
        "ecologits",
        "carbonai",
        "flopscompute",
        "greenalgorithms",
    }
)
"""Tools that put assumptions in place of what they cannot measure; CodeCarbon always does for the RAM."""
WATTMETER = "wattmeter"


def judge(subject: Subject, *, wrong: bool) -> list[Judgement]:
    """Judge the meter; `wrong` says that a check of the report found what cannot be true."""
    verdicts = [_meter(subject)]
    if wrong:
        verdicts.append(Judgement(WORST, "a check of the report finds errors", "aipower validate says which"))
    return verdicts


def _meter(subject: Subject) -> Judgement:
    score, how = _accuracy(subject)
    better = "measure with counters or a wattmeter: aipower doctor says what this machine can give"
    if score >= ASSUMED:
        return Judgement(score, how, better)
    proof = _second_look(subject)
    if proof:
        return Judgement(score - 1, f"{how}; {proof}", better if score - 1 > BEST else "")
    mend = "aipower calibrate before the run, or --meter with a wattmeter, bears the energy out"
    return Judgement(score, f"{how}; nothing bears it out", mend)


def _accuracy(subject: Subject) -> tuple[int, str]:
    """Return the score of the best meter without a second look, and the reason."""
    found = [
        _of_entry(subject, index, entry) for index, entry in enumerate(subject.measures) if _kwh(entry) > 0
    ]
    score, how = min(found, default=(WORST, "no energy is told"))
    claim = text(subject.document, "quality")
    if OF_QUALITY.get(claim, BEST) > score:
        return OF_QUALITY[claim], f"the report itself says {claim}"
    return score, how


def _of_entry(subject: Subject, index: int, entry: Entry) -> tuple[int, str]:
    """Judge a measure by its evidence, which has the shares of its parts, else by its words."""
    said = by_words(entry, with_gpu=subject.has_gpu)
    graded = _graded(subject) if index == 0 else None
    if graded is None:
        return said
    energy = subject.fact("measures[0].powerConsumption")
    by_hand = energy is None or energy.origin is Origin.USER
    return max(said, graded) if by_hand else graded


def _graded(subject: Subject) -> tuple[int, str] | None:
    """Return the score of the quality that was reckoned when the report was made, and the reason."""
    decision = subject.evidence.decisions.get("quality") if subject.evidence else None
    fact = decision.winner if decision else None
    if fact is None or fact.origin is not Origin.DERIVED or fact.value not in OF_QUALITY:
        return None
    return OF_QUALITY[str(fact.value)], f"quality {fact.value}, reckoned from the parts of the energy"


def by_words(entry: Entry, *, with_gpu: bool) -> tuple[int, str]:
    """Return the score of a measure by what it says of itself, and the reason."""
    tool = words(text(entry, "measurementMethod"))
    if tool == WATTMETER:
        return COUNTED, "a wattmeter"
    if tool in BY_COUNTERS:
        return COUNTED, f"{tool} reads counters"
    modes = {name: text(entry, f"{name}TrackingMode") for name in ("cpu", "gpu")}
    if not any(modes.values()):
        return (ASSUMED, f"{tool}, how is not told") if tool in BY_MODELS else (WORST, "how is not told")
    untold = [name for name in ("cpu", *(["gpu"] if with_gpu else [])) if not modes[name]]
    if untold:
        return ASSUMED, f"how the {untold[0]} was followed is not told"
    assumed = [name for name, mode in modes.items() if mode and words(mode) not in COUNTERS]
    if assumed:
        return ASSUMED, f"no counter for {', '.join(assumed)}"
    return MODELLED, "counters, and assumptions for the rest"


def words(name: str) -> str:
    """Return a name without what people write in different ways.

    >>> words("Watt-meter")
    'wattmeter'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _second_look(subject: Subject) -> str:
    """Say what bears the energy out; empty if nothing does.

    The guideline asks for a cross-check: a meter that was also read while the machine was at rest, and
    told less then, or a wattmeter beside another one. Two tools on the same counters are not two.
    """
    if any(_is_above_rest(entry) for entry in subject.measures):
        return "the machine at rest was measured to draw less"
    by_meter: list[float] = []
    others: list[float] = []
    for entry in subject.measures:
        is_wattmeter = words(text(entry, "measurementMethod")) == WATTMETER
        (by_meter if is_wattmeter else others).append(_kwh(entry))
    if any(_agree(one, other) for one in by_meter for other in others):
        return "a wattmeter agrees within 10 %"
    return ""


def _kwh(entry: Entry) -> float:
    return number(entry, "powerConsumption") or 0.0


def _agree(one: float, other: float) -> bool:
    return one > 0 and other > 0 and abs(one - other) <= CLOSE * max(one, other)


def _is_above_rest(entry: Entry) -> bool:
    at_rest = _power(entry, "powerCalibrationMeasurement", "durationCalibrationMeasurement")
    in_run = _power(entry, "powerConsumption", "measurementDuration")
    return 0 < at_rest < in_run


def _power(entry: Entry, energy: str, duration: str) -> float:
    """Return a mean power in kWh/s, 0 where it is not told."""
    kwh, seconds = number(entry, energy) or 0.0, number(entry, duration) or 0.0
    return kwh / seconds if kwh > 0 and seconds > 0 else 0.0
