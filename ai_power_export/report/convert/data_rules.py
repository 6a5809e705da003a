"""Rules about data sets, requests and measures; see `rules.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ai_power_export.report.convert.amounts import is_operations
from ai_power_export.report.convert.content import Content, Entry, Held, Leaf, Path
from ai_power_export.report.convert.reading import NO_PLACE
from ai_power_export.report.convert.rules import TRAININGS, stages_of
from ai_power_export.report.convert.values import dimensions_in

DATASETS = "task.dataset"
MEASURES = "measures"
REQUESTS = "task.nbRequest"
PROPERTIES = "inferenceProperties"
LANGUAGE = "parametersNLP"

WORKED_ON = TRAININGS | {"preprocessing"}
"""Stages that work on what goes in; of other words, such as datacreation, that is not sure."""

COUNTS = {
    "nbTokensInput": ("input", "token"),
    "nbWordsInput": ("input", "word"),
    "nbTokensOutput": ("output", "token"),
    "nbWordsOutput": ("output", "word"),
}
"""Counts of a query in 2024, and the `dataUsage` and `dataType` of the data set that tells it now."""


def usage_of_data(content: Content) -> None:
    """Say of data that they went in where older versions, which do not say, leave no doubt.

    Those list the data sets that the task works on. In a training or a preparation of data these go in; of
    an inference that is sure of those with its queries alone.
    """
    stages = stages_of(content)
    for entry in content.of(DATASETS):
        if (stages and stages <= WORKED_ON) or PROPERTIES in entry.leaves:
            entry.leaves.setdefault("dataUsage", Leaf("input"))


def only_data_that_went_in(content: Content) -> None:
    """Leave out what came out of the task, since older versions list what it works on; the rest went in."""
    for entry in content.of(DATASETS):
        if entry.value("dataUsage") == "output":
            content.leave_out(DATASETS, entry, "only data that went in have a place there")
        elif entry.value("dataUsage") == "input":
            del entry.leaves["dataUsage"]


def requests(content: Content) -> None:
    """Tell the requests of an inference, and the tokens and words of one, where the current version has them.

    Only if the report describes one kind of request: whether several add up is not said.
    """
    holders = [entry for entry in content.of(DATASETS) if PROPERTIES in entry.leaves]
    if len(holders) != 1 or not _is_one_query(holders[0].value(PROPERTIES)):
        return
    leaf = holders[0].leaves.pop(PROPERTIES)
    at, query = (*leaf.said[0][0], 0), leaf.value[0]
    if query.get("nbRequest") is not None:
        content.leaves[REQUESTS] = Leaf(query["nbRequest"], (((*at, "nbRequest"), query["nbRequest"]),))
    language = query.get(LANGUAGE)
    counted = language if isinstance(language, Mapping) else {}
    content.entries[DATASETS] += _counted(counted, (*at, LANGUAGE))
    content.held += _untold(query, at, (LANGUAGE if isinstance(language, Mapping) else "", "nbRequest"))
    content.held += _untold(counted, (*at, LANGUAGE), tuple(COUNTS))
    if holders[0].leaves.keys() <= {"dataUsage"}:
        content.entries[DATASETS].remove(holders[0])


def _is_one_query(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping)


def _counted(counts: Mapping[str, Any], at: Path) -> Iterator[Entry]:
    for name, (usage, kind) in COUNTS.items():
        if counts.get(name) is not None:
            quantity = Leaf(counts[name], (((*at, name), counts[name]),))
            leaves = {"dataUsage": Leaf(usage), "dataType": Leaf(kind), "dataQuantity": quantity}
            yield Entry(leaves)


def _untold(node: Mapping[str, Any], at: Path, told: tuple[str, ...]) -> Iterator[Held]:
    for key, value in node.items():
        if key not in told and value is not None:
            yield Held((*at, key), value, NO_PLACE)


def inference_properties(content: Content) -> None:
    """Tell the requests of an inference, and the tokens and words of one, where 2024 has them.

    Data sets that are nothing but such a count go into it.
    """
    if REQUESTS not in content.leaves and "inference" not in stages_of(content):
        return
    query, language, said = {}, {}, []
    if REQUESTS in content.leaves:
        leaf = content.leaves.pop(REQUESTS)
        query["nbRequest"], said = leaf.value, [*leaf.said]
    for name, kind in COUNTS.items():
        counted = [entry for entry in content.of(DATASETS) if _kind(entry) == kind]
        if len(counted) == 1 and "dataQuantity" in counted[0].leaves:
            leaves = counted[0].leaves
            language[name] = leaves["dataQuantity"].value
            said += [*leaves.pop("dataQuantity").said, *leaves.pop("dataType").said]
            if leaves.keys() == {"dataUsage"}:
                content.entries[DATASETS].remove(counted[0])
    if language:
        query[LANGUAGE] = language
    if query:
        _host(content).leaves[PROPERTIES] = Leaf([query], tuple(said))


def _kind(entry: Entry) -> tuple[Any, Any]:
    return entry.value("dataUsage"), entry.value("dataType")


def _host(content: Content) -> Entry:
    """Return the data set that describes what is asked: the first that goes in, or else a new one."""
    for entry in content.of(DATASETS):
        if entry.value("dataUsage") != "output":
            return entry
    content.entries[DATASETS] = [Entry(), *content.of(DATASETS)]
    return content.entries[DATASETS][0]


def shapes_of_items(content: Content) -> None:
    """Tell the shape of one item, which older versions want: that of all without the count of items."""
    for entry in content.of(DATASETS):
        if leaf := entry.leaves.pop("shape", None):
            dimensions, count = dimensions_in(leaf.value), entry.value("dataQuantity")
            item = [each for each in dimensions or () if each != count]
            if dimensions and item and _is_count(count) and len(item) == len(dimensions) - 1:
                entry.leaves["shape"] = Leaf(item, leaf.said)
            else:
                content.held += leaf.held("the shape of one item has a place there, which does not follow")


def shapes_of_all(content: Content) -> None:
    """Tell the shape of all data, which the current version wants, by that of an item and their count.

    Some reports have the shape of all in its place, the official sample among them: a list in which the count
    stands once and is the largest. With the count elsewhere in it, either may be meant.
    """
    for entry in content.of(DATASETS):
        if leaf := entry.leaves.pop("shape", None):
            listed, count = leaf.value, entry.value("dataQuantity")
            plain = isinstance(listed, list) and all(_is_count(each) for each in listed) and _is_count(count)
            if plain and count not in listed:
                entry.leaves["shape"] = Leaf(str((count, *listed)), leaf.said)
            elif plain and listed.count(count) == 1 and max(listed) == count:
                entry.leaves["shape"] = Leaf(str(tuple(listed)), leaf.said)
            else:
                content.held += leaf.held("whether it is the shape of one item or of all is not known")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def only_energies(content: Content) -> None:
    """Leave out measures that count operations: the current version has energies alone."""
    for entry in content.of(MEASURES):
        if is_operations(getattr(entry.value("powerConsumption"), "unit", None)):
            content.leave_out(MEASURES, entry, "counts operations, which are no energy")
