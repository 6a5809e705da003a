"""Which meters there are: ours, those of third parties, and what the user has configured."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.measure.meters.interface import GROUP, Meter

CODECARBON = "codecarbon"
"""The meter that every run has: its readings are those of CodeCarbon's tracker itself."""

WATTMETER = "wattmeter"

CAN_RUN = hasattr(os, "fork")
"""Whether meters can live in processes of their own on this system."""
CANNOT_RUN = "other meters than CodeCarbon cannot be run on this system"

OURS = {
    "eco2ai": "eco2ai:Eco2Ai",
    "carbontracker": "carbontracker:CarbonTracker",
    "zeus": "zeus:Zeus",
    "pyrapl": "pyrapl:PyRapl",
    "pyjoules": "pyjoules:PyJoules",
    WATTMETER: "wattmeter:WattMeter",
}
"""Modules of this package and the classes in them."""


@dataclass(frozen=True)
class Wanted:
    """A meter that the user has named."""

    name: str
    """What it is called in this run."""
    kind: str
    """One of `kinds`."""
    options: Mapping[str, Any] = field(default_factory=dict)


def kinds() -> list[str]:
    """Return the names of all meters that there are."""
    return [CODECARBON, *OURS, *(name for name in _of_third_parties() if name not in OURS)]


@cache
def _of_third_parties() -> dict[str, EntryPoint]:
    return {each.name.lower(): each for each in entry_points(group=GROUP)}


def build(kind: str, options: Mapping[str, Any]) -> Meter:
    """Return a meter, not started.

    Raises:
        TypeError, ValueError: The options cannot be used.
        ImportError, AttributeError: A third party's meter is not where it says.
    """
    if kind in OURS:
        module, _, name = OURS[kind].partition(":")
        made = getattr(import_module(f"{__package__}.{module}"), name)(**options)
    else:
        made = _of_third_parties()[kind].load()(**options)
    if not isinstance(made, Meter):
        raise TypeError(f"{type(made).__name__} is no {Meter.__name__} of {Meter.__module__}")
    return made


def wanted(texts: Iterable[str], tables: Mapping[str, Mapping[str, Any]]) -> list[Wanted]:
    """Return the meters that the user has named, in that order, each once.

    Args:
        texts: Names, or a kind with its options: `wattmeter:unit=Wh,command=...`.
        tables: Options by name, as the project's file has them; a name that is no kind is a watt-meter's.

    Raises:
        BadInput: No such meter, or two of one name.
    """
    found: dict[str, Wanted] = {}
    for text in dict.fromkeys(texts):
        each = _wanted(text, tables)
        if each.name in found:
            raise BadInput(f"another meter is called {each.name}", _where(text), "add name=...")
        found[each.name] = each
    return list(found.values())


def _wanted(text: str, tables: Mapping[str, Mapping[str, Any]]) -> Wanted:
    kind, colon, rest = text.partition(":")
    kind = kind.strip().lower()
    if not colon:
        by_name = {name.lower(): table for name, table in tables.items()}
        options = dict(by_name.get(kind, {}))
        name, kind = kind, WATTMETER if options and kind not in kinds() else kind
    else:
        options = _options(rest)
        name = options.pop("name", kind)
    if kind not in kinds():
        near = get_close_matches(kind, kinds(), 1)
        mend = f"did you mean {near[0]}?" if near else ""
        raise BadInput(f"there is no such meter; there are {', '.join(kinds())}", _where(kind), mend)
    return Wanted(name, kind, options)


def _options(text: str) -> dict[str, str]:
    """Read `key=value,key=value`; what follows `command=` is the command to its end.

    Raises:
        BadInput: A part without `=`.
    """
    options = {}
    while text:
        key, equals, rest = text.partition("=")
        if not equals or not key.strip().isidentifier():
            raise BadInput(f"{text!r} is no key=value", "--meter", "wattmeter:unit=Wh,command=COMMAND")
        value, _, text = (rest, "", "") if key.strip() == "command" else rest.partition(",")
        options[key.strip()] = value.strip()
    return options


def check(meters: Iterable[Wanted], folder: Path) -> None:
    """Make sure that the meters can measure here, as far as that shows without starting them.

    Raises:
        BadInput: One cannot.
    """
    for each in meters:
        why = why_not(each, folder)
        if why:
            raise BadInput(why, _where(each.name))


def why_not(meter: Wanted, folder: Path) -> str:
    """Say why a meter cannot measure here; empty if it can."""
    if meter.kind == CODECARBON:
        return "CodeCarbon is configured in .codecarbon.config" if meter.options else ""
    if not CAN_RUN:
        return CANNOT_RUN
    try:
        made = build(meter.kind, meter.options)
        made.folder = folder
        return made.unavailable()
    except (TypeError, ValueError) as error:
        return str(error).partition("__init__() ")[2] or str(error)
    except Exception as error:  # noqa: BLE001 - a third party's meter may raise anything
        return f"{type(error).__name__}: {error}"


def _where(text: str) -> str:
    return f"--meter {text}"
