"""Describes PyTorch's tensors and data sets, and what a `DataLoader` serves.

Data sets that PyTorch defines are asked for their attributes. The length of
any other is asked for only where PyTorch's own sampler asks it as well, at the
same moment: when a pass over the data begins.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

from ai_power_export.observe.data.shape import DataShape, Sharing, class_path, describe_data
from ai_power_export.observe.data.torch_marks import SUBSET, TENSORS, mark_of
from ai_power_export.observe.frameworks.constructors import attributes_of

LOADER = "torch.utils.data.dataloader.DataLoader"
CONCATENATED = "torch.utils.data.dataset.ConcatDataset"

_TENSORS = frozenset({"torch.Tensor"})
"""Classes whose attributes run nothing of the user's: not those that inherit from them."""
_CHANNELS = frozenset({1, 3, 4})
WHOLE_NUMBERS = frozenset({"torch.int64", "torch.int32"})
_BY_DATA = {
    "RandomSampler": "data_source",
    "SequentialSampler": "data_source",
    "DistributedSampler": "dataset",
}
"""Samplers that ask the data set for its length, by the attribute that holds it."""
_SHARDS = "accelerate.data_loader.BatchSamplerShard"
"""How Accelerate shares out batches among processes."""
_SAMPLERS = "torch.utils.data."
_MAP_STYLE = 0
"""Of the iterators of a `DataLoader`: its data set is asked for items by number."""


class Served(NamedTuple):
    """What one pass over a `DataLoader` serves."""

    data: DataShape | None
    targets: str
    """`classes` if each item comes with a whole number, `numbers` if with real ones, `other` if with more,
    such as words or the item itself; empty where unknown."""
    batch_size: int | None
    batches: int | None
    """How many a complete pass has."""


def tensor(path: str, data: Any) -> DataShape | None:
    """Describe a tensor."""
    if path not in _TENSORS:
        return None
    shape, dtype = tuple(data.shape), str(data.dtype)
    nbytes = prod(shape) * data.element_size() if str(data.layout) == "torch.strided" else None
    name = dtype.rpartition(".")[2]
    return DataShape(
        path, _type_of(shape, dtype), False, shape[0] if shape else None, str(shape), nbytes, name
    )


def _type_of(shape: tuple[int, ...], dtype: str) -> str | None:
    """Tell what numbers of such a shape most likely are; whole ones may be tokens, codes or ids."""
    if dtype in WHOLE_NUMBERS:
        return None
    if len(shape) == 4 and shape[1] in _CHANNELS:
        return "image"
    return "tabular" if len(shape) == 2 else None


def tensor_dataset(path: str, dataset: Any) -> DataShape | None:
    """Describe tensors that are served together: the first is what goes in, all are held."""
    tensors = _tensors_of(dataset)
    described = [describe_data(each) for each in tensors]
    if not described or described[0] is None:
        return None
    sizes = [each.nbytes if each else None for each in described]
    nbytes = None if None in sizes else sum(size for size in sizes if size is not None)
    return replace(described[0], container=path, nbytes=nbytes)


def _tensors_of(dataset: Any) -> tuple[Any, ...]:
    held = attributes_of(dataset).get("tensors")
    return held if type(held) is tuple else ()


def subset(path: str, dataset: Any) -> DataShape | None:
    """Describe a part of a data set by the whole and the number of its items."""
    own = attributes_of(dataset)
    whole, rows = _described(own.get("dataset")), _count(own.get("indices"))
    if whole is None or rows is None or not whole.rows:
        return None if rows is None else DataShape(path, rows=rows)
    share = rows / whole.rows
    # Of a view the memory of the whole is held, but the rest of it serves other purposes.
    nbytes = None if whole.nbytes is None else int(whole.nbytes * share)
    shape = whole.shape and f"({rows}{whole.shape[len(str(int(whole.rows))) + 1 :]}"
    return replace(whole, container=path, rows=rows, nbytes=nbytes, shape=shape)


def _count(indices: Any) -> int | None:
    if type(indices) in (list, tuple, range):
        return len(indices)
    described = describe_data(indices)
    return int(described.rows) if described is not None and described.rows is not None else None


def concatenated(path: str, dataset: Any) -> DataShape | None:
    """Describe data sets in a row."""
    sizes = attributes_of(dataset).get("cumulative_sizes")
    if type(sizes) is not list or not sizes or type(sizes[-1]) is not int:
        return None
    parts = attributes_of(dataset).get("datasets")
    described = [_described(each) for each in parts] if type(parts) is list else []
    types = {each.data_type if each else None for each in described}
    return DataShape(path, types.pop() if len(types) == 1 else None, rows=sizes[-1])


# ---- loaders ---------------------------------------------------------------------------------------


def served_by(iterator: Any) -> Served | None:
    """Describe what an iterator of a `DataLoader` is going to serve; None if it is something else.

    It must have been made just now: that is when PyTorch asks the data set for its length.
    """
    own = attributes_of(iterator)
    if "_num_yielded" not in own:
        return None
    return _served(own.get("_dataset"), own.get("_index_sampler"), own.get("_dataset_kind"))


def served_by_loader(loader: Any) -> Served | None:
    """Describe what a `DataLoader` serves that has been asked for its length; None for anything else."""
    if not any(class_path(base) == LOADER for base in type(loader).__mro__):
        return None
    own = attributes_of(loader)
    batches = own.get("batch_sampler")
    return _served(
        own.get("dataset"), own.get("sampler") if batches is None else batches, own.get("_dataset_kind")
    )


def _served(dataset: Any, batches: Any, kind: Any) -> Served:
    if kind != _MAP_STYLE:
        return Served(None, "", None, None)
    shared_out, batches = _shared_out(batches)
    in_batches = class_path(type(batches)) == f"{_SAMPLERS}sampler.BatchSampler"
    sampler = attributes_of(batches).get("sampler") if in_batches else batches
    size = attributes_of(batches).get("batch_size") if in_batches else None
    items = _items_of(sampler)
    count = _batches(items, size, attributes_of(batches))
    if shared_out is not None:
        count = None if count is None else -(-count // shared_out)
    data = _described(dataset) or _counted(dataset, sampler)
    if data is not None:
        replicas = shared_out or _replicas(sampler)
        sharing = Sharing(replicas, None if replicas else mark_of(dataset), _whole(dataset))
        data = replace(data, sharing=sharing)
    return Served(data, _targets(dataset), size, count)


def _shared_out(batches: Any) -> tuple[int | None, Any]:
    """Return among how many processes Accelerate shares out batches of full size, and what makes these."""
    own = attributes_of(batches)
    processes = own.get("num_processes")
    if class_path(type(batches)) != _SHARDS or type(processes) is not int or own.get("split_batches"):
        return None, batches
    return processes, own.get("batch_sampler")


def _replicas(sampler: Any) -> int | None:
    """Return among how many processes PyTorch's sampler shares the items out."""
    replicas = attributes_of(sampler).get("num_replicas")
    is_known = class_path(type(sampler)) == f"{_SAMPLERS}distributed.DistributedSampler"
    return replicas if is_known and type(replicas) is int else None


def _whole(dataset: Any) -> float | None:
    """Return how many items the data set has that a subset is taken from."""
    if class_path(type(dataset)) != SUBSET:
        return None
    described = _described(attributes_of(dataset).get("dataset"))
    return described.rows if described else None


def _counted(dataset: Any, sampler: Any) -> DataShape | None:
    """Describe a data set of which only the number of items can be asked, as its sampler does."""
    source: Any = attributes_of(sampler).get(_BY_DATA.get(type(sampler).__name__, ""))
    is_known = type(sampler).__module__.startswith(_SAMPLERS) and source is dataset
    return DataShape(class_path(type(dataset)), rows=len(source)) if is_known else None


def _described(dataset: Any) -> DataShape | None:
    """Describe a data set; a list says of itself how many items it has, but not what they are."""
    if type(dataset) in (list, tuple):
        return DataShape(class_path(type(dataset)), rows=len(dataset))
    return describe_data(dataset)


def _batches(items: int | None, size: Any, batching: dict[str, Any]) -> int | None:
    if items is None or type(size) is not int or size <= 0:
        return items if size is None else None
    return items // size if batching.get("drop_last") is True else -(-items // size)


def _items_of(sampler: Any) -> int | None:
    """Return how many items one of PyTorch's own samplers draws in a pass."""
    if not type(sampler).__module__.startswith(_SAMPLERS):
        return None
    own: dict[str, Any] = attributes_of(sampler)
    for name in ("_num_samples", "num_samples"):
        if type(own.get(name)) is int:
            return int(own[name])
    if "indices" in own:
        return _count(own["indices"])
    held = _BY_DATA.get(type(sampler).__name__)
    return len(own[held]) if held else None


def _targets(dataset: Any) -> str:
    """Tell what the items of tensors that are served together come with."""
    while class_path(type(dataset)) == SUBSET:
        dataset = attributes_of(dataset).get("dataset")
    held = _tensors_of(dataset)
    if class_path(type(dataset)) != TENSORS or len(held) != 2:
        return ""
    inputs, targets = held
    if any(class_path(type(each)) not in _TENSORS for each in held):
        return ""
    unfit = "other" if prod(targets.shape[1:]) > 1 else ""
    if str(targets.dtype) in WHOLE_NUMBERS:
        return "classes" if len(targets.shape) == 1 else unfit
    is_other = tuple(targets.shape) != tuple(inputs.shape)  # else the inputs are to be reconstructed
    return "numbers" if targets.dtype.is_floating_point and len(targets.shape) <= 2 and is_other else unfit
