"""Measures live PyTorch networks: how many weights, in how many layers, in which number format.

Nothing of the user's is run. The tables of a module (`_parameters`, `_modules`)
are read from its `__dict__`, past properties and `__getattr__`, and tensors are
asked for shape and dtype with their `__torch_function__` switched off. Nothing
is kept but numbers and words.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, NamedTuple

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.own_code import computed_by

MODULE = "torch.nn.modules.module.Module"
"""What every network and layer inherits from."""

WRAPPERS = {
    "accelerate.utils.other.ModelWithLoss": "module",
    "deepspeed.runtime.engine.DeepSpeedEngine": "module",
    "lightning.fabric.wrappers._FabricModule": "_original_module",
    "lightning_fabric.wrappers._FabricModule": "_original_module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
    "torch.distributed.fsdp.fully_sharded_data_parallel.FullyShardedDataParallel": "_fsdp_wrapped_module",
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.optim.swa_utils.AveragedModel": "module",
}
"""Modules that only carry another one, and the name that they hold it by."""

NUMBER_FORMATS = {
    "torch.float64": "fp64",
    "torch.float32": "fp32",
    "torch.float16": "fp16",
    "torch.bfloat16": "bf16",
    "torch.float8_e4m3fn": "fp8",
    "torch.float8_e5m2": "fp8",
    "torch.int8": "int8",
}
"""The words of the format's `quantization` for the dtype of weights."""

MOST_MODULES = 50_000
"""Modules that are looked at; larger networks say nothing of their size."""
LONGEST_S = 0.25
"""Seconds that measuring one network may take."""

_LAYERS_OF = "torch.nn."
_CONTAINERS = "torch.nn.modules.container."
_PARAMETRIZED = "torch.nn.utils.parametrize.ParametrizationList"
"""Keeps the weight of a module whose weight is computed from it, such as a normalised one."""
_RECURRENT = "torch.nn.modules.rnn.RNNBase"
_UNCOUNTABLE = frozenset({"FlatParameter", "Params4bit", "UninitializedParameter"})
"""Parameters that hold a shard, packed weights, or nothing yet."""
_SHARDED = frozenset({"_fsdp_flattened", "ds_id"})
"""Attributes by which FSDP and DeepSpeed mark parameters of which this process holds a piece."""
_PACKED = frozenset({"qweight", "weight_packed"})
"""Buffers in which GPTQ, AWQ and compressed-tensors keep packed weights."""


class Network(NamedTuple):
    """What was measured of a network; None where it cannot be counted."""

    parameters: int | None
    """All parameters, shared ones once."""
    trainable: int | None
    """Those that a training would change."""
    layers_number: int | None
    """Innermost modules that hold a weight of two or more dimensions, such as convolutions, linear layers
    and embeddings, as the names of networks count them; a recurrent module counts each of its layers."""
    number_format: str
    """That of more than half of the weights, in the words of `quantization`; empty where there is none."""
    layers: Mapping[str, int]
    """Class paths of the modules inside, without containers, and what their code computes (`own_layers`),
    with how many there are of each."""


UNMEASURED = Network(None, None, None, "", {})


def is_module(thing: object) -> bool:
    """Tell whether an object is a PyTorch module, by its class alone."""
    return any(class_path(base) == MODULE for base in type(thing).__mro__)


def unwrap(model: Any) -> Any:
    """Return the network inside `DistributedDataParallel`, `torch.compile` and other carriers."""
    for _ in range(len(WRAPPERS)):
        held = (WRAPPERS.get(class_path(base)) for base in type(model).__mro__)
        name = next(filter(None, held), None)
        inner = _table(model, "_modules").get(name) if name else None
        if inner is None:
            break
        model = inner
    return model


def measure(module: Any) -> Network:
    """Measure a network, also in a carrier; what was measured before and looks the same is not again."""
    inner = unwrap(module)
    torch = sys.modules.get("torch")
    if torch is None or not is_module(inner):
        return UNMEASURED
    # Tensor subclasses of the user's, and modes such as `torch.device` as a context, stay out of it.
    with torch._C.DisableTorchFunction():
        print_of = _fingerprint(inner)
        known = _measured.get(id(inner))
        if known is not None and known[0]() is inner and known[1] == print_of:
            return known[2]
        network = _measure(module)
    key = id(inner)
    _measured[key] = (weakref.ref(inner, lambda _: _measured.pop(key, None)), print_of, network)
    return network


_measured: dict[int, tuple[weakref.ref[Any], object, Network]] = {}
"""What was measured, by the `id` of living modules."""


def _fingerprint(module: Any) -> object:
    """Return what changes when a network is converted, filled or given other parts."""
    children = _table(module, "_modules").values()
    parameter = next(parameters_of(module), None)
    dtype = (type(parameter), parameter.dtype, parameter.requires_grad) if parameter is not None else None
    return tuple(map(id, children)), dtype


def _measure(module: Any) -> Network:
    """Walk over a network, the carriers included: those of shards make it uncountable."""
    deadline = time.perf_counter() + LONGEST_S
    root = unwrap(module)
    weights: dict[int, Any] = {}
    layers: Counter[str] = Counter()
    depth, countable = 0, True
    for count, inner in enumerate(modules_in(module)):
        if count >= MOST_MODULES or (count % 64 == 63 and time.perf_counter() > deadline):
            return UNMEASURED
        own = list(_own(inner))
        weights.update((id(each), each) for each in own)
        countable = countable and _is_countable(inner, own)
        path = _layer_path(type(inner))
        inside = bool(_table(inner, "_modules"))
        if (inner is not root or not inside) and class_path(type(inner)) not in WRAPPERS:
            layers.update(() if path.startswith(_CONTAINERS) else (path,))
        layers.update(computed_by(type(inner)))
        is_innermost = not inside or path == _PARAMETRIZED
        if is_innermost and countable and any(len(each.shape) >= 2 for each in own):
            depth += _depth(inner)
    if not countable:
        return UNMEASURED._replace(layers=dict(layers))
    return _counted(list(weights.values()), depth, dict(layers))


def _counted(weights: list[Any], depth: int, layers: dict[str, int]) -> Network:
    formats: Counter[str] = Counter()
    trainable = 0
    for each in weights:
        size = prod(each.shape)
        formats[str(each.dtype)] += size
        trainable += size if each.requires_grad else 0
    total = sum(formats.values())
    dtype, most = formats.most_common(1)[0] if formats else ("", 0)
    word = NUMBER_FORMATS.get(dtype, "") if most > total / 2 else ""
    return Network(total, trainable, depth, word, layers)


def _is_countable(module: Any, parameters: list[Any]) -> bool:
    """Tell whether the shapes of a module's own parameters are those of its weights."""
    own = attributes_of(module)
    if (
        class_path(type(module)).startswith("torch.ao.nn.quantized.")
        or _PACKED & _table(module, "_buffers").keys()
    ):
        return False
    if any(type(own.get(name)) not in _TABLES for name in ("_parameters", "_modules")):
        return False  # a scripted module keeps its weights out of sight
    return not any(_is_shard_or_packed(each) for each in parameters)


def _is_shard_or_packed(parameter: Any) -> bool:
    if any(base.__name__ in _UNCOUNTABLE for base in type(parameter).__mro__):
        return True
    return str(parameter.dtype) == "torch.uint8" or bool(_SHARDED & attributes_of(parameter).keys())


def _depth(module: Any) -> int:
    """Return how many layers a module without modules inside is: the stacked ones of an LSTM are its own."""
    is_recurrent = any(class_path(base) == _RECURRENT for base in type(module).__mro__)
    stacked = attributes_of(module).get("num_layers") if is_recurrent else None
    return stacked if type(stacked) is int and stacked > 0 else 1


def _layer_path(cls: type) -> str:
    """Return the class of PyTorch that a layer is, or inherits from; its own class if there is none."""
    paths = [class_path(base) for base in cls.__mro__]
    return next((path for path in paths if path.startswith(_LAYERS_OF) and path != MODULE), paths[0])


def modules_in(root: Any) -> Iterator[Any]:
    """Yield a module and all inside, each once."""
    seen, waiting = {id(root)}, [root]
    while waiting:
        module = waiting.pop()
        yield module
        new = [each for each in submodules(module).values() if each is not None and id(each) not in seen]
        seen.update(map(id, new))
        waiting += reversed(new)


def parameters_of(root: Any) -> Iterator[Any]:
    """Yield all parameters of a module, each once."""
    seen: set[int] = set()
    for module in modules_in(root):
        new = [each for each in _own(module) if id(each) not in seen]
        seen.update(map(id, new))
        yield from new


def _own(module: Any) -> Iterator[Any]:
    """Yield the parameters that a module holds itself."""
    return (each for each in _table(module, "_parameters").values() if each is not None)


def submodules(module: Any) -> Mapping[str, Any]:
    """Return the modules right inside a module, by their names."""
    return _table(module, "_modules")


_TABLES = frozenset({dict, OrderedDict})


def _table(module: Any, name: str) -> Mapping[str, Any]:
    """Return one of the tables that PyTorch keeps in a module."""
    table: Any = attributes_of(module).get(name)
    return table if type(table) in _TABLES else {}
