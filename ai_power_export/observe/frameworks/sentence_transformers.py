"""Reads the calls of sentence-transformers that answer: embeddings of texts, scores of pairs of them.

Trainings come by the door of `transformers.Trainer`, which the library's own inherits from and which its
`fit` uses (since version 3). Looked at: version 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape, class_path, describe_data
from ai_power_export.observe.doors import plain_function
from ai_power_export.observe.frameworks.constructors import attributes_of, defaults_of, is_plain
from ai_power_export.observe.frameworks.models import is_module, network_part
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.describe import describe_entry
from ai_power_export.vocabulary.entries import ClassEntry, Role

PRETRAINED_MODEL = "transformers.modeling_utils.PreTrainedModel"

SETTINGS = (
    "apply_softmax",
    "batch_size",
    "normalize_embeddings",
    "output_value",
    "precision",
    "top_k",
    "truncate_dim",
)
"""Parameters of a call that are hyperparameters; none of them is a text of the user's."""

FROM_THE_INNER_MODEL = ("layersNumber", "quantization", "foundationModelName", "foundationModelUri")
"""What the transformer inside says of itself better than the modules around it."""

RANK = "rank"

OTHER = "other"
"""`dataType` of embeddings and scores."""


class SentenceTransformersReader:
    """Reads `encode` and its kin, `predict` and `rank`."""

    reads_inside: frozenset[str] = frozenset()

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the model."""
        return class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which model, with what settings, on how many texts; never a text itself."""
        model = point.positional(values, 0)
        if not is_module(model):
            return UNREADABLE
        parameters, defaults = _settings(model, point.method, values)
        part = network_part(model, parameters=parameters, defaults=defaults)
        asked = point.positional(values, 2 if point.method == RANK else 1)
        return Reading((part,), describe_texts(asked), Doing.ANSWERS)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read what came back: how many embeddings or scores, of which shape."""
        return Outcome(output=_described(result, reading.data))

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Say nothing of answers that are not there yet."""
        return NOTHING


def describe_model(module: Any, part: Part) -> Part:
    """Add to a model of sentence-transformers what its class and the transformer inside say."""
    entry = _entry(type(module))
    known = describe_entry(entry) if entry is not None else {}
    inner = _transformer(module)
    said = network_part(inner).said if inner is not None else {}
    return replace(
        part,
        kind=part.kind or (entry.kind if entry is not None else ""),
        said={
            **part.said,
            **{name: value for name, value in known.items() if name != "classPath"},
            **{name: said[name] for name in FROM_THE_INNER_MODEL if name in said},
        },
    )


def describe_texts(asked: Any) -> DataShape | None:
    """Describe texts, or pairs of texts, that a model is asked about."""
    path = class_path(type(asked))
    if type(asked) is str:
        return DataShape(path, "text", certain=True, rows=1)
    if type(asked) in (list, tuple) and asked and type(asked[0]) in (list, tuple):
        is_text = bool(asked[0]) and type(asked[0][0]) is str
        return DataShape(path, "text" if is_text else None, certain=is_text, rows=len(asked))
    return describe_data(asked)


def _entry(cls: type) -> ClassEntry | None:
    """Return what the catalogue knows of a class, or of the nearest that it inherits from."""
    entries = (load_catalogue().entry(class_path(base)) for base in cls.__mro__)
    return next((each for each in entries if each is not None and each.role is Role.MODEL), None)


def _transformer(module: Any, depth: int = 3) -> Any:
    """Return the first transformer that a model holds, near its top; None if it has none."""
    if any(class_path(base) == PRETRAINED_MODEL for base in type(module).__mro__):
        return module
    inside = attributes_of(module).get("_modules") or {}
    found = (_transformer(each, depth - 1) for each in inside.values() if depth and each is not None)
    return next((each for each in found if each is not None), None)


def _settings(
    model: Any, method: str, values: Mapping[str, Any]
) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
    """Return the settings of a call, and which of them have their default."""
    function = plain_function(getattr(type(model), method, None))
    usual = defaults_of(function) if function is not None else {}
    known = {name: values.get(name, usual[name]) for name in SETTINGS if name in usual}
    said = {name: value for name, value in known.items() if value is not None and is_plain(value)}
    return said, tuple(name for name, value in said.items() if _same(value, usual[name]))


def _same(value: object, default: object) -> bool:
    return type(value) is type(default) and value == default


def _described(result: Any, asked: DataShape | None) -> DataShape | None:
    """Describe embeddings or scores: one for each text that was asked about."""
    if type(result) is list:
        return DataShape("builtins.list", OTHER, certain=True, rows=len(result)) if result else None
    described = describe_data(result)
    if described is None or asked is None:
        return None
    return replace(described, data_type=OTHER, certain=True, rows=asked.rows)
