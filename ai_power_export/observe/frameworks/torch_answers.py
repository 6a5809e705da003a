"""The account of what networks answer in loops that a program writes itself with PyTorch.

No hook is set on a network, so its calls are not heard. Heard is that a loop
begins a pass over a `DataLoader`; the loop's source says which network it
calls in each turn, and the pass itself how many batches it has served.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any, NamedTuple

from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.data.torch import Served
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.models import are_built_alike, network_part
from ai_power_export.observe.frameworks.networks import parameters_of, unwrap
from ai_power_export.observe.frameworks.sight import named_modules
from ai_power_export.observe.frameworks.torch_inputs import as_read
from ai_power_export.observe.frameworks.torch_kinds import is_loss, kind_by
from ai_power_export.observe.frameworks.torch_losses import losses_of
from ai_power_export.observe.frameworks.torch_passes import Pass
from ai_power_export.observe.loop_source import called_each_turn
from ai_power_export.observe.observation import Doing, Observation, Part
from ai_power_export.observe.places import Place, caller_of, place_name

FORWARD = "forward"
"""What these answers are observed by."""
MOST_ANSWERS = 512
"""Pairs of a loop and a network that are told apart in one window."""
_YIELDED = "_num_yielded"
"""Where PyTorch's iterators count the batches that they have served."""


class Asked(NamedTuple):
    """A network that a loop calls, as it is when a pass begins."""

    place: Place
    """Where the loop asked for its iterator."""
    network: Any
    losses: frozenset[str]
    """Class paths of the losses that are given what the data comes with."""


@dataclass(eq=False, slots=True)
class Answers:
    """What one network answers to one loop in one window."""

    place: Place
    network: Callable[[], Any]
    """A weak reference."""
    part: Part
    served: Served
    batches: int = 0
    items: float | None = 0
    seconds: float = 0.0
    begin: float = 0.0
    """`perf_counter` time."""
    end: float = 0.0

    def add(self, batches: int, items: float | None, since: float, until: float) -> None:
        """Count batches that were answered between two `perf_counter` times."""
        if not self.batches:
            self.begin = since
        self.batches += batches
        self.items = None if self.items is None or items is None else self.items + items
        self.seconds += until - since
        self.end = until

    def begin_window(self) -> None:
        """Forget the sums."""
        self.batches, self.items, self.seconds = 0, 0, 0.0

    def observation(self, unix_time: Callable[[float], float], *, complete: bool) -> Observation:
        """Return the account: each batch is a call of the network."""
        return Observation(
            FORWARD,
            Doing.ANSWERS,
            (self.part,),
            place_name(self.place),
            self.batches,
            self.seconds,
            unix_time(self.begin),
            unix_time(self.end),
            data=self._batch(),
            fed=self._fed(),
            complete=complete,
        )

    def _data(self) -> DataShape | None:
        return as_read(self.served.data, self.part.layers)

    def _batch(self) -> DataShape | None:
        data = self._data()
        return None if data is None else replace(data, rows=None, shape=None, nbytes=None)

    def _fed(self) -> DataShape | None:
        data = self._data()
        if data is None or self.items is None:
            return None
        nbytes = data.nbytes * self.items / data.rows if data.nbytes is not None and data.rows else None
        return replace(data, rows=self.items, shape=None, nbytes=nbytes)


@dataclass(eq=False, slots=True)
class Open:
    """A pass that is under way, or whose end has not been counted yet."""

    answers: Answers
    followed: Pass
    since: float
    """`perf_counter` time up to which it is counted."""
    state: dict[str, Any] = field(default_factory=dict)
    """The attributes of its iterator: they outlive it until the last count is read."""
    counted: int = 0
    """Batches that are counted."""
    ended: float | None = None

    def count(self, now: float) -> None:
        """Add what was served since the last count."""
        yielded = self.state.get(_YIELDED, self.counted)
        if yielded > self.counted:
            items = self._items(yielded) - self._items(self.counted) if self._is_sized() else None
            self.answers.add(yielded - self.counted, items, self.since, now)
            self.counted, self.since = yielded, now

    @property
    def has_served(self) -> bool:
        """Whether a batch of it has come."""
        return bool(self.state.get(_YIELDED))

    def _is_sized(self) -> bool:
        served = self.answers.served
        return served.batch_size is not None and served.data is not None and served.data.rows is not None

    def _items(self, batches: int) -> float:
        """Return the items in so many batches, of which the last may be smaller."""
        served = self.answers.served
        assert served.data is not None
        assert served.data.rows is not None
        return min(batches * (served.batch_size or 0), served.data.rows)


class AnswerFollower:
    """Keeps the accounts of networks that loops ask, from the beginnings of their passes."""

    def __init__(self) -> None:
        self._answers: list[Answers] = []
        self._open: list[Open] = []

    def begin(self, asked: Asked, iterator: Any, followed: Pass, now: float) -> None:
        """Begin to count what a pass asks of a network.

        Args:
            asked: The network, and where.
            iterator: That of a `DataLoader`, just made.
            followed: The pass, by which steps of optimizers are counted.
            now: `perf_counter` time.
        """
        self._settle(now)
        beside = [each for each in self._open if each.answers.place == asked.place and not each.has_served]
        if beside:  # several passes feed one loop, as with `zip`
            self._open = [each for each in self._open if each not in beside]
            return
        answers = self._of(asked, followed.served)
        if answers is not None:
            opened = Open(answers, followed, now, attributes_of(iterator))
            self._open.append(opened)
            weakref.finalize(iterator, _end, opened).atexit = False

    def trained(self, network: Any, part: Part) -> None:
        """Forget what a network that is trained now, or a copy of it, answered: there it was validated.

        Args:
            network: The network.
            part: Its description.
        """
        validated = [
            each for each in self._answers if each.network() is network or are_built_alike(each.part, part)
        ]
        self._answers = [each for each in self._answers if each not in validated]
        self._open = [each for each in self._open if each.answers not in validated]

    def again(self, loader: Any, now: float) -> None:
        """Count a pass whose iterator is about to begin anew, as one with persistent workers does."""
        kept = attributes_of(loader).get("_iterator")
        for each in self._open:
            if kept is not None and each.state is attributes_of(kept):
                each.count(now)
                each.ended = now
        self._settle(now)

    def observations(
        self, unix_time: Callable[[float], float], now: float, *, complete: bool
    ) -> list[Observation]:
        """Return the accounts of this window."""
        self._settle(now)
        return [each.observation(unix_time, complete=complete) for each in self._answers if each.batches]

    def begin_window(self) -> None:
        """Forget the sums; passes that are under way go on."""
        under_way = {id(each.answers) for each in self._open}
        self._answers = [each for each in self._answers if id(each) in under_way]
        for each in self._answers:
            each.begin_window()

    def _settle(self, now: float) -> None:
        """Count what was served so far, and forget passes that are over, or that fed a training."""
        under_way = []
        for each in self._open:
            ended = each.ended  # it may end at any moment
            if not each.followed.progress:
                each.count(now if ended is None else ended)
                under_way += [each] if ended is None else []
        self._open = under_way

    def _of(self, asked: Asked, served: Served) -> Answers | None:
        for each in self._answers:
            if each.place == asked.place and each.network() is asked.network and each.served == served:
                return each
        if len(self._answers) >= MOST_ANSWERS:
            return None
        part = network_part(asked.network)
        kind = part.kind or kind_by(asked.losses, served.targets)
        sizes = {} if served.batch_size is None else {"batch_size": served.batch_size}
        part = replace(part, kind=kind, parameters={**sizes, **part.parameters})
        self._answers.append(Answers(asked.place, weakref.ref(asked.network), part, served))
        return self._answers[-1]


def _end(opened: Open) -> None:
    """Note that an iterator is gone: at this moment its loop has ended."""
    opened.ended = time.perf_counter()
    opened.state = {_YIELDED: opened.state.get(_YIELDED, 0)}


def network_asked(frame: FrameType | None) -> Asked | None:
    """Return the one network that a loop asks without training it; None if there is none, or several.

    Args:
        frame: Where the loop asks for its iterator.
    """
    place = caller_of(frame).place
    called = list(named_modules(frame, called_each_turn(place))) if place is not None else []
    networks = {id(each): each for each in map(unwrap, called) if not is_loss(each) and _has_weights(each)}
    if place is None or len(networks) != 1:
        return None
    (network,) = networks.values()
    return Asked(place, network, losses_of(frame)) if _only_answers(network) else None


def _has_weights(module: Any) -> bool:
    return next(parameters_of(module), None) is not None


def _only_answers(network: Any) -> bool:
    return attributes_of(network).get("training") is False or not sys.modules["torch"].is_grad_enabled()
