"""What the program asks of code that is not its own: the record of one call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ai_power_export.source.values import Function, Value


class Place(NamedTuple):
    """A line of a file; the file by its name only."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(eq=False, slots=True)
class Loop:
    """A loop that a call stands in."""

    iterable: Value
    target: str
    """The loop variable's name; empty for `while`."""
    count: int | None
    """How often it runs, where the source fixes it."""
    default: bool
    """Whether the count holds only unless the command line says otherwise."""
    place: Place


@dataclass(eq=False, slots=True)
class Call:
    """A call of code outside the program: a constructor, a function, a method."""

    path: str
    """Of the class or function, `sklearn.svm.SVC`; empty for a method of an object."""
    method: str
    """Name of the method, also of a constructing one such as `from_pretrained`."""
    receiver: Value | None
    args: list[Value]
    keywords: dict[str, Value]
    open: bool
    """Whether there are more arguments than the source shows."""
    place: Place
    stack: tuple[Place, ...] = ()
    """The program's own calls that led here, outermost first."""
    functions: tuple[Function, ...] = ()
    """The program's functions that led here."""
    loops: tuple[Loop, ...] = ()
    blocks: tuple[tuple[list[ast.stmt], int], ...] = ()
    """The bodies that it stands in, outermost first, with the number of the statement in each."""
    maybe: bool = False
    """Whether a condition that is not known decides about it."""
    handler: Call | None = None
    """The outside call that got the function handed in which this one stands."""
    argument_places: dict[str, Place] = field(default_factory=dict)

    def inputs(self) -> Iterator[Value]:
        """Yield everything that goes into the call."""
        if self.receiver is not None:
            yield self.receiver
        yield from self.args
        yield from self.keywords.values()

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """Return an argument by keyword or else by position."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None
