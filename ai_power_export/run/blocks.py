"""Blocks, loops and statements of a source file, by their lines; nothing where the file cannot be read."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

Lines = tuple[int, int]
"""First and last line, from 1."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@lru_cache(maxsize=64)
def _nodes(path: str) -> tuple[ast.AST, ...]:
    try:
        with warnings.catch_warnings():
            # Python has said it of this file already, when it ran it.
            warnings.simplefilter("ignore")
            return tuple(ast.walk(ast.parse(Path(path).read_bytes())))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ()


@lru_cache(maxsize=256)
def block_at(path: str, line: int) -> Lines | None:
    """Return the lines of the `with` that stands on a line; None if not just one does.

    The lines of the `with` itself, which may stretch over several, come before those of its body.
    """
    found = [
        each
        for each in _nodes(path)
        if isinstance(each, (ast.With, ast.AsyncWith))
        and each.lineno <= line < max(each.body[0].lineno, each.lineno + 1)
    ]
    return _lines(found[0]) if len(found) == 1 else None


@lru_cache(maxsize=256)
def loop_around(path: str, first: int, last: int) -> Lines | None:
    """Return the lines of the innermost loop that holds two lines of one function; None if none does."""
    loops = [
        each for each in _around(path, first, last) if isinstance(each, (ast.For, ast.AsyncFor, ast.While))
    ]
    functions = [each for each in _around(path, first, last) if isinstance(each, _FUNCTIONS)]
    inner = max(loops, key=lambda each: each.lineno, default=None)
    if inner is None or any(each.lineno > inner.lineno for each in functions):
        return None
    return _lines(inner)


@lru_cache(maxsize=256)
def statement_at(path: str, line: int) -> Lines:
    """Return the lines of the innermost statement that holds a line; the line alone where none is known."""
    found = [each for each in _around(path, line, line) if isinstance(each, ast.stmt)]
    inner = max(found, key=lambda each: each.lineno, default=None)
    return (line, line) if inner is None or hasattr(inner, "body") else _lines(inner)


def last_line(path: str) -> int:
    """Return the number of a file's last line."""
    return max((each.end_lineno or 0 for each in _nodes(path) if isinstance(each, ast.stmt)), default=0)


def _around(path: str, first: int, last: int) -> Iterator[ast.stmt | ast.Lambda]:
    for each in _nodes(path):
        if isinstance(each, (ast.stmt, ast.Lambda)):
            begin, end = _lines(each)
            if begin <= first and last <= end:
                yield each


def _lines(node: ast.stmt | ast.Lambda) -> Lines:
    return node.lineno, node.end_lineno or node.lineno
