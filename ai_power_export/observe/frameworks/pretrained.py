"""Knows which networks came from pretrained weights, and under which public name.

A configuration tells too little: `from_config(AutoConfig.from_pretrained("gpt2"))` carries the name of a
model whose weights it does not have. So the loading itself is watched. What is kept of it is a weak
reference and a name.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ai_power_export.observe.frameworks.constructors import attributes_of

TRANSFER = "transferLearning"
"""The format's `trainingType` of a model that begins with pretrained weights."""

HUB = "https://huggingface.co"
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")
"""What Hugging Face's hub takes for the name of a model or a data set, with or without its owner."""

MOST_MODULES = 200
"""Modules of a network that are looked at: a pretrained one is the network itself or near its top."""


class Provenance(NamedTuple):
    """Where the weights of a network came from."""

    name: str
    """Name on Hugging Face's hub; empty for weights from somewhere else, such as the user's own folder."""
    uri: str
    """Its public page; empty where it may be private."""


ELSEWHERE = Provenance("", "")


def provenance_of(name: object, *, token: object = None) -> Provenance:
    """Tell where a framework of Hugging Face takes a model of this name from, when it is asked for it now.

    A name that is a file or folder here is that; any other one is looked up in the hub. Whoever hands
    over a token may ask for something private, which has no public page.
    """
    if type(name) is not str or not _HUB_NAME.fullmatch(name) or Path(name).exists():
        return ELSEWHERE
    constants = sys.modules.get("huggingface_hub.constants")
    is_public = not token and getattr(constants, "ENDPOINT", HUB) == HUB
    return Provenance(name, f"{HUB}/{name}" if is_public else "")


def remember(model: Any, provenance: Provenance) -> None:
    """Note that a network was loaded with pretrained weights."""
    key = id(model)
    _loaded[key] = weakref.ref(model, lambda _: _loaded.pop(key, None)), provenance


_loaded: dict[int, tuple[weakref.ref[Any], Provenance]] = {}
"""What was loaded, by the `id` of living networks."""


def note_beginning() -> None:
    """Note whether models may have been loaded before that was watched: some class of them is there."""
    global _some_unseen
    base = getattr(sys.modules.get("transformers.modeling_utils"), "PreTrainedModel", None)
    _some_unseen = base is not None and bool(type.__subclasses__(base))


_some_unseen = False


def loaded_from(model: Any) -> Provenance | None:
    """Return where the pretrained weights of a network, or of a part, came from; None if there are none.

    A network whose parts come from several places has no single origin.
    """
    found = {each for each in map(_provenance, _modules(model)) if each is not None}
    return (found.pop() if len(found) == 1 else ELSEWHERE) if found else None


def _provenance(module: Any) -> Provenance | None:
    known = _loaded.get(id(module))
    if known is not None and known[0]() is module:
        return known[1]
    return _unseen_provenance(module) if _some_unseen else None


def _unseen_provenance(module: Any) -> Provenance | None:
    """Tell by its traces whether a model was loaded, of one that may have been before anybody watched."""
    own = attributes_of(module)
    name = attributes_of(own.get("config")).get("_name_or_path")
    if type(name) is not str or not name:
        return None
    # From version 5 on, loading leaves its conversions in a model; before, it leaves it ready to answer.
    is_version_4 = getattr(sys.modules.get("transformers"), "__version__", "").startswith("4.")
    if not (own.get("training") is False if is_version_4 else "_weight_conversions" in own):
        return None
    provenance = provenance_of(name) if _is_in_cache(name) else ELSEWHERE
    remember(module, provenance)
    return provenance


def _is_in_cache(name: str) -> bool:
    """Tell whether the hub's local cache holds a model of this name, as it does not of one from a folder."""
    cache = getattr(sys.modules.get("huggingface_hub.constants"), "HF_HUB_CACHE", None)
    return type(cache) is str and Path(cache, "models--" + name.replace("/", "--")).is_dir()


def _modules(model: Any) -> Iterator[Any]:
    """Yield a network and what it holds, level by level; what was loaded as a whole is not looked into."""
    waiting, seen = [model], 0
    while waiting and seen < MOST_MODULES:
        module = waiting.pop(0)
        seen += 1
        yield module
        held = attributes_of(module).get("_modules") if id(module) not in _loaded else None
        waiting += [each for each in held.values() if each is not None] if isinstance(held, dict) else []
