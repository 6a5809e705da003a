"""What reports are filtered, sorted and counted by: columns of plain values, made of a report as it arrives.

They say what the report says, brought to one spelling where there are several (a country's code for its
name); the report itself is kept beside them as it came. Reports of older versions are read as what they
are in the current one. What a report does not tell, or tells in two ways, is no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ai_power_export.label.groups import key_of
from ai_power_export.label.metrics import Measured, measured_of
from ai_power_export.reconcile.verdict import list_of
from ai_power_export.report.checks.meaning import dates
from ai_power_export.report.checks.meaning.reading import Spot
from ai_power_export.report.convert.conversion import convert
from ai_power_export.report.evidence import entries_of
from ai_power_export.report.format.versions import CURRENT, version_of
from ai_power_export.report.rating.subject import COMPONENTS, Entry, number, text
from ai_power_export.vocabulary.countries import country_code_of
from ai_power_export.vocabulary.power import kind_of

Kind = Literal["text", "words", "moment", "number"]
"""`words` are the distinct texts of a list, `moment` is a text `YYYY-MM-DD HH:MM:SS` that sorts by time."""
Value = str | float | None

BETWEEN = "\x1f"
"""Stands before, between and after the texts of `words` (ASCII's unit separator), so that each can be found
whole; they are sorted, so that equal sets are equal texts."""

LONGEST = 1000
"""Characters of a text that can be a column's; a longer one stands in the report alone."""


@dataclass(frozen=True)
class Column:
    """One column; its name is that of the filter."""

    name: str
    kind: Kind
    path: str
    """Where the current version of the format tells it: the leaf field, or the part that it is made of."""
    what: str
    """What it says, with its unit."""

    @property
    def is_number(self) -> bool:
        """Whether its values are doubles; texts otherwise."""
        return self.kind == "number"


ALGORITHMS, DATASET, MEASURES = "task.algorithms", "task.dataset", "measures"
PUBLISHER = "header.publisher"

# fmt: off
COLUMNS: tuple[Column, ...] = (
    Column("report_id", "text", "header.reportId", "id that the report gives itself"),
    Column("status", "text", "header.reportStatus", "draft, final, corrective or other"),
    Column("format_version", "text", "header", "boamps, boamps-2024 or orange-0.0.1"),
    Column("licence", "text", "header.licensing", "licence under which it is shared"),
    Column("publisher", "text", f"{PUBLISHER}.name", "organisation that publishes it"),
    Column("division", "text", f"{PUBLISHER}.division", "department of the organisation"),
    Column("project", "text", f"{PUBLISHER}.projectName", "project that it belongs to"),
    Column("date", "moment", "header.reportDatetime", "when it was published"),
    Column("stage", "text", "task.taskStage", "stage of the work, several joined by +"),
    Column("family", "text", "task.taskFamily", "family of the task, in one spelling"),
    Column("data_kind", "text", f"{DATASET}.dataType", "kind of the input data, tokens and words being text"),
    Column("hardware_class", "text", COMPONENTS, "edge, cpu, gpu, gpus, accelerator or accelerators"),
    Column("requests", "number", "task.nbRequest", "requests that were answered"),
    Column("algorithm", "words", f"{ALGORITHMS}.algorithmName", "names of its algorithms"),
    Column("algorithm_type", "words", f"{ALGORITHMS}.algorithmType", "kinds of its algorithms"),
    Column("training_type", "words", f"{ALGORITHMS}.trainingType", "kinds of learning"),
    Column("foundation_model", "words", f"{ALGORITHMS}.foundationModelName", "its foundation models"),
    Column("framework", "words", f"{ALGORITHMS}.framework", "software frameworks"),
    Column("class_path", "words", f"{ALGORITHMS}.classPath", "classes in the framework"),
    Column("optimizer", "words", f"{ALGORITHMS}.optimizer", "what fitted or searched its settings"),
    Column("quantization", "words", f"{ALGORITHMS}.quantization", "number formats of the weights"),
    Column("parameters", "number", f"{ALGORITHMS}.parametersNumber", "of its largest model, in billions"),
    Column("epochs", "number", f"{ALGORITHMS}.epochsNumber", "epochs, where its algorithms have the same"),
    Column("data_type", "words", f"{DATASET}.dataType", "types of its data"),
    Column("data_source", "words", f"{DATASET}.source", "where its data come from: public, private or other"),
    Column("data_quantity", "number", f"{DATASET}.dataQuantity", "items of each input"),
    Column("data_size", "number", f"{DATASET}.dataSize", "size of all inputs, in GB"),
    Column("measured_by", "words", f"{MEASURES}.measurementMethod", "tools and methods that measured"),
    Column("measured_at", "moment", f"{MEASURES}.measurementDateTime", "when the first measurement began"),
    Column("energy", "number", f"{MEASURES}.powerConsumption", "of the run, in kWh: by the meter with most"),
    Column("duration", "number", f"{MEASURES}.measurementDuration", "length of that measurement, in s"),
    Column("functional_unit", "text", "task", "what its energy is counted by, such as token"),
    Column("functional_count", "number", "task", "functional units in the run"),
    Column("energy_per_unit", "number", f"{MEASURES}.powerConsumption", "of one functional unit, in kWh"),
    Column("accuracy", "number", "task.measuredAccuracy", "accuracy as measured, from 0 to 1"),
    Column("os", "text", "system.os", "operating system"),
    Column("distribution", "text", "system.distribution", "distribution of the operating system"),
    Column("language", "text", "software.language", "programming language"),
    Column("infra_type", "text", "infrastructure.infraType", "publicCloud, privateCloud, onPremise or other"),
    Column("cloud_provider", "text", "infrastructure.cloudProvider", "provider of the cloud"),
    Column("cloud_instance", "text", "infrastructure.cloudInstance", "type of the cloud machine"),
    Column("cpu", "words", f"{COMPONENTS}.componentName", "names of its processors"),
    Column("gpu", "words", f"{COMPONENTS}.componentName", "names of its GPUs, TPUs and NPUs"),
    Column("country", "text", "environment.country", "ISO 3166 alpha-3 code, or the name as told"),
    Column("power_source", "text", "environment.powerSource", "main source of the electricity"),
    Column("carbon_intensity", "number", "environment.powerSourceCarbonIntensity", "in gCO2eq/kWh"),
    Column("quality", "text", "quality", "how exact it is: high, medium or low"),
)
# fmt: on

BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def columns_of(document: Mapping[str, Any]) -> dict[str, Value]:
    """Return the value of every column for a valid report of any version; None where it has none."""
    told = _Told(document)
    return {column.name: told.value_of(column) for column in COLUMNS}


def meant(column: Column, asked: str) -> str:
    """Return a text that is asked for as the column spells it."""
    spell = _SPELT.get(column.name)
    return (spell(asked) if spell else None) or asked


def as_words(texts: Iterable[str]) -> str:
    r"""Return texts as a column of `words` has them; empty for none.

    >>> as_words(["svm", "cnn", "svm"])
    '\x1fcnn\x1fsvm\x1f'
    """
    found = sorted(set(texts))
    return f"{BETWEEN}{BETWEEN.join(found)}{BETWEEN}" if found else ""


def words_of(value: str) -> list[str]:
    """Return the texts of a value of `words`."""
    return value.strip(BETWEEN).split(BETWEEN)


class _Told:
    """A report that columns are read from."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._given = document
        self._version = version_of(document)
        self._current = document
        if self._version != CURRENT:
            self._current = convert(document, self._version, CURRENT).document

    def value_of(self, column: Column) -> Value:
        """Return the value of a column."""
        if column.is_number:
            return self._numbers[column.name]
        if column.kind == "words":
            return as_words(filter(None, map(_plain, self._words(column)))) or None
        if column.kind == "moment":
            return self._moment(column.path)
        if column.name in self._texts:
            return _plain(self._texts[column.name])
        return _plain(meant(column, text(self._current, column.path)))

    @cached_property
    def _measured(self) -> Measured:
        return measured_of(self._current)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """Texts that are no field's, or not the field's of the converted report."""
        key = key_of(self._current, self._measured.unit.name)
        return {
            # What a version lacks makes a draft of a conversion, not of the report.
            "status": text(self._given, "header.reportStatus").removeprefix("$"),
            "format_version": self._version,
            "stage": key["stage"],
            "family": key["task_family"],
            "data_kind": key["data_type"],
            "hardware_class": key["hardware_class"],
            "functional_unit": key["functional_unit"],
        }

    @cached_property
    def _numbers(self) -> Mapping[str, float | None]:
        values = self._measured.values
        inputs = [each for each in self._entries(DATASET) if text(each, "dataUsage") == "input"]
        return {
            "requests": number(self._current, "task.nbRequest"),
            "parameters": values.get("parameters"),
            "epochs": _the_one(number(each, "epochsNumber") for each in self._entries(ALGORITHMS)),
            "data_quantity": _the_one(number(each, "dataQuantity") for each in inputs),
            "data_size": values.get("data_size"),
            "energy": values.get("run_energy"),
            "duration": values.get("run_time"),
            "functional_count": self._measured.unit.count if self._measured.unit.name else None,
            "energy_per_unit": values.get("energy"),
            "accuracy": values.get("accuracy"),
            "carbon_intensity": values.get("carbon_intensity"),
        }

    def _words(self, column: Column) -> list[str]:
        list_path = list_of(column.path) or ""
        entries = self._entries(list_path)
        if column.name == "cpu":
            return [_name(each) for each in entries if _kind(each) == "cpu"]
        if column.name == "gpu":
            return [_name(each) for each in entries if _kind(each) in ("gpu", "tpu", "npu")]
        return [text(each, column.path.removeprefix(f"{list_path}.")) for each in entries]

    def _moment(self, path: str) -> str | None:
        list_path = list_of(path)
        name = path.removeprefix(f"{list_path}.") if list_path else path
        entries = self._entries(list_path) if list_path else [self._current]
        moments = [dates.read(Spot(path, text(each, name)))[0] for each in entries]
        return min((_written(moment) for moment in moments if moment), default=None)

    def _entries(self, list_path: str) -> list[Entry]:
        return entries_of(self._current, list_path)


def _the_one(numbers: Iterable[float | None]) -> float | None:
    """Return the number that all are; None where they are not, or some are not told."""
    found = set(numbers)
    return found.pop() if len(found) == 1 else None


def _kind(component: Entry) -> str:
    return kind_of(text(component, "componentType"))


def _name(component: Entry) -> str:
    parts = (text(component, name) for name in ("manufacturer", "family", "series"))
    return text(component, "componentName") or " ".join(filter(None, parts))


def _written(moment: dates.Moment) -> str:
    """Return a moment as text that sorts by time: the day alone where no time was told."""
    return moment.text[:10] if moment.whole_day else moment.text


_NOT_HELD = re.compile(f"[\0{BETWEEN}\ud800-\udfff]")
"""NUL, half a surrogate pair, and what stands between words."""


def _plain(value: str) -> str | None:
    """Return a text that every database holds and that can be one of `words`; None for any other."""
    return value if 0 < len(value) <= LONGEST and not _NOT_HELD.search(value) else None


def _stage(asked: str) -> str:
    return key_of({"task": {"taskStage": asked}}, "")["stage"]


def _family(asked: str) -> str:
    return key_of({"task": {"taskFamily": asked}}, "")["task_family"]


_SPELT: Mapping[str, Callable[[str], str | None]] = {
    "country": lambda name: country_code_of(name[:LONGEST]),
    "stage": _stage,
    "family": _family,
}
"""How words that have several spellings are spelt."""
