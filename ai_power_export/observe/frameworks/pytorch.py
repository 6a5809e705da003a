"""Follows training loops that a program writes itself with PyTorch.

Such a loop passes no front door. What is heard of it are the steps of its
optimizers, by PyTorch's own hook for all optimizers, and the beginnings of
passes over a `DataLoader`. No hook is set on modules: it would change what
`torch.compile` makes of them.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Mapping
from threading import get_ident
from types import FrameType, ModuleType
from typing import Any

from ai_power_export.observe.data.marks import mark_of
from ai_power_export.observe.data.torch import served_by
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.models import are_built_alike, network_part
from ai_power_export.observe.frameworks.sight import look, owner_of
from ai_power_export.observe.frameworks.torch_answers import AnswerFollower, network_asked
from ai_power_export.observe.frameworks.torch_loops import Loop, Training
from ai_power_export.observe.frameworks.torch_losses import losses_of
from ai_power_export.observe.frameworks.torch_optimizers import held_by, settings_of
from ai_power_export.observe.frameworks.torch_passes import Pass
from ai_power_export.observe.observation import Observation
from ai_power_export.observe.places import caller_of, place_name
from ai_power_export.observe.reader import Observer, Watchpoint, nothing
from ai_power_export.observe.recorder import CallRecorder
from ai_power_export.observe.tally import Tally

STEP = "step"
"""What these trainings are observed by."""
STEPS = f"torch.{STEP}"
"""What the steps of all optimizers are known by."""
MOST_TRAININGS = 512
"""Networks that are told apart in one window; the training of more is not seen."""
LOOKED_AT = 64
"""Of so many steps one is taken with a look at what observing costs."""
OPTIMIZERS = "torch.optim.optimizer"


class LoopFollower:
    """Hears of steps and passes, and keeps an account of each network that is trained."""

    hears = frozenset({STEPS})

    def __init__(self, recorder: CallRecorder, observer: Observer) -> None:
        self._recorder, self._observer = recorder, observer
        self._called = recorder.called
        self._hook: Any = None
        self._heard = 0
        """Steps heard of."""
        self._trainings: list[Training] = []
        self._of_optimizer: dict[int, tuple[weakref.ref[Any], Training]] = {}
        self._owners: dict[int, Callable[[], Any]] = {}
        """Weak references to the modules whose `parameters()` optimizers got, until these take a step."""
        self._answers = AnswerFollower()
        self._loops: dict[int, Loop] = {}
        """The loop of each thread."""
        self._window = time.perf_counter()

    def start(self, module: ModuleType) -> None:
        """Begin to hear of the steps of all optimizers."""
        _keep_compiler_out(module)
        optimizers = sys.modules[OPTIMIZERS]
        self._hook = optimizers.register_optimizer_step_post_hook(self._stepped)

    def stop(self) -> None:
        """Take the hook off."""
        if self._hook is not None:
            self._hook.remove()

    def observations(self, *, close: bool) -> list[Observation]:
        """Return what this window has shown: trainings, and what networks answered."""
        with self._recorder.undisturbed():
            found = [*self._trainings_seen(), *self._answers_seen()]
            if close:
                self._begin_window()
            return found

    def _trainings_seen(self) -> list[Observation]:
        """Return the trainings, those of equal networks from one line together."""
        tallies: dict[object, Tally] = {}
        for each in self._trainings:
            if each.steps:
                self._add(each, tallies)
        return [tally.observation(complete=not self._observer.off) for tally in tallies.values()]

    def _answers_seen(self) -> list[Observation]:
        unix_time, complete = self._recorder.unix_time, not self._observer.off
        return self._answers.observations(unix_time, time.perf_counter(), complete=complete)

    def _add(self, training: Training, tallies: dict[object, Tally]) -> None:
        reading = training.reading()
        key = (training.place, reading.does, *(part.class_path for part in reading.parts))
        if key in tallies:
            tallies[key].add_reading(reading)
        else:
            begin = self._recorder.unix_time(training.begin)
            tallies[key] = Tally(STEP, place_name(training.place), reading, begin)
        tallies[key].add_call()
        tallies[key].end(training.seconds, self._recorder.unix_time(training.end), failed=False)

    def _begin_window(self) -> None:
        self._window = time.perf_counter()
        alive = {id(training) for _, training in self._of_optimizer.values()}
        self._trainings = [each for each in self._trainings if id(each) in alive]
        for each in self._trainings:
            each.begin_window()
        self._answers.begin_window()

    # ---- passes over data and new optimizers ----------------------------------------------------

    def opened(self, point: Watchpoint, frame: FrameType, values: Mapping[str, Any]) -> None:
        """Hear that a pass begins, or that an optimizer is made."""
        begin = self._pass_begins if point.method == "__iter__" else self._optimizer_is_made
        self._recorder.hear(self._observer, begin, frame, values)

    def closed(self, point: Watchpoint, frame: FrameType, result: Any, failed: bool) -> None:
        """Hear that a pass has its iterator."""
        if point.method == "__iter__" and not failed:
            self._recorder.hear(self._observer, self._pass_began, frame, result)

    def _pass_begins(self, frame: FrameType, values: Mapping[str, Any]) -> None:
        if not self._recorder.inside_call():
            now = time.perf_counter()
            self._loop(now).sign = now
            self._answers.again(values["self"], now)

    def _pass_began(self, frame: FrameType, iterator: Any) -> None:
        if self._recorder.inside_call():
            return
        served = served_by(iterator)
        if served is not None:
            now = time.perf_counter()
            mark = mark_of(attributes_of(iterator).get("_dataset"))
            loop, begun = self._loop(now), Pass(weakref.ref(iterator), served, mark)
            loop.passes = [*(each for each in loop.passes if each.goes_on_beside(iterator)), begun]
            asked = network_asked(frame.f_back)
            if asked is not None and not self._is_trained(asked.network):
                self._answers.begin(asked, iterator, begun, now)

    def _loop(self, now: float) -> Loop:
        """Return the loop of this thread; of one that was not heard of before, when it began is not known."""
        return self._loops.setdefault(get_ident(), Loop(now))

    def _optimizer_is_made(self, frame: FrameType, values: Mapping[str, Any]) -> None:
        self._owners[id(values["self"])] = owner_of(values.get("params"))

    # ---- steps ----------------------------------------------------------------------------------

    def _stepped(self, optimizer: Any, args: object, kwargs: object) -> None:
        """Hear of a step. No other callback comes at every turn of a loop: this one has to be short."""
        now, self._heard = time.perf_counter(), self._heard + 1
        self._called.add(STEPS)
        known = self._of_optimizer.get(id(optimizer))
        if known is None:
            self._recorder.hear(self._observer, self._first_step, optimizer, sys._getframe(1), now)
        elif self._heard % LOOKED_AT == 0:
            self._look(known[1], now)
        elif not self._observer.off:
            try:
                self._step(known[1], now)
            except Exception as error:  # noqa: BLE001 - the user's step goes on whatever fails in us
                self._recorder.hear(self._observer, _fail, error)

    # The mark of `torch.compiler.disable`, which cannot be called without importing the compiler:
    # compiling the user's step leaves this one out.
    _stepped._torchdynamo_disable = True  # type: ignore[attr-defined]

    def _look(self, training: Training, now: float) -> None:
        """Hear of a step, and take it that hearing of those around it costs as much."""
        before = self._observer.spent
        self._recorder.hear(self._observer, self._step, training, now)
        self._observer.spent += (LOOKED_AT - 1) * (self._observer.spent - before)

    def _first_step(self, optimizer: Any, frame: FrameType, now: float) -> None:
        if self._recorder.inside_call():
            return
        training = self._meet(optimizer, frame)
        if training is not None:
            self._step(training, now)
        else:
            self._loop(now).sign = now

    def _step(self, training: Training, now: float) -> None:
        thread = get_ident()
        if not (self._recorder.open_calls.get(thread) and self._recorder.inside_call()):
            training.step(self._loops.get(thread) or self._loop(now), self._window, now)

    def _meet(self, optimizer: Any, frame: FrameType) -> Training | None:
        """Open the account of what an optimizer trains, at its first step."""
        settings = settings_of(optimizer)
        network = look(frame, held_by(optimizer), self._owners.pop(id(optimizer), nothing))
        training = self._of_network(network) or self._begun(frame, network)
        if training is not None:
            if settings is not None and settings not in training.settings:
                training.settings.append(settings)
            key = id(optimizer)
            gone = weakref.ref(optimizer, lambda _: self._of_optimizer.pop(key, None))
            self._of_optimizer[key] = (gone, training)
        return training

    def _of_network(self, network: Any) -> Training | None:
        """Return the account of a network that is trained by another optimizer, or was by an earlier one."""
        if network is None:
            return None
        return next((each for each in self._trainings if each.network() is network), None)

    def _is_trained(self, network: Any) -> bool:
        """Tell whether a network is trained here, or one that it is a copy of: its answers validate that."""
        if self._of_network(network) is not None:
            return True
        part = network_part(network) if self._trainings else None
        trained = (each.part for each in self._trainings)
        return part is not None and any(each is not None and are_built_alike(each, part) for each in trained)

    def _begun(self, frame: FrameType, network: Any) -> Training | None:
        if len(self._trainings) >= MOST_TRAININGS:
            return None
        place, losses, found_by = caller_of(frame).place, losses_of(frame), self._recorder.running_searches()
        if network is None:
            training = Training(place, None, losses, found_by)
        else:
            part, alive = network_part(network), weakref.ref(network)
            self._answers.trained(network, part)
            training = Training(place, part, losses, found_by, alive)
        self._trainings.append(training)
        return training


def _keep_compiler_out(torch: Any) -> None:
    """See to it that a compiler which meets the step does not trace what it calls, for that takes long.

    PyTorch can be told so since 2.7; before, tracing ends at the first thing that is no tensor.
    """
    frames = torch._C._dynamo.eval_frame
    if hasattr(frames, "_FrameExecStrategy"):
        skip = frames._FrameAction.SKIP
        frames.set_code_exec_strategy(LoopFollower._stepped.__code__, frames._FrameExecStrategy(skip, skip))


def _fail(error: Exception) -> None:
    raise error
