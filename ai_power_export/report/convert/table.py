"""Which field of a version corresponds to which of the others: one table, read top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Union

from ai_power_export.report.convert.amounts import GIGABYTE, INTENSITY, KWH
from ai_power_export.report.convert.values import bits_of, by_name, listed, lower_text, number_format
from ai_power_export.report.format.versions import BOAMPS_2024, CURRENT, ORANGE

Form = Callable[[object], object]


@dataclass(frozen=True)
class Amounts:
    """Where a version has a number with its unit: in a field of its own, or always the same."""

    path: str | tuple[str, ...]
    unit_path: str | tuple[str, ...] = ()
    unit: str = ""


Column = Union[str, tuple[str, ...], Amounts, None]
"""Where a version has it: a path, several of which the first is written and any is read, a number with
its unit, or nowhere."""

SAME = "="
"""Where the version before has it."""


@dataclass(frozen=True)
class Row:
    """One thing that reports say."""

    name: str
    """Its name in the current version, or else in the newest that has it."""
    columns: Mapping[str, Column]
    """By version."""
    reads: Mapping[str, Form] = field(default_factory=dict)
    """What is made of a value on reading it from a version; without one it is taken as it is."""
    writes: Mapping[str, Form] = field(default_factory=dict)
    """What is made of it on writing; without one it is spelt as one of the version's words, if it has any."""


def paths_of(column: Column) -> tuple[str, ...]:
    """Return the paths that a column names, that of a unit not among them."""
    if isinstance(column, Amounts):
        return paths_of(column.path)
    return (column,) if isinstance(column, str) else column or ()


def _row(
    current: Column,
    in_2024: Column,
    orange: Column,
    *,
    reads: Mapping[str, Form] | None = None,
    writes: Mapping[str, Form] | None = None,
) -> Row:
    in_2024 = current if in_2024 == SAME else in_2024
    orange = in_2024 if orange == SAME else orange
    columns = {CURRENT: current, BOAMPS_2024: in_2024, ORANGE: orange}
    name = next(paths_of(column)[0] for column in columns.values() if column is not None)
    return Row(name, columns, reads or {}, writes or {})


def _region(name: str) -> tuple[str, ...]:
    """Return where Orange's reports were published with what their schema has under `region`."""
    return f"environment.{name}", f"region.{name}"


LISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "task.algorithms": {
        CURRENT: ("task.algorithms",),
        BOAMPS_2024: ("task.algorithms",),
        ORANGE: ("task.algorithms",),
    },
    "task.dataset": {CURRENT: ("task.dataset",), BOAMPS_2024: ("task.dataset",), ORANGE: ("datasets",)},
    "measures": {CURRENT: ("measures",), BOAMPS_2024: ("measures",), ORANGE: ("measures",)},
    "infrastructure.components": {
        CURRENT: ("infrastructure.components",),
        BOAMPS_2024: ("infrastructure.components",),
        ORANGE: ("hardware", "infrastructure.parts"),
    },
}
"""Where each list stands: the first is written, any is read. Orange's reports were published with their
parts under `hardware` and their region under `environment`, which its schema does not know."""

# fmt: off
TABLE: Mapping[str, tuple[Row, ...]] = {
    # current version                        August 2024                     Orange
    "": (
        _row("header.licensing",             SAME,                           SAME),
        _row("header.formatVersion",         SAME,                           SAME),
        _row("header.formatVersionSpecificationUri", SAME,                   SAME),
        _row("header.reportId",              SAME,                           SAME),
        _row("header.reportDatetime",        SAME,                           SAME),
        _row("header.reportStatus",          SAME,                           SAME),
        _row("header.publisher.name",        SAME,                           SAME),
        _row("header.publisher.division",    SAME,                           SAME),
        _row("header.publisher.projectName", SAME,                           SAME),
        _row("header.publisher.confidentialityLevel", SAME,                  SAME),
        _row("header.publisher.publicKey",   SAME,                           SAME),
        _row("task.taskStage",               SAME,                           None),
        _row("task.taskFamily",              SAME,                           None),
        _row(None,                           "task.taskType",                None),
        _row(None,                           None,                           "task.type"),
        _row(None,                           None,                           "task.altType"),
        _row("task.nbRequest",               None,                           None),
        _row("task.measuredAccuracy",        SAME,                           None),
        _row("task.estimatedAccuracy",       SAME,                           None),
        _row("task.taskDescription",         None,                           None),
        _row("system.os",                    SAME,                           SAME),
        _row("system.distribution",          SAME,                           "system.distro"),
        _row("system.distributionVersion",   SAME,                           "system.distroVersion"),
        _row("software.language",            SAME,                           SAME,
             reads={ORANGE: lower_text}),
        _row("software.version",             SAME,                           SAME),
        _row("infrastructure.infraType",     SAME,                           None),
        _row("infrastructure.cloudProvider", SAME,                           None),
        _row("infrastructure.cloudInstance", SAME,                           None),
        _row("infrastructure.cloudService",  None,                           None),
        _row("environment.country",          SAME,                           _region("country")),
        _row("environment.latitude",         SAME,                           _region("latitude")),
        _row("environment.longitude",        SAME,                           _region("longitude")),
        _row("environment.location",         SAME,                           _region("location")),
        _row("environment.powerSupplierType", SAME,                          _region("powerSupplierType")),
        _row("environment.powerSource",      SAME,                           _region("powerSource")),
        _row(Amounts("environment.powerSourceCarbonIntensity", unit=INTENSITY), SAME,
             Amounts(_region("powerSourceCarbonIntensity"), _region("powerSourceCarbonIntensityUnit"))),
        _row("quality",                      SAME,                           None),
    ),
    "task.algorithms": (
        _row("trainingType",                 None,                           None),
        _row("algorithmType",                None,                           None),
        _row("algorithmName",                SAME,                           "$$key"),
        _row("algorithmUri",                 None,                           None),
        _row("foundationModelName",          None,                           None),
        _row("foundationModelUri",           None,                           None),
        _row("parametersNumber",             None,                           None),
        _row("framework",                    SAME,                           SAME),
        _row("frameworkVersion",             SAME,                           SAME),
        _row("classPath",                    SAME,                           SAME),
        _row("layersNumber",                 None,                           None),
        _row("epochsNumber",                 None,                           None),
        _row("optimizer",                    None,                           None),
        _row(None,                           "hyperparameters.tuningMethod", None),
        _row(None,                           "hyperparameters.values",       "hyperparameters",
             writes={BOAMPS_2024: listed, ORANGE: by_name}),
        _row("quantization",                 SAME,                           None,
             writes={CURRENT: number_format, BOAMPS_2024: bits_of}),
    ),
    "task.dataset": (
        _row("dataUsage",                    None,                           None),
        _row("dataType",                     SAME,                           "$$key"),
        _row("dataFormat",                   "fileType",                     SAME),
        _row(Amounts("dataSize", unit=GIGABYTE), Amounts("volume", "volumeUnit"), SAME),
        _row("dataQuantity",                 "items",                        SAME),
        _row("shape",                        SAME,                           ("itemsDimension", "shape")),
        _row(None,                           "inferenceProperties",          None),
        _row("source",                       SAME,                           SAME),
        _row("sourceUri",                    SAME,                           SAME),
        _row("owner",                        SAME,                           SAME),
    ),
    "measures": (
        _row("measurementMethod",            SAME,                           "$$key",
             reads={ORANGE: lower_text}),
        _row("manufacturer",                 SAME,                           SAME),
        _row("version",                      SAME,                           SAME),
        _row("cpuTrackingMode",              SAME,                           None),
        _row("gpuTrackingMode",              SAME,                           None),
        _row("averageUtilizationCpu",        SAME,                           None),
        _row("averageUtilizationGpu",        SAME,                           None),
        # The entry of 2024 has one unit, and so both of its energies have it.
        _row(Amounts("powerCalibrationMeasurement", unit=KWH),
             Amounts("powerCalibrationMeasurement", "unit"), None),
        _row("durationCalibrationMeasurement", SAME,                         None),
        _row(Amounts("powerConsumption", unit=KWH),
             Amounts("powerConsumption", "unit"), Amounts("value", "unit")),
        _row("measurementDuration",          SAME,                           None),
        _row("measurementDateTime",          SAME,                           None),
    ),
    "infrastructure.components": (
        _row("componentName",                None,                           None),
        # The official wording of 2024 says of `componentName` that it is the type: cpu, gpu, hdd.
        _row("componentType",                "componentName",                "$$key"),
        _row("nbComponent",                  SAME,                           "items"),
        _row("memorySize",                   SAME,                           None),
        _row("manufacturer",                 SAME,                           SAME),
        _row("family",                       SAME,                           SAME),
        _row("series",                       SAME,                           SAME),
        _row("share",                        SAME,                           SAME),
    ),
}
"""By list, its entries' paths below the entry; "" outside lists. What no row names has no place elsewhere."""
# fmt: on

ROWS: Mapping[str, Mapping[str, Row]] = {
    list_name: {row.name: row for row in rows} for list_name, rows in TABLE.items()
}
"""The table by names."""
