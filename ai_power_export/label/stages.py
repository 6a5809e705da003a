"""The stage of a report, in one spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.report.rating.subject import text
from ai_power_export.vocabulary.report_words import OTHER_STAGES, meant_word
from ai_power_export.vocabulary.stages import STAGE_WORDS

TRAINING, INFERENCE = "training", "inference"
TRAININGS = frozenset({TRAINING, "retraining", "finetuning"})
"""Stages in which a model is trained."""


def stages_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the stages that a report's `taskStage` names, in its order."""
    parts = (part.strip() for part in text(document, "task.taskStage").split("+"))
    return tuple(meant_word(part, STAGE_WORDS, OTHER_STAGES) or part.casefold() for part in parts if part)


def is_of(stage: str, wanted: str) -> bool:
    """Tell whether a stage is one that a scheme for `wanted` rates: finetuning is training."""
    return wanted in ("", stage) or (wanted == TRAINING and stage in TRAININGS)
