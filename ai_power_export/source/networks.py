"""Networks: what the layers say of an architecture."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from ai_power_export.source.calls import Call
from ai_power_export.source.hyperparameters import named_arguments
from ai_power_export.source.models import entry_of
from ai_power_export.source.own_layers import computed_by
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Instance, Items, Known, Thing, Value, ancestry, options, root
from ai_power_export.vocabulary.architectures import network_of
from ai_power_export.vocabulary.catalogue import load_catalogue
from ai_power_export.vocabulary.entries import Role
from ai_power_export.vocabulary.own_layers import CAUSAL


def layer_calls(use: Use, calls: Iterable[Call]) -> list[Call]:
    """Return the calls that made the layers of a network."""
    if isinstance(use.model, Instance):
        lineage = set(map(id, use.model.cls.lineage()))
        own = (call for call in calls if any(id(function.owner) in lineage for function in call.functions))
        return [call for call in own if _is_layer(call)]
    if isinstance(use.model, Thing):
        made = ancestry(*use.model.call.inputs(), *use.model.parts)
        inside = [part.call for part in made if isinstance(part, Thing)]
        return [call for call in dict.fromkeys([use.model.call, *inside]) if _is_layer(call)]
    return []


def _is_layer(call: Call) -> bool:
    entry = load_catalogue().entry(call.path) if call.path and not call.method else None
    return entry is not None and entry.role is Role.LAYER


def architecture(use: Use, layers: Iterable[Call]) -> str:
    """Return the name of an architecture by its layers; empty where they do not tell."""
    layers = list(layers)
    several = [call.path for call in layers if call.loops]  # made in a loop it is more than one
    return network_of(Counter([*(call.path for call in layers), *several, *computed_by(use, layers)]))


def works_on(use: Use, layers: Iterable[Call]) -> str:
    """Return the type of data that a layer of the network is made for; empty where none tells."""
    layers = list(layers)
    for call in layers:
        entry = load_catalogue().entry(call.path)
        if entry is not None and entry.modality:
            return entry.modality
    is_embedded = any(call.path.endswith((".Embedding", ".Embed")) for call in layers)
    return "token" if is_embedded and CAUSAL in computed_by(use, layers) else ""


_UPSAMPLING = ("nn.ConvTranspose2d", "nn.Upsample", "layers.Conv2DTranspose", "layers.UpSampling2D")


def answers_for_each_position(layers: Iterable[Call]) -> bool:
    """Tell whether a network of convolutions ends in as many positions as it begins with, as U-Net does."""
    paths = [call.path for call in layers]
    is_up = any(path.endswith(_UPSAMPLING) for path in paths)
    return is_up and network_of(Counter(paths)) == "cnn" and not any(path.endswith(_DENSE) for path in paths)


_DENSE = ("nn.Linear", "nn.LazyLinear", "layers.Dense")


def keras_layers_number(use: Use, layers: list[Call]) -> int | None:
    """Return the number of layers of a Keras model built layer by layer; the input is none."""
    entry = use.entry
    plain = entry is not None and entry.path == "keras.Sequential" and not any(call.loops for call in layers)
    counted = [call for call in layers if not call.path.endswith((".Input", ".InputLayer"))]
    return len(counted) if plain and counted else None


# ---- counting parameters of PyTorch layers ----------------------------------------------------


def parameters_number(use: Use, layers: list[Call]) -> float | None:
    """Return the parameters of a PyTorch network, in billions; None unless every layer settles its own."""
    if (
        not isinstance(use.model, Instance)
        or not layers
        or use.entry is None
        or use.entry.framework != "pytorch"
    ):
        return None
    built = [
        call for call in layers if use.call is not None and use.call.place in call.stack and not call.loops
    ]
    if len(built) != len(layers) or _has_own_parameters(use.model):
        return None
    counts = [_count(call) for call in built]
    known: list[int] = [count for count in counts if count is not None]
    return sum(known) / 1e9 if len(known) == len(counts) and any(known) else None


def _has_own_parameters(model: Instance) -> bool:
    """Tell whether a network holds weights that are no catalogued layers."""
    for part in ancestry(*model.attributes.values()):
        if isinstance(part, Instance) or (isinstance(part, Thing) and part.path == "torch.nn.Parameter"):
            return True
        entry = entry_of(part)
        if entry is not None and entry.role in (Role.MODEL, Role.NETWORK) and "nn" not in entry.path:
            return True
    return False


def _count(call: Call) -> int | None:
    name = call.path.removeprefix("torch.nn.")
    counter = _COUNTERS.get(name)
    if counter is None:
        return 0 if name in _WITHOUT_PARAMETERS or name.startswith(_FREE) else None
    entry = load_catalogue().entry(call.path)
    given = named_arguments(call, entry.parameters if entry else ())
    try:
        return counter(_Given(given))
    except (KeyError, TypeError):
        return None


class _Given:
    """Arguments of a layer as numbers; `KeyError` where one is not known."""

    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values

    def number(self, name: str, default: int | None = None) -> int:
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, Known) and isinstance(value.value, int):
            return int(value.value)
        raise KeyError(name)

    def product(self, name: str, dimensions: int) -> int:
        value = self._values.get(name)
        if isinstance(value, Items):
            return math.prod(_Given({"": item}).number("") for item in value.items)
        return int(self.number(name) ** dimensions)


def _linear(given: _Given) -> int:
    return given.number("out_features") * (given.number("in_features") + given.number("bias", 1))


def _convolution(dimensions: int) -> Callable[[_Given], int]:
    def count(given: _Given) -> int:
        out = given.number("out_channels")
        inputs = given.number("in_channels") // given.number("groups", 1)
        return out * (inputs * given.product("kernel_size", dimensions) + given.number("bias", 1))

    return count


def _normalization(given: _Given) -> int:
    return 2 * given.number("num_features") if given.number("affine", 1) else 0


def _layer_normalization(given: _Given) -> int:
    return 2 * given.product("normalized_shape", 1) if given.number("elementwise_affine", 1) else 0


def _embedding(given: _Given) -> int:
    return given.number("num_embeddings") * given.number("embedding_dim")


def _recurrent(gates: int) -> Callable[[_Given], int]:
    def count(given: _Given) -> int:
        size, hidden = given.number("input_size"), given.number("hidden_size")
        directions = 2 if given.number("bidirectional", 0) else 1
        biases = 2 * given.number("bias", 1)
        sizes = [size, *[hidden * directions] * (given.number("num_layers", 1) - 1)]
        return sum(directions * gates * hidden * (inputs + hidden + biases) for inputs in sizes)

    return count


_COUNTERS: dict[str, Callable[[_Given], int]] = {
    "Linear": _linear,
    "Conv1d": _convolution(1),
    "Conv2d": _convolution(2),
    "Conv3d": _convolution(3),
    "ConvTranspose2d": _convolution(2),
    "BatchNorm1d": _normalization,
    "BatchNorm2d": _normalization,
    "LayerNorm": _layer_normalization,
    "Embedding": _embedding,
    "RNN": _recurrent(1),
    "GRU": _recurrent(3),
    "LSTM": _recurrent(4),
}
"""Trainable numbers of a layer, after the shapes that PyTorch documents for its weights."""
_FREE = ("Dropout", "MaxPool", "AvgPool", "AdaptiveAvgPool", "AdaptiveMaxPool")
_WITHOUT_PARAMETERS = frozenset(
    {
        "ReLU",
        "LeakyReLU",
        "GELU",
        "ELU",
        "SELU",
        "SiLU",
        "Tanh",
        "Sigmoid",
        "Softmax",
        "LogSoftmax",
        "Flatten",
    }
    | {"Identity", "Unflatten", "Upsample", "Softplus", "Hardtanh", "ReLU6", "ZeroPad2d"}
)


# ---- networks that play against each other ----------------------------------------------------

_NOISE = re.compile(r"(?:numpy\.random|torch|jax\.random|tensorflow\.random)\.(?:rand|randn|normal|uniform)$")


def plays_against(uses: Sequence[Use], calls: Iterable[Call]) -> bool:
    """Tell whether a network makes something of random noise that another one, trained apart, judges."""
    optimizers = {id(use.model): {id(each.call) for each in use.optimizers} for use in uses}
    asked = [
        (root(each), call) for call in calls if call.receiver is not None for each in options(call.receiver)
    ]
    made = {id(call): maker for maker, call in asked if _is_network(maker) and _from_noise(call)}
    for judge, call in asked:
        makers = [
            made[id(part.call)]
            for part in ancestry(*call.args)
            if isinstance(part, Thing) and id(part.call) in made
        ]
        is_taught = call.method in ("fit", "train_on_batch")
        for maker in makers if _is_network(judge) else ():
            ours, theirs = optimizers.get(id(judge), set()), optimizers.get(id(maker), set())
            if maker is not judge and (is_taught or (ours and theirs and not ours & theirs)):
                return True
    return False


def _from_noise(call: Call) -> bool:
    """Tell whether random numbers go in as they are, on whatever device and in whatever shape."""
    for value in call.args:
        while isinstance(value, Thing) and value.call.method in _LEAVE and value.call.receiver is not None:
            value = value.call.receiver
        if isinstance(value, Thing) and _NOISE.match(value.path):
            return True
    return False


_LEAVE = ("to", "cuda", "view", "reshape", "type_as", "requires_grad_", "float", "astype")


def _is_network(value: Value) -> bool:
    entry = entry_of(value)
    return entry is not None and entry.role is Role.NETWORK
