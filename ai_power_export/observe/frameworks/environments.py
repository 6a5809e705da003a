"""Describes the worlds that agents learn in, by attributes alone: no wrapper's `__getattr__` is run."""

from __future__ import annotations

from typing import Any

from ai_power_export.observe.data.shape import DataShape, class_path, describe_data, extent
from ai_power_export.observe.frameworks.constructors import attributes_of

HOLDERS = (
    ("stable_baselines3.common.vec_env.base_vec_env.VecEnvWrapper", "venv"),
    ("stable_baselines3.common.vec_env.base_vec_env.VecEnv", "envs"),
    ("gymnasium.core.Wrapper", "env"),
)
"""Classes of environments that hold others, and where."""
MOST_HOLDERS = 32

PUBLIC = "gymnasium.envs."
"""Where the classes of the environments that Gymnasium publishes live."""

_TYPE = "other"
"""`dataType` of what an agent observes, where it is not pictures: the source room's word, too."""


def innermost(env: Any) -> Any:
    """Return the environment inside wrappers; of several alike the first one."""
    for _ in range(MOST_HOLDERS):
        paths = {class_path(base) for base in type(env).__mro__}
        name = next((name for path, name in HOLDERS if path in paths), None)
        held = attributes_of(env).get(name) if name else None
        held = held[0] if type(held) is list and held else held
        if held is None or type(held) is list:
            break
        env = held
    return env


def environment_name(env: Any) -> str | None:
    """Return the name that an environment was made by, `CartPole-v1`; None if it was made by its class."""
    name = _specification(env).get("id")
    return name if type(name) is str else None


def environment_of(env: Any, space: Any, *, steps: int | None) -> DataShape:
    """Describe what an agent observed in an environment.

    Args:
        env: The environment, also in wrappers.
        space: Its `observation_space`.
        steps: How many observations the agent was given, if that is known.
    """
    inner, shape = innermost(env), space_shape(space)
    made_by = _specification(env).get("entry_point")
    is_public = type(made_by) is str and made_by.startswith(PUBLIC)
    return DataShape(
        class_path(type(inner)),
        _data_type(space),
        certain=True,
        rows=steps,
        shape=None if shape is None or steps is None else str((steps, *shape)),
        dtype=_dtype(space),
        source="public" if is_public else None,
    )


def observations_of(space: Any, observations: Any) -> DataShape | None:
    """Describe observations that an agent was asked about: of one environment, or of several at once."""
    described, size, one = describe_data(observations), extent(observations), space_shape(space)
    if described is None or size is None or one is None:
        return None
    return DataShape(
        described.container,
        _data_type(space),
        certain=True,
        rows=1 if size == one else size[0],
        shape=described.shape,
        nbytes=described.nbytes,
        dtype=described.dtype,
    )


def space_shape(space: Any) -> tuple[int, ...] | None:
    """Return the shape of one observation; None of a space that is made of others."""
    shape = attributes_of(space).get("_shape")
    return shape if type(shape) is tuple else None


def _specification(env: Any) -> dict[str, Any]:
    spec = attributes_of(innermost(env)).get("spec")
    return attributes_of(spec) if class_path(type(spec)) == "gymnasium.envs.registration.EnvSpec" else {}


def _data_type(space: Any) -> str:
    shape = space_shape(space)
    return "image" if shape is not None and len(shape) == 3 and _dtype(space) == "uint8" else _TYPE


def _dtype(space: Any) -> str | None:
    dtype = attributes_of(space).get("dtype")
    return str(dtype) if type(dtype).__module__.startswith("numpy") else None
