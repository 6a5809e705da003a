"""Words that another spelling is usual for: whoever groups reports by them sees two things in one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Part, Reading, Spot
from ai_power_export.report.checks.meaning.wording import quoted, warning
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, ORANGE
from ai_power_export.vocabulary.report_words import (
    COMPONENT_TYPES,
    METHODS,
    OTHER_STAGES,
    SCOPES,
    TRACKING_MODES,
    TRAINING_TYPES,
    in_camel_case,
    meant_word,
)
from ai_power_export.vocabulary.stages import STAGE_WORDS

IN_CAMEL_CASE = (
    ("task", "taskFamily"),
    ("algorithms", "trainingType"),
    ("algorithms", "algorithmType"),
    ("algorithms", "optimizer"),
)
"""Fields whose values are kinds of things; names of things (`algorithmName`) keep their own spelling."""

URIS = (
    ("header", "formatVersionSpecificationUri"),
    ("algorithms", "algorithmUri"),
    ("algorithms", "foundationModelUri"),
    ("dataset", "sourceUri"),
)

_BETWEEN_STAGES = re.compile(r"\s*(?:[,;/&|]|\band\b)\s*", re.IGNORECASE)
_URI = re.compile(r"(?:https?://[^\s/.]+\.[^\s]+|(?!https?:)[a-z][a-z0-9+.-]+:[^\s]+)", re.IGNORECASE)
_PLATFORM = re.compile(r"([A-Za-z]+)-\d[\w.+-]*")
"""What Python's `platform.platform()` returns: `Linux-6.1.0-18-amd64-x86_64-with-glibc2.36`."""


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield words that are spelt in an unusual way."""
    if reading.version != ORANGE:  # the first version has closed lists where the later ones have examples
        yield from _stage(reading.one("task").spot("taskStage"))
        yield from _methods(reading)
        for section, name in IN_CAMEL_CASE:
            for part in reading.many(section):
                yield from _kind(part.spot(name), TRAINING_TYPES if name == "trainingType" else frozenset())
    if reading.version == BOAMPS_2024:
        task_types = TRAINING_TYPES | {"datacreation", "preprocessing"}
        yield from _kind(reading.one("task").spot("taskType"), task_types)
    yield from _components(reading)
    yield from _addresses(reading)
    yield from _system(reading.one("system"))


def _stage(spot: Spot) -> Iterator[Finding]:
    if not isinstance(spot.value, str) or not spot.value.strip() or len(spot.value) > 200:
        return
    words = _BETWEEN_STAGES.sub("+", spot.value).split("+")
    meant = [meant_word(word.strip(), STAGE_WORDS, OTHER_STAGES) or word.strip() for word in words]
    written = [word.strip() for word in spot.value.split("+")]
    if meant != written and not STAGE_WORDS.isdisjoint(meant):
        yield warning(spot.path, "vocabulary", f"is {quoted(spot.value)}", f"did you mean {'+'.join(meant)}?")


def _kind(spot: Spot, known: frozenset[str]) -> Iterator[Finding]:
    if isinstance(spot.value, str) and spot.value.strip():
        text = spot.value.strip()
        meant = meant_word(text, known) if text not in known else None
        camel = meant or (in_camel_case(text) if text not in known else None)
        if camel and camel != text:
            yield warning(spot.path, "vocabulary", f"is {quoted(text)}", f"did you mean {camel}?")


def _methods(reading: Reading) -> Iterator[Finding]:
    for measure in reading.measures:
        yield from _known(measure.part.spot("measurementMethod"), METHODS)
        for name, modes in TRACKING_MODES.items():
            spot = measure.part.spot(name)
            if measure.part.text(name).casefold() in SCOPES:
                what = f"is {quoted(spot.value)}, which says what was followed"
                yield warning(spot.path, "tracking-mode-scope", what, f"say how: {', '.join(sorted(modes))}")
            else:
                yield from _known(spot, modes)


def _known(spot: Spot, known: frozenset[str]) -> Iterator[Finding]:
    meant = meant_word(spot.value.strip(), known) if isinstance(spot.value, str) else None
    if meant:
        yield warning(spot.path, "vocabulary", f"is {quoted(spot.value)}", f"did you mean {meant}?")


def _components(reading: Reading) -> Iterator[Finding]:
    for part in reading.components:
        yield from _known(part.spot("componentType"), COMPONENT_TYPES)
    for part in reading.many("algorithms") if reading.version == CURRENT else ():
        if part.text("quantization").isdigit():
            spot = part.spot("quantization")
            mend = f"name the number format: did you mean int{part.text('quantization')[:4]}?"
            yield warning(spot.path, "quantization-number", f"is {quoted(spot.value)}, a bare number", mend)


def _addresses(reading: Reading) -> Iterator[Finding]:
    for section, name in URIS:
        for part in reading.many(section):
            text = part.text(name)
            if text and not _URI.match(text[:2000]):
                what = f"is {quoted(text)}, no address that others can follow"
                yield warning(
                    part.spot(name).path, "uri-form", what, "give a URI with its scheme: https://..."
                )


def _system(system: Part) -> Iterator[Finding]:
    match = _PLATFORM.fullmatch(system.text("os")[:200])
    if match:
        what = f"is {quoted(system.text('os'))}: a name with versions and build"
        yield warning(system.spot("os").path, "os-is-platform", what, f"did you mean {match[1].lower()}?")
