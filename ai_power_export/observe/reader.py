"""What the recorder asks of a framework's reader, and the words between engine, recorder and reader."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import CO_VARARGS
from typing import Any, NamedTuple, Protocol

from .data import DataShape
from .observation import Part


class Reading(NamedTuple):
    """What was read of one call when it began. Holds nothing of the user's, only copies."""

    parts: tuple[Part, ...]
    data: DataShape | None = None
    seen_before: str = ""
    gives_accuracy: bool = False
    """Whether the value that the call returns is, or holds, an accuracy."""
    settled: bool = True
    """False if the call still chooses values of the parts, as a search does."""


UNREADABLE = Reading(())
"""A call that took place, and of which nothing more is known."""


class Outcome(NamedTuple):
    """What was read of one call when it ended."""

    accuracy: float | None = None
    parts: tuple[Part, ...] | None = None
    """The parts with the values that the call itself chose, as a search does."""


NOTHING = Outcome()


class Reader(Protocol):
    """Understands the calls of one framework.

    A reader copies scalars, shapes and class names within 20 µs. It may raise:
    the recorder stands between it and the user's program.
    """

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the object whose method is called; empty for functions."""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call from its arguments by name."""

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read the result of a call."""


@dataclass
class Observer:
    """A reader with its record of errors and cost."""

    name: str
    reader: Reader
    errors: int = 0
    spent: float = 0.0
    """Seconds spent in callbacks."""
    off: bool = False


@dataclass(frozen=True, eq=False)
class Watchpoint:
    """One watched function, and who hears of its calls."""

    listener: Listener
    observer: Observer
    method: str
    code: types.CodeType
    """The code that does the function's work and names its parameters."""
    names: tuple[str, ...] = field(init=False)
    """Names of the positional parameters, `self` first."""
    star: str | None = field(init=False)
    """Name of the parameter `*args`, if there is one."""

    def __post_init__(self) -> None:
        code = self.code
        named = code.co_argcount + code.co_kwonlyargcount
        object.__setattr__(self, "names", code.co_varnames[: code.co_argcount])
        object.__setattr__(self, "star", code.co_varnames[named] if code.co_flags & CO_VARARGS else None)

    def positional(self, values: Mapping[str, Any], index: int) -> Any:
        """Return a positional argument of a call, None where it was not given."""
        if index < len(self.names):
            return values.get(self.names[index])
        rest = values.get(self.star, ()) if self.star else ()
        return rest[index - len(self.names)] if index - len(self.names) < len(rest) else None


class Listener(Protocol):
    """Hears from an engine about every watched call; must not raise, since it runs inside the call."""

    def opened(self, point: Watchpoint, frame: types.FrameType, values: Mapping[str, Any]) -> None:
        """Hear that a call began in `frame` with these arguments."""

    def closed(self, point: Watchpoint, frame: types.FrameType, result: Any, failed: bool) -> None:
        """Hear that the call in `frame` ended."""


class Engine(Protocol):
    """Makes the calls of functions heard."""

    def watch(self, function: types.FunctionType, point: Watchpoint) -> None:
        """Begin to watch a function; nothing happens if it is watched already."""

    def is_wrapped(self, function: object) -> bool:
        """Tell whether a function's own code is inside a wrapper, reached by `__wrapped__`."""

    def drop(self, observer: Observer) -> None:
        """Stop watching what one observer watches."""

    def stop(self) -> None:
        """Stop watching everything and leave no trace."""
