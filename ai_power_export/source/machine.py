"""The reader's machine: follows a program the way Python would, on values instead of data.

Nothing is run or imported. Statements are followed once, loops over known
items item by item, both sides of an undecided condition; functions of the
program where they are called, with the arguments they get. What is called
outside the program is recorded (`calls`), and that record, with the graph of
values behind it, is all that the other modules of this room read.

Everything is bounded: steps, depth, evaluations of one function, followed
modules. Past a bound the answer is "not known", never a hang.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ai_power_export.source import classes, expressions, functions, outside, statements
from ai_power_export.source.calls import Call, Loop, Place
from ai_power_export.source.given import NOTHING_GIVEN, Given
from ai_power_export.source.modules import Modules
from ai_power_export.source.reading import Source
from ai_power_export.source.scope import Scope
from ai_power_export.source.values import UNKNOWN, Function, Thing, Value

DEEPEST = 90
"""Nested evaluations, functions that call each other included."""
STEPS_BASE = 15_000
STEPS_PER_CHARACTER = 1
MOST_CHARACTERS_COUNTED = 400_000
MOST_EVALUATIONS = 16
"""Times that one function of the program is followed."""


class Exhausted(Exception):
    """The program is too large to be followed to its end."""


@dataclass
class Frame:
    """One activation: a module's, a class body's or a function's."""

    machine: Machine
    file: str
    scope: Scope
    function: Function | None = None
    returns: list[Value] = field(default_factory=list)

    def evaluate(self, node: ast.expr | None) -> Value:
        """Return what an expression stands for."""
        return UNKNOWN if node is None else self.machine.evaluate(self, node)

    def execute(self, body: list[ast.stmt]) -> bool:
        """Follow statements; True if control never gets past them."""
        return self.machine.execute(self, body)

    def place(self, node: ast.AST) -> Place:
        """Return where a node stands."""
        return Place(self.file, getattr(node, "lineno", 0))


class Machine:
    """Follows one program."""

    def __init__(self, source: Source, given: Given = NOTHING_GIVEN) -> None:
        self.main_file = source.name
        self.given = given
        self.calls: list[Call] = []
        self.modules = Modules(self, source)
        self.settings: dict[str, Value] = {}
        """Attributes that the program set on things outside it, by path."""
        self.waiting: list[Function] = []
        """Functions that a decorator from outside the program may call."""
        self.stack: list[Place] = []
        self.functions: list[Function] = []
        self.loops: list[Loop] = []
        self.handlers: list[Call] = []
        self.blocks: list[tuple[list[ast.stmt], int]] = []
        self.maybe = 0
        self.fragile = 0
        """Blocks around that an exception may end without ending the program."""
        self.exhausted = False
        self._depth = 0
        self._steps = STEPS_BASE + STEPS_PER_CHARACTER * min(len(source.text), MOST_CHARACTERS_COUNTED)

    def run(self, source: Source) -> Scope:
        """Follow the main file, then what frameworks would call in it."""
        scope = Scope(names={"__name__": expressions.known("__main__")})
        frame = Frame(self, source.name, scope)
        self.follow(lambda: frame.execute(source.tree.body))
        for function in self.waiting:
            if not function.evaluations:
                self.follow(lambda function=function: outside.call_from_outside(self, function))  # type: ignore[misc]
        return scope

    def follow(self, step: Callable[[], object]) -> None:
        """Take a step from the top; past the bounds it ends early."""
        try:
            step()
        except (Exhausted, RecursionError):
            self.exhausted = True

    def follow_module(self, source: Source, scope: Scope) -> None:
        """Follow another module of the program, which it has just imported."""
        loops, self.loops = self.loops, []
        active, self.functions = self.functions, []
        try:
            Frame(self, source.name, scope).execute(source.tree.body)
        finally:
            self.loops, self.functions = loops, active

    call = staticmethod(functions.call)
    enter_function = staticmethod(functions.enter_function)
    call_function = staticmethod(functions.call_function)
    decorated = staticmethod(functions.decorated)
    make_class = staticmethod(classes.make_class)
    enter = staticmethod(functions.enter)
    each = staticmethod(functions.each)

    def frame(self, file: str, scope: Scope, function: Function | None = None) -> Frame:
        """Return a new activation."""
        return Frame(self, file, scope, function)

    def evaluate(self, frame: Frame, node: ast.expr) -> Value:
        """Return what an expression stands for, within the bounds."""
        self._steps -= 1
        if self._steps < 0:
            raise Exhausted
        handler = expressions.HANDLERS.get(type(node))
        if handler is None or self._depth >= DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return handler(frame, node)
        finally:
            self._depth -= 1

    def execute(self, frame: Frame, body: list[ast.stmt]) -> bool:
        """Follow statements; True if control never gets past them."""
        depth = len(self.blocks)
        try:
            for number, statement in enumerate(body):
                self.blocks[depth:] = [(body, number)]
                self._steps -= 1
                if self._steps < 0:
                    raise Exhausted
                handler = statements.HANDLERS.get(type(statement))
                if handler is not None and handler(frame, statement):
                    return True
            return False
        finally:
            del self.blocks[depth:]

    def record(self, call: Call) -> Thing:
        """Note a call of code outside the program and return what it gives."""
        call.stack = tuple(self.stack)
        call.functions = tuple(self.functions)
        call.loops = tuple(self.loops)
        call.blocks = tuple(self.blocks)
        call.maybe = self.maybe > 0
        call.handler = self.handlers[-1] if self.handlers else None
        self.calls.append(call)
        return Thing(call)

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Follow what an undecided condition guards."""
        self.maybe += 1
        try:
            yield
        finally:
            self.maybe -= 1

    def may_enter(self, function: Function) -> bool:
        """Tell whether to follow a function once more."""
        return (
            function.evaluations < MOST_EVALUATIONS
            and len(self.functions) < 14
            and self._depth < DEEPEST - 20
            and not any(active.node is function.node for active in self.functions)
        )
