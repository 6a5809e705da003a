"""Calls: the program's own functions are followed, everything else is recorded."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_power_export.source import builtin, commandline, containers
from ai_power_export.source.arguments import Arguments
from ai_power_export.source.binding import bind
from ai_power_export.source.calls import Loop
from ai_power_export.source.classes import call_instance, construct
from ai_power_export.source.defaults import as_default, declared_default, option_default
from ai_power_export.source.operations import get_attribute, iterate
from ai_power_export.source.outside import recorded
from ai_power_export.source.overridden import doubted
from ai_power_export.source.scope import Scope
from ai_power_export.source.values import (
    Bound,
    Choice,
    Class,
    Deferred,
    External,
    Function,
    Instance,
    Items,
    Known,
    Member,
    Mixed,
    Table,
    Thing,
    Value,
    choice,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


def call(frame: Frame, node: ast.Call) -> Value:
    """Follow or record a call."""
    if isinstance(node.func, ast.Attribute):
        owner = frame.evaluate(node.func.value)
        if (found := builtin.super_method(frame, owner, node.func.attr)) is not None:
            callee = found
        elif (callee_or_none := containers.container_method(frame, owner, node)) is not None:
            return callee_or_none
        else:
            callee = get_attribute(frame, owner, node.func.attr)
    else:
        callee = frame.evaluate(node.func)
    arguments = Arguments(frame, node)
    return invoke(frame, callee, arguments)


def invoke(frame: Frame, callee: Value, arguments: Arguments) -> Value:
    """Call a value with evaluated arguments."""
    machine = frame.machine
    if isinstance(callee, Deferred):
        callee = callee.settle()
    if isinstance(callee, Choice):
        return choice([invoke(frame, option, arguments) for option in callee.options])
    if isinstance(callee, Function):
        return enter_function(frame, callee, arguments.args, arguments)
    if isinstance(callee, Bound):
        return enter_function(frame, callee.function, [callee.first, *arguments.args], arguments)
    if isinstance(callee, Class):
        return construct(frame, callee, arguments)
    if isinstance(callee, External):
        given = builtin.call(frame, callee.path, arguments)
        return given if given is not None else recorded(machine, callee, arguments)
    if isinstance(callee, Instance):
        return call_instance(frame, callee, arguments)
    if isinstance(callee, (Member, Thing)):
        given = (
            commandline.parsed(frame, callee.owner, callee.name, arguments)
            if isinstance(callee, Member)
            else None
        )
        return given if given is not None else recorded(machine, callee, arguments)
    return Mixed((callee, *arguments.args, *arguments.keywords.values()))


def enter_function(frame: Frame, function: Function, args: list[Value], arguments: Arguments) -> Value:
    """Follow a function of the program from a call that is noted as leading there."""
    frame.machine.stack.append(arguments.place)
    try:
        return call_function(frame, function, args, arguments.keywords, arguments.open)
    finally:
        frame.machine.stack.pop()


def call_function(
    frame: Frame, function: Function, args: list[Value], keywords: dict[str, Value], is_open: bool = False
) -> Value:
    """Follow a function of the program and return what it gives back."""
    machine = frame.machine
    if not machine.may_enter(function):
        return Mixed((*args, *keywords.values()))
    function.evaluations += 1
    inner = machine.frame(function.file, Scope(function.scope), function)
    bind_parameters(inner, function, args, keywords, is_open)
    machine.functions.append(function)
    try:
        if isinstance(function.node, ast.Lambda):
            return inner.evaluate(function.node.body)
        inner.execute(function.node.body)
    finally:
        machine.functions.pop()
    return choice(inner.returns) if inner.returns else Known(None)


def bind_parameters(
    inner: Frame, function: Function, args: list[Value], keywords: dict[str, Value], is_open: bool = False
) -> None:
    """Bind arguments to parameters; what is not given has its default, marked as one.

    Nothing is known of it where there are more arguments than the source shows.
    """
    spec = function.node.args
    names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    bound = dict(zip(names, args, strict=False))
    if spec.vararg:
        bound[spec.vararg.arg] = Items(args[len(names) :], "tuple", is_open)
    all_names = [*names, *(parameter.arg for parameter in spec.kwonlyargs)]
    bound.update({name: value for name, value in keywords.items() if name in all_names})
    if spec.kwarg:
        rest = {name: value for name, value in keywords.items() if name not in all_names}
        bound[spec.kwarg.arg] = Table(dict(rest), is_open)
    defaults = [*[None] * (len(names) - len(spec.defaults)), *spec.defaults, *spec.kw_defaults]
    outer = inner.machine.frame(inner.file, function.scope)
    for name, default in zip(all_names, defaults, strict=False):
        if name not in bound:
            stated = declared_default(outer.evaluate(default)) if default is not None else None
            option = option_default(function, name)
            said = inner.machine.given.named(name) if option is not None else None
            unsaid = as_default(stated or option)
            bound[name] = said or (doubted(unsaid) if is_open else unsaid)
    inner.scope.names.update(bound)


def decorated(frame: Frame, function: Function) -> Value:
    """Return what a decorated function is: itself, also where the decorator may call it later."""
    from_outside = [d for d in function.decorators if not _plain_decorator(d)]
    if from_outside and not frame.scope.is_class and frame.function is None:
        frame.machine.waiting.append(function)
    return function


_PLAIN = ("builtins", "functools", "contextlib", "abc", "typing", "pytest", "unittest")


def _plain_decorator(decorator: Value) -> bool:
    """Tell whether a decorator surely keeps its function for itself: methods such as `app.command` do not."""
    if isinstance(decorator, External) or (isinstance(decorator, Thing) and decorator.path):
        return decorator.path.partition(".")[0] in _PLAIN
    return not isinstance(decorator, (Thing, Member))


def enter(frame: Frame, manager: Value) -> Value:
    """Return what `with manager as x` binds."""
    if isinstance(manager, Instance):
        method = manager.cls.find("__enter__")
        if isinstance(method, Function):
            return call_function(frame, method, [manager], {})
    return manager


def each(frame: Frame, generators: list[ast.comprehension], body: Callable[[Frame], object]) -> bool:
    """Run a comprehension's body for each item; tell whether that was all of them."""
    inner = frame.machine.frame(frame.file, Scope(frame.scope), frame.function)
    return _each(inner, generators, body)


def _each(frame: Frame, generators: list[ast.comprehension], body: Callable[[Frame], object]) -> bool:
    if not generators:
        body(frame)
        return True
    first, *others = generators
    iterable = frame.evaluate(first.iter)
    items, complete = iterate(iterable)
    frame.machine.loops.append(Loop(iterable, "", None, False, frame.place(first.iter)))
    try:
        for item in items:
            bind(frame, first.target, item)
            for test in first.ifs:
                frame.evaluate(test)
                complete = False
            complete &= _each(frame, others, body)
    finally:
        frame.machine.loops.pop()
    return complete
