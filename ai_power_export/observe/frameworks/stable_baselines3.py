"""Reads the calls of agents of Stable-Baselines3: how they learn, act and are evaluated."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

from ai_power_export.facts import plain
from ai_power_export.observe.data.shape import DataShape, class_path
from ai_power_export.observe.frameworks.agents import agent_part, inherits
from ai_power_export.observe.frameworks.constructors import attributes_of
from ai_power_export.observe.frameworks.environments import environment_of, observations_of
from ai_power_export.observe.observation import Doing, Part
from ai_power_export.observe.reader import NOTHING, UNREADABLE, Outcome, Reading, Watchpoint

ALGORITHM = "stable_baselines3.common.base_class.BaseAlgorithm"
"""What all algorithms inherit from, those of sb3-contrib as well."""

LEARN = "learn"
PREDICT = "predict"
EVALUATE = "evaluate_policy"


class StableBaselines3Reader:
    """Reads `learn` and `predict` of every algorithm, and `evaluate_policy`."""

    reads_inside: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._latest: tuple[weakref.ref[Any], Part] | None = None

    def class_path(self, point: Watchpoint, owner: object) -> str:
        """Return the class path of the agent; empty for functions."""
        return "" if point.method == EVALUATE else class_path(type(owner))

    def read(self, point: Watchpoint, values: Mapping[str, Any]) -> Reading:
        """Read a call: which agent, with what values, in which environment."""
        agent, given = point.positional(values, 0), point.positional(values, 1)
        if not inherits(agent, ALGORITHM):
            return UNREADABLE
        if point.method == LEARN:
            self._latest = None
            part = agent_part(agent, {"total_timesteps": plain(given)})
            return Reading((part,), does=Doing.TRAINS, about=weakref.ref(agent))
        space = attributes_of(agent).get("observation_space")
        if point.method == PREDICT:
            data = observations_of(space, given)
            return Reading((self._part(agent),), data, Doing.ANSWERS)
        return Reading((self._part(agent),), environment_of(given, space, steps=None), Doing.EVALUATES)

    def outcome(self, point: Watchpoint, reading: Reading, result: Any) -> Outcome:
        """Read how far an agent has learnt, or how many actions it chose."""
        if point.method == PREDICT and reading.data is not None:
            return Outcome(output=_actions(result, reading.data))
        return self.progress(point, reading)

    def progress(self, point: Watchpoint, reading: Reading) -> Outcome:
        """Read how far an agent has learnt up to now."""
        known = attributes_of(reading.about())
        now, before = known.get("num_timesteps"), known.get("_num_timesteps_at_start")
        if type(now) is not int or type(before) is not int:
            return NOTHING
        return Outcome(
            data=environment_of(known.get("env"), known.get("observation_space"), steps=now - before)
        )

    def _part(self, agent: Any) -> Part:
        """Return the part of an agent that acts, which it may do thousands of times."""
        if self._latest is None or self._latest[0]() is not agent:
            self._latest = weakref.ref(agent), agent_part(agent)
        return self._latest[1]


def _actions(result: Any, observed: DataShape) -> DataShape | None:
    """Describe the actions that `predict` gave back: one for each observation."""
    actions: Any = result[0] if type(result) is tuple and result else None
    if class_path(type(actions)) != "numpy.ndarray":
        return None
    return DataShape("numpy.ndarray", "other", True, observed.rows, str(actions.shape), actions.nbytes)
