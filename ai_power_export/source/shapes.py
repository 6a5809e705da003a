"""Shapes: how large an array is, where the source itself builds it."""

from __future__ import annotations

import re

from ai_power_export.source.loops import rounds
from ai_power_export.source.values import Items, Known, Member, Mixed, Thing, Value

Shape = tuple[int, ...]

_LITERAL = frozenset({"numpy.array", "numpy.asarray", "torch.tensor", "torch.Tensor", "jax.numpy.array"})
_SIZED = re.compile(r"(?:numpy|jax\.numpy|torch)\.(?:zeros|ones|empty|random\.random|random\.sample)$")
_SIZES = re.compile(r"(?:numpy\.random|torch)\.(?:rand|randn)$")
_SIZE_KEYWORD = re.compile(r"numpy\.random\.\w+$")
_GENERATORS = ("numpy.random.RandomState", "numpy.random.default_rng", "numpy.random.Generator")
_SAME = frozenset({"astype", "copy", "to_numpy", "numpy", "float", "cuda", "cpu", "to", "clip"})


def shape_of(value: Value, depth: int = 12) -> Shape | None:
    """Return the shape of an array that the source builds; None where it is not settled.

    >>> row = Items([Known(1), Known(2)])
    >>> shape_of(Items([row, row, row]))
    (3, 2)
    """
    if depth == 0:
        return None
    if isinstance(value, Items):
        return _nested(value, depth)
    if isinstance(value, Member) and value.name == "T":
        return _reversed(shape_of(value.owner, depth - 1))
    if isinstance(value, Mixed):
        shapes = [shape for operand in value.operands if (shape := shape_of(operand, depth - 1))]
        return max(shapes, key=len) if shapes and len({shape[0] for shape in shapes}) == 1 else None
    return _of_thing(value, depth) if isinstance(value, Thing) else None


def _nested(value: Items, depth: int) -> Shape | None:
    if value.open or not value.items or value.kind == "set" or depth == 0:
        return None
    inner = [_length(item, depth - 1) for item in value.items]
    if all(isinstance(item, Known) for item in value.items):
        return (len(value.items),)
    if None in inner or len(set(inner)) != 1:
        return None
    return (len(value.items), *(inner[0] or ()))


def _length(value: Value, depth: int) -> Shape | None:
    if isinstance(value, Items):
        return _nested(value, depth)
    count, _ = rounds(value)
    return (count,) if count else None


def _reversed(shape: Shape | None) -> Shape | None:
    return tuple(reversed(shape)) if shape is not None else None


def _of_thing(thing: Thing, depth: int) -> Shape | None:
    call = thing.call
    if call.path in _LITERAL and call.args:
        return shape_of(call.args[0], depth - 1)
    if call.path == "numpy.transpose" and len(call.args) == 1:
        return _reversed(shape_of(call.args[0], depth - 1))
    if call.path == "numpy.arange":
        return _counted(call.args)
    if call.path == "numpy.linspace":
        count = call.argument("num", 2)
        return (count.value,) if isinstance(count, Known) and isinstance(count.value, int) else None
    if _SIZED.match(call.path) and call.args:
        return _sizes(call.args[:1])
    if _SIZES.match(call.path) or (call.method in ("rand", "randn") and _is_generator(call.receiver)):
        return _sizes(call.args)
    if "size" in call.keywords and (_SIZE_KEYWORD.match(call.path) or _is_generator(call.receiver)):
        return _sizes([call.keywords["size"]])
    if call.receiver is not None and not call.path:
        return _of_method(thing, depth)
    return None


def _of_method(thing: Thing, depth: int) -> Shape | None:
    receiver = thing.call.receiver
    before = shape_of(receiver, depth - 1) if receiver is not None else None
    if before is None:
        return None
    method = thing.call.method
    if method in _SAME:
        return before
    if method == "transpose" and not thing.call.args:
        return _reversed(before)
    if method == "reshape":
        return _reshaped(before, thing.call.args)
    return None


def _reshaped(before: Shape, args: list[Value]) -> Shape | None:
    wanted = args[0].items if len(args) == 1 and isinstance(args[0], Items) else args
    sizes = [size.value for size in wanted if isinstance(size, Known) and isinstance(size.value, int)]
    if len(sizes) != len(wanted) or sizes.count(-1) > 1 or 0 in sizes:
        return None
    total, known = 1, 1
    for size in before:
        total *= size
    for size in sizes:
        known *= abs(size)
    return tuple(total // known if size == -1 else size for size in sizes)


def _is_generator(value: Value | None) -> bool:
    return isinstance(value, Thing) and value.path in _GENERATORS


def _sizes(args: list[Value]) -> Shape | None:
    flat = [item for arg in args for item in (arg.items if isinstance(arg, Items) else [arg])]
    sizes = [item.value for item in flat if isinstance(item, Known) and isinstance(item.value, int)]
    return tuple(sizes) if sizes and len(sizes) == len(flat) else None


def _counted(args: list[Value]) -> Shape | None:
    values = [arg.value for arg in args if isinstance(arg, Known) and isinstance(arg.value, int)]
    if len(values) != len(args) or not 1 <= len(values) <= 3 or 0 in values[2:]:
        return None
    return (len(range(*values)),)
