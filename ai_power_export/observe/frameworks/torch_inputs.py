"""Tells what tensors are by the network that reads them: their shape alone says too little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.data.torch import WHOLE_NUMBERS

MOST_CODES = 4
"""Whole numbers in an item that may be codes of categories or ids, such as a user and a film."""

_EMBEDDING = "torch.nn.modules.sparse.Embedding"
_LAYERS = ("torch.nn.modules.linear.", "torch.nn.modules.sparse.")
_SIGNAL = ("torch.nn.modules.conv.", "torch.nn.modules.rnn.")
"""Layers of which neighbouring numbers are neighbours, as in a waveform; those of a table are not."""
_SEQUENCE = re.compile(r"torch\.nn\.modules\.(rnn|transformer|conv)\.|attention", re.IGNORECASE)
"""Layers that read the items of an embedding as a sequence."""


def as_read(data: DataShape | None, layers: Mapping[str, int]) -> DataShape | None:
    """Return data with the type that it most likely has, given the layers of a network, the first one first.

    Whole numbers are tokens where an embedding is the first layer, has more than a few of
    them to look up, and a layer behind it reads them as a sequence.
    """
    if data is None or data.certain:
        return data
    first = next((path for path in layers if path.startswith((*_LAYERS, *_SIGNAL))), "")
    if data.data_type == "tabular" and first.startswith(_SIGNAL):
        return replace(data, data_type=None)
    is_token = data.data_type is None and first == _EMBEDDING and _is_sequence(data, layers)
    return replace(data, data_type="token") if is_token else data


def _is_sequence(data: DataShape, layers: Mapping[str, int]) -> bool:
    sizes = re.findall(r"\d+", data.shape or "")
    if len(sizes) != 2 or f"torch.{data.dtype}" not in WHOLE_NUMBERS:
        return False
    length = int(sizes[1])
    # As many embeddings as numbers in an item have one column of categories each.
    return length > MOST_CODES and layers[_EMBEDDING] <= length / 2 and any(map(_SEQUENCE.search, layers))
