"""The first version of the format, by Orange (0.0.1, March 2024), as its official schema has it.

Two things in that schema were hardly meant: the entries of lists lie in objects,
under names of any kind, and the data sets are whole reports again. Orange's own
reports were not published so; `orange_published` has the form of those.

The format is ai-power-measures-sharing by Orange,
https://github.com/Orange-OpenSource/ai-power-measures-sharing, licensed
CC BY 4.0; names and meaning are theirs, the wording is ours.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ai_power_export.report.format.fields import FieldInfo, leaves
from ai_power_export.report.format.part import Nullable, Number, Part
from ai_power_export.report.format.shared import EnergyUnit, Hash, Publisher

Meter = Literal[
    "CodeCarbon",
    "CarbonAI",
    "pyJoules",
    "pynvml",
    "pyRAPL",
    "PowerGadget",
    "redutils",
    "JEPO",
    "JoularJX",
    "Win32_PowerMeter",
    "flops-compute",
    "flops-counter",
    "flopco-pytorch",
    "ptflops",
    "flops.r",
    "$Wattmeter",
    "$other",
]
Domain = Literal["machine-learning", "deep-learning", "general-software", "gaming", "$other"]
TaskType = Literal[
    "preprocessing",
    "supervised",
    "unsupervised",
    "semisupervised",
    "reinforcement",
    "finetuning",
    "inference",
    "postprocessing",
    "$other",
]
Status = Literal["draft", "final", "corrective", "$other"]
Supplier = Literal["public", "private", "internal", "$other"]
Source = Literal["solar", "wind", "nuclear", "hydroelectric", "gas", "coal", "$other"]


class Header(Part):
    """What the report is and where it comes from."""

    licensing: str | None = Field(None, description="licence under which the report is shared")
    format_version: str = Field(description="version of the format that the report follows")
    format_version_specification_uri: str | None = Field(
        None, description="URI where that version of the format is specified"
    )
    report_id: str = Field(description="unique identifier of the report, at best a random UUID")
    report_datetime: str | None = Field(
        None, description="when the report was published, as YYYY-MM-DD HH:MM:SS"
    )
    report_status: Nullable[Status] = Field(
        description="how far the report has come: a draft, final, or a correction of an earlier one"
    )
    publisher: Publisher = Field(description="who publishes the report")


class Algorithm(Part):
    """One algorithm that the task used."""

    key: str = Field(alias="$$key", description="usual name of the algorithm, upper and lower case kept")
    framework: str | None = Field(None, description="software framework that implements the algorithm")
    framework_version: str | None = Field(None, description="version of that framework")
    class_path: str | None = Field(None, description="dotted path of the algorithm's class in the framework")
    hyperparameters: dict[str, Any] | None = Field(
        None, description="settings of the algorithm, values of any kind by name"
    )
    train_percent: Number | None = Field(None, description="share of the data for training, in percent")
    validation_percent: Number | None = Field(
        None, description="share of the data for validation, in percent"
    )
    test_percent: Number | None = Field(None, description="share of the data for tests, in percent")


class Measure(Part):
    """One measure of the energy, or of the operations, that the task used."""

    key: Meter = Field(alias="$$key", description="tool or method that measured")
    manufacturer: str | None = Field(None, description="maker of the meter if it is a $Wattmeter")
    version: str | None = Field(None, description="version of the tool that measured")
    unit: EnergyUnit = Field(description="unit of value")
    value: Number = Field(description="what the task used, in unit")


class Component(Part):
    """One kind of hardware that the task ran on."""

    key: str = Field(alias="$$key", description="kind of component, such as cpu or gpu")
    items: int = Field(description="count of such components")
    manufacturer: str | None = Field(None, description="maker of the component, such as NVIDIA")
    family: str | None = Field(None, description="product family of the component, such as GeForce")
    series: str | None = Field(None, description="series within the family, such as RTX 4080")
    share: Number | None = Field(None, description="share of the component that the task had (1: all of it)")


class Task(Part):
    """The computation that was measured."""

    domain: Nullable[Domain] = Field(None, description="field of computing that the task belongs to")
    alt_domain: str | None = Field(None, description="that field where domain is $other")
    type: Nullable[TaskType] = Field(description="kind of work or of learning")
    alt_type: str | None = Field(None, description="that kind where type is $other")
    algorithms: list[dict[str, Algorithm]] = Field(description="main algorithms that the task used")


class System(Part):
    """The operating system."""

    os: str = Field(description="operating system, such as linux")
    distro: str | None = Field(None, description="distribution that the system is, such as debian")
    distro_version: str | None = Field(None, description="version of that distribution")


class Software(Part):
    """The programming language."""

    # fmt: off
    language: Literal[
        "C#", "C++", "Dart", "Go", "Java", "JavaScript", "Julia", "Kotlin", "Python", "R", "Ruby", "Rust",
        "Swift", "TypeScript", "$other",
    ] = Field(description="programming language of the task")
    # fmt: on
    version: str | None = Field(None, description="version of the language")


class Infrastructure(Part):
    """Where the task ran."""

    shared: bool | None = Field(None, description="whether others used the machine at the same time")
    parts: list[dict[str, Component]] = Field(description="hardware that the task ran on")


class Region(Part):
    """The place, and the electricity that was used there."""

    country: str = Field(description="country where the machine stands")
    latitude: Number | None = Field(None, description="latitude of the machine, in degrees north")
    longitude: Number | None = Field(None, description="longitude of the machine, in degrees east")
    location: str | None = Field(None, description="closer place: a city, a region, a data centre")
    power_supplier_type: Supplier | None = Field(None, description="kind of electricity supplier")
    power_source: Source | None = Field(None, description="main source of the electricity")
    power_source_carbon_intensity_unit: str | None = Field(
        None, description="unit of powerSourceCarbonIntensity, such as gCO2eq/kWh"
    )
    power_source_carbon_intensity: Number | None = Field(
        None, description="carbon intensity of the electricity"
    )


class Report(Part):
    """One report: a task, what it used, and everything around it."""

    header: Header | None = Field(None, description="what the report is and where it comes from")
    datasets: list[dict[str, Report]] = Field(
        description="data that the task worked on; the official schema asks for whole reports here"
    )
    measures: list[dict[str, Measure]] = Field(description="measures of what the task used")
    task: Task = Field(description="the computation that was measured")
    system: System | None = Field(None, description="the operating system")
    software: Software | None = Field(None, description="the programming language")
    infrastructure: Infrastructure = Field(description="where the task ran")
    region: Region | None = Field(None, description="the place, and the electricity used there")
    hash: Hash | None = Field(None, alias="$hash", description="proof that the report is unchanged")


FIELDS: tuple[FieldInfo, ...] = tuple(leaves(Report))
"""All leaf fields of the format, in its own order."""
