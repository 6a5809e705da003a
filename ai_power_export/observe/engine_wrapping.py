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

from .reader import Observer, Watchpoint

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
        hook.opened(args, kwargs)
        try:
            result = twin(*args, **kwargs)
        except BaseException:
            hook.closed(None, True)
            raise
        hook.closed(result, False)
        return result
    return wrapper
"""


class Hook:
    """Reports the calls of one function, as long as it is live."""

    def __init__(self, point: Watchpoint) -> None:
        self._point = point
        self.live = True

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Pickle as None: a function that is sent elsewhere by value calls through there."""
        return type(None), ()

    def opened(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Report that the call of the wrapper one frame up began."""
        if self.live:
            point = self._point
            values = dict(zip(point.names, args, strict=False))
            if point.star:
                values[point.star] = args[len(point.names) :]
            values.update(kwargs)
            point.listener.opened(point, sys._getframe(1), values)

    def closed(self, result: Any, failed: bool) -> None:
        """Report that the call of the wrapper one frame up ended."""
        if self.live:
            self._point.listener.closed(self._point, sys._getframe(1), result, failed)


class WrappingEngine:
    """Hears calls through wrappers."""

    def __init__(self) -> None:
        self._wrapped: dict[int, _Wrapped] = {}

    def watch(self, function: types.FunctionType, point: Watchpoint) -> None:
        """Put a wrapper into a function."""
        key = id(function)
        gone = weakref.ref(function, lambda _: self._wrapped.pop(key, None))
        self._wrapped[key] = _Wrapped(function, gone, point)

    def watches(self, function: object) -> bool:
        """Tell whether a function is being watched."""
        return id(function) in self._wrapped

    def drop(self, observer: Observer) -> None:
        """Take off the wrappers of one observer."""
        for key in [key for key, wrapped in self._wrapped.items() if wrapped.observer is observer]:
            self._wrapped.pop(key).restore()

    def stop(self) -> None:
        """Take off all wrappers."""
        while self._wrapped:
            self._wrapped.popitem()[1].restore()


class _Wrapped:
    """A function with a wrapper inside."""

    def __init__(
        self,
        function: types.FunctionType,
        reference: weakref.ref[types.FunctionType],
        point: Watchpoint,
    ) -> None:
        self.observer = point.observer
        self._function, self._hook, self._original = reference, Hook(point), point.code
        twin = _twin(function)
        self._code = _wrapper_code(point.code, self._hook, twin)
        function.__code__ = self._code
        # `inspect.signature` and `inspect.getsource` follow this to the original code.
        function.__dict__["__wrapped__"] = twin

    def restore(self) -> None:
        """Give the function its own code back, unless somebody else has wrapped it since."""
        self._hook.live = False
        function = self._function()
        if function is not None and function.__code__ is self._code:
            function.__code__ = self._original
            function.__dict__.pop("__wrapped__", None)


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


def _wrapper_code(original: types.CodeType, hook: Hook, twin: types.FunctionType) -> types.CodeType:
    template = _template(len(original.co_freevars))
    own = {HOOK: hook, TWIN: twin}
    constants = tuple(own.get(each, each) if type(each) is str else each for each in template.co_consts)
    return template.replace(co_consts=constants, co_name=original.co_name)


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
