"""What the source says of a loop that was met while it ran: which names its body calls, once each turn."""

from __future__ import annotations

import ast
import linecache
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ai_power_export.observe.places import Place

LONGEST_FILE = 10_000
"""Lines of a file that is read; parsing takes some 15 ms for a thousand."""

_MAYBE = (
    ast.If, ast.IfExp, ast.BoolOp, ast.While, ast.For, ast.AsyncFor, ast.Try, ast.Match, ast.Lambda,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp,
)  # fmt: skip
"""What may run its parts never, or more than once."""
_ENDS = (ast.Break, ast.Continue, ast.Return, ast.Raise)
"""What may keep a turn from coming to what stands behind it."""

Turn = Sequence[ast.AST]
"""What one turn of a loop runs, in its order."""


@lru_cache(maxsize=256)
def called_each_turn(place: Place) -> frozenset[str]:
    """Return the dotted names that the loop whose header stands at a line calls exactly once each turn.

    A call of `model.forward` counts as one of `model`. Nothing is returned for
    a line with several loops, or where the source cannot be read.

    Args:
        place: File and line where the loop asked for its iterator.
    """
    file, line = place
    turns = [turn for first, last, turn in _loops(file) if first <= line <= last]
    return frozenset(_sure_calls(turns[0])) if len(turns) == 1 else frozenset()


@lru_cache(maxsize=16)
def _loops(file: str) -> tuple[tuple[int, int, Turn], ...]:
    """Return the first and the last line of each loop's header, and what a turn runs."""
    return tuple(found for node in ast.walk(parsed(file)) for found in _loop(node))


@lru_cache(maxsize=16)
def parsed(file: str) -> ast.Module:
    """Return what a file of the user's says; nothing where it cannot be read, or is too long."""
    lines = linecache.getlines(file)
    if len(lines) > LONGEST_FILE:
        lines = []
    try:
        return ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _loop(node: ast.AST) -> Iterator[tuple[int, int, Turn]]:
    if isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.lineno, node.iter.end_lineno or node.lineno, node.body
    elif isinstance(node, (ast.ListComp, ast.SetComp)):
        first, *more = node.generators
        if not more and not first.ifs:
            yield node.lineno, node.end_lineno or node.lineno, [node.elt]


def _sure_calls(turn: Turn) -> Iterator[str]:
    """Yield the names that a turn calls once, whatever happens in it."""
    everywhere = Counter(
        dotted_name(each) for node in turn for each in ast.walk(node) if isinstance(each, ast.Call)
    )
    end = min(
        (each.lineno for node in turn for each in ast.walk(node) if isinstance(each, _ENDS)), default=None
    )
    for call in (each for node in turn for each in _sure(node) if isinstance(each, ast.Call)):
        name = dotted_name(call)
        if name and everywhere[name] == 1 and (end is None or call.lineno < end):
            yield name


def _sure(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what it runs exactly once."""
    if not isinstance(node, _MAYBE):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _sure(child)


def dotted_name(call: ast.Call) -> str:
    """Return the dotted name that is called; empty for anything that is not named."""
    parts, node = [], call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)]).removesuffix(".forward")
