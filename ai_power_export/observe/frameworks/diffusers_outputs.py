"""Describes what pipelines of Diffusers give back, by their containers' attributes alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.observe.frameworks.constructors import attributes_of

IMAGE, VIDEO, AUDIO = "image", "video", "audio"

_FIELDS = {"images": IMAGE, "frames": VIDEO, "audios": AUDIO, "audio": AUDIO}
"""What a field of a pipeline's output holds; the first that is there says what was made."""
_OUTPUT = "diffusers.utils.outputs.BaseOutput"
_PICTURE = "PIL.Image.Image"
_ONE_BYTE_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}


class Made(NamedTuple):
    """What came out of a pipeline."""

    data: DataShape
    height: int | None = None
    width: int | None = None


def describe_output(result: Any) -> Made | None:
    """Describe the result of a pipeline: an output object, or the tuple of `return_dict=False`."""
    if any(class_path(base) == _OUTPUT for base in type(result).__mro__):
        fields = attributes_of(result)
        name = next((each for each in _FIELDS if fields.get(each) is not None), None)
        return _describe(fields[name], _FIELDS[name]) if name else None
    return _describe(result[0], "") if type(result) is tuple and result else None


def _describe(made: Any, kind: str) -> Made | None:
    path = class_path(type(made))
    if type(made) in (list, tuple) and made:
        return _of_pictures(path, made, kind)
    if path in ("numpy.ndarray", "torch.Tensor"):
        return _of_numbers(path, made, kind)
    return None


def _of_pictures(path: str, made: Any, kind: str) -> Made | None:
    """Describe a list of pictures, or a list of films, each a list of pictures."""
    first = made[0]
    size: tuple[int, ...]
    if _is_picture(first):
        size, data_type = (len(made),), IMAGE
    elif type(first) is list and first and _is_picture(first[0]):
        size, data_type, first = (len(made), len(first)), VIDEO, first[0]
    else:
        return None
    if kind not in ("", data_type):
        return None
    width, height = first.size
    channels = _ONE_BYTE_CHANNELS.get(first.mode)
    shape = (*size, height, width, *((channels,) if channels else ()))
    nbytes = _product(shape) if channels else None
    return Made(DataShape(path, data_type, True, len(made), str(shape), nbytes), height, width)


def _of_numbers(path: str, made: Any, kind: str) -> Made | None:
    """Describe an array, whose channels come last, or a tensor, whose channels come before the size."""
    shape = tuple(int(each) for each in made.shape)
    data_type = kind or {4: IMAGE, 5: VIDEO}.get(len(shape), "")
    if not data_type:
        return None
    data = DataShape(path, data_type, True, shape[0], str(shape), int(made.nbytes), str(made.dtype))
    if data_type == AUDIO or len(shape) < 4:
        return Made(data)
    height, width = shape[-2:] if path == "torch.Tensor" else shape[-3:-1]
    return Made(data, height, width)


def _is_picture(thing: object) -> bool:
    return any(class_path(base) == _PICTURE for base in type(thing).__mro__)


def _product(shape: tuple[int, ...]) -> int:
    found = 1
    for each in shape:
        found *= each
    return found
