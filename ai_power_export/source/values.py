"""What an expression stands for, as far as the source tells: the values of the reader.

    Known        a constant
    Items        a list, tuple or set            Table      a dict
    External     something imported, by path     Thing      what an external call gave
    Member       an attribute or item of one     Mixed      computed from several
    Function     of the program                  Bound      a function with its first argument
    Class        of the program                  Instance   an object of one
    Package      a module of the program         Choice     one of several, by what is not known
    Deferred     a name of a module of the program that nothing has needed yet
    Unknown      nothing can be said

Values form a graph: a `Thing` holds the call that made it, the call its
arguments. Where data come from and which model sits in which wrapper are
questions to this graph (`parts`), asked only when needed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from ai_power_export.source.calls import Call
    from ai_power_export.source.scope import Scope

Constant = Union[None, bool, int, float, complex, str, bytes]
Key = Any  # a Constant; `dict` is invariant in its keys


class Value:
    """Base of all values; compared by identity."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Unknown(Value):
    """Nothing can be said; `text` is the expression's source where it is short."""

    text: str = ""


UNKNOWN = Unknown()


@dataclass(eq=False, slots=True)
class Known(Value):
    """A constant. `default`: it holds only unless the command line or a caller says otherwise."""

    value: Constant
    default: bool = False


@dataclass(eq=False, slots=True)
class Items(Value):
    """A list, tuple or set. `open`: there may be more than these."""

    items: list[Value]
    kind: str = "list"
    open: bool = False


@dataclass(eq=False, slots=True)
class Table(Value):
    """A dict with constant keys. `open`: there may be more than these."""

    items: dict[Key, Value]
    open: bool = False


@dataclass(eq=False, slots=True)
class External(Value):
    """A module, class, function or attribute of a package that is not the program's own."""

    path: str


@dataclass(eq=False, slots=True)
class Thing(Value):
    """What a call outside the program gave back."""

    call: Call
    attributes: dict[str, Value] = field(default_factory=dict)
    """Attributes that the program has set."""
    parts: list[Value] = field(default_factory=list)
    """What was added to it by a method."""

    @property
    def path(self) -> str:
        """The path of the class or function that made it; empty for the result of a method."""
        return self.call.path


@dataclass(eq=False, slots=True)
class Member(Value):
    """An attribute (or item, named `[]`) of a value from outside the program."""

    owner: Value
    name: str
    key: Value | None = None


@dataclass(eq=False, slots=True)
class Mixed(Value):
    """The result of an operation on values that are not all constants."""

    operands: tuple[Value, ...]


@dataclass(eq=False, slots=True)
class Function(Value):
    """A function or lambda of the program."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    file: str = ""
    owner: Class | None = None
    decorators: list[Value] = field(default_factory=list)
    evaluations: int = 0

    @property
    def name(self) -> str:
        """The function's name; empty for a lambda."""
        return getattr(self.node, "name", "")

    @property
    def parameters(self) -> list[str]:
        """The names by which arguments can be given."""
        spec = self.node.args
        return [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]


@dataclass(eq=False, slots=True)
class Class(Value):
    """A class of the program."""

    node: ast.ClassDef
    scope: Scope
    bases: list[Value]
    file: str = ""
    in_main: bool = True
    members: dict[str, Value] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    """Annotated names in order, the parameters of a dataclass."""

    @property
    def name(self) -> str:
        """The class's name."""
        return self.node.name

    def settled_bases(self) -> list[Value]:
        """Return the bases, read from their modules where that was put off."""
        self.bases = [base.settle() if isinstance(base, Deferred) else base for base in self.bases]
        return self.bases

    def lineage(self) -> Iterator[Class]:
        """Yield the class and those of its bases that the program defines."""
        todo: list[Class] = [self]
        seen: set[int] = set()
        while todo:
            cls = todo.pop(0)
            if id(cls) not in seen:
                seen.add(id(cls))
                yield cls
                todo.extend(base for base in cls.settled_bases() if isinstance(base, Class))

    def outside(self) -> list[str]:
        """Return the paths of all bases from outside the program."""
        return [
            base.path for cls in self.lineage() for base in cls.settled_bases() if isinstance(base, External)
        ]

    def find(self, name: str) -> Value | None:
        """Return a member, own or inherited within the program."""
        return next((cls.members[name] for cls in self.lineage() if name in cls.members), None)


@dataclass(eq=False, slots=True)
class Instance(Value):
    """An object of a class of the program."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    call: Call | None = None
    parts: list[Value] = field(default_factory=list)
    """What was added to it by a method."""
    handed: bool = False
    """Whether it was handed to code outside the program, which may call its methods."""


@dataclass(eq=False, slots=True)
class Bound(Value):
    """A function together with its first argument."""

    function: Function
    first: Value


@dataclass(eq=False, slots=True)
class Package(Value):
    """A module of the program itself."""

    name: str
    scope: Scope


@dataclass(eq=False, slots=True)
class Deferred(Value):
    """A name imported from a module of the program; the module is read when the name is first used."""

    settle: Callable[[], Value]


@dataclass(eq=False, slots=True)
class Choice(Value):
    """One of several values; which one is not known."""

    options: tuple[Value, ...]


MOST_OPTIONS = 12


def choice(values: list[Value]) -> Value:
    """Join values to the one they all are, or to a choice."""
    flat: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if not any(same(option, other) for other in flat):
                flat.append(option)
    if not flat:
        return UNKNOWN
    return flat[0] if len(flat) == 1 else Choice(tuple(flat[:MOST_OPTIONS]))


def same(one: Value, other: Value) -> bool:
    """Tell whether two values are surely the same."""
    if isinstance(one, Known) and isinstance(other, Known):
        return type(one.value) is type(other.value) and one.value == other.value
    if isinstance(one, External) and isinstance(other, External):
        return one.path == other.path
    return one is other


def options(value: Value) -> tuple[Value, ...]:
    """Return all that a value may be."""
    return value.options if isinstance(value, Choice) else (value,)


def parts(value: Value) -> Iterator[Value]:
    """Yield what a value was directly made of."""
    if isinstance(value, (Thing, Instance)):
        if value.call is not None:
            yield from value.call.inputs()
        yield from list(value.attributes.values())
        yield from list(value.parts)
    elif isinstance(value, Member):
        yield value.owner
    elif isinstance(value, Mixed):
        yield from value.operands
    elif isinstance(value, Items):
        yield from value.items
    elif isinstance(value, Table):
        yield from value.items.values()
    elif isinstance(value, Choice):
        yield from value.options
    elif isinstance(value, Bound):
        yield value.first


MOST_VISITED = 600


def ancestry(*values: Value) -> Iterator[Value]:
    """Yield values and everything that they were made of, nearest first; bounded."""
    todo = list(values)
    seen: set[int] = set()
    for value in todo:
        if id(value) in seen or len(seen) > MOST_VISITED:
            continue
        seen.add(id(value))
        yield value
        todo.extend(parts(value))


def root(value: Value) -> Value:
    """Follow attributes and items back to the object that they belong to."""
    while isinstance(value, Member):
        value = value.owner
    return value
