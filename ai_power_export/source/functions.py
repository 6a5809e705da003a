"""Calls: the program's own functions are followed, everything else is recorded."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from ai_power_export.source import builtin, commandline, containers
from ai_power_export.source.calls import Call, Loop, Place
from ai_power_export.source.expressions import get_attribute, iterate, merge
from ai_power_export.source.scope import Scope
from ai_power_export.source.statements import bind
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
    root,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame, Machine

MOST_ARGUMENTS = 100


class Arguments:
    """The evaluated arguments of one call."""

    def __init__(self, frame: Frame, node: ast.Call) -> None:
        self.node = node
        self.place = frame.place(node)
        self.args: list[Value] = []
        self.keywords: dict[str, Value] = {}
        self.places: dict[str, Place] = {}
        self.open = False
        for argument in node.args[:MOST_ARGUMENTS]:
            self._positional(frame, argument)
        for keyword in node.keywords[:MOST_ARGUMENTS]:
            self._keyword(frame, keyword)

    def _positional(self, frame: Frame, argument: ast.expr) -> None:
        value = frame.evaluate(argument)
        if isinstance(argument, ast.Starred):
            inner = value.items if isinstance(value, Items) else [value]
            self.open |= not isinstance(value, Items) or value.open
            self.args.extend(inner)
        else:
            self.args.append(value)

    def _keyword(self, frame: Frame, keyword: ast.keyword) -> None:
        value = frame.evaluate(keyword.value)
        if keyword.arg is not None:
            self.keywords[keyword.arg] = value
            self.places[keyword.arg] = frame.place(keyword.value)
        else:
            spread = Table({})
            for option in value.options if isinstance(value, Choice) else (value,):
                merge(spread, containers.as_table(option) or option)
            self.open |= spread.open
            self.keywords.update(
                {str(key): item for key, item in spread.items.items() if isinstance(key, str)}
            )


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
        return _follow(frame, callee, arguments.args, arguments)
    if isinstance(callee, Bound):
        return _follow(frame, callee.function, [callee.first, *arguments.args], arguments)
    if isinstance(callee, Class):
        return _construct(frame, callee, arguments)
    if isinstance(callee, External):
        given = builtin.call(frame, callee.path, arguments)
        return given if given is not None else _outside(machine, callee, arguments)
    if isinstance(callee, Instance):
        return _call_instance(frame, callee, arguments)
    if isinstance(callee, (Member, Thing)):
        given = (
            commandline.parsed(frame, callee.owner, callee.name, arguments)
            if isinstance(callee, Member)
            else None
        )
        return given if given is not None else _outside(machine, callee, arguments)
    return Mixed((callee, *arguments.args, *arguments.keywords.values()))


def _follow(frame: Frame, function: Function, args: list[Value], arguments: Arguments) -> Value:
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
    scope = Scope(function.scope)
    inner = type(frame)(machine, function.file, scope, function)
    bind_parameters(inner, function, args, keywords, is_open)
    if isinstance(function.node, ast.Lambda):
        machine.functions.append(function)
        try:
            return inner.evaluate(function.node.body)
        finally:
            machine.functions.pop()
    outer_maybe, machine.maybe = machine.maybe, machine.maybe
    machine.functions.append(function)
    try:
        ended = inner.execute(function.node.body)
    finally:
        machine.functions.pop()
        machine.maybe = outer_maybe
    if not inner.returns:
        return Known(None)
    return choice(inner.returns if ended else [*inner.returns])


def bind_parameters(
    inner: Frame, function: Function, args: list[Value], keywords: dict[str, Value], is_open: bool = False
) -> None:
    """Bind arguments to parameters; what is not given has its default, marked as one."""
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
    outer = type(inner)(inner.machine, inner.file, function.scope)
    for name, default in zip(all_names, defaults, strict=False):
        if name not in bound:
            stated = commandline.declared_default(outer.evaluate(default)) if default is not None else None
            bound[name] = commandline.as_default(stated or commandline.option_default(function, name))
    inner.scope.names.update(bound)


# ---- classes ---------------------------------------------------------------------------------


def make_class(frame: Frame, node: ast.ClassDef) -> Value:
    """Follow a class body and return the class."""
    bases = [_base(frame, base) for base in node.bases]
    scope = Scope(frame.scope, is_class=True)
    inner = type(frame)(frame.machine, frame.file, scope)
    cls = Class(node, scope, bases, frame.file, frame.file == frame.machine.main_file)
    inner.execute(node.body)
    cls.members = scope.names
    for member in scope.names.values():
        if isinstance(member, Function) and member.owner is None:
            member.owner = cls
    cls.fields = [
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]
    for decorator in node.decorator_list:
        frame.evaluate(decorator)
    return cls


def _base(frame: Frame, node: ast.expr) -> Value:
    """A base class; one from another module of the program is read only when it is needed."""
    if isinstance(node, ast.Name):
        return frame.scope.get(node.id) or frame.machine.modules.unbound(node.id)
    return frame.evaluate(node.value if isinstance(node, ast.Subscript) else node)


def _construct(frame: Frame, cls: Class, arguments: Arguments) -> Value:
    instance = Instance(cls)
    instance.call = Call("", "", None, arguments.args, arguments.keywords, arguments.open, arguments.place)
    instance.call.functions = tuple(frame.machine.functions)
    init = cls.find("__init__")
    if isinstance(init, Function):
        _follow(frame, init, [instance, *arguments.args], arguments)
    else:
        set_fields(instance, arguments.args, arguments.keywords)
    return instance


def set_fields(instance: Instance, args: list[Value], keywords: dict[str, Value]) -> None:
    """Give a dataclass (or flax module) its fields: arguments by order and name, else defaults."""
    fields = [name for cls in reversed(list(instance.cls.lineage())) for name in cls.fields]
    for name in fields:
        default = instance.cls.find(name)
        if default is not None:
            instance.attributes[name] = commandline.as_default(commandline.declared_default(default))
    instance.attributes.update(zip(fields, args, strict=False))
    instance.attributes.update(keywords)


def _call_instance(frame: Frame, instance: Instance, arguments: Arguments) -> Value:
    own = instance.cls.find("__call__")
    if isinstance(own, Function):
        return _follow(frame, own, [instance, *arguments.args], arguments)
    result = _outside(frame.machine, Member(instance, "__call__"), arguments)
    for name in ("forward", "call"):
        method = instance.cls.find(name)
        if isinstance(method, Function):
            _follow(frame, method, [instance, *arguments.args], arguments)
    return result


# ---- outside the program ---------------------------------------------------------------------


def _outside(machine: Machine, callee: External | Member | Thing, arguments: Arguments) -> Value:
    path, method, receiver = _target(callee)
    call = Call(path, method, receiver, arguments.args, arguments.keywords, arguments.open, arguments.place)
    call.argument_places = arguments.places
    thing = machine.record(call)
    for value in (*arguments.args, *arguments.keywords.values()):
        hand_over(machine, value, call)
    if isinstance(receiver, Instance):
        hand_over(machine, receiver, call)
    if method in builtin.TAKE_PARTS and isinstance(owner := root(receiver or thing), (Thing, Instance)):
        owner.parts.extend(arguments.args)
    if method in builtin.GIVE_ARGUMENTS and arguments.args:
        return Items(arguments.args, "tuple") if len(arguments.args) > 1 else arguments.args[0]
    if method in builtin.GIVE_SELF and receiver is not None and not path:
        return receiver
    return thing


def _target(callee: External | Member | Thing) -> tuple[str, str, Value | None]:
    if isinstance(callee, External):
        owner, _, leaf = callee.path.rpartition(".")
        if leaf[:1].islower() and owner.rpartition(".")[2][:1].isupper():
            return owner, leaf, None  # a constructing method, `AutoModel.from_pretrained`
        return callee.path, "", None
    if isinstance(callee, Member) and not callee.name.startswith("["):
        return "", callee.name, callee.owner
    return "", "__call__", callee


def hand_over(machine: Machine, value: Value, call: Call, depth: int = 3) -> None:
    """Follow what code outside the program may call: functions and objects handed to it."""
    if isinstance(value, Function) and not value.evaluations:
        call_from_outside(machine, value, call)
    elif isinstance(value, Bound) and not value.function.evaluations:
        call_from_outside(machine, value.function, call, value.first)
    elif isinstance(value, Class) and depth == 3:
        pass  # a class may be handed on for many reasons; nobody says with which arguments it is made
    elif isinstance(value, Instance) and not value.handed and value.cls.outside():
        value.handed = True
        for cls in value.cls.lineage():
            for member in cls.members.values():
                if isinstance(member, Function) and not member.evaluations:
                    call_from_outside(machine, member, call, value)
    elif depth and isinstance(value, (Items, Table, Choice)):
        inner = value.options if isinstance(value, Choice) else value.items
        for item in list(inner.values() if isinstance(inner, dict) else inner):
            hand_over(machine, item, call, depth - 1)


def call_from_outside(
    machine: Machine, function: Function, call: Call | None = None, first: Value | None = None
) -> None:
    """Follow a function with arguments that are not known, as code outside the program would call it."""
    from ai_power_export.source.machine import Frame

    frame = Frame(machine, function.file, function.scope)
    spec = function.node.args
    required = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    handed: list[Value] = [first] if first is not None else []
    while len(handed) < required:
        name = [*spec.posonlyargs, *spec.args][len(handed)].arg
        handed.append(Member(Mixed((first,) if first is not None else ()), name))
    if call is not None:
        machine.handlers.append(call)
    try:
        call_function(frame, function, handed, {})
    finally:
        if call is not None:
            machine.handlers.pop()


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
    inner = type(frame)(frame.machine, frame.file, Scope(frame.scope), frame.function)
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
