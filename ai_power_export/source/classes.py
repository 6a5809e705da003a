"""Classes of the program: their bodies, instances, and calls of these."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ai_power_export.source.arguments import Arguments
from ai_power_export.source.calls import Call
from ai_power_export.source.defaults import set_fields
from ai_power_export.source.outside import recorded
from ai_power_export.source.scope import Scope
from ai_power_export.source.values import (
    Class,
    Function,
    Instance,
    Member,
    Value,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Frame


def make_class(frame: Frame, node: ast.ClassDef) -> Value:
    """Follow a class body and return the class."""
    bases = [_base(frame, base) for base in node.bases]
    scope = Scope(frame.scope, is_class=True)
    inner = frame.machine.frame(frame.file, scope)
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


def construct(frame: Frame, cls: Class, arguments: Arguments) -> Value:
    """Return a new instance of a class of the program; its constructor is followed."""
    instance = Instance(cls)
    instance.call = Call("", "", None, arguments.args, arguments.keywords, arguments.open, arguments.place)
    instance.call.functions = tuple(frame.machine.functions)
    init = cls.find("__init__")
    if isinstance(init, Function):
        frame.machine.enter_function(frame, init, [instance, *arguments.args], arguments)
    else:
        set_fields(instance, arguments.args, arguments.keywords, arguments.open)
    return instance


def call_instance(frame: Frame, instance: Instance, arguments: Arguments) -> Value:
    """Return what an instance gives that is called: by its own method, or as a network of a framework."""
    own = instance.cls.find("__call__")
    if isinstance(own, Function):
        return frame.machine.enter_function(frame, own, [instance, *arguments.args], arguments)
    result = recorded(frame.machine, Member(instance, "__call__"), arguments)
    for name in ("forward", "call"):
        method = instance.cls.find(name)
        if isinstance(method, Function):
            frame.machine.enter_function(frame, method, [instance, *arguments.args], arguments)
    return result
