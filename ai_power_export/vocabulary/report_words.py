"""Words that reports use for the same things, and which one is meant by another spelling."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from ai_power_export.vocabulary.naming import camel_case

OTHER_STAGES = frozenset(
    {
        "deployment",
        "distillation",
        "evaluation",
        "other",
        "postprocessing",
        "pretraining",
        "quantization",
        "rag",
    }
    | {"reinforcement", "testing", "validation"}
)
"""Stages that the format does not name, its list being open, and that no other is meant by."""

LEARNING = frozenset(
    {"supervised", "unsupervised", "semiSupervised", "selfSupervised", "reinforcement", "transfer"}
)
TRAINING_TYPES = frozenset(f"{word}Learning" for word in LEARNING)

METHODS = frozenset(
    {"codecarbon", "carbonai", "flops-compute", "wattmeter", "azure metrics", "ovh metrics"}
    | {"eco2AI", "carbontracker", "zeus", "pyJoules", "pyRAPL", "perf", "nvidia-smi", "ecologits", "greenops"}
    | {"experiment-impact-tracker", "scaphandre", "powerapi", "powerjoular", "joularjx", "alumet", "kepler"}
    | {"turbostat", "powermetrics", "intel power gadget"}
)
"""What `measurementMethod` names: the format's examples, then other tools as they call themselves."""

HARDWARE_METERS = frozenset({"wattmeter"})
"""Methods whose `manufacturer` the format asks for."""

TRACKING_MODES: Mapping[str, frozenset[str]] = {
    "cpuTrackingMode": frozenset(
        {"constant", "rapl", "cpu_load", "emi", "powerGadget", "powermetrics", "pmic"}
    ),
    "gpuTrackingMode": frozenset({"constant", "nvml", "amdsmi", "powermetrics"}),
}
SCOPES = frozenset({"machine", "process"})
"""CodeCarbon's `tracking_mode`: what was followed, not how."""

COMPONENT_TYPES = frozenset({"cpu", "gpu", "ram", "hdd", "ssd", "sdd", "tpu", "npu", "fpga"})
"""`sdd` stands so in the format's own examples."""

SYNONYMS: Mapping[str, str] = {
    "train": "training", "fit": "training", "fitting": "training", "finetune": "finetuning",
    "predict": "inference", "prediction": "inference", "infer": "inference", "inferencing": "inference",
    "serving": "inference", "preprocess": "preprocessing", "datapreprocessing": "preprocessing",
    "datapreparation": "preprocessing", "datageneration": "datacreation", "retrain": "retraining",
    **{word.casefold(): f"{word}Learning" for word in LEARNING},
    "processor": "cpu", "graphicscard": "gpu", "memory": "ram", "mainmemory": "ram",
    "powermeter": "wattmeter", "nvidiasmi": "nvidia-smi", "intelrapl": "rapl", "cpuload": "cpu_load",
}  # fmt: skip
"""Words without blanks and marks, in lower case, to the one that is meant where a field knows it."""

ALIKE = 0.88
"""`difflib` ratio of two words of which one is a slip: `inferrence`, `trainning`, `codecarbn`."""
SHORTEST_SLIP = 5
"""Letters of a word in which a slip can be told from another word."""
MOST_SLIPS = 2
"""Letters that a slip leaves out or adds."""
LONGEST = 60
"""Characters of a word that are looked at."""

_CAMEL_OR_PLAIN = re.compile(r"[a-z][A-Za-z0-9]*|[a-z0-9]+(?: [a-z0-9]+)*")
_SPELLED_OTHERWISE = re.compile(r"[A-Za-z0-9]+(?:[ _-]+[A-Za-z0-9]+)*")


@lru_cache(maxsize=1024)
def meant_word(text: str, known: frozenset[str], others: frozenset[str] = frozenset()) -> str | None:
    """Return the known word that is meant by another spelling, None for a known word and an unknown one.

    Args:
        text: What was written.
        known: Words that may be meant.
        others: Words that are right as well, and are never proposed.

    >>> meant_word("Fine-Tuning", STAGE_WORDS), meant_word("trainning", STAGE_WORDS)
    ('finetuning', 'training')
    """
    letters, by_letters, right = _letters(text), _by_letters(known), _by_letters(others)
    if len(text) > LONGEST or not letters or text in known or letters in right:
        return None
    synonym = SYNONYMS.get(letters)
    if synonym in known:
        return synonym
    return by_letters.get(letters) or by_letters.get(_alike(letters, {*by_letters, *right}))


def _alike(letters: str, words: set[str]) -> str:
    """Return the word that a slip was made in, empty if none is alike; slips spare the first letter."""
    if len(letters) < SHORTEST_SLIP:
        return ""
    near = [word for word in words if word[0] == letters[0] and abs(len(word) - len(letters)) <= MOST_SLIPS]
    return next(iter(difflib.get_close_matches(letters, sorted(near), n=1, cutoff=ALIKE)), "")


def in_camel_case(text: str) -> str | None:
    """Return a name in the camelCase of the format; None if it is, or is in plain lower-case words.

    The format's own examples are of both kinds: `supervisedLearning`, `text classification`.

    >>> in_camel_case("Text-Classification"), in_camel_case("text classification")
    ('textClassification', None)
    """
    if len(text) > LONGEST or _CAMEL_OR_PLAIN.fullmatch(text) or not _SPELLED_OTHERWISE.fullmatch(text):
        return None
    return camel_case(text) or None


@cache
def _by_letters(words: frozenset[str]) -> dict[str, str]:
    return {_letters(word): word for word in words}


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text[:LONGEST].casefold())
