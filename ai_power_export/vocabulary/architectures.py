"""Architectures that the names of foundation models, or the layers of a network, tell.

A foundation model's name is an identifier that its publisher gave, such as
`facebook/detr-resnet-50`: unlike a file's or a variable's name it says what
the model is. Longer words come before shorter ones that they contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ai_power_export.vocabulary.catalogue import load_catalogue

ARCHITECTURES: tuple[tuple[str, str, str], ...] = (
    # word in the name   algorithmName        algorithmType
    ("codellama",        "llama",             "llm"),
    ("deepseek",         "deepseek",          "llm"),
    ("falcon",           "falcon",            "llm"),
    ("gemma",            "gemma",             "llm"),
    ("gpt-neo",          "gptNeo",            "llm"),
    ("gpt-j",            "gptJ",              "llm"),
    ("gpt2",             "gpt2",              "llm"),
    ("llama",            "llama",             "llm"),
    ("mistral",          "mistral",           "llm"),
    ("mixtral",          "mixtral",           "llm"),
    ("bloom",            "bloom",             "llm"),
    ("opt",              "opt",               "llm"),
    ("phi",              "phi",               "llm"),
    ("pythia",           "pythia",            "llm"),
    ("qwen",             "qwen",              "llm"),
    ("flan-t5",          "t5",                "transformer"),
    ("mt5",              "mt5",               "transformer"),
    ("t5",               "t5",                "transformer"),
    ("bart",             "bart",              "transformer"),
    ("pegasus",          "pegasus",           "transformer"),
    ("opus-mt",          "marian",            "transformer"),
    ("distilbert",       "distilBert",        "transformer"),
    ("roberta",          "roberta",           "transformer"),
    ("deberta",          "deberta",           "transformer"),
    ("electra",          "electra",           "transformer"),
    ("albert",           "albert",            "transformer"),
    ("bert",             "bert",              "transformer"),
    ("whisper",          "whisper",           "transformer"),
    ("wav2vec2",         "wav2vec2",          "transformer"),
    ("hubert",           "hubert",            "transformer"),
    ("detr",             "detr",              "transformer"),
    ("clip",             "clip",              "transformer"),
    ("blip",             "blip",              "transformer"),
    ("vit",              "visionTransformer", "transformer"),
    ("swin",             "swinTransformer",   "transformer"),
    ("segformer",        "segformer",         "transformer"),
    ("mobilenet",        "mobileNet",         "neuralNetwork"),
    ("efficientnet",     "efficientNet",      "neuralNetwork"),
    ("convnext",         "convNeXt",          "neuralNetwork"),
    ("resnet",           "resNet",            "neuralNetwork"),
    ("yolos",            "yolos",             "transformer"),
)  # fmt: skip


def architecture_of(model_name: str) -> tuple[str, str]:
    """Return `algorithmName` and `algorithmType` that a foundation model's name tells; empty where none.

    >>> architecture_of("facebook/detr-resnet-50")
    ('detr', 'transformer')
    >>> architecture_of("optimum/tiny")
    ('', '')
    """
    leaf = model_name.rpartition("/")[2].lower()
    for word, name, kind in ARCHITECTURES:
        if re.search(rf"(?:^|[-_.]){re.escape(word)}(?![a-z])", leaf):
            return name, kind
    return "", ""


NETWORKS = (
    "graphNeuralNetwork",
    "transformer",
    "lstm",
    "gru",
    "rnn",
    "cnn",
    "multilayerPerceptron",
)
"""What a network with such a layer is called; the first one that it has names it."""


def network_of(layers: Iterable[str]) -> str:
    """Return the name of an architecture by the class paths of its layers; empty where they do not tell."""
    entries = (load_catalogue().entry(path) for path in layers)
    names = {entry.algorithm_name for entry in entries if entry is not None}
    return next((name for name in NETWORKS if name in names), "")
