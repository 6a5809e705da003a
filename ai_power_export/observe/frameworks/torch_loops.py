"""The account of one training that a loop of the user's runs, step by step."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ai_power_export.evidence_names import KIND_OPEN
from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.torch import Served
from ai_power_export.observe.frameworks.pretrained import TRANSFER
from ai_power_export.observe.frameworks.torch_kinds import SUPERVISED, is_open, kind_by
from ai_power_export.observe.frameworks.torch_optimizers import Settings
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import Reading, nothing


@dataclass(eq=False, slots=True)
class Fed:
    """How many steps a training took with what one loader serves."""

    steps: int = 0


@dataclass(eq=False, slots=True)
class Progress:
    """How far one training is in one pass."""

    fed: Fed
    batches: int = 0
    longest: int = 0
    """Most batches between two steps: where gradients are accumulated, more than one."""
    whole: int | None = None
    """Batches of a pass that is completed; None where it is not known, and once the pass was completed."""


@dataclass(eq=False, slots=True)
class Pass:
    """One iteration over a `DataLoader`."""

    iterator: weakref.ref[Any]
    served: Served
    progress: dict[Training, Progress] = field(default_factory=dict)
    """That of each training that took a step while it was under way."""

    def goes_on_beside(self, iterator: Any) -> bool:
        """Tell whether it may be under way while another one begins."""
        own = self.iterator()
        return own is not None and own is not iterator

    def met_by(self, training: Training) -> Progress:
        """Begin to follow a training in this pass; with another one beside it, neither is alone."""
        progress = self.progress[training] = Progress(
            training.served.setdefault(self.served, Fed()), whole=self.served.batches
        )
        if len(self.progress) > 1:
            for each in self.progress:
                each.is_alone = False
        return progress


@dataclass(eq=False, slots=True)
class Loop:
    """What is known of the loop that a thread runs, whatever it trains."""

    sign: float
    """`perf_counter` time at which it was last heard of."""
    passes: list[Pass] = field(default_factory=list)
    """Those that may still be under way."""


@dataclass(eq=False, slots=True)
class Training:
    """The training of one network in one window."""

    place: tuple[str, int] | None
    part: Part | None
    """The network as it was at the first step; None where it was not found."""
    losses: frozenset[str]
    """Class paths of the losses in sight."""
    found_by: tuple[Part, ...] = ()
    """The searches that it is a trial of, outermost first."""
    network: Callable[[], Any] = nothing
    """A weak reference to the network."""
    settings: list[Settings] = field(default_factory=list)
    """Those of each optimizer that took a step."""
    steps: int = 0
    seconds: float = 0.0
    begin: float = 0.0
    """`perf_counter` time of the first sign of it."""
    end: float = 0.0
    """`perf_counter` time of the last step."""
    epochs: int = 0
    """Passes over its data that were completed."""
    served: dict[Served, Fed] = field(default_factory=dict)
    """What its steps were taken with."""
    is_alone: bool = True
    """Whether no other network was trained with the same batches, as in an adversarial pair."""

    def step(self, loop: Loop, window: float, now: float) -> None:
        """Count a step. This runs at every turn of a loop, and calls others only at the first of a pass.

        Args:
            loop: The one that took it.
            window: `perf_counter` time at which the window began.
            now: That of the step's end.
        """
        since = loop.sign if loop.sign > window else window
        loop.sign = self.end = now
        if not self.steps:
            self.begin = since
        self.steps += 1
        self.seconds += now - since
        for each in loop.passes:
            iterator = each.iterator()
            yielded = 0 if iterator is None else object.__getattribute__(iterator, "_num_yielded")
            if yielded:
                progress = each.progress.get(self) or each.met_by(self)
                taken, progress.batches = yielded - progress.batches, yielded
                if taken:
                    progress.fed.steps += 1
                    if taken > progress.longest:
                        progress.longest = taken
                    # With fewer batches left than a step takes, no further step comes.
                    if progress.whole is not None and yielded + progress.longest > progress.whole:
                        progress.whole = None
                        self.epochs += 1

    def begin_window(self) -> None:
        """Forget the sums; the pass that is under way goes on."""
        self.steps = self.epochs = 0
        self.seconds = 0.0

    def reading(self) -> Reading:
        """Return what is known of it."""
        data = self._main_served().data
        if self.part is None:
            return Reading((), data, Doing.TRAINS)
        part = self._part(self.part)
        is_pretrained = "foundationModelName" in part.said or part.said.get("trainingType") == TRANSFER
        does = Doing.FINETUNES if is_pretrained else Doing.TRAINS
        return Reading((*self.found_by, part), data, does)

    def _main_served(self) -> Served:
        """Return what most steps were taken with; where others served as often, none is the one."""
        ranked = sorted(self.served.items(), key=lambda each: -each[1].steps)
        is_clear = len(ranked) == 1 or (ranked and ranked[1][1].steps <= ranked[0][1].steps / 2)
        return ranked[0][0] if is_clear else Served(None, "", None, None)

    def _part(self, part: Part) -> Part:
        served = self._main_served()
        kind = part.kind or (kind_by(self.losses, served.targets) if self.is_alone else "")
        parameters, defaults = self._settings()
        if served.batch_size is not None:
            parameters["batch_size"] = served.batch_size
        words = {each.word for each in self.settings}
        said: dict[str, JsonValue] = {
            "optimizer": words.pop() if len(words) == 1 else None,
            "epochsNumber": self.epochs or None,
            "trainingType": SUPERVISED if kind and not part.kind else None,
            KIND_OPEN: None if kind else self._is_open() or None,
        }
        said = {name: value for name, value in said.items() if value is not None}
        return replace(
            part,
            kind=kind,
            parameters={**parameters, **part.parameters},
            defaults=(*defaults, *part.defaults),
            said={**said, **part.said},
        )

    def _is_open(self) -> bool:
        """Tell whether no loss can tell what it is for: it learns from words, its input or a rival."""
        return not self.is_alone or is_open(self.losses, self._main_served().targets)

    def _settings(self) -> tuple[dict[str, JsonValue], tuple[str, ...]]:
        """Return the settings that all its optimizers share."""
        if not self.settings:
            return {}, ()
        first, *others = self.settings
        shared = {
            name: value
            for name, value in first.parameters.items()
            if all(name in each.parameters and each.parameters[name] == value for each in others)
        }
        return shared, tuple(name for name in first.defaults if name in shared)
