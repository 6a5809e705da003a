"""What of a program did not run, by functions that were watched and never called.

The source says what a program may do: both sides of a condition that hangs on the command line. Where a
training stands on the side that was not taken, its function was not called, and what stands around it in
the same block did not run either.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ai_power_export.source.calls import Call, Place
from ai_power_export.source.loads import loader_of
from ai_power_export.source.models import entry_of
from ai_power_export.source.uses import Use
from ai_power_export.source.values import Instance, Thing, options, root
from ai_power_export.vocabulary.catalogue import import_roots, load_catalogue
from ai_power_export.vocabulary.entries import ClassEntry, Role


@dataclass(frozen=True)
class Unused:
    """What certainly was not used while a program ran; nothing is known to be unused by default."""

    silent: frozenset[str] = frozenset()
    """Functions that were watched and not called: `sklearn.fit`; of calls of an object with its class."""
    imported: frozenset[str] = frozenset()
    """All import roots that the program had imported in the end; empty where that is not known."""
    unloaded: frozenset[str] = frozenset()
    """Paths of loaders of data that were watched and gave nothing."""
    elsewhere: bool = False
    """Whether other processes worked as well, which may have learned what this one did not."""

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.silent or self.imported or self.unloaded)

    def excludes(self, call: Call) -> bool:
        """Tell whether a call that trains or asks a model, whichever it may be, cannot have happened."""
        events = [*_events(call)]
        return bool(events) and all(self._excludes(*event) for event in events)

    def excludes_use(self, use: Use) -> bool:
        """Tell whether nothing that is done with a model can have been done with this one."""
        if use.entry is None:
            return False
        path = use.model.path if isinstance(use.model, Thing) else use.entry.path
        names = {each.method or each.path.rpartition(".")[2] for each in use.events}
        return bool(names) and all(self._excludes(path, use.entry, name) for name in names)

    def never_loaded(self, call: Call) -> bool:
        """Tell whether a call that loads data certainly gave the program none."""
        entry = loader_of(Thing(call))
        return entry is not None and (
            entry.path in self._unloaded or (bool(self.imported) and _root(call.path) not in self.imported)
        )

    @cached_property
    def _unloaded(self) -> frozenset[str]:
        entries = map(load_catalogue().loader, self.unloaded)
        return frozenset(entry.path for entry in entries if entry is not None)

    def _excludes(self, path: str, entry: ClassEntry, name: str) -> bool:
        roots = {_root(path), _root(entry.path), *import_roots(_root(entry.path))}
        present = roots & self.imported if self.imported else roots
        silent = {each for each in present if f"{each}.{name}" in self.silent}
        return (
            not present
            or (bool(silent) and not (present - silent) & _HEARD_THEMSELVES)
            or (entry.role is Role.OPTIMIZER and entry.path in self.silent)  # it was never made
        )


_HEARD_THEMSELVES = frozenset({"pytorch_lightning"})
"""Second names of frameworks that are heard by this name: the silence of the first says nothing of them."""


def _root(path: str) -> str:
    return path.partition(".")[0]


def never_fitted(use: Use, calls: Iterable[Call], excluded: Iterable[Call]) -> bool:
    """Tell whether a model cannot have answered: its trainings did not run, and nothing is loaded into it.

    Args:
        use: The model.
        calls: The calls that may have happened.
        excluded: The trainings and answers that cannot have.
    """
    unfitted = any(_is_of(call, use) and use.entry and call.method in use.entry.trains for call in excluded)
    return (
        unfitted
        and not use.trained
        and not any(_is_of(call, use) and "load" in call.method for call in calls)
    )


def _is_of(call: Call, use: Use) -> bool:
    owners = options(call.receiver) if call.receiver is not None else ()
    return any(root(owner) is use.model for owner in owners)


NOTHING_KNOWN = Unused()


def split_by(unused: Unused, calls: list[Call]) -> tuple[list[Call], list[Call]]:
    """Divide calls into those that may have happened, and the trainings and answers that cannot have.

    What stands in the block of one of these is in neither: it did not happen either.
    """
    if not unused:
        return calls, []
    verdicts = [(call, unused.excludes(call)) for call in calls if any(_events(call))]
    excluded = [call for call, is_excluded in verdicts if is_excluded]
    # One line makes several calls where it is not known of what: if one of them ran, so did the line.
    ran = {call.place for call, is_excluded in verdicts if not is_excluded}
    dead = _Dead(excluded, ran)
    return [call for call in calls if not dead.holds(call)], excluded


def named(call: Call) -> str:
    """Name a training or an answer as the program does: `sklearn.svm.SVC.fit`."""
    path = next((path for path, _, _ in _events(call)), call.path)
    return path if path == call.path and not call.method else f"{path}.{call.method}"


class _Dead:
    """The statements that did not run because one beside them did not."""

    def __init__(self, excluded: Iterable[Call], ran: Container[Place]) -> None:
        self._from: dict[int, int] = {}
        """First number of a statement that did not run, by the `id` of the body."""
        self._calls = {id(call) for call in excluded}
        for call in excluded:
            if call.blocks and call.place not in ran:
                body, number = call.blocks[-1]
                first = _first_beside(body, number)
                self._from[id(body)] = min(first, self._from.get(id(body), first))

    def holds(self, call: Call) -> bool:
        """Tell whether a call stands in one of them."""
        return id(call) in self._calls or any(
            id(body) in self._from and number >= self._from[id(body)] for body, number in call.blocks
        )


def _first_beside(body: list[ast.stmt], number: int) -> int:
    """Return the first statement that leads to another one without a way out between them."""
    first = number
    while first and not _may_leave(body[first - 1]):
        first -= 1
    return first


def _may_leave(statement: ast.stmt) -> bool:
    """Tell whether control may leave the body at a statement, other than by an error."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return any(isinstance(each, _WAYS_OUT) or _ends_program(each) for each in ast.walk(statement))


_WAYS_OUT = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom, ast.Await)


def _ends_program(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name in ("exit", "quit", "_exit", "abort", "error")


def _events(call: Call) -> Iterator[tuple[str, ClassEntry, str]]:
    """Yield what a call trains or asks, as the program names it, with its entry and how it is watched."""
    if call.path:
        entry = load_catalogue().entry(call.path)
        if entry is not None and entry.role in (Role.TRAIN, Role.ANSWER, Role.RUNNER):
            yield call.path, entry, call.method or call.path.rpartition(".")[2]
    for owner in options(call.receiver) if call.receiver is not None else ():
        thing = root(owner)
        entry = entry_of(thing) if isinstance(thing, (Thing, Instance)) else None
        if entry is not None and _is_event(entry, call.method):
            path = thing.path if isinstance(thing, Thing) else entry.path
            yield path, entry, _watched_name(entry, call.method)


def _is_event(entry: ClassEntry, method: str) -> bool:
    if entry.role is Role.OPTIMIZER:
        return method in _STEPS
    return method in entry.trains or method in entry.infers


_STEPS = ("step", "update", "apply_gradients")


def _watched_name(entry: ClassEntry, method: str) -> str:
    """Return the name without its root: `fit`, and `Pipeline.__call__` of what is called like a function."""
    leaf = entry.path.rpartition(".")[2]
    return f"{leaf[:1].upper()}{leaf[1:]}.{method}" if method == "__call__" else method
