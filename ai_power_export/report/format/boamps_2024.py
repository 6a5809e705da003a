"""BoAmps as of August 2024, as pydantic models: before hyperparameters and queries were left out.

The format is BoAmps by Boavizta, https://github.com/Boavizta/BoAmps, licensed
CC BY 4.0; names and meaning are theirs, the wording is ours.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ai_power_export.report.format.fields import FieldInfo, leaves
from ai_power_export.report.format.part import Number, Part
from ai_power_export.report.format.shared import (
    EnergyUnit,
    FileFormat,
    Hash,
    Publisher,
    Software,
    System,
    VolumeUnit,
)

FileType = Literal[FileFormat, "$other"]
"""File formats of data sets. The official list also holds `null`, which the
official type (string) rules out again: no document with it is valid."""


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
    report_status: Literal["draft", "final", "corrective", "$other"] = Field(
        description="how far the report has come: a draft, final, or a correction of an earlier one"
    )
    publisher: Publisher | None = Field(None, description="who publishes the report")


class Hyperparameter(Part):
    """One setting of an algorithm."""

    hyperparameter_name: str | None = Field(
        None, description="name of the setting, such as kernel or class_weight"
    )
    hyperparameter_value: str | None = Field(
        None, description="its value written as text, such as rbf, 10 or 1e-4"
    )


class Hyperparameters(Part):
    """The settings of an algorithm."""

    tuning_method: str | None = Field(
        None, description="how the settings were searched if they were, such as gridSearch"
    )
    values: list[Hyperparameter] | None = Field(None, description="the settings, one entry each")


class Algorithm(Part):
    """One algorithm that the task used."""

    algorithm_name: str = Field(
        description="usual name of the algorithm, such as randomForest or svm, upper and lower case kept"
    )
    framework: str | None = Field(None, description="software framework that implements the algorithm")
    framework_version: str | None = Field(None, description="version of that framework")
    class_path: str | None = Field(None, description="dotted path of the algorithm's class in the framework")
    hyperparameters: Hyperparameters | None = Field(None, description="the settings of the algorithm")
    quantization: Number | None = Field(
        None, description="width of the weights after quantization, in bits, such as 8 or 16"
    )


class LanguageQuery(Part):
    """What went in and came out if the model works on language."""

    nb_tokens_input: Number | None = Field(None, description="count of tokens that went in")
    nb_words_input: Number | None = Field(None, description="count of words that went in")
    nb_tokens_output: Number | None = Field(None, description="count of tokens that came out")
    nb_words_output: Number | None = Field(None, description="count of words that came out")
    context_windows_size: Number | None = Field(
        None, description="count of tokens that the system keeps in mind for the next answer"
    )
    cache: bool | None = Field(None, description="whether the system keeps answers in a cache")


class Inference(Part):
    """The requests that an inference answered."""

    nb_request: Number = Field(description="count of requests that the measure covers")
    parameters_nlp: LanguageQuery | None = Field(
        None, alias="parametersNLP", description="size of questions and answers in language"
    )


class Dataset(Part):
    """Data that the task worked on; for inference, of one request on average."""

    data_type: Literal["tabular", "audio", "boolean", "image", "video", "object", "text", "$other"] = Field(
        description="what the data are made of"
    )
    file_type: FileType | None = Field(None, description="file format of the data")
    volume: int = Field(description="size of the data, in volumeUnit")
    volume_unit: VolumeUnit = Field(description="unit of volume")
    items: int | None = Field(None, description="count of items, such as images or rows")
    shape: list[int] | None = Field(None, description="dimensions of one item, such as 3 for a colour")
    inference_properties: list[Inference] | None = Field(
        None, description="the requests if the task is an inference"
    )
    source: Literal["public", "private", "$other"] | None = Field(
        None, description="kind of place the data come from"
    )
    source_uri: str | None = Field(None, description="URI of the data if there is one")
    owner: str | None = Field(None, description="owner of the data if known")


class Task(Part):
    """The computation that was measured."""

    task_type: str = Field(
        description="kind of work or of learning, such as preprocessing or supervisedLearning"
    )
    task_family: str = Field(description="family of the task, such as classification or chatbot")
    task_stage: str = Field(description="stage of the work, such as training, finetuning or inference")
    algorithms: list[Algorithm] = Field(description="main algorithms that the task used")
    dataset: list[Dataset] = Field(min_length=1, description="data that the task worked on")
    measured_accuracy: Number | None = Field(
        None, ge=0, le=1, description="accuracy of the model as measured, a share from 0 to 1"
    )
    estimated_accuracy: Literal["veryPoor", "poor", "average", "good", "veryGood"] | None = Field(
        None, description="judgement of the model's accuracy where it was not measured"
    )


class Measure(Part):
    """One measure of the energy, or of the operations, that the task used."""

    measurement_method: str = Field(
        description="tool or method that measured, such as codecarbon, flops-compute or wattmeter"
    )
    manufacturer: str | None = Field(None, description="maker of the meter if it is a wattmeter")
    version: str | None = Field(None, description="version of the tool that measured")
    cpu_tracking_mode: str | None = Field(
        None, description="how the CPU was followed, such as rapl or constant"
    )
    gpu_tracking_mode: str | None = Field(
        None, description="how the GPU was followed, such as nvml or constant"
    )
    average_utilization_cpu: Number | None = Field(
        None, ge=0, le=1, description="mean load of the CPU during the task, a share from 0 to 1"
    )
    average_utilization_gpu: Number | None = Field(
        None, ge=0, le=1, description="mean load of the GPU during the task, a share from 0 to 1"
    )
    server_side_inference: Literal["modelServer", "inferenceServer", "both"] | None = Field(
        None, description="which server's energy it is if an API answered: the model's, the API's or both"
    )
    unit: Literal["mWh", EnergyUnit] = Field(description="unit of powerConsumption")
    power_calibration_measurement: Number | None = Field(
        None, description="energy that the idle machine used during the calibration"
    )
    duration_calibration_measurement: Number | None = Field(
        None, description="length of the calibration, in s"
    )
    power_consumption: Number = Field(description="what the task used, in unit")
    measurement_duration: Number | None = Field(None, description="length of the measurement, in s")
    measurement_date_time: str | None = Field(
        None, description="when the measurement began, as YYYY-MM-DD HH:MM:SS"
    )


class Component(Part):
    """One kind of hardware that the task ran on."""

    component_name: str = Field(description="kind of component, such as cpu, gpu or hdd")
    nb_component: int = Field(description="count of such components")
    memory_size: int | None = Field(None, description="memory of the component, in GB")
    manufacturer: str | None = Field(None, description="maker of the component, such as nvidia")
    family: str | None = Field(None, description="product family of the component, such as geforce")
    series: str | None = Field(None, description="series within the family, such as rtx4080")
    share: Number | None = Field(
        None, ge=0, le=1, description="share of the component that the task had, from 0 to 1 (1: all of it)"
    )


class Infrastructure(Part):
    """Where the task ran."""

    infra_type: Literal["publicCloud", "privateCloud", "onPremise", "$other"] = Field(
        description="kind of infrastructure the task ran on"
    )
    cloud_provider: str | None = Field(None, description="provider of the cloud, such as aws, azure or ovh")
    cloud_instance: str | None = Field(None, description="type of the cloud machine, such as a1.large")
    components: list[Component] = Field(min_length=1, description="hardware that the task ran on")


class Environment(Part):
    """The place, and the electricity that was used there."""

    country: str = Field(description="country where the machine stands")
    latitude: Number | None = Field(None, description="latitude of the machine, in degrees north")
    longitude: Number | None = Field(None, description="longitude of the machine, in degrees east")
    location: str | None = Field(None, description="closer place: a city, a region, a data centre")
    power_supplier_type: Literal["public", "private", "internal", "$other"] | None = Field(
        None, description="kind of electricity supplier"
    )
    power_source: Literal["solar", "wind", "nuclear", "hydroelectric", "gas", "coal", "$other"] | None = (
        Field(None, description="main source of the electricity")
    )
    power_source_carbon_intensity: Number | None = Field(
        None, description="carbon intensity of the electricity, in gCO2eq/kWh"
    )


class Report(Part):
    """One report: a task, what it used, and everything around it."""

    header: Header | None = Field(None, description="what the report is and where it comes from")
    task: Task = Field(description="the computation that was measured")
    measures: list[Measure] = Field(min_length=1, description="measures of what the task used")
    system: System | None = Field(None, description="the operating system")
    software: Software | None = Field(None, description="the programming language")
    infrastructure: Infrastructure = Field(description="where the task ran")
    environment: Environment = Field(description="the place, and the electricity used there")
    quality: Literal["high", "medium", "low"] | None = Field(
        None, description="how exact the report is: high within 10 %, medium within 25 %, low within 50 %"
    )
    hash: Hash | None = Field(None, alias="$hash", description="proof that the report is unchanged")


FIELDS: tuple[FieldInfo, ...] = tuple(leaves(Report))
"""All leaf fields of the format, in its own order."""
