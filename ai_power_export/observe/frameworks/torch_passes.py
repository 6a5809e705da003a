"""Passes over data that training loops make, and how much of a training each data set had.

A pass that is only met under way need not feed the training beside it: the
iterator of a validation may outlive its loop, as one with persistent workers
does. So where several passes went on before a step, those that are met there
for the first time count from the next time on which they go on.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from ai_power_export.observe.data.marks import Mark
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.data.torch import Served

NOTHING = Served(None, "", None, None)
LEAST_ROUNDS = 2
"""Passes after which it is clear that a loop comes back to each of several data sets."""


@dataclass(eq=False, slots=True)
class Source:
    """One data set, by whatever loaders it came, and whatever took its place when it was gone."""

    mark: Mark
    rows: float | None
    epochs: int = 0
    """Passes over it that were completed."""

    def is_of(self, mark: Mark, rows: float | None) -> bool:
        """Tell whether a data set is this one, or took its place."""
        if self.mark.is_same(mark):
            return True
        is_gone = not self.mark.number and self.mark.data() is None
        return is_gone and not mark.number and self.rows == rows


@dataclass(eq=False, slots=True)
class Fed:
    """How many steps a training took with what one loader serves."""

    served: Served
    source: Source
    steps: int = 0


class Feeds:
    """What the steps of one training were taken with in one window."""

    def __init__(self) -> None:
        self._fed: list[Fed] = []
        self._sources: list[Source] = []
        self._in_turn = True
        """Whether no data set was passed over again before the others."""

    def of(self, served: Served, mark: Mark) -> Fed:
        """Return the account of what a loader serves of a data set."""
        rows = None if served.data is None else served.data.rows
        source = next((each for each in self._sources if each.is_of(mark, rows)), None)
        if source is None:
            source = Source(mark, rows)
            self._sources.append(source)
        source.mark = mark
        found = next((each for each in self._fed if each.source is source and each.served == served), None)
        if found is None:
            found = Fed(served, source)
            self._fed.append(found)
        return found

    def complete(self, source: Source) -> None:
        """Count a pass over a data set."""
        source.epochs += 1
        others = (each.source.epochs for each in self._fed if each.steps)
        self._in_turn = self._in_turn and source.epochs >= max(others, default=0)

    @property
    def epochs(self) -> int:
        """Passes over the data that were completed; of several data sets, those over each if done in turn."""
        epochs = {id(each.source): each.source.epochs for each in self._fed if each.steps}
        if len(epochs) == 1:
            return next(iter(epochs.values()))
        rounds = min(epochs.values(), default=0)
        is_told = self._in_turn and rounds >= LEAST_ROUNDS and len(set(epochs.values())) == 1
        return rounds if is_told else 0

    def main(self) -> Served:
        """Return what most steps were taken with; where others served as often, what they share."""
        ranked = sorted((each for each in self._fed if each.steps), key=lambda each: -each.steps)
        if not ranked:
            return NOTHING
        if len(ranked) == 1 or ranked[1].steps <= ranked[0].steps / 2:
            return ranked[0].served
        return reduce(_shared, (each.served for each in ranked), ranked[0].served)._replace(
            data=_data_of(ranked), batches=None
        )

    def begin_window(self) -> None:
        """Forget the sums."""
        for fed in self._fed:
            fed.steps = fed.source.epochs = 0


def _shared(a: Served, b: Served) -> Served:
    return a._replace(
        targets=a.targets if a.targets == b.targets else "",
        batch_size=a.batch_size if a.batch_size == b.batch_size else None,
    )


def _data_of(fed: list[Fed]) -> DataShape | None:
    """Return what holds for all data; data sets may share items, so how many there are is not known."""
    first, *others = (each.served.data for each in fed)
    common = reduce(lambda a, b: None if a is None else a.common(b), others, first)
    if common is None or len({id(each.source) for each in fed}) == 1:
        return common
    return replace(common, rows=None, shape=None, nbytes=None, sharing=None, loaded=None)


@dataclass(eq=False, slots=True)
class Progress:
    """How far one training is in one pass."""

    fed: Fed
    whole: int | None
    """Batches of a pass that is completed; None where it is not known, and once the pass was completed."""
    is_met: bool = False
    """Whether it was seen to go on before."""
    batches: int = 0
    longest: int = 0
    """Most batches between two steps: where gradients are accumulated, more than one."""

    def go_on(self, taken: int, *, alone: bool) -> bool:
        """Count a step before which batches were taken; tell whether the pass is now completed.

        Args:
            taken: So many.
            alone: Whether no other pass went on before the step.
        """
        counts, self.is_met = self.is_met or alone, True
        if taken > self.longest:
            self.longest = taken
        if not counts:
            return False
        self.fed.steps += 1
        # With fewer batches left than a step takes, no further step comes.
        if self.whole is None or self.batches + self.longest <= self.whole:
            return False
        self.whole = None
        return True


@dataclass(eq=False, slots=True)
class Pass:
    """One iteration over a `DataLoader`."""

    iterator: weakref.ref[Any]
    served: Served
    mark: Mark
    """That of the data set."""
    progress: dict[Any, Progress] = field(default_factory=dict)
    """That of each training that took a step while it was under way."""

    @property
    def yielded(self) -> int:
        """Batches that it has served; 0 once its iterator is gone."""
        iterator = self.iterator()
        return 0 if iterator is None else int(object.__getattribute__(iterator, "_num_yielded"))

    def goes_on_beside(self, iterator: Any) -> bool:
        """Tell whether it may be under way while another one begins."""
        own = self.iterator()
        if own is None or own is iterator:
            return False
        whole = self.served.batches
        is_over = whole is not None and self.yielded >= whole
        return bool(self.progress) or not is_over  # one that ended without a step fed nothing
