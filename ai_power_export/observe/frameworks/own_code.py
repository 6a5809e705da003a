"""Reads in the code of a live class what it computes by itself; nothing of it is called."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from weakref import WeakKeyDictionary

from ai_power_export.vocabulary.own_layers import own_layers

_FRAMEWORKS = (
    *("torch.", "keras.", "flax.", "jax.", "builtins.", "abc.", "typing."),
    *("lightning.", "pytorch_lightning.", "accelerate.", "peft.", "trl."),
    *("transformers.", "diffusers.", "sentence_transformers."),
)
"""Modules whose classes are known by their names, or describe themselves."""
MOST_NAMES = 20_000
"""Names that are looked at in one class."""

_known: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()


def computed_by(cls: type) -> tuple[str, ...]:
    """Return the words of `own_layers` for the code of a class, and of functions that it calls by name."""
    found = _known.get(cls)
    if found is None:
        found = _known[cls] = tuple(_read(cls))
    return found


def _read(cls: type) -> Iterator[str]:
    functions = list(_functions(cls))
    called = [each for function in functions for each in _called_by(function)]
    codes = [code for function in [*functions, *called] for code in _codes(function.__code__)]
    names: set[str] = set()
    for code in codes:
        if len(names) < MOST_NAMES:
            names.update(_names(code))
    return own_layers(names, any(map(_multiplies, codes)))


def _functions(cls: type) -> Iterator[FunctionType]:
    for base in cls.__mro__:
        if not f"{base.__module__}.".startswith(_FRAMEWORKS):
            yield from (each for each in vars(base).values() if isinstance(each, FunctionType))


def _called_by(function: FunctionType) -> Iterator[FunctionType]:
    """Yield functions of the same module that it names."""
    for name in {name for code in _codes(function.__code__) for name in code.co_names}:
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            yield value


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield code and what is defined inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that code uses; those of arguments are constants or tuples of them."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, tuple):
            yield from (each for each in constant if isinstance(each, str))


def _multiplies(code: CodeType) -> bool:
    """Tell whether code has the operator `@`; instructions are an operation and an argument, a byte each."""
    instructions = zip(code.co_code[::2], code.co_code[1::2], strict=True)
    return any(
        operation == _MULTIPLY or (operation == _OPERATE and argument in _BY_MATRIX)
        for operation, argument in instructions
    )


_MULTIPLY = dis.opmap.get("BINARY_MATRIX_MULTIPLY")
"""Until Python 3.10 an operation of its own, ..."""
_OPERATE = dis.opmap.get("BINARY_OP")
_BY_MATRIX = (4, 17)
"""... and since then an argument: NB_MATRIX_MULTIPLY, and the same in place (`dis._nb_ops`)."""
