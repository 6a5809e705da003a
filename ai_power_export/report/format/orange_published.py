"""The first version of the format in the form in which Orange's own reports were published.

Their official schema (`orange`) refuses them: entries lie directly in the
lists, `null` stands for what is not known, `hardware` and `environment` stand
at the root, a task may be of the type `machine-learning`, a language is written
in any case, and the source of the electricity may be `default`.

The format is ai-power-measures-sharing by Orange,
https://github.com/Orange-OpenSource/ai-power-measures-sharing, licensed
CC BY 4.0; names and meaning are theirs, the wording is ours.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ai_power_export.report.format.fields import FieldInfo, leaves
from ai_power_export.report.format.orange import Domain, Meter, Source, Status, Supplier, TaskType
from ai_power_export.report.format.part import First, Nullable, Number, Part
from ai_power_export.report.format.shared import EnergyUnit, FirstFileFormat, Hash, VolumeUnit

Shape = Annotated[list[Any], First(int)]


class Publisher(Part):
    """Who publishes the report."""

    name: Nullable[str] = Field(None, description="organisation that publishes the report")
    division: Nullable[str] = Field(None, description="department of the organisation that publishes")
    project_name: Nullable[str] = Field(
        None, description="project of the organisation that the report belongs to"
    )
    confidentiality_level: Literal["public", "internal", "confidential", "secret"] = Field(
        description="how widely the report may be shared"
    )
    public_key: Nullable[str] = Field(
        None, description="public key that proves the identity of the publisher"
    )


class Header(Part):
    """What the report is and where it comes from."""

    licensing: Nullable[str] = Field(None, description="licence under which the report is shared")
    format_version: str = Field(description="version of the format that the report follows")
    format_version_specification_uri: Nullable[str] = Field(
        None, description="URI where that version of the format is specified"
    )
    report_id: str = Field(description="unique identifier of the report, at best a random UUID")
    report_datetime: Nullable[str] = Field(
        None, description="when the report was published, as YYYY-MM-DD HH:MM:SS"
    )
    report_status: Nullable[Status] = Field(
        description="how far the report has come: a draft, final, or a correction of an earlier one"
    )
    publisher: Publisher = Field(description="who publishes the report")


class Dataset(Part):
    """Data that the task worked on."""

    key: Literal["tabular", "audio", "image", "video", "object", "$other"] = Field(
        alias="$$key", description="what the data are made of"
    )
    file_type: Nullable[Literal[FirstFileFormat, "$other"]] = Field(
        None, description="file format of the data"
    )
    volume: int = Field(description="size of the data, in volumeUnit")
    volume_unit: VolumeUnit = Field(description="unit of volume")
    source: Nullable[Literal["public", "private", "$other"]] = Field(
        None, description="kind of place the data come from"
    )
    source_uri: Nullable[str] = Field(None, description="URI of the data if there is one")
    owner: Nullable[str] = Field(None, description="owner of the data if known")
    items: Nullable[int] = Field(None, description="count of items, such as images or rows")
    shape: Nullable[Shape] = Field(None, description="dimensions of one item")
    items_dimension: Nullable[list[int]] = Field(
        None, description="dimensions of one item, as the published reports name them"
    )


class Algorithm(Part):
    """One algorithm that the task used."""

    key: str = Field(alias="$$key", description="usual name of the algorithm, upper and lower case kept")
    framework: Nullable[str] = Field(None, description="software framework that implements the algorithm")
    framework_version: Nullable[str] = Field(None, description="version of that framework")
    class_path: Nullable[str] = Field(
        None, description="dotted path of the algorithm's class in the framework"
    )
    hyperparameters: Nullable[dict[str, Any]] = Field(
        None, description="settings of the algorithm, values of any kind by name"
    )
    train_percent: Nullable[Number] = Field(None, description="share of the data for training, in percent")
    validation_percent: Nullable[Number] = Field(
        None, description="share of the data for validation, in percent"
    )
    test_percent: Nullable[Number] = Field(None, description="share of the data for tests, in percent")


class Measure(Part):
    """One measure of the energy, or of the operations, that the task used."""

    key: Meter = Field(alias="$$key", description="tool or method that measured")
    manufacturer: Nullable[str] = Field(None, description="maker of the meter if it is a $Wattmeter")
    version: Nullable[str] = Field(None, description="version of the tool that measured")
    unit: EnergyUnit = Field(description="unit of value")
    value: Number = Field(description="what the task used, in unit")


class Task(Part):
    """The computation that was measured."""

    domain: Nullable[Domain] = Field(None, description="field of computing that the task belongs to")
    alt_domain: Nullable[str] = Field(None, description="that field where domain is $other")
    type: Nullable[Literal[TaskType, "machine-learning", "deep-learning"]] = Field(
        description="kind of work or of learning, or in published reports the domain of the task"
    )
    alt_type: Nullable[str] = Field(None, description="that kind where type is $other")
    algorithms: list[Algorithm] = Field(description="main algorithms that the task used")


class System(Part):
    """The operating system."""

    os: str = Field(description="operating system, such as linux")
    distro: Nullable[str] = Field(None, description="distribution that the system is, such as debian")
    distro_version: Nullable[str] = Field(None, description="version of that distribution")


class Software(Part):
    """The programming language."""

    language: str = Field(description="programming language of the task, such as python")
    version: Nullable[str] = Field(None, description="version of the language")


class Component(Part):
    """One kind of hardware that the task ran on."""

    key: str = Field(alias="$$key", description="kind of component, such as cpu or gpu")
    items: int = Field(description="count of such components")
    manufacturer: Nullable[str] = Field(None, description="maker of the component, such as NVIDIA")
    family: Nullable[str] = Field(None, description="product family of the component, such as GeForce")
    series: Nullable[str] = Field(None, description="series within the family, such as RTX 4080")
    share: Nullable[Number] = Field(
        None, description="share of the component that the task had (1: all of it)"
    )


class Environment(Part):
    """The place, and the electricity that was used there."""

    country: str = Field(description="country where the machine stands")
    latitude: Nullable[Number] = Field(None, description="latitude of the machine, in degrees north")
    longitude: Nullable[Number] = Field(None, description="longitude of the machine, in degrees east")
    location: Nullable[str] = Field(None, description="closer place: a city, a region, a data centre")
    power_supplier_type: Nullable[Supplier] = Field(None, description="kind of electricity supplier")
    power_source: Nullable[Literal[Source, "default"]] = Field(
        None, description="main source of the electricity, or default as published reports say"
    )
    power_source_carbon_intensity_unit: Nullable[str] = Field(
        None, description="unit of powerSourceCarbonIntensity, such as gCO2eq/kWh"
    )
    power_source_carbon_intensity: Nullable[Number] = Field(
        None, description="carbon intensity of the electricity"
    )


class Report(Part):
    """One report: a task, what it used, and everything around it."""

    header: Header | None = Field(None, description="what the report is and where it comes from")
    datasets: list[Dataset] = Field(description="data that the task worked on")
    measures: list[Measure] = Field(description="measures of what the task used")
    task: Task = Field(description="the computation that was measured")
    system: System | None = Field(None, description="the operating system")
    software: Software | None = Field(None, description="the programming language")
    hardware: list[Component] = Field(description="hardware that the task ran on")
    environment: Environment | None = Field(None, description="the place, and the electricity used there")
    hash: Hash | None = Field(None, alias="$hash", description="proof that the report is unchanged")


FIELDS: tuple[FieldInfo, ...] = tuple(leaves(Report))
"""All leaf fields of the format, in its own order."""
