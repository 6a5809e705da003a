"""Signs that a program learns or asks, where it is not understood what: then nothing may be told of that."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from ai_power_export.source.calls import Call
from ai_power_export.source.models import entry_of
from ai_power_export.source.values import Function, Thing, options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role


def may_learn(calls: Sequence[Call]) -> bool:
    """Tell whether a program without a model that is known may have one for all that.

    It does where gradients, losses or metrics are computed, layers or what was loaded are asked, an agent
    acts or an optimizer is made; where functions of the program are named for it; or where what is called
    belongs to nobody known, beside a framework of networks: that may be a package of its own.
    """
    if any(_learns(call) or _is_asked(call) or any(map(_is_named_for_it, call.functions)) for call in calls):
        return True
    roots = {call.path.partition(".")[0] for call in calls if call.path}
    return not roots.isdisjoint(_OF_NETWORKS) and any(not _is_known(each) for each in roots)


_OF_NETWORKS = ("torch", "keras", "tensorflow", "flax")
_GRADIENTS = frozenset(
    {"jax.grad", "jax.value_and_grad", "torch.autograd.grad", "torch.func.grad", "tensorflow.GradientTape"}
)


def _learns(call: Call) -> bool:
    if call.method == "backward" or call.path in _GRADIENTS:
        return True
    made = load_catalogue().entry(call.path) if call.path and not call.method else None
    return made is not None and made.role in (Role.LOSS, Role.METRIC, Role.OPTIMIZER)


_CALLED = (Role.LOSS, Role.LAYER)
_ANSWERS = re.compile(r"(?:predict|decision_function|score|transform|kneighbors|generate)")
_LOADS = ("pickle.load", "joblib.load", "cloudpickle.load", "dill.load", "skops.io.load")


def _is_asked(call: Call) -> bool:
    """Tell whether a call asks a layer, a loss, an environment, or an object that came out of a file."""
    for option in options(call.receiver) if call.receiver is not None else ():
        owner = root(option)
        entry = entry_of(owner)
        if entry is not None and (entry.role in _CALLED if call.method == "__call__" else _acts(entry, call)):
            return True
        if isinstance(owner, Thing) and owner.path in _LOADS and _ANSWERS.match(call.method):
            return True
    return False


def _acts(entry: ClassEntry, call: Call) -> bool:
    return entry.role is Role.ENVIRONMENT and call.method == "step"


_NAMES = re.compile(
    r"fit|train|predict|forward|backward|sigmoid|softmax|relu|cross_?entropy|back_?prop|gradient_descent|k_?means"
)


def _is_named_for_it(function: Function) -> bool:
    """Tell whether a function of the program has a name that what learns has: a sign, and no more."""
    return any(_NAMES.fullmatch(part) for part in (function.name.lower(), *function.name.lower().split("_")))


_TOOLS = frozenset(
    {
        "matplotlib",
        "seaborn",
        "plotly",
        "tqdm",
        "rich",
        "yaml",
        "requests",
        "httpx",
        "PIL",
        "cv2",
        "imageio",
        "h5py",
    }
    | {"tabulate", "psutil", "click", "typer", "dotenv", "tensorboard", "wandb", "mlflow", "codecarbon"}
)
"""Packages that are used beside models and hold none."""


def _is_known(module: str) -> bool:
    return module in ("builtins", *_TOOLS, *sys.stdlib_module_names) or load_catalogue().knows(module)
