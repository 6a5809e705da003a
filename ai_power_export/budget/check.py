"""Checks reports against limits and a baseline, and says in one line what comes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ai_power_export import units
from ai_power_export.budget.baseline import Compared, compare
from ai_power_export.budget.finding import Amount, Doubt, Finding, Verdict, exit_code
from ai_power_export.budget.taken import GRAMS_A_KG, Taken, take
from ai_power_export.errors import AipowerError, BadInput


@dataclass(frozen=True)
class Limits:
    """What each report must keep."""

    max_kwh: float | None = None
    max_co2: float | None = None
    """kg CO2-equivalent."""
    baseline: tuple[Taken, ...] = ()
    tolerance: float = 0.0
    """How much more than the baseline is fine, as a share of it."""
    doubt: Doubt = "pass"


def check_all(reports: Iterable[Path], limits: Limits) -> tuple[list[Taken], list[Finding]]:
    """Return the reports that count, and what comes of each; one that is not checked does not stop others."""
    taken: list[Taken] = []
    findings: list[Finding] = []
    for path in reports:
        try:
            taken.append(take(path))
        except AipowerError as error:
            verdict = Verdict.NOT_CHECKED
            findings.append(Finding(path.name, "report", verdict, str(error), exit_code=error.exit_code))
            continue
        findings += _findings(taken[-1], limits)
    return taken, findings


def _findings(taken: Taken, limits: Limits) -> Iterator[Finding]:
    for name, check in _checks(limits):
        try:
            yield check(taken, limits)
        except BadInput as error:
            reason = f"{taken.name}: {name} not checked: {_without_name(error)}"
            yield Finding(taken.name, name, Verdict.NOT_CHECKED, reason, taken.stage)


def _without_name(error: BadInput) -> str:
    return f"{error.what} ({error.mend})" if error.mend else error.what


def _checks(limits: Limits) -> Iterator[tuple[str, Callable[[Taken, Limits], Finding]]]:
    if limits.max_kwh is not None:
        yield "max-kwh", _energy
    if limits.max_co2 is not None:
        yield "max-co2", _co2
    if limits.baseline:
        yield "baseline", _baseline


def _energy(taken: Taken, limits: Limits) -> Finding:
    return _budget(taken, limits.doubt, "max-kwh", taken.kwh(), limits.max_kwh or 0.0, "kWh", units.energy)


def _co2(taken: Taken, limits: Limits) -> Finding:
    return _budget(taken, limits.doubt, "max-co2", taken.co2(), limits.max_co2 or 0.0, "kg CO2eq", _kg)


def _kg(kg: float) -> str:
    return units.emissions(kg * GRAMS_A_KG)


def _budget(
    taken: Taken,
    doubt: Doubt,
    check: str,
    amount: Amount,
    limit: float,
    unit: str,
    say: Callable[[float], str],
) -> Finding:
    verdict = amount.verdict(limit, doubt)
    took = f"{_who(taken)} took {say(amount.value)}{_plus_minus(amount.error)}"
    reason = f"{took}, {_judged(verdict, doubt, f'the budget of {say(limit)}')}"
    code = exit_code(verdict, doubt)
    return Finding(taken.name, check, verdict, reason, taken.stage, amount, limit, unit, code)


def _baseline(taken: Taken, limits: Limits) -> Finding:
    found, doubt = compare(taken, limits.baseline), limits.doubt
    limit = 1 + limits.tolerance
    verdict = found.ratio.verdict(limit, doubt)
    change = found.ratio.value - 1
    more = f"{abs(change) * 100:.3g} % {'more' if change >= 0 else 'less'}"
    judged = _judged(verdict, doubt, f"the tolerance of {limits.tolerance * 100:.3g} %")
    took = f"{_who(taken)} took {more} than the baseline{_plus_minus(found.ratio.error)}, {judged}"
    reason = f"{took}: {', '.join(_beside(found))}"
    code = exit_code(verdict, doubt)
    return Finding(taken.name, "baseline", verdict, reason, taken.stage, found.ratio, limit, "1", code)


def _beside(found: Compared) -> Iterator[str]:
    by = f" a {found.unit}" if found.unit else ""
    of = f", the median of {found.runs} runs" if found.runs > 1 else " of the run before"
    yield f"{units.energy(found.mine)}{by} beside {units.energy(found.theirs)}{of}"
    if not found.unit:
        yield "run by run, as nobody tells the amount of work"
    if found.is_other_work:
        yield "with other amounts of work"
    if found.hardware:
        yield f"on other hardware ({found.hardware})"
    elif not found.is_alike:
        yield "not measured in the same way on the same hardware"


def _who(taken: Taken) -> str:
    return f"{taken.name}: {taken.stage or 'the run'}"


def _plus_minus(error: float) -> str:
    return f" (±{error * 100:.0f} %)" if error else ""


def _judged(verdict: Verdict, doubt: Doubt, limit: str) -> str:
    if verdict is Verdict.DOUBTFUL:
        return f"which may be over {limit} or not ({doubt}ed in doubt)"
    return f"{'within' if verdict is Verdict.WITHIN else 'over'} {limit}"


def worst(findings: Sequence[Finding]) -> int:
    """Return the exit code of all: 2 if something could not be checked, 1 if something is over, else 0."""
    return max((finding.exit_code for finding in findings), default=0)
