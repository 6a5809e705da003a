"""Optimizers: what minimises a network's loss, or looks for a model's hyperparameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ai_power_export.facts import JsonValue
from ai_power_export.source.calls import Call
from ai_power_export.source.models import entry_of, networks_in
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Known, Table, Thing, Value, ancestry, options, root
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.naming import camel_case


def optimizers_of(use: Use, calls: list[Call]) -> list[Thing]:
    """Return the optimizers that hold the model's weights."""
    found = list(dict.fromkeys(use.optimizers))
    for call in calls:
        entry = load_catalogue().entry(call.path) if call.path else None
        if entry is None or entry.role is not Role.OPTIMIZER:
            continue
        if any(held is use.model for held in networks_in(call.inputs())):
            found.append(Thing(call))
    for compiling in compilings(use, calls):
        for value in options(compiling.argument("optimizer", 0) or use.model):
            entry = entry_of(value)
            if isinstance(value, Thing) and entry is not None and entry.role is Role.OPTIMIZER:
                found.append(value)
    return found


def compilings(use: Use, calls: list[Call]) -> Iterator[Call]:
    """Yield the calls that compile a Keras model."""
    for call in calls:
        receivers = options(call.receiver) if call.method == "compile" and call.receiver is not None else ()
        if any(root(option) is use.model for option in receivers):
            yield call


def compiled_losses(use: Use, calls: list[Call]) -> Iterator[Value]:
    """Yield what Keras was told to minimise."""
    for call in compilings(use, calls):
        value = call.argument("loss", 1)
        if value is not None:
            yield from value.items.values() if isinstance(value, Table) else options(value)


def optimizer_name(
    use: Use,
    calls: list[Call],
    optimizers: Iterable[Thing],
    configs: Iterable[Thing],
    named: Mapping[str, JsonValue],
) -> str:
    """Return the word for what optimizes a model: the search around it, its adapter, its optimizer."""
    if use.searches:
        return _search_name(use.searches[-1])
    if _is_suggested(use, calls):
        return "optuna"
    for config in [*configs, *use.holders]:
        entry = entry_of(config)
        if entry is not None and entry.kind == "adapter":
            return entry.algorithm_name
    for optimizer in optimizers:
        entry = entry_of(optimizer)
        if entry is not None and entry.algorithm_name:
            return entry.algorithm_name
    for call in compilings(use, calls):
        value = call.argument("optimizer", 0)
        if isinstance(value, Known) and isinstance(value.value, str):
            return camel_case(value.value)
    written = named.get("optim") or named.get("optimizer")
    return camel_case(written.partition("_")[0]) if isinstance(written, str) else ""


_METHODS = {"bayes": "bayesianOptimization", "grid": "gridSearch", "random": "randomSearch"}


def _search_name(search: Thing) -> str:
    """Return how a search searches: by its class, or as its settings say."""
    entry = entry_of(search)
    if entry is None or not entry.method:
        return entry.algorithm_name if entry is not None else ""
    for part in ancestry(*search.call.inputs()):
        named = part.items.get(entry.method) if isinstance(part, Table) else None
        if isinstance(named, Known) and isinstance(named.value, str):
            return _METHODS.get(named.value, camel_case(named.value))
    return "hyperparameterSearch"


_SUGGESTING = ("suggest_float", "suggest_int", "suggest_categorical", "suggest_uniform", "suggest_loguniform")


def _is_suggested(use: Use, calls: list[Call]) -> bool:
    """Tell whether the training function asks an Optuna trial for its values."""
    training = {id(function) for call in use.trained for function in call.functions}
    asking = (call for call in calls if call.method in _SUGGESTING and call.functions)
    return any(id(call.functions[-1]) in training for call in asking)
