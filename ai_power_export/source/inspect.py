"""Read a program's source and say, as facts, what it trains or asks, with what and on what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ai_power_export.facts import Facts
from ai_power_export.source import outside
from ai_power_export.source.calls import Call
from ai_power_export.source.findings import facts_of
from ai_power_export.source.machine import Machine
from ai_power_export.source.reading import read_file
from ai_power_export.source.scope import Scope
from ai_power_export.source.uses import Uses
from ai_power_export.source.values import Class, Function


def read_source(path: Path, *, lines: tuple[int, int] | None = None, function: str | None = None) -> Facts:
    """Return what the source of a script or notebook tells, without running it.

    `lines` (first and last, from 1) or `function` (a name, or `Class.method`)
    restrict it to what is used there; names are resolved over the whole file.

    Raises:
        BadInput: the file is missing, not readable, or holds no text.
    """
    source = read_file(path)
    if source.unreadable_line:
        facts = Facts()
        facts.warn("source-unreadable", f"{source.name} is not readable: line {source.unreadable_line}")
        return facts
    machine = Machine(source)
    scope = machine.run(source)
    if function is not None and not any(_inside_function(function)(call) for call in machine.calls):
        machine.follow(lambda: _enter(machine, scope, function))
    chosen = list(filter(_wanted(source.name, lines, function), machine.calls))
    uses = Uses(chosen).used()
    # What is used here may have been made elsewhere; where nothing is, only this place counts.
    facts = facts_of(uses, machine.calls if uses else chosen, source.name)
    if machine.exhausted:
        facts.warn("source-too-large", f"{source.name} is too large to be followed to its end")
    return facts


def _wanted(file: str, lines: tuple[int, int] | None, function: str | None) -> Callable[[Call], bool]:
    if function is not None:
        return _inside_function(function)
    if lines is None:
        return lambda _: True
    first, last = lines
    return lambda call: any(p.file == file and first <= p.line <= last for p in (call.place, *call.stack))


def _inside_function(name: str) -> Callable[[Call], bool]:
    leaf = name.rpartition(".")[2]
    return lambda call: any(function.name == leaf for function in call.functions)


def _enter(machine: Machine, scope: Scope, name: str) -> None:
    """Follow a function that the file itself never calls."""
    owner, _, leaf = name.rpartition(".")
    found = scope.names.get(leaf)
    cls = scope.names.get(owner.rpartition(".")[2])
    if found is None and isinstance(cls, Class):
        found = cls.find(leaf)
    if isinstance(found, Function):
        outside.call_from_outside(machine, found)
