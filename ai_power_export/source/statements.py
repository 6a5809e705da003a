"""Statements: how control flows, and what is bound to which name.

Each handler returns True if control never gets past the statement.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ai_power_export.source.binding import bind
from ai_power_export.source.constants import truth
from ai_power_export.source.loads import is_data
from ai_power_export.source.loops import loop, repeat
from ai_power_export.source.operations import combined, merge
from ai_power_export.source.values import (
    External,
    Function,
    Items,
    Known,
    Mixed,
    Table,
    Thing,
    Value,
    choice,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


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
