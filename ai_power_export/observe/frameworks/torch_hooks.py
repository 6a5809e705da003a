"""The hooks by which a PyTorch module is timed: on that module alone, and gone without a trace.

The backward pass is heard of by nodes of the graph. PyTorch's own hooks for backward passes of modules
would wrap the tensors that go in and out, which a program may then no longer change in place.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from types import FrameType
from typing import Any, Protocol

Mark = Any
"""A moment: `perf_counter` (s), an event in the stream of a GPU, or None where none can be set."""

MOST_TENSORS = 64
"""Tensors of what goes in or comes out that are looked at."""
DEEPEST = 4
"""How deep in containers they are looked for."""


class Timer(Protocol):
    """Who hears of a module's passes."""

    is_off: bool

    def opened(self, timed: TimedModule, module: Any, given: Any) -> None:
        """Hear that the module is called."""

    def closed(self, timed: TimedModule, module: Any, result: Any) -> None:
        """Hear that the call is over; the result of a failed one is None."""

    def fail(self, error: Exception) -> None:
        """Hear that a hook failed."""


class TimedModule:
    """The hooks of one module; as a context manager they are removed at the end of the block."""

    def __init__(self, timer: Timer, torch: Any, module: Any, name: str | None) -> None:
        """Set the hooks.

        Raises:
            TypeError: The module is on a device whose work cannot be timed.
        """
        self.torch, self.name = torch, name or _class_name(module)
        self.is_on = True
        self._timer = timer
        self._on_gpu = _is_on_gpu(module)
        self._module = weakref.ref(module)
        self._is_compiling = getattr(torch.compiler, "is_compiling", lambda: False)
        self._compiled = getattr(module, "_compiled_call_impl", None)
        self._handles: list[Any] = []
        if self._compiled is None:
            self._set_hooks(module)
        else:
            # Hooks of a module that `Module.compile` was called on would be compiled with it.
            module._compiled_call_impl = self._call_compiled

    def _set_hooks(self, module: Any) -> None:
        opened = self.guarded(lambda _, module, *given: self._timer.opened(self, module, given))
        closed = self.guarded(lambda _, module, given, result: self._timer.closed(self, module, result))
        self._handles = [
            module.register_forward_pre_hook(opened, with_kwargs=True),
            module.register_forward_hook(closed, always_call=True),
        ]

    def _call_compiled(self, *args: Any, **kwargs: Any) -> Any:
        module, compiled = self._module(), self._compiled
        assert compiled is not None
        result = None
        self.guarded(lambda _: self._timer.opened(self, module, (args, kwargs)))()
        try:
            result = compiled(*args, **kwargs)
        finally:
            self.guarded(lambda _: self._timer.closed(self, module, result))()
        return result

    def remove(self) -> None:
        """Take the hooks off; a second time does nothing."""
        self.is_on = False
        for handle in self._handles:
            handle.remove()
        module = self._module()
        if module is not None and getattr(module, "_compiled_call_impl", None) == self._call_compiled:
            module._compiled_call_impl = self._compiled

    def __enter__(self) -> TimedModule:
        """Return itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Take the hooks off."""
        self.remove()

    # ---- what its timer asks of PyTorch ---------------------------------------------------------

    def mark(self) -> Mark:
        """Return this moment; on a GPU, that at which it comes to what it is told next."""
        if not self._on_gpu:
            return time.perf_counter()
        if self.torch.cuda.is_current_stream_capturing():
            return None
        event = self.torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def graph_task(self) -> int:
        """Return PyTorch's number of the backward pass that this thread is in; -1 if in none."""
        return int(self.torch._C._current_graph_task_id())

    def at_end_of_pass(self, step: Callable[[], None]) -> None:
        """Run something when the backward pass that this thread is in is over."""
        engine = self.torch.autograd.Variable._execution_engine
        engine.queue_callback(self.guarded(lambda _: step()))

    def guarded(self, step: Callable[..., None]) -> _Hook:
        """Return a hook that runs a step, given this and what the hook is given."""
        return _Hook(self, step)

    def run(self, step: Callable[..., None], *values: Any) -> None:
        """Run a step of a hook; what fails in it ends the timing, never the user's pass."""
        if self._is_compiling() or not self.is_on or self._timer.is_off:
            return
        try:
            step(self, *values)
        except Exception as error:  # noqa: BLE001 - the user's run goes on whatever fails in us
            self._timer.fail(error)


class _Hook:
    """A hook that stays behind when its module, or a node, is copied or saved."""

    def __init__(self, timed: TimedModule, step: Callable[..., None]) -> None:
        self._timed, self._step = timed, step

    def __call__(self, *values: Any) -> None:
        self._timed.run(self._step, *values)

    def __reduce__(self) -> Any:
        """Become, in a copy of the module, something that takes any arguments and does nothing."""
        return getattr, (nullcontext(), "__exit__")


def is_called(module: int) -> bool:
    """Tell, from within a hook, whether a module, by its id, is being called further out in this thread."""
    code = sys.modules["torch"].nn.Module._wrapped_call_impl.__code__
    calls = (frame for frame in _frames() if frame.f_code is code)
    next(calls, None)  # that of the hook itself
    return any(id(frame.f_locals["self"]) == module for frame in calls)


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def graph_nodes(torch: Any, values: Any) -> Iterator[Any]:
    """Give the nodes of the graph that some tensors in containers were made by."""
    for count, tensor in enumerate(_tensors(torch, values, DEEPEST)):
        if count >= MOST_TENSORS:
            return
        if tensor.grad_fn is not None:
            yield tensor.grad_fn


def _tensors(torch: Any, value: Any, deepest: int) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        yield value
    elif deepest and isinstance(value, (list, tuple)):
        for each in value:
            yield from _tensors(torch, each, deepest - 1)
    elif deepest and isinstance(value, Mapping):
        for each in value.values():
            yield from _tensors(torch, each, deepest - 1)
    elif deepest and hasattr(type(value), "__dataclass_fields__"):
        yield from _tensors(torch, list(vars(value).values()), deepest - 1)


def _is_on_gpu(module: Any) -> bool:
    """Tell whether a module works on a GPU whose streams take events."""
    device = next((each.device.type for each in module.parameters()), "cpu")
    if device not in ("cpu", "cuda"):
        raise TypeError(f"modules on {device} cannot be timed: it works later than it is told to")
    return bool(device == "cuda")


def _class_name(module: Any) -> str:
    """Return the class of a module, or of that which it only wraps for a compiler."""
    return type(getattr(module, "_orig_mod", module)).__name__
