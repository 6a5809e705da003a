"""Statements: how control flows, and what is bound to which name.

Each handler returns True if control never gets past the statement.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ai_power_export.source.calls import Loop
from ai_power_export.source.constants import truth
from ai_power_export.source.loads import is_data
from ai_power_export.source.operations import combined, get_item, iterate, merge
from ai_power_export.source.overridden import doubt_attributes, doubted
from ai_power_export.source.values import (
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    Items,
    Known,
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

MOST_ROUNDS = 24
"""Items of a loop that are followed one by one."""


def expression(frame: Frame, node: ast.Expr) -> bool:
    """A call that ends the program ends the path; any other expression is only evaluated."""
    value = frame.evaluate(node.value)
    return isinstance(value, Thing) and value.path in (
        "sys.exit",
        "os._exit",
        "builtins.exit",
        "builtins.quit",
    )


def assign(frame: Frame, node: ast.Assign) -> bool:
    """`a = b = value`."""
    value = frame.evaluate(node.value)
    for target in node.targets:
        bind(frame, target, value)
    return False


def annotated(frame: Frame, node: ast.AnnAssign) -> bool:
    """`a: T = value`."""
    if node.value is not None:
        bind(frame, node.target, frame.evaluate(node.value))
    return False


def augmented(frame: Frame, node: ast.AugAssign) -> bool:
    """`a += value`."""
    old = frame.evaluate(node.target)
    value = frame.evaluate(node.value)
    if isinstance(old, Items) and isinstance(node.op, ast.Add):
        old.items.extend(value.items if isinstance(value, Items) else [])
        old.open |= not isinstance(value, Items) or value.open
    elif isinstance(old, Table) and isinstance(node.op, ast.BitOr):
        merge(old, value)
    else:
        # In a loop the sum is not that of one round.
        bind(
            frame, node.target, Mixed((old, value)) if frame.machine.loops else combined(node.op, old, value)
        )
    return False


def bind(frame: Frame, target: ast.expr, value: Value) -> None:
    """Bind a target: a name, an attribute, an item, or several of them."""
    if isinstance(target, ast.Name):
        frame.scope.set(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(frame, target.elts, value)
    elif isinstance(target, ast.Starred):
        bind(frame, target.value, value)
    elif isinstance(target, ast.Attribute):
        set_attribute(frame, frame.evaluate(target.value), target.attr, value)
    elif isinstance(target, ast.Subscript):
        _set_item(frame, frame.evaluate(target.value), frame.evaluate(target.slice), value)


def _unpack(frame: Frame, targets: list[ast.expr], value: Value) -> None:
    starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if isinstance(value, Items) and not value.open and starred is None and len(value.items) == len(targets):
        for target, item in zip(targets, value.items, strict=False):
            bind(frame, target, item)
        return
    for i, target in enumerate(targets):
        if starred is not None and i >= starred:
            bind(frame, target, Mixed((value,)))
        else:
            bind(frame, target, get_item(value, Known(i)))


def set_attribute(frame: Frame, owner: Value, attr: str, value: Value) -> None:
    """Set an attribute of whatever a value may be."""
    for option in options(owner):
        if isinstance(option, (Instance, Thing)):
            old = option.attributes.get(attr)
            joined = choice([old, value]) if old is not None and frame.machine.maybe else value
            option.attributes[attr] = joined
        elif isinstance(option, External):
            frame.machine.settings[f"{option.path}.{attr}"] = value
        elif isinstance(option, Class):
            option.members[attr] = value
        elif isinstance(option, Package):
            option.scope.set(attr, value)


def _set_item(frame: Frame, owner: Value, key: Value, value: Value) -> None:
    for option in options(owner):
        if isinstance(option, Table):
            _set_key(frame, option, key, value)
        elif isinstance(option, Items):
            _set_index(frame, option, key, value)
        elif isinstance(option, Thing) and isinstance(key, Known) and isinstance(key.value, str):
            option.attributes[f"[{key.value}]"] = value
        elif isinstance(option, Thing):
            doubt_attributes(option)


def _set_key(frame: Frame, owner: Table, key: Value, value: Value) -> None:
    if isinstance(key, Known):
        old = owner.items.get(key.value)
        owner.items[key.value] = choice([old, value]) if old is not None and frame.machine.maybe else value
    else:
        merge(owner, UNKNOWN)


def _set_index(frame: Frame, owner: Items, key: Value, value: Value) -> None:
    number = key.value if isinstance(key, Known) else None
    if type(number) is int and -len(owner.items) <= number < len(owner.items) and not owner.open:
        old = owner.items[number]
        owner.items[number] = choice([old, value]) if frame.machine.maybe else value
    else:
        owner.items[:] = map(doubted, owner.items)


def condition(frame: Frame, node: ast.If) -> bool:
    """`if`: one side where the test is settled, else both, joined."""
    settled = truth(frame.evaluate(node.test))
    if settled is not None:
        return frame.execute(node.body if settled else node.orelse)
    with frame.machine.perhaps():
        return branches(frame, [node.body, node.orelse])


def branches(frame: Frame, bodies: list[list[ast.stmt]]) -> bool:
    """Follow alternatives from the same state and join what they bind."""
    before = dict(frame.scope.names)
    ends: list[dict[str, Value]] = []
    for body in bodies:
        frame.scope.names = dict(before)
        if not frame.execute(body):
            ends.append(frame.scope.names)
    if not ends:
        frame.scope.names = before
        return True
    frame.scope.names = joined(ends)
    return False


def joined(ends: list[dict[str, Value]]) -> dict[str, Value]:
    """Join the names of alternative paths."""
    first, *others = ends
    names = dict(first)
    for other in others:
        for key, value in other.items():
            known = names.get(key)
            if known is not value:
                names[key] = value if known is None else choice([known, value])
    return names


def loop(frame: Frame, node: ast.For | ast.AsyncFor) -> bool:
    """`for`: item by item over what is known, else one round."""
    iterable = frame.evaluate(node.iter)
    items, _ = iterate(iterable)
    target = node.target.id if isinstance(node.target, ast.Name) else ""
    if isinstance(node.target, ast.Tuple) and node.target.elts and isinstance(node.target.elts[0], ast.Name):
        target = node.target.elts[0].id
    count, default = (None, False) if frame.machine.fragile or may_be_left(node) else rounds(iterable)
    frame.machine.loops.append(Loop(iterable, target, count, default, frame.place(node)))
    try:
        for item in items[:MOST_ROUNDS]:
            bind(frame, node.target, item)
            frame.execute(node.body)
    finally:
        frame.machine.loops.pop()
    frame.execute(node.orelse)
    return False


def may_be_left(loop: ast.For | ast.AsyncFor) -> bool:
    """Tell whether a loop may end before its last round: by a `break` of its own, or a `return`."""
    todo: list[tuple[ast.AST, bool]] = [(each, True) for each in loop.body]
    for node, is_own in todo:
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and is_own):
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        is_loop = isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        after = node.orelse if isinstance(node, (ast.For, ast.AsyncFor, ast.While)) else []
        todo += [
            (each, is_own if each in after else is_own and not is_loop) for each in ast.iter_child_nodes(node)
        ]
    return False


def rounds(iterable: Value) -> tuple[int | None, bool]:
    """Return how often a loop runs, and whether that is only a default."""
    if isinstance(iterable, Thing) and iterable.path in ("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm"):
        return rounds(iterable.call.args[0]) if iterable.call.args else (None, False)
    if isinstance(iterable, Thing) and iterable.path in ("builtins.range", "tqdm.trange", "tqdm.auto.trange"):
        bounds = iterable.call.args
        if all(isinstance(bound, Known) and isinstance(bound.value, int) for bound in bounds):
            values = [bound.value for bound in bounds]  # type: ignore[attr-defined]
            default = any(bound.default for bound in bounds)  # type: ignore[attr-defined]
            return (
                (len(range(*values)), default)
                if 1 <= len(values) <= 3 and 0 not in values[2:]
                else (None, False)
            )
    if isinstance(iterable, Items) and not iterable.open:
        return len(iterable.items), False
    return None, False


def repeat(frame: Frame, node: ast.While) -> bool:
    """`while`: one round, unless it never begins."""
    settled = truth(frame.evaluate(node.test))
    if settled is False:
        return frame.execute(node.orelse)
    frame.machine.loops.append(Loop(UNKNOWN, "", None, False, frame.place(node)))
    try:
        frame.execute(node.body)
    finally:
        frame.machine.loops.pop()
    return False


def attempt(frame: Frame, node: ast.Try) -> bool:
    """`try`: the body; the handlers as something that may happen.

    What they bind counts for names that the body left unbound, and for data, which the body may not have got.
    """
    frame.machine.fragile += bool(node.handlers)
    try:
        ended = frame.execute(node.body)
    finally:
        frame.machine.fragile -= bool(node.handlers)
    after_body = dict(frame.scope.names)
    instead: list[dict[str, Value]] = []
    with frame.machine.perhaps():
        for handler in node.handlers:
            imports_only = all(isinstance(stmt, (ast.Import, ast.ImportFrom)) for stmt in node.body)
            if not imports_only and not frame.execute(handler.body):
                instead.append({**frame.scope.names})
    if not ended:
        frame.scope.names.update(after_body)
        for names in instead:
            _bind_either(frame, after_body, names)
        ended = frame.execute(node.orelse)
    return frame.execute(node.finalbody) or (ended and not node.handlers)


def _bind_either(frame: Frame, after_body: dict[str, Value], instead: dict[str, Value]) -> None:
    for name, value in after_body.items():
        other = instead.get(name, value)
        if other is not value and is_data(value):
            frame.scope.names[name] = choice([frame.scope.names[name], other])


def context(frame: Frame, node: ast.With | ast.AsyncWith) -> bool:
    """`with`: binds what the manager gives, follows the body."""
    for item in node.items:
        value = frame.evaluate(item.context_expr)
        entered = frame.machine.enter(frame, value)
        if item.optional_vars is not None:
            bind(frame, item.optional_vars, entered)
    return frame.execute(node.body)


def definition(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """`def`."""
    decorators = [frame.evaluate(decorator) for decorator in node.decorator_list]
    function = Function(node, frame.scope, frame.file, None, decorators)
    frame.scope.set(node.name, frame.machine.decorated(frame, function))
    return False


def class_definition(frame: Frame, node: ast.ClassDef) -> bool:
    """`class`."""
    frame.scope.set(node.name, frame.machine.make_class(frame, node))
    return False


def give_back(frame: Frame, node: ast.Return) -> bool:
    """`return`."""
    frame.returns.append(frame.evaluate(node.value) if node.value else Known(None))
    return True


def stop(_: Frame, __: ast.stmt) -> bool:
    """`break` and `continue`: nothing after them in their block."""
    return True


def fail(frame: Frame, node: ast.Raise) -> bool:
    """`raise`."""
    frame.evaluate(node.exc)
    return True


def import_(frame: Frame, node: ast.Import) -> bool:
    """`import a.b as c`."""
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        full = alias.name if alias.asname else bound
        frame.scope.set(bound, frame.machine.modules.module(full, frame.file) or External(full))
    return False


def import_from(frame: Frame, node: ast.ImportFrom) -> bool:
    """`from a import b as c`, `from a import *`."""
    frame.machine.modules.import_names(frame.scope, node, frame.file)
    return False


def declare(frame: Frame, node: ast.Global | ast.Nonlocal) -> bool:
    """`global` and `nonlocal`."""
    if frame.scope.parent is not None:
        frame.scope.outer.update(node.names)
    return False


def match(frame: Frame, node: ast.Match) -> bool:
    """`match`: every case may be the one; captured names hold parts of the subject."""
    subject = frame.evaluate(node.subject)
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            captured = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(captured, str):
                frame.scope.set(captured, Mixed((subject,)))
    with frame.machine.perhaps():
        return branches(frame, [*(case.body for case in node.cases), []])


def delete(frame: Frame, node: ast.Delete) -> bool:
    """`del` unbinds names."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.scope.names.pop(target.id, None)
    return False


Handler = Callable[["Frame", Any], bool]

HANDLERS: dict[type[ast.stmt], Handler] = {
    ast.Expr: expression,
    ast.Assign: assign,
    ast.AnnAssign: annotated,
    ast.AugAssign: augmented,
    ast.If: condition,
    ast.For: loop,
    ast.AsyncFor: loop,
    ast.While: repeat,
    ast.Try: attempt,
    ast.With: context,
    ast.AsyncWith: context,
    ast.FunctionDef: definition,
    ast.AsyncFunctionDef: definition,
    ast.ClassDef: class_definition,
    ast.Return: give_back,
    ast.Break: stop,
    ast.Continue: stop,
    ast.Raise: fail,
    ast.Import: import_,
    ast.ImportFrom: import_from,
    ast.Global: declare,
    ast.Nonlocal: declare,
    ast.Match: match,
    ast.Delete: delete,
}
if hasattr(ast, "TryStar"):  # Python 3.11+
    HANDLERS[ast.TryStar] = attempt
