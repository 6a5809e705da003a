"""Expressions: what each kind of expression stands for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ai_power_export.source.constants import fold_binary, fold_compare, fold_unary, truth
from ai_power_export.source.values import (
    UNKNOWN,
    Bound,
    Choice,
    Class,
    Constant,
    Deferred,
    External,
    Function,
    Instance,
    Items,
    Known,
    Member,
    Mixed,
    Package,
    Table,
    Thing,
    Value,
    choice,
    options,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame

MOST_ITEMS = 64
"""Items over which a loop or comprehension is followed one by one."""


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


def get_attribute(frame: Frame, owner: Value, attr: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, External):
        path = f"{owner.path}.{attr}"
        return frame.machine.settings.get(path) or External(path)
    if isinstance(owner, Choice):
        return choice([get_attribute(frame, option, attr) for option in owner.options])
    if isinstance(owner, Instance):
        return _instance_attribute(frame, owner, attr)
    if isinstance(owner, Thing):
        return _thing_attribute(owner, attr)
    if isinstance(owner, Package):
        return owner.scope.get(attr) or UNKNOWN
    if isinstance(owner, Class):
        return owner.find(attr) or (UNKNOWN if not owner.outside() else Member(owner, attr))
    return Member(owner, attr)


def _instance_attribute(frame: Frame, owner: Instance, attr: str) -> Value:
    if attr in owner.attributes:
        return owner.attributes[attr]
    member = owner.cls.find(attr)
    if isinstance(member, Function):
        if any(isinstance(d, External) and d.path.endswith("property") for d in member.decorators):
            return frame.machine.call_function(frame, member, [owner], {})
        static = any(isinstance(d, External) and d.path == "builtins.staticmethod" for d in member.decorators)
        return member if static else Bound(member, owner)
    return member if member is not None else Member(owner, attr)


def _thing_attribute(owner: Thing, attr: str) -> Value:
    """An attribute that was set, or a setting handed to the constructor, under its own name or in a dict."""
    if attr in owner.attributes:
        return owner.attributes[attr]
    if attr in owner.call.keywords and not owner.call.method:
        return owner.call.keywords[attr]
    for argument in owner.call.args[:1]:
        if isinstance(argument, Table) and attr in argument.items and not owner.call.method:
            return argument.items[attr]
    return Member(owner, attr)


def subscript(frame: Frame, node: ast.Subscript) -> Value:
    """`value[key]`."""
    owner = frame.evaluate(node.value)
    if isinstance(node.slice, ast.Slice):
        return _sliced(frame, owner, node.slice)
    return get_item(owner, frame.evaluate(node.slice))


def get_item(owner: Value, key: Value) -> Value:
    """Return an item of a value."""
    if isinstance(owner, Choice):
        return choice([get_item(option, key) for option in owner.options])
    if isinstance(owner, Table):
        if isinstance(key, Known):
            return owner.items.get(key.value) or Member(owner, "[]", key)
        return choice(list(owner.items.values())) if len(owner.items) <= MOST_ITEMS else Mixed((owner,))
    if isinstance(owner, Items):
        if isinstance(key, Known) and isinstance(key.value, int) and not owner.open:
            inside = -len(owner.items) <= key.value < len(owner.items)
            return owner.items[key.value] if inside else UNKNOWN
        return Mixed((owner,))
    if isinstance(owner, External) and owner.path.endswith(".__dict__") and isinstance(key, Known):
        return External(f"{owner.path.removesuffix('.__dict__')}.{key.value!s}")
    if isinstance(owner, Thing) and isinstance(key, Known) and isinstance(key.value, str):
        found = owner.attributes.get(key.value) or owner.attributes.get(f"[{key.value}]")
        return found or Member(owner, "[]", key)
    return Member(owner, "[]", key)


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


def merge(target: Table, value: Value) -> None:
    """Take over the items of another dict; what is not known leaves the target open."""
    if isinstance(value, Table):
        target.items.update(value.items)
        target.open |= value.open
    else:
        target.open = True


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


def combined(op: ast.operator, left: Value, right: Value) -> Value:
    """Return `left op right` of two values."""
    if isinstance(left, Known) and isinstance(right, Known):
        return fold_binary(op, left, right) or UNKNOWN
    if isinstance(left, Table) and isinstance(right, Table) and isinstance(op, ast.BitOr):
        return Table({**left.items, **right.items}, left.open or right.open)
    if isinstance(op, (ast.Add, ast.Mult)) and (isinstance(left, Items) or isinstance(right, Items)):
        return _sequence(op, left, right)
    return Mixed((left, right))


def _sequence(op: ast.operator, left: Value, right: Value) -> Value:
    """A list or tuple repeated, or with something behind it: of known length where both are known."""
    if isinstance(left, Items) and isinstance(right, Items):
        return _first_of(left.items + right.items, left.kind, left.open or right.open)
    items, other = (left, right) if isinstance(left, Items) else (right, left)
    if isinstance(items, Items) and isinstance(other, Known) and type(other.value) is int:
        times = min(max(other.value, 0), 4 * MOST_ITEMS + 1)
        return _first_of(items.items * times, items.kind, items.open)
    return Mixed(tuple(_opened(each) for each in (left, right)))


def _first_of(items: list[Value], kind: str, is_open: bool) -> Items:
    return Items(items[: 4 * MOST_ITEMS], kind, is_open or len(items) > 4 * MOST_ITEMS)


def _opened(value: Value) -> Value:
    return Items(value.items, value.kind, open=True) if isinstance(value, Items) else value


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


def iterate(value: Value) -> tuple[list[Value], bool]:
    """Return what a loop over a value yields, and whether that is all of it.

    One stand-in for an item where the items are not known.
    """
    if isinstance(value, Items) and value.items and len(value.items) <= MOST_ITEMS:
        return list(value.items), not value.open
    if isinstance(value, Table) and value.items and len(value.items) <= MOST_ITEMS:
        return [Known(key) for key in value.items], not value.open
    if isinstance(value, (Items, Table)) and not value.items and not value.open:
        return [], True
    if isinstance(value, Choice):
        return [item for option in options(value) for item in iterate(option)[0]][:MOST_ITEMS], False
    return [Member(value, "[]")], False


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
