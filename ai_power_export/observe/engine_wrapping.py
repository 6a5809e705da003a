"""Watches functions by a thin wrapper: for Python 3.10 and 3.11, which have no `sys.monitoring`.

The wrapper is put *inside* the function: its code object is exchanged for one
that reports the call and runs a twin of the original. So the function stays
the same object: whatever name, list or partial holds it, pickles it or
compares it, nothing has to be found and rebound, and one assignment takes the
wrapper off.
"""

from __future__ import annotations

import sys
import types
import weakref
from functools import lru_cache
from typing import Any

from ai_power_export.observe.reader import Observer, Watchpoint

HOOK = "<hook>"
TWIN = "<twin>"
"""Constants of the wrapper's code that are exchanged for the function's own hook and twin."""

_WRAPPER = """
def factory({cells}):
    def wrapper(*args, **kwargs):
        if 0:
            {use}
        hook = "<hook>"
        twin = "<twin>"
        if hook is None:
            return twin(*args, **kwargs)
        heard = hook.opened(args, kwargs)
        try:
            result = twin(*args, **kwargs)
        except BaseException as error:
            hook.closed(heard, None, True)
            hook.leave_traceback(error)
            raise
        if heard:
            hook.closed(heard, result, False)
        return result
    return wrapper
"""


class Hook:
    """Reports the calls of one function to all who watch it."""

    def __init__(self, function: types.FunctionType) -> None:
        """Put the wrapper into a function."""
        self.points: tuple[Watchpoint, ...] = ()
        self.original = function.__code__
        twin = _twin(function)
        function.__code__ = _wrapper_code(self, twin)
        # `inspect.signature` and `inspect.getsource` follow this to the original code.
        function.__dict__["__wrapped__"] = twin

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Pickle as None: a function that is sent elsewhere by value calls through there."""
        return type(None), ()

    def opened(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Watchpoint, ...]:
        """Report that the call of the wrapper one frame up began; return to whom."""
        heard = self.points
        for point in heard:
            point.called.add(point.name)
            if point.let_pass:
                point.let_pass -= 1
                point.passed += 1
                heard = tuple(each for each in heard if each is not point)
                continue
            values = dict(zip(point.names, args, strict=False))
            if point.star:
                values[point.star] = args[len(point.names) :]
            values.update(kwargs)
            point.listener.opened(point, sys._getframe(1), values)
        return heard

    def closed(self, heard: tuple[Watchpoint, ...], result: Any, failed: bool) -> None:
        """Report that the call of the wrapper one frame up ended, to those who heard that it began."""
        for point in heard:
            point.listener.closed(point, sys._getframe(1), result, failed)

    def leave_traceback(self, error: BaseException) -> None:
        """Take the wrapper's own frame out of the traceback of an exception that it raises again.

        A bare `raise` adds no frame: the traceback is what it would be without us.
        """
        own = error.__traceback__
        if own is None:
            return
        error.__traceback__ = own.tb_next
        if sys.version_info < (3, 11):
            _set_handled(error)

    def take_off(self, function: types.FunctionType) -> None:
        """Give the function its own code back."""
        function.__code__ = self.original
        function.__dict__.pop("__wrapped__", None)


def _set_handled(error: BaseException) -> None:
    """Make a bare `raise` of Python 3.10 take the exception's own traceback.

    It keeps the traceback that it caught apart from the exception, out of
    Python's reach. `PyErr_SetExcInfo` takes over a reference to each argument.
    """
    import ctypes

    parts = [ctypes.py_object(part) for part in (type(error), error, error.__traceback__)]
    for part in parts:
        ctypes.pythonapi.Py_IncRef(part)
    ctypes.pythonapi.PyErr_SetExcInfo(*parts)


_hooks: weakref.WeakKeyDictionary[types.FunctionType, Hook] = weakref.WeakKeyDictionary()
"""The wrapped functions of this process: one wrapper serves all watches."""


class WrappingEngine:
    """Hears calls through wrappers."""

    def __init__(self) -> None:
        self._points: dict[weakref.ref[types.FunctionType], Watchpoint] = {}

    def watch(self, function: types.FunctionType, point: Watchpoint) -> None:
        """Put a wrapper into a function."""
        reference = weakref.ref(function)
        if reference in self._points:
            return
        hook = _hooks.get(function) or _hooks.setdefault(function, Hook(function))
        hook.points += (point,)
        self._points[weakref.ref(function, self._forget)] = point

    def is_wrapped(self, function: object) -> bool:
        """Tell whether a function's own code is inside a wrapper."""
        return isinstance(function, types.FunctionType) and function in _hooks

    def drop(self, observer: Observer) -> None:
        """Take off the wrappers of one observer."""
        for reference in [each for each, point in self._points.items() if point.observer is observer]:
            self._take_off(reference)

    def stop(self) -> None:
        """Take off all wrappers."""
        for reference in list(self._points):
            self._take_off(reference)

    def _take_off(self, reference: weakref.ref[types.FunctionType]) -> None:
        point, function = self._points.pop(reference), reference()
        hook = _hooks.get(function) if function is not None else None
        if hook is not None and function is not None:
            hook.points = tuple(each for each in hook.points if each is not point)
            if not hook.points:
                hook.take_off(function)
                del _hooks[function]

    def _forget(self, reference: weakref.ref[types.FunctionType]) -> None:
        self._points.pop(reference, None)


def _twin(function: types.FunctionType) -> types.FunctionType:
    """Return a function that does what the given one does, with the same closure, defaults and names."""
    twin = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    twin.__doc__, twin.__annotations__ = function.__doc__, function.__annotations__
    return twin


def _wrapper_code(hook: Hook, twin: types.FunctionType) -> types.CodeType:
    template = _template(len(twin.__code__.co_freevars))
    own = {HOOK: hook, TWIN: twin}
    constants = tuple(own.get(each, each) if type(each) is str else each for each in template.co_consts)
    return template.replace(co_consts=constants, co_name=twin.__name__)


@lru_cache(maxsize=32)
def _template(cells: int) -> types.CodeType:
    """Return the wrapper's code for a function that closes over so many variables.

    Python takes a new code object for a function only if it has as many free
    variables as the old one; the unreachable line makes them free.
    """
    names = ", ".join(f"cell_{index}" for index in range(cells))
    scope: dict[str, Any] = {}
    exec(compile(_WRAPPER.format(cells=names, use=names or "pass"), __file__, "exec"), scope)
    code: types.CodeType = scope["factory"](*range(cells)).__code__
    return code
