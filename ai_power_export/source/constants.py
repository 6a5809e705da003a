"""Folding: operations on constants, with bounds on what they may cost."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from ai_power_export.source.values import Constant, Items, Known, Table, Value

LONGEST = 10_000
"""Characters or items of a folded value."""
LARGEST_POWER = 512

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def fold_binary(op: ast.operator, left: Known, right: Known) -> Known | None:
    """Compute `left op right`; None where Python would raise or the result is too large."""
    function = _BINARY.get(type(op))
    if function is None or not _affordable(op, left.value, right.value):
        return None
    return _constant(function, left.value, right.value, default=left.default or right.default)


def fold_unary(op: ast.unaryop, operand: Known) -> Known | None:
    """Compute `op operand`."""
    return _constant(_UNARY[type(op)], operand.value, default=operand.default)


def fold_compare(op: ast.cmpop, left: Value, right: Value) -> Known | None:
    """Compute a comparison of constants, or membership in a known container.

    The answer is followed even where it rests on a default: `if args.model == "svm"`
    reads as the program runs when nobody says otherwise.
    """
    if not isinstance(left, Known):
        return None
    if isinstance(op, (ast.In, ast.NotIn)):
        found = _contains(right, left.value)
        return None if found is None else Known(found is isinstance(op, ast.In))
    function = _COMPARE.get(type(op))
    if function is None or not isinstance(right, Known):
        return None
    if isinstance(op, (ast.Is, ast.IsNot)) and left.value is not None and right.value is not None:
        return None
    return _constant(function, left.value, right.value, default=False)


def _contains(container: Value, value: Constant) -> bool | None:
    if isinstance(container, Table):
        return True if value in container.items else (None if container.open else False)
    if isinstance(container, Items) and all(isinstance(item, Known) for item in container.items):
        found = any(item.value == value for item in container.items if isinstance(item, Known))
        return True if found else (None if container.open else False)
    if isinstance(container, Known) and isinstance(container.value, str) and isinstance(value, str):
        return value in container.value
    return None


def _affordable(op: ast.operator, left: Constant, right: Constant) -> bool:
    """Tell whether an operation stays small: `9**9**9` and `'a'*10**9` are left alone."""
    if isinstance(op, ast.Pow):
        return isinstance(right, (int, float)) and abs(right) <= LARGEST_POWER and _small(left)
    if isinstance(op, ast.LShift):
        return isinstance(right, int) and 0 <= right <= LARGEST_POWER and _small(left)
    if isinstance(op, ast.Mult):
        for text, count in ((left, right), (right, left)):
            if isinstance(text, (str, bytes)) and isinstance(count, int):
                return len(text) * max(count, 1) <= LONGEST
    if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)):
        return (
            isinstance(right, (int, float, str))
            and len(left) <= 200
            and "*" not in str(left)
            and _plain_format(left)
        )
    return _small(left) and _small(right)


def _plain_format(text: str | bytes) -> bool:
    """Tell whether a `%` format asks for no wide field, such as `%999999999d`."""
    return not any(part[:4].strip("-+ #0.").isdigit() for part in str(text).split("%")[1:])


def _small(value: Constant) -> bool:
    if isinstance(value, (str, bytes)):
        return len(value) <= LONGEST
    return not isinstance(value, int) or value.bit_length() <= 4096


def _constant(function: Callable[..., Any], *operands: Constant, default: bool) -> Known | None:
    try:
        result = function(*operands)
    except (TypeError, ValueError, ArithmeticError, MemoryError):
        return None
    return Known(result, default) if isinstance(result, (bool, int, float, complex, str, bytes)) else None


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true; None where that is not settled.

    A flag's default does not settle it: the command line exists to change it.
    """
    if isinstance(value, Known):
        return None if value.default and isinstance(value.value, bool) else bool(value.value)
    if isinstance(value, (Items, Table)):
        return None if value.open else bool(value.items)
    return None
