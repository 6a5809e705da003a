"""Places in a JSON document: how they are written, and in which lines of its text they stand."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

WHOLE = "report"
"""The path of a document as a whole."""

LONGEST_KEY = 60
"""Characters of a key that are shown; no field of the format has half as many."""

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
"""The tokens of a JSON text; what lies between them is white space."""

_NAMES = re.compile(r"\.|(?=\[\d+\])")
"""Where a path may be cut, so that what stands before is a path above it."""


def dotted(place: Iterable[str | int]) -> str:
    """Return the path of a place: `("measures", 0, "version")` is `measures[0].version`."""
    return reduce(below, place, "") or WHOLE


def below(path: str, part: str | int) -> str:
    """Return the path of a member of what a path names; `""` names the document."""
    if isinstance(part, int):
        return f"{path}[{part}]"
    return f"{path}.{one_line(part)}" if path else one_line(part)


def one_line(text: str) -> str:
    """Return a text of strangers cut short, and as `printable` has it."""
    return printable(text if len(text) <= LONGEST_KEY else text[: LONGEST_KEY - 3] + "...")


def printable(text: str) -> str:
    """Return a text with escapes for what would break a line or command a terminal."""
    return text if text.isprintable() else json.dumps(text)[1:-1]


def places(text: str) -> Iterator[tuple[str, int]]:
    """Yield the path of each key and each entry of a list in a JSON text, with its offset there.

    A key that stands twice in an object is yielded twice.
    """
    tokens = TOKEN.finditer(text)
    yield from _inside(next(tokens), tokens, "")


def _inside(value: re.Match[str], tokens: Iterator[re.Match[str]], path: str) -> Iterator[tuple[str, int]]:
    """Yield the places inside the value that begins with a token; take its tokens."""
    opening, index = value[0], 0
    if opening not in ("{", "["):
        return
    for token in tokens:
        if token[0] in ("}", "]"):
            return
        if token[0] == ",":
            index += 1
        elif opening == "[":
            yield below(path, index), token.start()
            yield from _inside(token, tokens, below(path, index))
        else:
            member = below(path, json.loads(token[0]))
            yield member, token.start()
            next(tokens)  # the colon
            yield from _inside(next(tokens), tokens, member)


def line_numbers(text: str, paths: Iterable[str]) -> Mapping[str, int]:
    """Return the line of a JSON text, from 1, where the key of each path stands.

    What is not in the text has the line of the nearest that is above it.
    """
    above = {path: [*_above(path)] for path in paths}
    wanted = {each for some in above.values() for each in some}
    found = {path: offset for path, offset in places(text) if path in wanted}
    ends = [match.start() for match in re.finditer("\n", text)]
    offsets = {path: next((found[each] for each in some if each in found), 0) for path, some in above.items()}
    return {path: bisect_left(ends, offset) + 1 for path, offset in offsets.items()}


def _above(path: str) -> Iterator[str]:
    """Yield a path and those above it, the nearest first."""
    yield path
    for cut in reversed([*_NAMES.finditer(path)]):
        yield path[: cut.start()]
