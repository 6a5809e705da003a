"""Expressions: what each kind of expression stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ai_power_export.source.constants import fold_compare, fold_unary, truth
from ai_power_export.source.operations import combined, get_attribute, get_item, merge
from ai_power_export.source.values import (
    UNKNOWN,
    Constant,
    Deferred,
    Function,
    Items,
    Known,
    Member,
    Mixed,
    Table,
    Value,
    choice,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


def known(value: Constant) -> Known:
    """Return a constant as a value."""
    return Known(value)


def constant(_: Frame, node: ast.Constant) -> Value:
    """A literal."""
    return Known(node.value) if node.value is not Ellipsis else UNKNOWN


def name(frame: Frame, node: ast.Name) -> Value:
    """A name: bound by the program, or built in."""
    value = frame.scope.get(node.id)
    if value is None:
        return frame.machine.modules.unbound(node.id)
    return value.settle() if type(value) is Deferred else value


def attribute(frame: Frame, node: ast.Attribute) -> Value:
    """`value.attr`."""
    return get_attribute(frame, frame.evaluate(node.value), node.attr)


def subscript(frame: Frame, node: ast.Subscript) -> Value:
    """`value[key]`."""
    owner = frame.evaluate(node.value)
    if isinstance(node.slice, ast.Slice):
        return _sliced(frame, owner, node.slice)
    return get_item(owner, frame.evaluate(node.slice))


def _sliced(frame: Frame, owner: Value, part: ast.Slice) -> Value:
    bounds = [
        frame.evaluate(bound) if bound else Known(None) for bound in (part.lower, part.upper, part.step)
    ]
    if isinstance(owner, Items) and not owner.open and all(isinstance(bound, Known) for bound in bounds):
        try:
            return Items(owner.items[slice(*(bound.value for bound in bounds))], owner.kind)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            return UNKNOWN
    return Member(owner, "[:]", Items(bounds, "tuple"))


def sequence(frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Value:
    """A list, tuple or set display."""
    items: list[Value] = []
    is_open = False
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = frame.evaluate(element.value)
            is_open |= not (isinstance(inner, Items) and not inner.open)
            items.extend(inner.items if isinstance(inner, Items) else [inner])
        else:
            items.append(frame.evaluate(element))
    return Items(items, type(node).__name__.lower(), is_open)


def table(frame: Frame, node: ast.Dict) -> Value:
    """A dict display, `**` included."""
    found = Table({})
    for key_node, value_node in zip(node.keys, node.values, strict=False):
        value = frame.evaluate(value_node)
        if key_node is None:
            merge(found, value)
            continue
        key = frame.evaluate(key_node)
        if isinstance(key, Known):
            found.items[key.value] = value
        else:
            found.open = True
            found.items[f"<{len(found.items)}>"] = value
    return found


def joined_string(frame: Frame, node: ast.JoinedStr) -> Value:
    """An f-string; known where all of its parts are plain."""
    texts: list[str] = []
    default = False
    mixed: list[Value] = []
    for part in node.values:
        value = frame.evaluate(part.value if isinstance(part, ast.FormattedValue) else part)
        plain = not isinstance(part, ast.FormattedValue) or (
            part.format_spec is None and part.conversion == -1
        )
        if isinstance(value, Known) and plain:
            texts.append(str(value.value))
            default |= value.default
        else:
            mixed.append(value)
    return Mixed(tuple(mixed)) if mixed else Known("".join(texts), default)


def binary(frame: Frame, node: ast.BinOp) -> Value:
    """`left op right`; long chains are followed without depth."""
    operands = [node.right]
    ops = [node.op]
    left = node.left
    while isinstance(left, ast.BinOp):
        operands.append(left.right)
        ops.append(left.op)
        left = left.left
    value = frame.evaluate(left)
    for op, operand in zip(reversed(ops), reversed(operands), strict=False):
        value = combined(op, value, frame.evaluate(operand))
    return value


def unary(frame: Frame, node: ast.UnaryOp) -> Value:
    """`op operand`."""
    operand = frame.evaluate(node.operand)
    if isinstance(operand, Known):
        return fold_unary(node.op, operand) or UNKNOWN
    if isinstance(node.op, ast.Not) and (settled := truth(operand)) is not None:
        return Known(not settled)
    return Mixed((operand,))


def compare(frame: Frame, node: ast.Compare) -> Value:
    """A comparison; known where both sides are."""
    left = frame.evaluate(node.left)
    right = [frame.evaluate(comparator) for comparator in node.comparators]
    if len(right) == 1 and (result := fold_compare(node.ops[0], left, right[0])) is not None:
        return result
    return Mixed((left, *right))


def boolean(frame: Frame, node: ast.BoolOp) -> Value:
    """`a and b`, `a or b`: the operand that decides, else any of them."""
    stops = isinstance(node.op, ast.Or)
    undecided: list[Value] = []
    for operand in node.values:
        value = frame.evaluate(operand)
        settled = truth(value)
        if settled is stops and not undecided:
            return value
        if settled is None or settled is stops:
            undecided.append(value)
        last = value
    return choice(undecided) if undecided else last


def conditional(frame: Frame, node: ast.IfExp) -> Value:
    """`a if test else b`."""
    settled = truth(frame.evaluate(node.test))
    if settled is not None:
        return frame.evaluate(node.body if settled else node.orelse)
    with frame.machine.perhaps():
        return choice([frame.evaluate(node.body), frame.evaluate(node.orelse)])


def walrus(frame: Frame, node: ast.NamedExpr) -> Value:
    """`name := value`."""
    value = frame.evaluate(node.value)
    frame.scope.set(node.target.id, value)
    return value


def function(frame: Frame, node: ast.Lambda) -> Value:
    """A lambda."""
    return Function(node, frame.scope, frame.file)


def call(frame: Frame, node: ast.Call) -> Value:
    """A call, of whatever kind."""
    return frame.machine.call(frame, node)


def comprehension(frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    """A list or set comprehension or a generator, item by item where the items are known."""
    items: list[Value] = []
    complete = frame.machine.each(
        frame, node.generators, lambda inner: items.append(inner.evaluate(node.elt))
    )
    return Items(items, "list", not complete)


def table_comprehension(frame: Frame, node: ast.DictComp) -> Value:
    """A dict comprehension."""
    found = Table({})

    def add(inner: Frame) -> None:
        key, value = inner.evaluate(node.key), inner.evaluate(node.value)
        found.items[key.value if isinstance(key, Known) else f"<{len(found.items)}>"] = value
        found.open |= not isinstance(key, Known)

    found.open |= not frame.machine.each(frame, node.generators, add)
    return found


def passed_on(frame: Frame, node: Any) -> Value:
    """`await value`, `*value`, `yield from value`: stands for the value."""
    return frame.evaluate(node.value)


def yielded(frame: Frame, node: ast.Yield) -> Value:
    """`yield value`: what a caller may get."""
    frame.returns.append(frame.evaluate(node.value) if node.value else Known(None))
    return UNKNOWN


Handler = Callable[["Frame", Any], Value]

HANDLERS: dict[type[ast.expr], Handler] = {
    ast.Constant: constant,
    ast.Name: name,
    ast.Attribute: attribute,
    ast.Subscript: subscript,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: table,
    ast.JoinedStr: joined_string,
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.Compare: compare,
    ast.BoolOp: boolean,
    ast.IfExp: conditional,
    ast.NamedExpr: walrus,
    ast.Lambda: function,
    ast.Call: call,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: table_comprehension,
    ast.Await: passed_on,
    ast.Starred: passed_on,
    ast.YieldFrom: passed_on,
    ast.Yield: yielded,
}
