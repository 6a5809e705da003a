"""Loops: item by item over what is known, and how often they run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.binding import bind
from ai_power_export.source.calls import Loop
from ai_power_export.source.constants import truth
from ai_power_export.source.operations import iterate
from ai_power_export.source.values import UNKNOWN, Items, Known, Thing, Value

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


MOST_ROUNDS = 24
"""Items of a loop that are followed one by one."""


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
