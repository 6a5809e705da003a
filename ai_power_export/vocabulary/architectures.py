"""Architectures that the names of foundation models, or the layers of a network, tell.

A foundation model's name is an identifier that its publisher gave, such as
`facebook/detr-resnet-50`: unlike a file's or a variable's name it says what
the model is. Longer words come before shorter ones that they contain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.own_layers import ATTENTION, NORMALIZATION, NORMALIZATIONS, PRODUCT

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


FEWEST_LAYERS = 2
"""Linear layers of a multilayer perceptron: with one it is a linear model."""


def network_of(layers: Mapping[str, int]) -> str:
    """Return the name of an architecture; empty where its layers do not tell.

    Args:
        layers: Class paths of its layers, and of `own_layers`, with how many there are of each.
    """
    found: Counter[str] = Counter()
    for path, count in layers.items():
        entry = load_catalogue().entry(path)
        if entry is not None:
            found[entry.algorithm_name] += count
    name = next((name for name in NETWORKS if found[name]), "")
    if layers.get(ATTENTION) and name in ("", "cnn", "multilayerPerceptron"):
        return _with_attention(layers, found["cnn"])
    if name == "multilayerPerceptron" and (layers.get(PRODUCT) or found[name] < FEWEST_LAYERS):
        return ""
    return name


def _with_attention(layers: Mapping[str, int], convolutions: int) -> str:
    """Name a network with attention of its own: images may come in, and out, by a convolution or two."""
    attentions = layers[ATTENTION]
    by_class = any(path.rpartition(".")[2].lower().startswith(NORMALIZATIONS) for path in layers)
    if (by_class or NORMALIZATION in layers) and convolutions <= attentions:
        return "transformer"
    return "cnn" if convolutions > 2 * attentions else ""
