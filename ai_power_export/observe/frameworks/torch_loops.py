"""The account of one training that a loop of the user's runs, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ai_power_export.evidence_names import KIND_OPEN
from ai_power_export.facts import JsonValue
from ai_power_export.observe.frameworks.pretrained import TRANSFER
from ai_power_export.observe.frameworks.torch_inputs import as_read
from ai_power_export.observe.frameworks.torch_kinds import SUPERVISED, is_open, kind_by
from ai_power_export.observe.frameworks.torch_optimizers import Settings
from ai_power_export.observe.frameworks.torch_passes import Feeds, Pass, Progress
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import Reading, nothing


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
    """Class paths of the losses that are given what the data comes with."""
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
    feeds: Feeds = field(default_factory=Feeds)
    """What its steps were taken with."""
    is_alone: bool = True
    """Whether no other network was trained with the same batches, as in an adversarial pair."""

    def step(self, loop: Loop, window: float, now: float) -> None:
        """Count a step. This runs at every turn of a loop, and has to be short.

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
        went_on: list[tuple[Progress, int]] = []
        for each in loop.passes:
            yielded = each.yielded
            if yielded:
                progress = each.progress.get(self) or self._meet(each)
                taken, progress.batches = yielded - progress.batches, yielded
                if taken:
                    went_on.append((progress, taken))
        alone = len(went_on) == 1
        for progress, taken in went_on:
            if progress.go_on(taken, alone=alone):
                self.feeds.complete(progress.fed.source)

    def _meet(self, met: Pass) -> Progress:
        """Begin to follow a pass; with another training beside it, neither is alone."""
        progress = Progress(self.feeds.of(met.served, met.mark), met.served.batches)
        met.progress[self] = progress
        if len(met.progress) > 1:
            for each in met.progress:
                each.is_alone = False
        return progress

    def begin_window(self) -> None:
        """Forget the sums; the pass that is under way goes on."""
        self.steps = 0
        self.seconds = 0.0
        self.feeds.begin_window()

    def reading(self) -> Reading:
        """Return what is known of it."""
        data = self.feeds.main().data
        if self.part is None:
            return Reading((), data, Doing.TRAINS)
        part, data = self._part(self.part), as_read(data, self.part.layers)
        is_pretrained = "foundationModelName" in part.said or part.said.get("trainingType") == TRANSFER
        does = Doing.FINETUNES if is_pretrained else Doing.TRAINS
        return Reading((*self.found_by, part), data, does)

    def _part(self, part: Part) -> Part:
        served = self.feeds.main()
        kind = part.kind or (kind_by(self.losses, served.targets) if self.is_alone else "")
        parameters, defaults = self._settings()
        if served.batch_size is not None:
            parameters["batch_size"] = served.batch_size
        words = {each.word for each in self.settings}
        said: dict[str, JsonValue] = {
            "optimizer": words.pop() if len(words) == 1 else None,
            "epochsNumber": self.feeds.epochs or None,
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
        return not self.is_alone or is_open(self.losses, self.feeds.main().targets)

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
