"""Watches the front doors of frameworks while a program runs."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import unwrap
from types import FrameType, FunctionType, ModuleType, TracebackType
from typing import Any, Literal

from ai_power_export.facts import Notice
from ai_power_export.observe.doors import DOORS, Door, creation_hook, plain_function, subclasses
from ai_power_export.observe.heard import AWAITED, FOLLOWERS, HEARD_WHOLLY, LOADERS, READERS, WHOLLY_SEEN
from ai_power_export.observe.imports import ImportListener
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.reader import Engine, Follower, Listener, Observer, Watchpoint
from ai_power_export.observe.recorder import CallRecorder
from ai_power_export.observe.under_way import UnderWay

EngineName = Literal["monitoring", "wrapping"]


class Watch:
    """Observes the calls that a program makes of frameworks.

    Between `start` and `stop` it never raises, imports no framework, and keeps
    nothing of the user's alive. What goes wrong is in `warnings`.
    """

    def __init__(self, doors: tuple[Door, ...] = DOORS, *, engine: EngineName | None = None) -> None:
        """Prepare to watch.

        Args:
            doors: The functions to watch.
            engine: How to watch; by default `sys.monitoring` where Python has it.
        """
        self._doors = doors
        self._recorder = CallRecorder(self._drop)
        self._engine: Engine | None = None
        self._engine_name = engine
        self._observers: dict[str, Observer] = {}
        self._followers: dict[str, Follower] = {}
        awaited = frozenset(door.module for door in doors) | AWAITED.keys()
        self._listener = ImportListener(awaited, self._arm_module)
        self._seen: dict[Door, weakref.WeakSet[type]] = {door: weakref.WeakSet() for door in doors}
        self._names: dict[str, Observer] = {}
        """Names of what is heard, with who understands it."""
        self._forked = False

    @property
    def warnings(self) -> list[Notice]:
        """What went wrong so far."""
        return self._recorder.warnings

    @property
    def wholly_seen(self) -> list[str]:
        """Import roots of the frameworks of which every call was seen: what was not observed did not run."""
        armed = [door for door in self._doors if door.reader in self._observers]
        off = {name for name, observer in self._observers.items() if observer.off}
        unseen = off | self._recorder.under_way.readers
        roots = {door.module.partition(".")[0] for door in armed}
        roots -= {door.module.partition(".")[0] for door in armed if door.reader in unseen}
        return sorted(roots & WHOLLY_SEEN)

    @property
    def heard(self) -> set[str]:
        """Names of functions of which no call can go unheard: `sklearn.fit`, `torch.step`."""
        return {
            name
            for name, observer in self._names.items()
            if not observer.off and (name in HEARD_WHOLLY or name.partition(".")[0] in WHOLLY_SEEN)
        }

    @property
    def unloaded(self) -> set[str]:
        """Paths of the loaders that were watched and gave nothing: none was called, or all calls raised.

        None is known where this process was forked: the child may have loaded, and sent what it loaded.
        """
        watched = {
            name for name, observer in self._names.items() if observer.name == LOADERS and not observer.off
        }
        return set() if self._forked else watched - self._recorder.returned

    @property
    def called(self) -> set[str]:
        """Those among them that were called since the last cut, or are being called."""
        return set(self._recorder.called)

    def start(self) -> None:
        """Begin to watch: frameworks already imported now, others when they get imported."""
        self._engine = self._make_engine()
        self._recorder.under_way = UnderWay.now()
        _stop_in_children(self)
        self._listener.start()
        for name in dict.fromkeys([*(door.module for door in self._doors), *AWAITED]):
            if name in sys.modules:
                self._arm_module(sys.modules[name])
        self._recorder.called |= self._recorder.under_way.names()

    def cut(self) -> list[Observation]:
        """Return what was observed since the last cut and begin anew; calls that are open are split."""
        found = self._observations(close=True)
        self._recorder.called |= self._recorder.under_way.names()
        return found

    def snapshot(self) -> list[Observation]:
        """Return what was observed since the last cut, without a cut: for a journal that survives a crash."""
        return self._observations(close=False)

    def _observations(self, *, close: bool) -> list[Observation]:
        found = self._recorder.observations(close=close)
        for name, follower in self._followers.items():
            try:
                found += follower.observations(close=close)
            except Exception as error:  # noqa: BLE001 - what the others saw is told all the same
                self._warn("follower-failed", f"{name}: {type(error).__name__}: {error}")
        return found

    def stop(self) -> list[Observation]:
        """Stop watching and return what was observed since the last cut."""
        observations = self.cut()
        self.disarm()
        return observations

    def note_fork(self) -> None:
        """Take note that a copy of this process works, too, and is not watched."""
        self._forked = True

    def forget(self) -> None:
        """Take everything off and forget what was observed, as a forked child has to."""
        self.disarm()
        self._recorder = CallRecorder(self._drop)

    def disarm(self) -> None:
        """Take everything off."""
        self._listener.stop()
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.stop()
        followers, self._followers = self._followers, {}
        for name, follower in followers.items():
            self._guarded(name, follower.stop)

    def __enter__(self) -> Watch:
        """Start watching."""
        self.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop watching; what was observed since the last cut is lost."""
        self.disarm()

    # ---- arming ---------------------------------------------------------------------------------

    def _make_engine(self) -> Engine:
        if sys.version_info >= (3, 12) and self._engine_name != "wrapping":
            from ai_power_export.observe.engine_monitoring import MonitoringEngine

            try:
                return MonitoringEngine()
            except ValueError as error:
                self._warn("monitoring-taken", f"{error}: functions are wrapped instead")
        from ai_power_export.observe.engine_wrapping import WrappingEngine

        return WrappingEngine()

    def _arm_module(self, module: ModuleType) -> None:
        if type(module) is not ModuleType:
            return  # a lazy module: looking into it would load it
        for door in self._doors:
            if door.module == module.__name__:
                what = f"{door.module}.{door.target}"
                self._guarded(what, self._arm, door, _named(module, door.target))
        if module.__name__ in AWAITED:
            self._guarded(module.__name__, self._follow, module)

    def _follow(self, module: ModuleType) -> None:
        follower = self._follower(AWAITED[module.__name__])
        follower.start(module)
        self._names.update(dict.fromkeys(follower.hears, self._observers[AWAITED[module.__name__]]))

    def _follower(self, name: str) -> Any:
        """Return the follower of that name; if doors name it, it hears their calls as a `Listener`."""
        if name not in self._followers:
            observer = self._observers[name] = Observer(name, None)
            self._followers[name] = _made(FOLLOWERS[name])(self._recorder, observer)
        return self._followers[name]

    def _arm(self, door: Door, target: Any) -> None:
        if not door.methods:
            if not self._arm_function(door, target, door.target.rpartition(".")[2]):
                self._warn("door-moved", f"{door.module}.{door.target} is not the function it was")
            return
        for cls in subclasses(target):
            self._arm_class(door, cls)
        hook = creation_hook(target, door.made_by)
        if hook is None:
            self._warn(
                "door-moved", f"classes that inherit from {door.module}.{door.target} later are not seen"
            )
        else:
            what = f"classes that inherit from {door.module}.{door.target}"
            listener = _NewClasses(lambda cls: self._guarded(what, self._arm_class, door, cls))
            self._watch(hook, door, hook.__name__, listener)

    def _arm_class(self, door: Door, cls: type) -> None:
        seen = self._seen[door]
        if cls in seen:
            return
        for base in cls.__mro__:
            if base not in seen and base is not object:
                seen.add(base)
                for method in door.methods:
                    self._arm_function(door, vars(base).get(method), method, base)

    def _arm_function(self, door: Door, found: object, method: str, owner: type | None = None) -> bool:
        engine = self._engine
        function = plain_function(found, stop=engine.is_wrapped) if engine else None
        if function is None:
            return False
        listener = self._recorder if door.reader in READERS else self._follower(door.reader)
        name = f"{door.module}.{method}" if door.reader == LOADERS else _name(function, method, owner)
        self._watch(function, door, method, listener, name)
        return True

    def _watch(
        self, function: FunctionType, door: Door, method: str, listener: Listener, name: str = ""
    ) -> None:
        observer = self._observer(door.reader)
        if self._engine is not None and not observer.off:
            code = unwrap(function).__code__
            point = Watchpoint(listener, observer, method, code, door.module, name, self._recorder.called)
            self._engine.watch(function, point)
            self._recorder.under_way.look_for(point)
            if name:
                self._names[name] = observer

    def _observer(self, reader: str) -> Observer:
        if reader not in self._observers:
            self._observers[reader] = Observer(reader, _made(READERS[reader])())
        return self._observers[reader]

    def _guarded(self, what: str, step: Any, *args: Any) -> None:
        """Arm something; what fails in it is a warning, never the importing program's problem."""
        try:
            step(*args)
        except Exception as error:  # noqa: BLE001 - the user's import goes on whatever fails in us
            self._warn("door-moved", f"{what}: {type(error).__name__}: {error}")

    def _drop(self, observer: Observer) -> None:
        if self._engine is not None:
            self._engine.drop(observer)

    def _warn(self, code: str, text: str) -> None:
        self._recorder.warnings.append(Notice(code, text))


def _named(module: ModuleType, target: str) -> Any:
    """Return what a module, or a class in it, defines under a name: `fit` or `Trainer.fit`."""
    found: Any = module
    for name in target.split("."):
        found = vars(found).get(name) if found is not None else None
    return found


def _name(function: FunctionType, method: str, owner: type | None) -> str:
    """Return what the calls of a watched function are known by.

    Many things that have nothing in common are called like a function: there the class matters.
    """
    root = str(function.__module__).partition(".")[0]
    return f"{root}.{owner.__name__}.{method}" if owner and method == "__call__" else f"{root}.{method}"


def _made(where: str) -> Any:
    """Return a class of this room by `module:Class`."""
    module, _, name = where.partition(":")
    return getattr(import_module(f"{__package__}.{module}"), name)


class _NewClasses:
    """Hears of classes as they, or objects of them, are made."""

    def __init__(self, made: Callable[[type], None]) -> None:
        self._made = made

    def opened(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        made = point.positional(values, 0)
        self._made(made if issubclass(type(made), type) else type(made))

    def closed(self, point: Watchpoint, frame: FrameType, result: Any, failed: bool) -> None:
        pass


_running: weakref.WeakSet[Watch] = weakref.WeakSet()


def _stop_in_children(watch: Watch) -> None:
    """See to it that a forked child does not watch: only the process that was started is measured."""
    global _forks_are_seen
    _running.add(watch)
    if not _forks_are_seen and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_forget_all, after_in_parent=_note_fork)
        _forks_are_seen = True


_forks_are_seen = False


def _note_fork() -> None:
    for watch in list(_running):
        watch.note_fork()


def _forget_all() -> None:
    for watch in list(_running):
        watch.forget()
