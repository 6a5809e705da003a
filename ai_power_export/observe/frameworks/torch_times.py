"""Times the forward and backward passes of PyTorch modules that the user wants timed.

At any moment one module of a thread is in a pass, the outermost, so no time is counted twice. A
backward pass of a module lasts from when the gradient reaches its output until it leaves by its
inputs, or the pass is over: the engine takes the nodes of the graph that were made last first, so
that nothing else of one device runs in between.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ai_power_export.observe.frameworks.torch_hooks import Mark, TimedModule, graph_nodes, is_called
from ai_power_export.observe.pass_times import Models, PassTimes


@dataclass(eq=False)
class _Call:
    """A call of a timed module that has begun."""

    timed: TimedModule
    module: int
    """The module's id: it is not kept alive."""
    begin: Mark = None
    inputs: frozenset[Any] | None = None
    """Graph nodes of its inputs; None if the call is within another one."""


@dataclass(eq=False)
class _Backward:
    """A backward pass, as one thread sees it."""

    task: int = -1
    """PyTorch's number of it; -1 is none."""
    timed: TimedModule | None = None
    """The module that it is in."""
    since: Mark = None


@dataclass(eq=False)
class _Thread(threading.local):
    calls: list[_Call] = field(default_factory=list)
    backward: _Backward = field(default_factory=_Backward)


class PassTimer:
    """The running totals of all timed modules of one run. Safe for threads."""

    def __init__(self, told: Callable[[str], None]) -> None:
        """Begin with nothing.

        Args:
            told: Hears, once, what keeps modules from being timed.
        """
        self._told = told
        self._lock = threading.RLock()  # a signal handler may stop the run from within
        self._totals: dict[str, PassTimes] = {}
        self._on_gpu: deque[tuple[TimedModule, bool, Any, Any]] = deque()
        """Passes that a GPU may not have finished: whose, whether forward, events before and after."""
        self._timed: list[TimedModule] = []
        self._here = _Thread()
        self.is_off = False
        """Whether something failed: what would come then could be wrong."""

    def time(self, module: Any, name: str | None = None) -> TimedModule:
        """Begin to time a module.

        Args:
            module: It is timed until the returned hooks are removed, or this timer stops.
            name: What to call it; by default its class.

        Raises:
            TypeError: It is no PyTorch module.
        """
        torch = sys.modules.get("torch")
        if torch is None or not isinstance(module, torch.nn.Module):
            raise TypeError(f"{type(module).__name__} is no PyTorch module")
        timed = TimedModule(self, torch, module, name)
        with self._lock:
            self._timed = [each for each in self._timed if each.is_on] + [timed]
            self._totals.setdefault(timed.name, PassTimes())
        return timed

    def totals(self) -> Models:
        """Return what is known so far; what a GPU has not finished comes later."""
        with self._lock:
            self._settle(wait=False)
            return dict(self._totals)

    @property
    def unheard(self) -> list[str]:
        """The names of modules that were never called where it could be heard."""
        return [] if self.is_off else [name for name, times in self._totals.items() if not times.calls]

    def stop(self) -> Models:
        """Take all hooks off, wait for what a GPU has still to do, and return the totals."""
        for timed in self._timed:
            timed.remove()
        try:
            with self._lock:
                self._settle(wait=True)
        except Exception as error:  # noqa: BLE001 - a GPU that has failed before fails here as well
            self.fail(error)
        return self._totals

    def fail(self, error: Exception) -> None:
        """Give up."""
        if not self.is_off:
            self.is_off = True
            self._told(f"models are timed no more: {type(error).__name__}: {error}")

    # ---- what the hooks hear --------------------------------------------------------------------

    def opened(self, timed: TimedModule, module: Any, given: Any) -> None:
        """Hear that a timed module is called."""
        calls = self._here.calls
        twice = bool(calls) and calls[-1].module == id(module) and calls[-1].timed is not timed
        if calls and not twice and not is_called(calls[0].module):
            calls.clear()  # an interrupt ended them without a word
        if calls:
            calls.append(_Call(timed, id(module)))
            return
        if timed.graph_task() < 0:
            self._here.backward = _Backward()  # an error may have left one open
        inputs = frozenset(graph_nodes(timed.torch, given))
        calls.append(_Call(timed, id(module), timed.mark(), inputs))

    def closed(self, timed: TimedModule, module: Any, result: Any) -> None:
        """Hear that the call is over, by its result or an error."""
        call = self._pop(timed, module)
        if call is None or call.inputs is None:
            return
        again = timed.graph_task() >= 0
        if again and self._here.backward.timed is not None:
            return  # within a backward pass that is timed
        self._add(timed, call.begin, timed.mark(), forward=not again)
        self._await_backward(timed, call.inputs, result)

    def _pop(self, timed: TimedModule, module: Any) -> _Call | None:
        calls = self._here.calls
        while calls:
            call = calls.pop()
            if call.timed is timed and call.module == id(module):
                return call
        return None

    def _await_backward(self, timed: TimedModule, inputs: frozenset[Any], result: Any) -> None:
        outputs = frozenset(graph_nodes(timed.torch, result)) - inputs
        for node in outputs:
            node.metadata[timed] = True
            node.register_prehook(timed.guarded(self._enters))
        for node in inputs if outputs else ():
            # Of a module that is fed what it gave itself one backward pass follows the other.
            if timed not in node.metadata:
                node.register_prehook(timed.guarded(self._leaves))

    def _enters(self, timed: TimedModule, _gradients: Any) -> None:
        """Hear that the gradient has reached the output of a module."""
        task, state = timed.graph_task(), self._here.backward
        if state.task != task:
            state = self._here.backward = _Backward(task)
            timed.at_end_of_pass(lambda: self._leave(state))
        if state.timed is not timed:
            self._leave(state)
            state.timed, state.since = timed, timed.mark()

    def _leaves(self, timed: TimedModule, _gradients: Any) -> None:
        """Hear that the gradient has left by an input of a module."""
        state = self._here.backward
        if state.timed is timed and state.task == timed.graph_task():
            self._leave(state)

    def _leave(self, state: _Backward) -> None:
        timed, state.timed = state.timed, None
        if timed is not None and timed.is_on:
            self._add(timed, state.since, timed.mark(), forward=False)

    # ---- the account ----------------------------------------------------------------------------

    def _add(self, timed: TimedModule, begin: Mark, end: Mark, *, forward: bool) -> None:
        if begin is None or end is None:
            return
        with self._lock:
            if isinstance(begin, float):
                self._count(timed, end - begin, forward=forward)
            else:
                self._on_gpu.append((timed, forward, begin, end))
                self._settle(wait=False)

    def _settle(self, *, wait: bool) -> None:
        """Count the passes that a GPU has finished, in their order."""
        while self._on_gpu:
            timed, forward, begin, end = self._on_gpu[0]
            if wait:
                end.synchronize()
            elif not end.query():
                return
            self._on_gpu.popleft()
            self._count(timed, begin.elapsed_time(end) / 1000, forward=forward)

    def _count(self, timed: TimedModule, seconds: float, *, forward: bool) -> None:
        known = self._totals[timed.name]
        self._totals[timed.name] = known.with_forward(seconds) if forward else known.with_backward(seconds)
