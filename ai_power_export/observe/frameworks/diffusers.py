"""Reads the calls of pipelines of Diffusers: what they are asked for, and what they paint."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import FunctionType
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape, class_path, describe_data
from ai_power_export.observe.doors import plain_function
from ai_power_export.observe.frameworks.constructors import defaults_of, is_plain
from ai_power_export.observe.frameworks.diffusers_outputs import Made, describe_output
from ai_power_export.observe.frameworks.diffusers_pipelines import PIPELINE, kind_of_task, pipeline_part
from ai_power_export.observe.frameworks.pretrained import Provenance, provenance_of, remember
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint

LOADING = "from_pretrained"

_NUMBERS = frozenset({bool, int, float})
_NO_HYPERPARAMETERS = frozenset({"callback_steps", "return_dict"})
_TEXTS = ("prompt", "prompts")
_PICTURES = ("image", "images", "video")
"""Parameters by which pipelines take what they start from; the first that is given counts."""


class _Loading:
    """Stands for a pipeline that is being loaded, which is not there yet."""

    def __init__(self, provenance: Provenance) -> None:
        self.provenance = provenance

    def __call__(self) -> None:
        return None


class _Request:
    """What a call is about: its pipeline, weakly, and what was asked for."""

    def __init__(self, pipeline: Any, asked: Mapping[str, Any], names: Collection[str]) -> None:
        self._pipeline = weakref.ref(pipeline)
        self.has_text = any(asked.get(name) is not None for name in (*_TEXTS, "prompt_embeds"))
        self.has_picture = any(asked.get(name) is not None for name in _PICTURES)
        self.has_mask = asked.get("mask_image") is not None
        self.takes_size = "height" in names
        self.gives_latents = asked.get("output_type") == "latent"

    def __call__(self) -> Any:
        return self._pipeline()


class DiffusersReader:
    """Reads calls of pipelines, and where their weights come from."""

    reads_inside = frozenset({LOADING})

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the pipeline; empty for what is none yet."""
        return class_path(type(owner)) if _is_pipeline(owner) else ""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which pipeline, how many steps, how many prompts; never a prompt itself."""
        if point.method == LOADING:
            more = values.get("kwargs") or {}
            provenance = provenance_of(point.positional(values, 1), token=more.get("token"))
            return Reading((), does=Doing.LOADS, about=_Loading(provenance))
        pipeline = point.positional(values, 0)
        if not _is_pipeline(pipeline):
            return UNREADABLE
        request = _Request(pipeline, values, point.names)
        parameters, defaults = _asked(pipeline, values)
        part = pipeline_part(pipeline, parameters, defaults)
        return Reading((part,), _given(values), Doing.ANSWERS, about=request)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what came out: pictures, films, sounds, and how large they are."""
        if isinstance(reading.about, _Loading):
            if _is_pipeline(result):
                remember(result, reading.about.provenance)
            return NOTHING
        request = reading.about
        if not isinstance(request, _Request) or request.gives_latents:
            return NOTHING
        made = describe_output(result)
        if made is None:
            return NOTHING
        part = _with_size(reading.parts[0], made, request)
        kind = kind_of_task(made.data.data_type, request.has_text, request.has_picture, request.has_mask)
        return Outcome(parts=(replace(part, kind=kind),), output=made.data)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of a picture that is not finished."""
        return NOTHING


def _is_pipeline(thing: object) -> bool:
    return any(class_path(base) == PIPELINE for base in type(thing).__mro__)


def _asked(pipeline: Any, values: Mapping[str, Any]) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the numbers that a pipeline was called with, such as steps and size, and which are defaults."""
    usual = defaults_of(_call_of(type(pipeline)))
    known = {name: values.get(name, default) for name, default in usual.items()}
    asked = {
        name: value
        for name, value in known.items()
        if type(value) in _NUMBERS and is_plain(value) and name not in _NO_HYPERPARAMETERS
    }
    return asked, tuple(name for name, value in asked.items() if _same(value, usual[name]))


def _same(value: object, default: object) -> bool:
    return type(value) is type(default) and value == default


def _call_of(cls: type) -> FunctionType:
    found = next(vars(base)["__call__"] for base in cls.__mro__ if "__call__" in vars(base))
    function = plain_function(found)
    if function is None:
        raise TypeError("a pipeline whose call is no function")
    return function


def _given(values: Mapping[str, Any]) -> DataShape | None:
    """Describe what a pipeline starts from: pictures where it is given some, else texts."""
    picture = next((values[name] for name in _PICTURES if values.get(name) is not None), None)
    if picture is not None:
        return describe_data(picture)
    text = next((values[name] for name in _TEXTS if values.get(name) is not None), None)
    if type(text) is str:
        return DataShape("builtins.str", "text", certain=True, rows=1)
    return describe_data(text)


def _with_size(part: Part, made: Made, request: _Request) -> Part:
    """Add height and width where the pipeline chose them itself: it knows them only as it paints."""
    if not request.takes_size or "height" in part.parameters or made.height is None:
        return part
    return replace(
        part,
        parameters={**part.parameters, "height": made.height, "width": made.width},
        defaults=(*part.defaults, "height", "width"),
    )
