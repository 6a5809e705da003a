"""Words of the format's `taskStage`."""

from __future__ import annotations

STAGE_WORDS = frozenset(
    {"datacreation", "preprocessing", "training", "retraining", "finetuning", "inference"}
)
"""Words that a stage of a run may be called by, several of them joined by `+`.

Source: the description of `taskStage` in the BoAmps task schema."""
