"""Describes live pipelines of Diffusers: all their networks together, their scheduler, their task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.models import BILLION, is_module, measure
from ai_power_export.observe.frameworks.pretrained import loaded_from
from ai_power_export.observe.observation import Part
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.describe import describe_entry
from ai_power_export.vocabulary.entries import Role

PIPELINE = "diffusers.pipelines.pipeline_utils.DiffusionPipeline"

TASKS = {
    # made, from a text, from a picture, with a mask
    ("image", False, False, False): "imageGeneration",
    ("image", True, False, False): "textToImage",
    ("image", True, True, True): "imageInpainting",
    ("image", False, True, True): "imageInpainting",
    ("image", True, True, False): "imageToImage",
    ("image", False, True, False): "imageToImage",
    ("video", True, False, False): "textToVideo",
    ("video", True, True, False): "imageToVideo",
    ("video", False, True, False): "imageToVideo",
    ("video", False, False, False): "videoGeneration",
    ("audio", True, False, False): "textToAudio",
    ("audio", False, False, False): "audioGeneration",
}
"""Families of what a pipeline does, for those that the catalogue does not know."""

_LIBRARY = "diffusers.pipelines."


def pipeline_part(pipeline: Any, parameters: Mapping[str, JsonValue], defaults: tuple[str, ...]) -> Part:
    """Describe a pipeline as one model: it is as large as all that it is made of.

    Args:
        pipeline: A live `DiffusionPipeline`.
        parameters: What it was called with.
        defaults: Those among them that have their default.
    """
    cls, held = type(pipeline), attributes_of(pipeline)
    scheduler = held.get("scheduler")
    named = {"scheduler": type(scheduler).__name__} if scheduler is not None else {}
    bases = tuple(class_path(base) for base in cls.__mro__[1:-1])
    said = {**_as_known(cls), **_size(held), **_origin(pipeline)}
    return Part(public_name(cls), bases, "", {**parameters, **named}, defaults, said=said, is_model=True)


def describe_network(module: Any, part: Part) -> Part:
    """Add what a network of the library is called, such as a `UNet2DModel` that a program trains itself."""
    entry = load_catalogue().entry(part.class_path)
    if entry is None or not entry.algorithm_name:
        return part
    return replace(part, said={**part.said, "algorithmName": entry.algorithm_name})


def kind_of_task(made: str | None, from_text: bool, from_picture: bool, with_mask: bool) -> str:
    """Return what a call was for, by what went in and what came out; empty where that does not tell."""
    return TASKS.get((made or "", from_text, from_picture, with_mask), "")


def public_name(cls: type) -> str:
    """Return the path by which a pipeline is imported: all of the library's are in its top module."""
    return f"diffusers.{cls.__name__}" if cls.__module__.startswith(_LIBRARY) else class_path(cls)


def _as_known(cls: type) -> dict[str, JsonValue]:
    """Return what the catalogue says of a pipeline, or of the nearest one that it inherits from."""
    entries = (load_catalogue().entry(public_name(base)) for base in cls.__mro__)
    entry = next((each for each in entries if each is not None and each.role is Role.MODEL), None)
    said = describe_entry(entry) if entry is not None else {}
    return {name: value for name, value in said.items() if name not in ("classPath", "algorithmUri")}


def _size(held: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Return parameters (in billions), layers and number format of all networks that a pipeline holds."""
    modules = {id(each): each for each in held.values() if is_module(each)}
    networks = [measure(each) for each in modules.values()]
    said: dict[str, JsonValue] = {}
    if networks and all(each.parameters is not None for each in networks):
        said["parametersNumber"] = sum(each.parameters or 0 for each in networks) / BILLION
    if networks and all(each.layers_number is not None for each in networks):
        said["layersNumber"] = sum(each.layers_number or 0 for each in networks)
    formats: Counter[str] = Counter()
    for each in networks:
        formats[each.number_format] += each.parameters or 0
    word, most = formats.most_common(1)[0] if formats else ("", 0)
    if word and most > sum(formats.values()) / 2:
        said["quantization"] = word
    return said


def _origin(pipeline: Any) -> dict[str, JsonValue]:
    provenance = loaded_from(pipeline)
    if provenance is None or not provenance.name:
        return {}
    return {"foundationModelName": provenance.name, "foundationModelUri": provenance.uri}
