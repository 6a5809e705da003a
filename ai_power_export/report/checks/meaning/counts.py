"""Counts and sizes: above zero, whole where things are counted, and in the unit of the format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import GIGABYTES, Part, Reading, Spot, as_number
from ai_power_export.report.checks.meaning.wording import error, plain, warning
from ai_power_export.report.format.versions import CURRENT
from ai_power_export.vocabulary.power import kind_of


@dataclass(frozen=True)
class Count:
    """What holds for one number of a section."""

    section: str
    name: str
    zero: Literal["error", "warning", "fine"] = "warning"
    whole: bool = False


COUNTS = (
    Count("components", "nbComponent", zero="error"),
    Count("components", "memorySize"),
    Count("task", "nbRequest", zero="fine", whole=True),
    Count("dataset", "dataQuantity", whole=True),
    Count("dataset", "dataSize"),
    Count("algorithms", "parametersNumber"),
    Count("algorithms", "layersNumber", whole=True),
    Count("algorithms", "epochsNumber"),
)
"""`nbRequest` may be 0 outside inference by the words of the format; an epoch may be cut short."""

QUERY_COUNTS = (
    "nbTokensInput",
    "nbWordsInput",
    "nbTokensOutput",
    "nbWordsOutput",
    "contextWindowsSize",
)
"""Numbers of `parametersNLP` in the format of 2024; means of several requests need not be whole."""

MOST_PARAMETERS = 1e6
"""Billions: the largest model trained had 174 000 (BaGuaLu, PPoPP 2022)."""
NAME_TOLERANCE = 100
"""Factor between the size in a model's name and `parametersNumber` that only another unit explains."""
MOST_MEMORY = {"cpu": 1024.0, "gpu": 2048.0, "ram": 8192.0}
"""GB of one component: GPUs on sale have up to 288, those announced 1024; more RAM is rare."""
CPU_CACHE = 1.5
"""GB: the largest cache of a processor on sale has 1.15 (AMD EPYC 9684X)."""
OWN_MEMORY = re.compile(r"xeon.*max|xeon phi|gh200|grace|mi300a|apple|\bm\d\b", re.IGNORECASE)
"""Processors that do have memory built in."""
MOST_DATA = 1e8
"""GB: 100 PB, some ten times the whole of Common Crawl."""
STEP = 1024


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the counts and sizes of a report."""
    inference = "inference" in reading.stages
    for count in COUNTS:
        for part in reading.many(count.section):
            # Of inferences the mean of one is given, which need not be whole.
            whole = count.whole and not (inference and count.name == "dataQuantity")
            yield from _count(part.spot(count.name), count.zero, whole=whole)
    for part in reading.many("algorithms"):
        yield from _parameters(part)
    for part in reading.components:
        yield from _memory(part, reading.version)
    for part in reading.many("dataset"):
        yield from _data(part, reading.version)


def _count(spot: Spot, zero: str, *, whole: bool = False) -> Iterator[Finding]:
    number = as_number(spot.value)
    if number is None:
        return
    if number < 0:
        yield error(
            spot.path, "count-negative", f"is {plain(number)}, less than nothing", "give what there was"
        )
    elif number == 0 and zero != "fine":
        tell = error if zero == "error" else warning
        mend = "leave out what was not there or is not known"
        yield tell(spot.path, "count-zero", "is 0", mend)
    elif whole and number != int(number):
        yield warning(spot.path, "count-not-whole", f"is {plain(number)}, no whole number", "give the count")


def _parameters(part: Part) -> Iterator[Finding]:
    number, spot = part.number("parametersNumber"), part.spot("parametersNumber")
    if number is None or number <= 0:
        return
    if number >= MOST_PARAMETERS:
        mend = f"give billions: did you mean {plain(number / 1e9)}?"
        yield warning(spot.path, "parameters-unit", f"is {plain(number)} billion parameters", mend)
        return
    named = _billions(part.text("foundationModelName"))
    if named and not 1 / NAME_TOLERANCE < number / named < NAME_TOLERANCE:
        what = (
            f"is {plain(number)}, though {part.text('foundationModelName')[:60]} names {plain(named)} billion"
        )
        yield warning(spot.path, "parameters-unit", what, "give billions: 13 for a model of 13 billion")


def _billions(name: str) -> float | None:
    """Return the size in billions that a model's name tells: 13 of `llama2-13b`, 0.35 of `opt-350m`."""
    sizes = re.findall(
        r"(?<![\w.])(?:\d{1,3}x)?(\d{1,4}(?:\.\d{1,3})?)([bm])(?!\w)", name[:100], re.IGNORECASE
    )
    return max((float(size) * (1 if unit in "bB" else 1e-3) for size, unit in sizes), default=None)


def _memory(part: Part, version: str) -> Iterator[Finding]:
    size, kind, path = (
        part.number("memorySize"),
        kind_of(part.text("componentType")),
        part.spot("memorySize").path,
    )
    if size is None or size <= 0 or kind not in MOST_MEMORY:
        return
    if size >= MOST_MEMORY[kind]:
        mend = f"give GB of one component: did you mean {plain(_fewer(size, MOST_MEMORY[kind]))}?"
        yield warning(path, "memory-unit", f"is {plain(size)} GB", mend)
    elif (
        kind == "cpu"
        and version == CURRENT
        and size > CPU_CACHE
        and not OWN_MEMORY.search(part.hardware_name)
    ):
        mend = "list the memory of the machine as a component of its own, of componentType ram"
        yield warning(
            path, "memory-in-cpu", f"is {plain(size)} GB, more than any processor has built in", mend
        )


def _fewer(size: float, most: float) -> float:
    """Read a size as MB, kB or bytes, the first that is below the most."""
    while size >= most:
        size /= STEP
    return size


def _data(part: Part, version: str) -> Iterator[Finding]:
    spot, size = part.spot("dataSize"), part.number("dataSize")
    unit = part.spot("volumeUnit").value if version != CURRENT else "gigabyte"
    gigabytes = size * GIGABYTES[unit] if size and isinstance(unit, str) and unit in GIGABYTES else 0
    if gigabytes > MOST_DATA:
        mend = "give the size in GB" if version == CURRENT else "check volumeUnit"
        yield warning(
            spot.path, "data-size-unit", f"is {plain(gigabytes)} GB, more than any data set has", mend
        )
    dimensions = part.spot("shape").value
    for index, length in enumerate(dimensions if isinstance(dimensions, list) else ()):
        yield from _count(Spot(f"{part.spot('shape').path}[{index}]", length), "warning")
    yield from _queries(part.spot("inferenceProperties"))


def _queries(queries: Spot) -> Iterator[Finding]:
    for index, query in enumerate(queries.value if isinstance(queries.value, list) else ()):
        if isinstance(query, dict):
            path = f"{queries.path}[{index}]"
            yield from _count(Spot(f"{path}.nbRequest", query.get("nbRequest")), "warning", whole=True)
            words: Any = query.get("parametersNLP")
            for name in QUERY_COUNTS if isinstance(words, dict) else ():
                yield from _count(Spot(f"{path}.parametersNLP.{name}", words.get(name)), "fine")
