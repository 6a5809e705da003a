"""Reads the calls of transformers: loading of weights, trainings by `Trainer`, pipelines, and `generate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.models import is_module
from ai_power_export.observe.frameworks.pretrained import Provenance, note_beginning, provenance_of, remember
from ai_power_export.observe.frameworks.transformers_generation import (
    generation_outcome,
    given,
    read_generation,
)
from ai_power_export.observe.frameworks.transformers_pipelines import (
    pipeline_outcome,
    read_forward,
    read_pipeline,
)
from ai_power_export.observe.frameworks.transformers_trainer import (
    evaluation_outcome,
    example_count,
    read_evaluation,
    read_example_count,
    read_training,
    training_outcome,
    training_progress,
)
from ai_power_export.observe.observation import Doing
from ai_power_export.observe.reader import NOTHING, Outcome, Reading, Watchpoint

LOADING = "from_pretrained"
COUNTING = "num_examples"


class TransformersReader:
    """Reads calls of trainers, pipelines and models."""

    reads_inside = frozenset({"evaluate", "predict", "generate", COUNTING, LOADING})

    def __init__(self) -> None:
        """Note what may have been loaded before anybody looked."""
        note_beginning()

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the trainer, pipeline or model; empty where none of them is at work."""
        return "" if point.method in (COUNTING, LOADING) else class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call as it begins."""
        return _READ[point.method](point, values)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read a call that has ended."""
        return _OUTCOME[point.method](reading, result)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Read how far a training has got."""
        return training_progress(reading) if point.method == "train" else NOTHING


class _Loading:
    """The loading of a model while it runs: where its weights come from, as it was decided when it began."""

    def __init__(self, provenance: Provenance) -> None:
        self.provenance = provenance

    def __call__(self) -> None:
        pass


def _read_loading(point: Watchpoint, values: Mapping[str, Any]) -> Reading:
    token = given(values, "token") or given(values, "use_auth_token")
    return Reading(
        (), does=Doing.LOADS, about=_Loading(provenance_of(point.positional(values, 1), token=token))
    )


def _loading_outcome(reading: Reading, result: Any) -> Outcome:
    """Remember a model that was loaded; with `output_loading_info` it comes as the first of two."""
    model = result[0] if type(result) is tuple and result else result
    if isinstance(reading.about, _Loading) and is_module(model):
        remember(model, reading.about.provenance)
    return NOTHING


_READ: dict[str, Callable[[Watchpoint, Mapping[str, Any]], Reading]] = {
    "train": read_training,
    "evaluate": read_evaluation,
    "predict": read_evaluation,
    "generate": read_generation,
    "__call__": read_pipeline,
    "forward": read_forward,
    COUNTING: read_example_count,
    LOADING: _read_loading,
}
"""How to read a call, by its method."""

_OUTCOME: dict[str, Callable[[Reading, Any], Outcome]] = {
    "train": lambda reading, _: training_outcome(reading),
    "evaluate": evaluation_outcome,
    "predict": evaluation_outcome,
    "generate": generation_outcome,
    "__call__": pipeline_outcome,
    "forward": pipeline_outcome,
    COUNTING: example_count,
    LOADING: _loading_outcome,
}
"""How to read what a call gave back, by its method."""
