"""Signs that a program learns or asks, where it is not understood what: then nothing may be told of that."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ai_power_export.source.calls import Call
from ai_power_export.source.models import entry_of
from ai_power_export.source.values import options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import Role


def may_learn(calls: Sequence[Call]) -> bool:
    """Tell whether a program without a model that is known may have one for all that.

    It does where gradients or losses are computed, layers are called or an optimizer is made; or where what
    is called belongs to nobody known, beside a framework of networks: that may be a package of its own.
    """
    if any(map(_learns, calls)):
        return True
    roots = {call.path.partition(".")[0] for call in calls if call.path}
    networks = any(
        load_catalogue().entry(f"{each}.{base}") for each in roots for base in _NETWORKS.get(each, ())
    )
    return networks and any(not _is_known(each) for each in roots)


_NETWORKS = {
    "torch": ("nn.Module",),
    "keras": ("Model",),
    "tensorflow": ("keras.Model",),
    "flax": ("nnx.Module",),
}


def _learns(call: Call) -> bool:
    if call.method == "backward":
        return True
    made = load_catalogue().entry(call.path) if call.path and not call.method else None
    if made is not None and made.role in (Role.LOSS, Role.OPTIMIZER):
        return True
    called = options(call.receiver) if call.receiver is not None and call.method == "__call__" else ()
    return any((entry := entry_of(root(each))) and entry.role in (Role.LOSS, Role.LAYER) for each in called)


def _is_known(module: str) -> bool:
    return module in ("builtins", *sys.stdlib_module_names) or load_catalogue().knows(module)
