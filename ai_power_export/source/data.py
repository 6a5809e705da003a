"""Data: which data sets go into the models, and what the source fixes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ai_power_export.source.calls import Call, Place
from ai_power_export.source.hyperparameters import named_arguments
from ai_power_export.source.models import entry_of
from ai_power_export.source.shapes import shape_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Choice, Items, Known, Member, Mixed, Thing, Value, ancestry, options
from ai_power_export.vocabulary.addresses import public_address
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.datasets import data_type_of
from ai_power_export.vocabulary.entries import LoaderEntry, Role
from ai_power_export.vocabulary.formats import TABULAR_FORMATS, TYPE_OF_FORMAT, format_of
from ai_power_export.vocabulary.secrets import is_secret


@dataclass
class Dataset:
    """What is known of one data set."""

    place: Place
    data_type: str = ""
    type_is_sure: bool = True
    quantity: int | None = None
    shape: str = ""
    format: str = ""
    source: str = ""
    uri: str = ""
    owner: str = ""
    name: str = ""
    kind: str = ""
    by_default: bool = False
    """Whether its name may be changed from the command line."""


def inputs_of(use: Use) -> list[Value]:
    """Return what goes into a model as data, the training data first."""
    values: list[Value] = []
    for holder in use.holders:
        entry = entry_of(holder)
        if entry is not None and entry.role is Role.TRAINER:
            values += [*holder.call.keywords.values(), *holder.call.args]
    for call in use.events:
        values += [*call.args, *call.keywords.values(), *(loop.iterable for loop in reversed(call.loops))]
    if use.call is not None and use.call not in use.events and not _is_network(use):
        values += [*use.call.args, *use.call.keywords.values()]
    return [value for value in values if not _is_no_data(value)]


def _is_network(use: Use) -> bool:
    """Tell whether a model is made of sizes; others are made with the data that they are of."""
    return use.entry is not None and use.entry.role is Role.NETWORK


def _is_no_data(value: Value) -> bool:
    entries = [entry_of(option) for option in options(value)]
    return all(entry is not None and entry.role not in (Role.BATCHES, Role.ENVIRONMENT) for entry in entries)


def find_dataset(use: Use, calls: list[Call], network_type: str) -> Dataset | None:
    """Return the data set that a model works on, as far as the source tells."""
    inputs = inputs_of(use)
    found = _nearest(inputs) or _nearest(_loaded_inside(use, calls)) or _only_one(calls, use)
    dataset = _described(*found) if found is not None else None
    dataset = dataset or _literal(use, inputs)
    if dataset is None and use.call is not None:
        dataset = Dataset(use.call.place)
    if dataset is not None:
        _settle_type(dataset, use, inputs, network_type)
        if dataset.name or dataset.uri:  # what the source builds itself is measured as it goes in
            _cut(dataset, inputs)
    return dataset


def _nearest(inputs: list[Value]) -> tuple[Thing, LoaderEntry] | None:
    for value in inputs:
        for part in ancestry(value):
            if isinstance(part, Thing) and (entry := loader_of(part)) is not None:
                return part, entry
    return None


def loader_of(thing: Thing) -> LoaderEntry | None:
    """Return the loader's entry if a thing is a loaded data set."""
    if not thing.path:
        return None
    path = f"{thing.path}.{thing.call.method}" if thing.call.method else thing.path
    return load_catalogue().loader(path)


def _loaded_inside(use: Use, calls: Iterable[Call]) -> list[Value]:
    """Return what the program's own methods load when the training calls them."""
    return [Thing(call) for call in calls if call.handler in use.events and call.path]


def _only_one(calls: Iterable[Call], use: Use) -> tuple[Thing, LoaderEntry] | None:
    """Where no path leads from the model back to its data, the only data set loaded is probably it."""
    loaded: dict[str, tuple[Thing, LoaderEntry]] = {}
    sizes = ancestry(*use.call.inputs()) if use.call is not None and _is_network(use) else ()
    of_sizes = [part.call for part in sizes if isinstance(part, Thing)]
    for call in calls:
        thing = Thing(call)
        if call in of_sizes:
            continue
        if call.path and (entry := loader_of(thing)) is not None and not call.path.startswith("builtins."):
            dataset = _described(thing, entry)
            loaded.setdefault(dataset.name or entry.path, (thing, entry))
    return next(iter(loaded.values())) if len(loaded) == 1 else None


def _described(thing: Thing, entry: LoaderEntry) -> Dataset:
    arguments = named_arguments(thing.call, entry.parameters)
    dataset = Dataset(
        thing.call.place,
        data_type=entry.data_type,
        quantity=entry.quantity,
        shape=entry.shape,
        format=entry.format,
        source=entry.source,
        uri=entry.uri,
        owner=entry.owner,
        name=entry.name,
        kind=entry.kind,
    )
    _name(dataset, entry, arguments)
    _count(dataset, entry, arguments)
    return dataset


def _name(dataset: Dataset, entry: LoaderEntry, arguments: dict[str, Value]) -> None:
    """Take over the name of the data set or file, and what follows from it."""
    value = arguments.get(entry.named_by) if entry.named_by else None
    named = _last_text(value) if value is not None else None
    if named is None or not isinstance(named.value, str) or not named.value or is_secret("", named.value):
        return
    dataset.by_default = named.default
    if entry.uri_by:
        dataset.name = named.value
        is_public = not named.value.startswith((".", "/", "~")) and not format_of(named.value)
        if is_public:
            dataset.uri = entry.uri_by.replace("{name}", named.value)
        else:
            dataset.source = ""
        builder = format_of(f"x.{named.value}")
        if builder:  # `load_dataset("csv", data_files=…)` names a format, not a data set
            dataset.format, dataset.uri, dataset.source = builder, "", ""
            _name_files(dataset, arguments.get("data_files"))
        return
    _name_file(dataset, named.value)


def _last_text(value: Value, depth: int = 8) -> Known | None:
    """Return the text that a name ends in: of a joined path its last part, of several files the first."""
    if depth == 0:
        return None
    if isinstance(value, Choice):
        return next((found for option in value.options if (found := _last_text(option, depth - 1))), None)
    if isinstance(value, Items) and value.items:
        return _last_text(value.items[0], depth - 1)
    if isinstance(value, Mixed) and value.operands:
        return _last_text(value.operands[-1], depth - 1)
    if isinstance(value, Thing) and value.call.method == "joinpath" and value.call.args:
        return _last_text(value.call.args[-1], depth - 1)
    return value if isinstance(value, Known) else None


def _name_file(dataset: Dataset, text: str) -> None:
    uri = public_address(text)
    if uri:
        dataset.uri, dataset.source = uri, dataset.source or "public"
    dataset.name = re.split(r"[\\/]", text.rstrip("\\/"))[-1].partition("?")[0]
    dataset.format = dataset.format or format_of(dataset.name)


def _name_files(dataset: Dataset, value: Value | None) -> None:
    files = [part.value for part in ancestry(value) if isinstance(part, Known)] if value is not None else []
    if files and isinstance(files[0], str):
        _name_file(dataset, files[0])


def _count(dataset: Dataset, entry: LoaderEntry, arguments: dict[str, Value]) -> None:
    rows = _size(arguments, entry.rows, entry.rows_default)
    columns = entry.columns_fixed or _size(arguments, entry.columns, entry.columns_default)
    if rows is not None:
        dataset.quantity = rows
        dataset.shape = f"({rows}, {columns})" if columns is not None else ""


def _size(arguments: dict[str, Value], name: str, default: int | None) -> int | None:
    value = arguments.get(name) if name else None
    if value is None:
        return default
    return value.value if isinstance(value, Known) and isinstance(value.value, int) else None


# ---- arrays and texts written in the source --------------------------------------------------


def _literal(use: Use, inputs: list[Value]) -> Dataset | None:
    """Describe data that stand in the source itself."""
    for value in inputs:
        for option in options(value):
            if isinstance(option, (Thing, Mixed, Member)) and (shape := shape_of(option)):
                place = use.events[0].place if use.events else Place("", 0)
                if _made_in_a_loop(option):  # each turn makes new data: how much there is is not one turn's
                    return Dataset(place, source="other")
                written = f"({', '.join(map(str, shape))})" if len(shape) > 1 else ""
                return Dataset(place, quantity=shape[0], shape=written, source="other")
    for call in () if use.trained else use.answered:
        if (texts := sum(_texts(value) for value in call.args[:1])) and not call.loops:
            return Dataset(call.place, quantity=texts)
    return None


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
        (dataset.data_type, True),
        ("" if model == "tabular" else model, True),
        (by_file, True),
        (data_type_of(dataset.name), True),
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
    if isinstance(value, Member):
        return value.name == "[:]" or _selects_rows(value)
    return isinstance(value, Thing) and value.call.method in _TAKE_PARTS


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
)


def _selects_columns(member: Member) -> bool:
    """Tell whether an item is some columns of a table, `df[["a", "b"]]`."""
    names = member.key.items if isinstance(member.key, Items) else []
    return bool(names) and all(isinstance(name, Known) and isinstance(name.value, str) for name in names)


def _selects_rows(member: Member) -> bool:
    return member.name == "[]" and member.key is not None and not isinstance(member.key, (Known, Choice))
