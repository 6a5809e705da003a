"""The current version of the format, BoAmps (`formatVersion` 0.1), as pydantic models.

The format is BoAmps by Boavizta, https://github.com/Boavizta/BoAmps, licensed
CC BY 4.0; names and meaning are theirs, the wording is ours.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ai_power_export.report.format.fields import FieldInfo, leaves
from ai_power_export.report.format.part import Number, Part
from ai_power_export.report.format.shared import FileFormat, Publisher, Software, System

DataFormat = Literal[FileFormat, "other"]
"""File formats of data sets. The official list also holds `null`, which the
official type (string) rules out again: no document with it is valid."""

DataType = Literal[
    "tabular", "audio", "boolean", "image", "video", "object", "text", "token", "word", "other"
]


class Header(Part):
    """What the report is and where it comes from."""

    licensing: str | None = Field(None, description="licence under which the report is shared")
    format_version: str | None = Field(None, description="version of the format that the report follows")
    format_version_specification_uri: str | None = Field(
        None, description="URI where that version of the format is specified"
    )
    report_id: str | None = Field(None, description="unique identifier of the report, at best a random UUID")
    report_datetime: str = Field(description="when the report was published, as YYYY-MM-DD HH:MM:SS")
    report_status: Literal["draft", "final", "corrective", "other"] | None = Field(
        None, description="how far the report has come: a draft, final, or a correction of an earlier one"
    )
    publisher: Publisher | None = Field(None, description="who publishes the report")


class Algorithm(Part):
    """One algorithm that the task used."""

    training_type: str | None = Field(
        None, description="kind of learning if the stage is a training, such as supervisedLearning"
    )
    algorithm_type: str | None = Field(
        None, description="kind of algorithm, such as neural network, llm or rag"
    )
    algorithm_name: str | None = Field(
        None,
        description="usual name of the algorithm, such as randomForest or cnn, upper and lower case kept; "
        "a foundation model used as it is goes into foundationModelName instead",
    )
    algorithm_uri: str | None = Field(None, description="URI of the model if it is public")
    foundation_model_name: str | None = Field(
        None, description="usual name of the foundation model, upper and lower case kept, such as llama3.1-8b"
    )
    foundation_model_uri: str | None = Field(None, description="URI of the foundation model if it is public")
    parameters_number: Number | None = Field(
        None, description="all parameters of the model, in billions (8 for llama3.1-8b)"
    )
    framework: str | None = Field(None, description="software framework that implements the algorithm")
    framework_version: str | None = Field(None, description="version of that framework")
    class_path: str | None = Field(None, description="dotted path of the algorithm's class in the framework")
    layers_number: Number | None = Field(None, description="count of layers of a neural network")
    epochs_number: Number | None = Field(
        None, description="count of complete passes of a training over its training data"
    )
    optimizer: str | None = Field(
        None, description="what fitted the weights or searched the settings, such as adam, lora or gridSearch"
    )
    quantization: str | None = Field(
        None, description="number format of the weights, such as fp32, fp16 or int8"
    )


class Dataset(Part):
    """Data that went into the task or came out of it; for inference, of one request on average."""

    data_usage: Literal["input", "output"] = Field(
        description="whether the data went into the model or came out"
    )
    data_type: DataType = Field(description="what the data are made of")
    data_format: DataFormat | None = Field(None, description="file format if the data came as files")
    data_size: Number | None = Field(
        None, description="size of the data, in GB; small data tell dataQuantity alone"
    )
    data_quantity: Number | None = Field(None, description="count of items, such as images, rows or tokens")
    shape: str | None = Field(
        None, description="dimensions of the data as its array or table prints them: (12, 1000)"
    )
    source: Literal["public", "private", "other"] | None = Field(
        None, description="kind of place the data come from"
    )
    source_uri: str | None = Field(None, description="URI of the data if there is one")
    owner: str | None = Field(None, description="owner of the data if known")


class Task(Part):
    """The computation that was measured."""

    task_stage: str = Field(
        description="stage of the work, such as preprocessing, training, finetuning or inference; "
        "several are joined by +, though each is better measured alone"
    )
    task_family: str = Field(
        description="family of the task, such as text classification or image generation"
    )
    nb_request: Number | None = Field(
        None, description="count of requests the measure covers; inference only"
    )
    algorithms: list[Algorithm] = Field(min_length=1, description="main algorithms that the task used")
    dataset: list[Dataset] = Field(
        min_length=1, description="data that the task read or made; for inference at least input and output"
    )
    measured_accuracy: Number | None = Field(
        None, ge=0, le=1, description="accuracy of the model as measured, a share from 0 to 1"
    )
    estimated_accuracy: Literal["veryPoor", "poor", "average", "good", "veryGood"] | None = Field(
        None, description="judgement of the model's accuracy where it was not measured"
    )
    task_description: str | None = Field(
        None, description="anything else worth knowing about the task, free text"
    )


class Measure(Part):
    """One measure of the energy that the task used."""

    measurement_method: str = Field(
        description="tool or method that measured, such as codecarbon or wattmeter"
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
    power_calibration_measurement: Number | None = Field(
        None, description="energy that the idle machine used during the calibration, in kWh"
    )
    duration_calibration_measurement: Number | None = Field(
        None, description="length of the calibration, in s"
    )
    power_consumption: Number = Field(description="energy that the task used, in kWh")
    measurement_duration: Number | None = Field(None, description="length of the measurement, in s")
    measurement_date_time: str | None = Field(
        None, description="when the measurement began, as YYYY-MM-DD HH:MM:SS"
    )


class Component(Part):
    """One kind of hardware that the task ran on."""

    component_name: str | None = Field(
        None, description="full name of the component, such as 1 x NVIDIA A100"
    )
    component_type: str = Field(description="kind of component, such as cpu, gpu or ram")
    nb_component: int = Field(description="count of such components; one RAM of 32 GB counts as 1")
    memory_size: Number | None = Field(
        None, description="memory built into one such component, in GB; main memory is a component of its own"
    )
    manufacturer: str | None = Field(None, description="maker of the component, such as nvidia")
    family: str | None = Field(None, description="product family of the component, such as geforce")
    series: str | None = Field(None, description="series within the family, such as gtx1080")
    share: Number | None = Field(
        None, ge=0, le=1, description="share of the component that the task had, from 0 to 1 (1: all of it)"
    )


class Infrastructure(Part):
    """Where the task ran."""

    infra_type: Literal["publicCloud", "privateCloud", "onPremise", "other"] = Field(
        description="kind of infrastructure the task ran on"
    )
    cloud_provider: str | None = Field(None, description="provider of the cloud, such as aws, azure or ovh")
    cloud_instance: str | None = Field(None, description="type of the cloud machine, such as a1.large")
    cloud_service: str | None = Field(None, description="AI service of the cloud that did the work")
    components: list[Component] = Field(min_length=1, description="hardware that the task ran on")


class Environment(Part):
    """The place, and the electricity that was used there."""

    country: str = Field(description="country where the machine stands")
    latitude: Number | None = Field(None, description="latitude of the machine, in degrees north")
    longitude: Number | None = Field(None, description="longitude of the machine, in degrees east")
    location: str | None = Field(None, description="closer place: a city, a region, a data centre")
    power_supplier_type: Literal["public", "private", "internal", "other"] | None = Field(
        None, description="kind of electricity supplier"
    )
    power_source: Literal["solar", "wind", "nuclear", "hydroelectric", "gas", "coal", "other"] | None = Field(
        None, description="main source of the electricity"
    )
    power_source_carbon_intensity: Number | None = Field(
        None, description="carbon intensity of the electricity, in gCO2eq/kWh"
    )


class Report(Part):
    """One report: a task, its energy, and everything around it."""

    header: Header | None = Field(None, description="what the report is and where it comes from")
    task: Task = Field(description="the computation that was measured")
    measures: list[Measure] = Field(min_length=1, description="measures of the energy that the task used")
    system: System | None = Field(None, description="the operating system")
    software: Software | None = Field(None, description="the programming language")
    infrastructure: Infrastructure = Field(description="where the task ran")
    environment: Environment | None = Field(None, description="the place, and the electricity used there")
    quality: Literal["high", "medium", "low"] | None = Field(
        None, description="how exact the report is: high within 10 %, medium within 25 %, low within 50 %"
    )


FIELDS: tuple[FieldInfo, ...] = tuple(leaves(Report))
"""All leaf fields of the format, in its own order."""
