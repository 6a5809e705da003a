"""What the recorder asks of a framework's reader, and the words between engine, recorder and reader."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import CO_VARARGS
from typing import Any, NamedTuple, Protocol

from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.observation import Doing, Observation, Part


def nothing() -> None:
    """Stand in for a weak reference whose object is gone."""


class Reading(NamedTuple):
    """What was read of one call when it began: copies and weak references, nothing of the user's."""

    parts: tuple[Part, ...]
    data: DataShape | None = None
    does: Doing | None = None
    seen_before: str = ""
    gives_accuracy: bool = False
    """Whether the value that the call returns is, or holds, an accuracy."""
    settled: bool = True
    """False if the call still chooses values of the parts, as a search does."""
    is_trial: bool = False
    """Whether a search called back what makes the call; the recorder knows."""
    about: Callable[[], Any] = nothing
    """A weak reference to the object of the call, for its reader to look at again when the call ends."""


UNREADABLE = Reading(())
"""A call that took place, and of which nothing more is known."""


class Outcome(NamedTuple):
    """What was read of one call when it ended."""

    accuracy: float | None = None
    parts: tuple[Part, ...] | None = None
    """The parts as the call left them: with the values that a search chose, or the epochs that were run."""
    data: DataShape | None = None
    """The data that went in, where only the end of the call shows it."""
    output: DataShape | None = None
    """What came out, where it is data: tokens, images, predictions."""


NOTHING = Outcome()


class Reader(Protocol):
    """Understands the calls of one framework.

    A reader copies scalars, shapes and class names within 20 µs. It may raise:
    the recorder stands between it and the user's program.
    """

    reads_inside: frozenset[str]
    """Methods whose calls are read even where they happen inside another watched call,
    such as an evaluation inside a training: their accuracy, data and output count for it."""

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the object whose method is called; empty for functions."""

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call from its arguments by name."""

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read the result of a call."""

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Read what a call that has not returned has done: it was broken off, or is still running."""


class Follower(Protocol):
    """Hears by a framework's own hooks of what has no front door, such as a training loop of the user's."""

    hears: frozenset[str]
    """Names of what it hears every call of, as in `Watchpoint.name`."""

    def start(self, module: types.ModuleType) -> None:
        """Begin to hear; the module that was waited for has been imported."""

    def stop(self) -> None:
        """Take all hooks off."""

    def observations(self, *, close: bool) -> list[Observation]:
        """Return what was observed in this window up to now; `close` begins the next one."""


@dataclass
class Observer:
    """A reader, or a follower, with its record of errors and cost."""

    name: str
    reader: Any
    """The `Reader`; None for a follower."""
    errors: int = 0
    calls: int = 0
    """Outermost calls that were read."""
    spent: float = 0.0
    """Seconds of processor time spent in callbacks: waiting for other programs is not its fault."""
    passed: bool = False
    """Whether calls were let pass unread, since there were too many of them."""
    off: bool = False


@dataclass(eq=False)
class Watchpoint:
    """One watched function, and who hears of its calls."""

    listener: Listener
    observer: Observer
    method: str
    code: types.CodeType
    """The code that does the function's work and names its parameters."""
    module: str = ""
    """The door's module."""
    name: str = ""
    """What the calls of it, and of its like, are known by: `sklearn.fit`."""
    called: set[str] = field(default_factory=set)
    """Names of what was called in this window."""
    names: tuple[str, ...] = field(init=False)
    """Names of the positional parameters, `self` first."""
    star: str | None = field(init=False)
    """Name of the parameter `*args`, if there is one."""
    let_pass: int = field(default=0, init=False)
    """How many of the next calls the engine lets pass without telling the listener."""
    passed: int = field(default=0, init=False)
    """How many it has let pass since the listener last looked."""
    open: int = field(default=0, init=False)
    """Calls of which the listener heard the beginning and not yet the end."""

    def __post_init__(self) -> None:
        code = self.code
        named = code.co_argcount + code.co_kwonlyargcount
        self.names = code.co_varnames[: code.co_argcount]
        self.star = code.co_varnames[named] if code.co_flags & CO_VARARGS else None

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
