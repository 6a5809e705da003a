"""A data set, as the call that loads it describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from ai_power_export.source.calls import Place
from ai_power_export.source.hyperparameters import named_arguments
from ai_power_export.source.values import Choice, Items, Known, Mixed, Thing, Value, ancestry
from ai_power_export.vocabulary.addresses import public_address
from ai_power_export.vocabulary.entries import LoaderEntry
from ai_power_export.vocabulary.formats import format_of
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
    loader: str = ""
    """Path of the function that loads it, if one does."""
    is_loaded: bool = False
    """Whether it comes from a loader, or from one of several."""
    is_likely: bool = False
    """Whether the data may also come from elsewhere."""


_UNKNOWN = {
    each.name: each.default
    for each in fields(Dataset)
    if each.name not in ("place", "type_is_sure", "by_default", "is_loaded", "is_likely")
}
"""What says nothing, by field."""


def agreed(datasets: list[Dataset]) -> Dataset:
    """Return what several descriptions agree in."""
    first = replace(datasets[0])
    for name, nothing in _UNKNOWN.items():
        if any(getattr(each, name) != getattr(first, name) for each in datasets):
            setattr(first, name, nothing)
    for name in ("by_default", "is_likely"):
        setattr(first, name, any(getattr(each, name) for each in datasets))
    first.type_is_sure = all(each.type_is_sure for each in datasets)
    return first


def described(thing: Thing, entry: LoaderEntry) -> Dataset:
    """Return what the call of a loader says of the data that it loads."""
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
        loader=entry.path,
        is_loaded=True,
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
