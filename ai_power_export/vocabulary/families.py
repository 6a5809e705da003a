"""The one table of task rules: what a model is for, on which data, makes which task family."""

from __future__ import annotations

NOT_MACHINE_LEARNING = "other"
"""Family and stage word for a program that trains and infers nothing."""

ANY = "*"

RULES: tuple[tuple[str, str, str], ...] = (
    # kind of model            data type    family
    ("classification",         "tabular",   "tabularClassification"),
    ("classification",         "text",      "textClassification"),
    ("classification",         "token",     "textClassification"),
    ("classification",         "word",      "textClassification"),
    ("classification",         "image",     "imageClassification"),
    ("classification",         "audio",     "audioClassification"),
    ("classification",         "video",     "videoClassification"),
    ("classification",         ANY,         "classification"),
    ("regression",             "tabular",   "tabularRegression"),
    ("regression",             "image",     "imageRegression"),
    ("regression",             "text",      "textRegression"),
    ("regression",             ANY,         "regression"),
    ("generation",             "text",      "textGeneration"),
    ("generation",             "token",     "textGeneration"),
    ("generation",             "image",     "imageGeneration"),
    ("generation",             "audio",     "audioGeneration"),
    ("generation",             "video",     "videoGeneration"),
    ("generation",             ANY,         "generation"),
    ("embedding",              "text",      "textEmbedding"),
    ("embedding",              "token",     "textEmbedding"),
    ("embedding",              "image",     "imageEmbedding"),
    ("embedding",              ANY,         "embedding"),
    ("reconstruction",         "image",     "imageReconstruction"),
    ("reconstruction",         ANY,         "representationLearning"),
    ("forecasting",            ANY,         "timeSeriesForecasting"),
)  # fmt: skip
"""Read from the top; the first line that fits decides. A kind that no line
names is a family of its own: clustering, anomalyDetection, objectDetection."""


def task_family(kind: str | None, data_type: str | None = None) -> str | None:
    """Return the `taskFamily` of a kind of model on a type of data; None where the kind is unknown."""
    if not kind:
        return None
    for rule_kind, rule_data, family in RULES:
        if kind == rule_kind and rule_data in (data_type, ANY):
            return family
    return kind
