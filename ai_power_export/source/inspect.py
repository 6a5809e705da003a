"""Read a program's source and say, as facts, what it trains or asks, with what and on what."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ai_power_export.evidence_names import NOT_RUN
from ai_power_export.facts import Facts, Origin
from ai_power_export.source import outside
from ai_power_export.source.calls import Call
from ai_power_export.source.findings import facts_of
from ai_power_export.source.given import NOTHING_GIVEN, Given
from ai_power_export.source.loads import Loads
from ai_power_export.source.machine import Machine
from ai_power_export.source.not_run import NOTHING_KNOWN, Unused, named, never_fitted, split_by
from ai_power_export.source.reading import read_file
from ai_power_export.source.scope import Scope
from ai_power_export.source.uses import Uses
from ai_power_export.source.values import Class, Function

UNREADABLE = "source-unreadable"
"""Code of the warning about a source that is no Python of this interpreter, of which nothing is told."""


def read_source(
    path: Path,
    *,
    lines: tuple[int, int] | None = None,
    function: str | None = None,
    unused: Unused = NOTHING_KNOWN,
    arguments: Sequence[str] | None = None,
) -> Facts:
    """Return what the source of a script or notebook tells, without running it.

    `lines` (first and last, from 1) or `function` (a name, or `Class.method`)
    restrict it to what is used there; names are resolved over the whole file.
    Where the program has run, `unused` is what certainly did not run, and `arguments` are what it was started
    with; those that are not to be told are `given.HIDDEN`.

    Raises:
        BadInput: the file is missing, not readable, or holds no text.
    """
    source = read_file(path)
    if source.unreadable:
        facts, version = Facts(), f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        facts.warn(UNREADABLE, f"{source.name} is not readable as {version}: {source.unreadable}")
        return facts
    machine = Machine(source, NOTHING_GIVEN if arguments is None else Given(tuple(arguments), known=True))
    scope = machine.run(source)
    if function is not None and not any(_inside_function(function)(call) for call in machine.calls):
        machine.follow(lambda: _enter(machine, scope, function))
    facts = _facts_of(machine, _wanted(source.name, lines, function), unused)
    if machine.exhausted:
        facts.warn("source-too-large", f"{source.name} is too large to be followed to its end")
    return facts


def _facts_of(machine: Machine, is_wanted: Callable[[Call], bool], unused: Unused) -> Facts:
    """Say what the wanted calls use, of those that may have happened."""
    calls, excluded = split_by(unused, machine.calls)
    chosen, denied = list(filter(is_wanted, calls)), list(filter(is_wanted, excluded))
    uses = [
        use
        for use in Uses(chosen).used()
        if not (unused.excludes_use(use) or never_fitted(use, calls, excluded))
    ]
    if not uses and unused.elsewhere:
        facts = Facts()
        facts.warn("source-elsewhere", "no model is seen here, but other processes may have worked")
    elif not uses and any(not call.maybe and call.handler is None for call in denied):
        facts = Facts()
        facts.warn(
            "source-not-run", "what the source is sure to train or ask was not called: it is not understood"
        )
    else:
        # What is used here may have been made elsewhere; where nothing is, only this place counts.
        heard = calls if uses else chosen
        happened = set(map(id, heard))
        loads = Loads(
            heard,
            uses,
            lambda call: id(call) not in happened or (unused.never_loaded(call) and is_wanted(call)),
        )
        facts = facts_of(uses, heard, loads, machine.main_file)
    for call in denied:
        facts.add(NOT_RUN, named(call), Origin.SOURCE, str(call.place), note="it was watched and not called")
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
