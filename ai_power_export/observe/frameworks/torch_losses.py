"""Finds the losses by which a loop of the user's judges what a network answers to its data."""

from __future__ import annotations

from types import FrameType

from ai_power_export.observe.data.shape import class_path
from ai_power_export.observe.frameworks.sight import named_modules
from ai_power_export.observe.frameworks.torch_kinds import ANOTHER_END, is_loss, tells_kind
from ai_power_export.observe.loop_targets import calls_with_targets
from ai_power_export.observe.places import caller_of


def losses_of(frame: FrameType | None) -> frozenset[str]:
    """Return the class paths of the losses that a loop gives what each item of its data comes with.

    Where a loss judges something else, such as a reconstruction, it is `ANOTHER_END`, alone.

    Args:
        frame: Where the loop calls a framework, or asks for its iterator.
    """
    place = caller_of(frame).place
    called = calls_with_targets(place) if place is not None else {}
    given, others = (
        {
            class_path(type(each))
            for each in named_modules(frame, [name for name, has in called.items() if has is wanted])
            if is_loss(each)
        }
        for wanted in (True, False)
    )
    return frozenset({ANOTHER_END}) if any(map(tells_kind, others)) else frozenset(given)
