"""Code outside the program: its calls are recorded, and what it may call is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_power_export.source.arguments import Arguments
from ai_power_export.source.calls import Call
from ai_power_export.source.values import (
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Items,
    Member,
    Mixed,
    Table,
    Thing,
    Value,
    root,
)

if TYPE_CHECKING:
    from ai_power_export.source.machine import Machine

GIVE_SELF = frozenset(
    {"fit", "partial_fit", "to", "cuda", "cpu", "eval", "train", "half", "float", "double", "bfloat16", "mps"}
    | {"requires_grad_", "set_params", "merge_and_unload", "to_bettertransformer", "__enter__", "set_output"}
)
"""Methods that give back the object they are called on, or stand for it."""


TAKE_PARTS = frozenset({"add", "add_module", "append", "register_module"})
"""Methods that put a part into a network or a list of networks."""


GIVE_ARGUMENTS = frozenset({"prepare", "prepare_model"})
"""Methods (of `accelerate.Accelerator`) that give back what they got, made ready."""


ONLY_KEEP = frozenset({"set_defaults"})
"""Methods (of `argparse.ArgumentParser`) that keep a function for the program to call."""


def recorded(machine: Machine, callee: External | Member | Thing, arguments: Arguments) -> Value:
    """Record a call and return what stands for its result; what it may call in turn is followed."""
    path, method, receiver = _target(callee)
    call = Call(path, method, receiver, arguments.args, arguments.keywords, arguments.open, arguments.place)
    call.argument_places = arguments.places
    thing = machine.record(call)
    if method not in ONLY_KEEP:
        for value in (*arguments.args, *arguments.keywords.values()):
            hand_over(machine, value, call)
    if isinstance(receiver, Instance):
        hand_over(machine, receiver, call)
    if method in TAKE_PARTS and isinstance(owner := root(receiver or thing), (Thing, Instance)):
        owner.parts.extend(arguments.args)
    if method in GIVE_ARGUMENTS and arguments.args:
        return Items(arguments.args, "tuple") if len(arguments.args) > 1 else arguments.args[0]
    if method in GIVE_SELF and receiver is not None and not path:
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


_START_A_PROGRAM = ("fire.Fire", "typer.run")
"""Functions that call a function of the program with what stands on the command line."""


def call_from_outside(
    machine: Machine, function: Function, call: Call | None = None, first: Value | None = None
) -> None:
    """Follow a function with arguments that are not known, as code outside the program would call it."""
    frame = machine.frame(function.file, function.scope)
    spec = function.node.args
    required = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    handed: list[Value] = [first] if first is not None else []
    while len(handed) < required:
        name = [*spec.posonlyargs, *spec.args][len(handed)].arg
        handed.append(Member(Mixed((first,) if first is not None else ()), name))
    if call is not None:
        machine.handlers.append(call)
    starts = call is None or call.path in _START_A_PROGRAM
    said = machine.given.all_of(function.parameters) if starts else {}
    try:
        machine.call_function(frame, function, handed, said)
    finally:
        if call is not None:
            machine.handlers.pop()
