"""Which algorithms ran, weighed by the time they took, and the facts of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai_power_export.evidence_names import DEFAULTS, EVIDENCE, LIVE_MODEL, SECONDARY, VARIED
from ai_power_export.facts import Certainty, Facts, JsonValue, Origin
from ai_power_export.observe.uses import Use
from ai_power_export.vocabulary.entries import Role

FIELD = "task.algorithms"

SMALLEST_SHARE = 0.05
"""Share of the algorithms' time below which one is secondary and not listed."""
MOST_ALGORITHMS = 8
"""A report names the main approaches, not every class of a model zoo."""


@dataclass(frozen=True)
class Algorithm:
    """All uses of one class."""

    subject: str
    """Its public class path."""
    uses: tuple[Use, ...]

    @property
    def seconds(self) -> float:
        """Time spent in it."""
        return sum(use.seen.seconds for use in self.uses)

    @property
    def defining_uses(self) -> list[Use]:
        """The uses that say what it is: its training, else its answers; the longest first."""
        training = [use for use in self.uses if use.trains]
        return sorted(training or self.uses, key=lambda use: -use.seen.seconds)

    @property
    def place(self) -> str:
        """The line where most of its time was spent."""
        return self.defining_uses[0].seen.place


def algorithms_in(uses: Sequence[Use]) -> list[Algorithm]:
    """Return the algorithms, the one that took most time first.

    What reduces dimensions in front of a model is a helper; alone it is the algorithm.
    """
    models = [use for use in uses if use.role is Role.MODEL] or [
        use for use in uses if use.role is Role.REDUCER
    ]
    subjects = dict.fromkeys(use.subject for use in models)
    found = [Algorithm(each, tuple(use for use in models if use.subject == each)) for each in subjects]
    return sorted(found, key=lambda algorithm: -algorithm.seconds)


def main_algorithms(found: Sequence[Algorithm], facts: Facts) -> list[Algorithm]:
    """Return those that a report names; the others become evidence."""
    smallest = SMALLEST_SHARE * sum(algorithm.seconds for algorithm in found)
    main = [each for each in found if each.seconds >= smallest][:MOST_ALGORITHMS]
    for algorithm in found:
        if algorithm not in main:
            facts.add(
                SECONDARY,
                algorithm.subject,
                Origin.OBSERVED,
                algorithm.place,
                weight=algorithm.seconds,
                note=_story(algorithm),
            )
    return main


def say_algorithm(algorithm: Algorithm, facts: Facts, measured_seconds: float) -> None:
    """Add the facts of one algorithm."""
    place, seconds, subject = algorithm.place, algorithm.seconds, algorithm.subject
    decisive = _decisive(algorithm)
    said = _said_of_the_model(algorithm, decisive)
    if not decisive[0].trains:
        said.pop("trainingType", None)
    search = next((use.optimizer for use in decisive if use.optimizer), None)
    said["optimizer"] = search or said.get("optimizer")
    share = f", {seconds / measured_seconds:.0%} of the measured time" if measured_seconds > 0 else ""
    for name, value in said.items():
        note = _story(algorithm) + share if name == "classPath" else ""
        path = name if name.startswith(EVIDENCE) else f"{FIELD}.{name}"
        facts.add(path, value, Origin.OBSERVED, place, subject=subject, weight=seconds, note=note)
    _say_hyperparameters(decisive, facts, place, seconds)


def _said_of_the_model(algorithm: Algorithm, decisive: Sequence[Use]) -> dict[str, JsonValue]:
    """Return what is settled by the class, and what all models say of themselves alike.

    A fit after a search made the final model, whatever the search tried.
    """
    final = _long([use for use in _after_searches(algorithm.defining_uses) if use.part.said]) or decisive
    final = _latest(final, algorithm.defining_uses)
    first = decisive[0]
    said = {name: value for name, value in first.fields.items() if first.part.said.get(name) in (None, "")}
    for name in dict.fromkeys(name for use in final for name in use.part.said):
        values = [use.part.said[name] for use in final if name in use.part.said]
        if values[0] not in (None, "") and all(value == values[0] for value in values):
            said[name] = values[0]
    said.pop(LIVE_MODEL, None)
    return said


def _latest(uses: Sequence[Use], every: Sequence[Use]) -> list[Use]:
    """Return uses, in place of those of one object its last one: it knows what it learned before, too."""
    found = {use.part.said.get(LIVE_MODEL, id(use)): use for use in uses}
    for use in sorted(every, key=lambda use: use.seen.end):
        number = use.part.said.get(LIVE_MODEL)
        if number in found:
            found[number] = use
    return list(found.values())


def _after_searches(uses: Sequence[Use]) -> list[Use]:
    """Return the uses that began when all searches were over; none where nothing was searched."""
    searched = max((use.seen.end for use in uses if use.optimizer), default=None)
    return [use for use in uses if searched is not None and use.seen.begin >= searched]


def say_what_failed(attempts: Iterable[Use], facts: Facts) -> None:
    """Add what calls that failed at once show for the evidence: it keeps the source from saying otherwise."""
    for use in attempts:
        for name, value in use.fields.items():
            if use.failed_at_once and name.startswith(EVIDENCE) and name != LIVE_MODEL:
                facts.add(name, value, Origin.OBSERVED, use.seen.place, subject=use.subject)


def _decisive(algorithm: Algorithm) -> list[Use]:
    """Return the defining uses without those that took next to no time."""
    return _long(algorithm.defining_uses)


def _long(uses: Sequence[Use]) -> list[Use]:
    smallest = SMALLEST_SHARE * sum(use.seen.seconds for use in uses)
    return [use for use in uses if use.seen.seconds >= smallest]


def _say_hyperparameters(decisive: Sequence[Use], facts: Facts, place: str, seconds: float) -> None:
    field, subject = f"{FIELD}.hyperparameters", decisive[0].subject
    if not all(use.seen.settled for use in decisive):
        facts.lack(field, "a search chose the values, and its choice was not observed")
        return
    constant, varied = _merged(decisive)
    defaults: list[JsonValue] = [
        name for name in constant if all(name in use.part.defaults for use in decisive)
    ]
    # What was the same in all calls that were read may have differed in one that was not.
    certainty = Certainty.LIKELY if any(use.seen.sampled for use in decisive) else Certainty.CERTAIN
    for path, value in ((field, constant), (DEFAULTS, defaults), (VARIED, varied)):
        if value:
            facts.add(
                path,
                value,
                Origin.OBSERVED,
                place,
                certainty=certainty,
                subject=subject,
                weight=seconds,
            )


def _merged(uses: Sequence[Use]) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Return the parameters with the same value in all uses, and the values of those without."""
    constant: dict[str, JsonValue] = {}
    varied: dict[str, JsonValue] = {name: values for use in uses for name, values in use.part.varied.items()}
    for name in dict.fromkeys(name for use in uses for name in use.part.parameters):
        values = [use.part.parameters.get(name) for use in uses]
        if name in varied:
            continue
        if all(
            name in use.part.parameters and value == values[0]
            for use, value in zip(uses, values, strict=True)
        ):
            constant[name] = values[0]
        else:
            varied[name] = values
    return constant, varied


def _story(algorithm: Algorithm) -> str:
    """Say how often it was trained or used: `fitted 12 times, 0.52 s`."""
    uses = algorithm.defining_uses
    verb = "fitted" if uses[0].trains else "used"
    count = sum(_times(use) for use in uses)
    return f"{verb} {'once' if count == 1 else f'{count} times'}, {algorithm.seconds:.2f} s"


def _times(use: Use) -> int:
    """Count the fits of an algorithm, those inside a search or a cross-validation one by one where seen."""
    inner = sum(
        child.count
        for child in use.seen.children
        if use.trains and child.class_path == use.part.class_path and child.method.startswith("fit")
    )
    return inner or use.seen.count
