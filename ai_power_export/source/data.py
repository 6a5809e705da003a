"""Data: which data sets go into the models, and what the source fixes of them."""

from __future__ import annotations

from collections.abc import Iterable

from ai_power_export.source.calls import Call, Place
from ai_power_export.source.dataset import Dataset, agreed, described
from ai_power_export.source.loads import Load, Loads
from ai_power_export.source.models import entry_of
from ai_power_export.source.shapes import shape_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Choice, Items, Known, Member, Mixed, Thing, Value, ancestry, options
from ai_power_export.vocabulary.datasets import data_type_of
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.formats import TABULAR_FORMATS, TYPE_OF_FORMAT


def inputs_of(use: Use) -> list[Value]:
    """Return what goes into a model as data, the training data first."""
    values = _given_to_holders(use)
    for call in use.events:
        values += _given_to(call)
    if use.call is not None and use.call not in use.events and not use.is_network:
        values += _data_in([*use.call.args, *use.call.keywords.values()])
    return values


def _given_to_holders(use: Use) -> list[Value]:
    trainers = [
        holder for holder in use.holders if (entry := entry_of(holder)) and entry.role is Role.TRAINER
    ]
    return _data_in([value for each in trainers for value in (*each.call.keywords.values(), *each.call.args)])


def _given_to(call: Call) -> list[Value]:
    loops = [loop.iterable for loop in reversed(call.loops)]
    return _data_in([*call.args, *call.keywords.values(), *loops])


def _data_in(values: Iterable[Value]) -> list[Value]:
    return [value for value in values if not _is_no_data(value)]


def _is_no_data(value: Value) -> bool:
    entries = [entry_of(option) for option in options(value)]
    return all(entry is not None and entry.role not in (Role.BATCHES, Role.ENVIRONMENT) for entry in entries)


def find_dataset(use: Use, loads: Loads, network_type: str) -> Dataset | None:
    """Return the data set that a model works on, as far as the source tells."""
    inputs = inputs_of(use)
    dataset = _loaded(use, loads, inputs) or _literal(use, inputs, loads)
    if dataset is None and use.call is not None:
        dataset = Dataset(use.call.place)
    if dataset is not None:
        _settle_type(dataset, use, inputs, network_type)
        if dataset.is_loaded:  # what the source builds itself is measured as it goes in
            _cut(dataset, inputs)
    return dataset


def _loaded(use: Use, loads: Loads, inputs: list[Value]) -> Dataset | None:
    """Return what all loads agree in that the data may come from."""
    found = _loads_of(use, loads, inputs) or loads.inside(use)
    is_guessed = not found
    perhaps = found or loads.of_parts(use) or loads.free(use, inputs)
    datasets = [described(load.thing, load.entry) for load in perhaps]
    if is_guessed and len({dataset.name or dataset.loader for dataset in datasets}) != 1:
        return None
    dataset = agreed(datasets)
    dataset.is_likely = is_guessed or not all(_is_sure(load, use) for load in found)
    if is_guessed:  # of the only data set loaded, nobody knows how much goes in
        dataset.quantity, dataset.shape = None, ""
    return dataset


def _loads_of(use: Use, loads: Loads, inputs: list[Value]) -> list[Load]:
    """Return the loads that lead to the model: to each of its trainings, where it has several."""
    by_training = [loads.nearest(_given_to(call)) for call in use.trained]
    held = loads.nearest(_given_to_holders(use))
    return held or [load for found in by_training for load in found] or loads.nearest(inputs)


def _is_sure(load: Load, use: Use) -> bool:
    """Tell whether what the model works on was certainly loaded so, if the model is used."""
    return load.is_sure and (not load.thing.call.maybe or any(call.maybe for call in use.events))


def _literal(use: Use, inputs: list[Value], loads: Loads) -> Dataset | None:
    """Describe data that stand in the source itself."""
    for value in inputs:
        possible = [option for option in options(value) if loads.happened(option)]
        made = [_made(option, use) for option in possible]
        if any(made):
            return agreed([each or Dataset(_place(use)) for each in made])
    for call in () if use.trained else use.answered:
        if (texts := sum(_texts(value) for value in call.args[:1])) and not call.loops:
            return Dataset(call.place, quantity=texts)
    return None


def _made(value: Value, use: Use) -> Dataset | None:
    """Describe an array by its shape, if that is known."""
    shape = shape_of(value) if isinstance(value, (Thing, Mixed, Member)) else None
    if not shape:
        return None
    if _made_in_a_loop(value):  # each turn makes new data: how much there is is not one turn's
        return Dataset(_place(use), source="other")
    written = f"({', '.join(map(str, shape))})" if len(shape) > 1 else ""
    return Dataset(_place(use), quantity=shape[0], shape=written, source="other")


def _place(use: Use) -> Place:
    return use.events[0].place if use.events else Place("", 0)


def _made_in_a_loop(value: Value) -> bool:
    return any(part.call.loops for part in ancestry(value) if isinstance(part, Thing))


def _texts(value: Value) -> int:
    """Return how many texts an argument holds; 0 where it is something else."""
    if isinstance(value, Known):
        return 1 if isinstance(value.value, str) else 0
    if isinstance(value, Items) and not value.open:
        plain = all(isinstance(item, Known) and isinstance(item.value, str) for item in value.items)
        return len(value.items) if plain else 0
    return 0


# ---- type ------------------------------------------------------------------------------------


def _settle_type(dataset: Dataset, use: Use, inputs: list[Value], network_type: str) -> None:
    """Take the type that the surest voter says."""
    helper = _helper_type(inputs, use)
    model = use.entry.modality if use.entry is not None else ""
    by_file = TYPE_OF_FORMAT.get(dataset.format, "")
    table = "tabular" if dataset.format in TABULAR_FORMATS else ""
    for voted, sure in (
        (helper, True),
        (dataset.data_type, not dataset.is_likely),
        ("" if model == "tabular" else model, True),
        (by_file, not dataset.is_likely),
        (data_type_of(dataset.name), not dataset.is_likely),
        (network_type, False),
        (table, False),
        (model, False),
    ):
        if voted:
            dataset.data_type, dataset.type_is_sure = voted, sure
            return


def _helper_type(inputs: list[Value], use: Use) -> str:
    """Return the type of data that a helper between the data and the model is made for."""
    steps = [holder for holder in use.holders if (entry := entry_of(holder)) and entry.role is Role.PIPELINE]
    for part in ancestry(*inputs[:4], *steps):
        entry = entry_of(part)
        if entry is not None and entry.role in (Role.HELPER, Role.TOKENIZER, Role.BATCHES) and entry.modality:
            return entry.modality
    return ""


def _cut(dataset: Dataset, inputs: list[Value]) -> None:
    """Forget the sizes that what lies between the data and the model may have changed."""
    for part in ancestry(*inputs):
        if isinstance(part, Member) and _selects_columns(part):
            dataset.shape = ""
        elif _takes_a_part(part):
            dataset.quantity, dataset.shape = None, ""


def _takes_a_part(value: Value) -> bool:
    if isinstance(value, Thing) and value.path.rpartition(".")[2] in _SPLIT:
        return True
    if isinstance(value, Member):
        return value.name == "[:]" or _selects_rows(value)
    return isinstance(value, Thing) and value.call.method in _TAKE_PARTS


_SPLIT = frozenset({"train_test_split", "random_split", "temporal_train_test_split"})
"""Functions that divide data; how much a model gets is not what was loaded."""

_TAKE_PARTS = (
    "head",
    "tail",
    "sample",
    "select",
    "take",
    "dropna",
    "query",
    "filter",
    "drop_duplicates",
    "nlargest",
    "train_test_split",
    "split",
)


def _selects_columns(member: Member) -> bool:
    """Tell whether an item is some columns of a table, `df[["a", "b"]]`."""
    names = member.key.items if isinstance(member.key, Items) else []
    return bool(names) and all(isinstance(name, Known) and isinstance(name.value, str) for name in names)


def _selects_rows(member: Member) -> bool:
    return member.name == "[]" and member.key is not None and not isinstance(member.key, (Known, Choice))
