"""Reads the calls of transformers' pipelines: what for, how many items went in, what came out."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.hugging_face_models import inherits
from ai_power_export.observe.frameworks.models import network_part
from ai_power_export.observe.frameworks.transformers_generation import TENSOR, Wanted
from ai_power_export.observe.observation import Doing
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint
from ai_power_export.vocabulary.families import DATA_OF_FAMILY, FAMILY_OF_TASK

DATASET = "torch.utils.data.dataset.Dataset"
"""Data that a pipeline answers one by one, as the program asks for the answers."""
CHUNKS = "transformers.pipelines.base.ChunkPipeline"
"""Pipelines that may ask their model several times for one item."""
BATCH = "transformers.tokenization_utils_base.BatchEncoding"

LABELS = frozenset(
    {"audioClassification", "imageClassification", "textClassification", "videoClassification"}
)
"""Families whose answers are labels, each in a dict of its own."""


class Answers(Wanted):
    """A call while it runs: its task, what the program set, and the settings of the generation inside."""

    def __init__(self, pipeline: object, values: Mapping[str, Any]) -> None:
        own = attributes_of(pipeline)
        super().__init__(own.get("model"))
        task = own.get("task")
        self.family = FAMILY_OF_TASK.get(task, "") if type(task) is str else ""
        held = (own.get("_forward_params"), own.get("_generate_kwargs"), values.get("kwargs"), values)
        self.names = frozenset(name for each in held if type(each) is dict for name in each)
        """Settings that the program gave, to the pipeline or to this call."""


# ---- a call begins ---------------------------------------------------------------------------


def read_pipeline(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read the call of a pipeline; one that only prepares answers for later does nothing yet."""
    inputs = _inputs(point, values)
    if type(inputs) is types.GeneratorType or inherits(inputs, DATASET):
        return UNREADABLE
    return _reading(point.positional(values, 0), values, inputs, _count(inputs))


def read_forward(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    """Read that a pipeline asks its model for answers that the program takes one by one."""
    pipeline, inputs = point.positional(values, 0), point.positional(values, 1)
    reading = _reading(pipeline, {}, inputs, _rows(inputs))
    if inherits(pipeline, CHUNKS):  # no request: there may be several for one item
        return reading._replace(data=None, does=Doing.EVALUATES)
    return reading


def _reading(pipeline: object, values: Mapping[str, Any], inputs: object, count: int | None) -> Reading:
    answers = Answers(pipeline, values)
    data_type = DATA_OF_FAMILY.get(answers.family, (None,))[0]
    data = DataShape(class_path(type(inputs)), data_type, data_type is not None, rows=count)
    part = network_part(attributes_of(pipeline).get("model"), kind=answers.family)
    return Reading((part,), data, Doing.ANSWERS, about=answers)


def _inputs(point: Watchpoint, values: Mapping[str, Any]) -> Any:
    """Return what a pipeline is asked, by position or by name."""
    given = point.positional(values, 1)
    if given is not None:
        return given
    others = values.get("kwargs", values)
    return others if type(others) is dict else None


def _count(inputs: object) -> int:
    """Return how many items a call asks about: those of a list; a list of messages is one conversation."""
    if type(inputs) is not list:
        return 1
    is_message = bool(inputs) and type(inputs[0]) is dict and "role" in inputs[0]
    return 1 if is_message else len(inputs)


def _rows(inputs: Any) -> int | None:
    """Return the items of a batch, by the first of its tensors."""
    held = attributes_of(inputs).get("data") if inherits(inputs, BATCH) else inputs
    tensors = held.values() if type(held) is dict else ()
    return next((int(each.shape[0]) for each in tensors if class_path(type(each)) == TENSOR), None)


# ---- a call ends -----------------------------------------------------------------------------


def pipeline_outcome(reading: Reading, result: Any) -> Outcome:
    """Read the settings that answers were generated with, and count answers that are labels."""
    answers = reading.about
    if not isinstance(answers, Answers):
        return NOTHING
    defaults = tuple(name for name in answers.settings if name not in answers.names)
    parts = tuple(
        replace(part, parameters=dict(answers.settings), defaults=defaults) for part in reading.parts
    )
    labels = _labels(result) if answers.family in LABELS else None
    output = DataShape("builtins.list", "word", True, rows=labels) if labels is not None else None
    return Outcome(parts=parts if answers.settings else None, output=output)


def _labels(result: Any) -> int | None:
    """Count the labels: a list has a dict for each, or a list of them for each item."""
    if type(result) is dict:
        return 1
    if type(result) is not list or not result:
        return None
    first = result[0]
    return len(result) * (len(first) if type(first) is list else 1)
