"""The most that a piece of hardware can draw, by its kind and name."""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIGURES = Path(__file__).with_name("power.toml")

KINDS = {
    "cpu": "cpu", "processor": "cpu", "gpu": "gpu", "accelerator": "gpu", "tpu": "tpu", "npu": "npu",
    "ram": "ram", "memory": "ram",
    "hdd": "disk", "ssd": "disk", "sdd": "disk", "disk": "disk", "nvme": "disk",
}  # fmt: skip
"""Words that reports use for kinds of components; `sdd` is how the format's own examples spell it."""

LONGEST_NAME = 200
"""Characters of a name that are looked at; names of hardware are shorter."""


def kind_of(word: str) -> str:
    """Return the kind that `power.toml` has figures for, empty for all others."""
    return KINDS.get(word.strip().casefold(), "")


def most_watts(kind: str, name: str = "", memory: float | None = None) -> float | None:
    """Return the most one component draws, in W; None for a kind that there are no figures of.

    Args:
        kind: What `kind_of` returned.
        name: What the report calls it; of several (`2 x A100, 1 x T4`) the most one of them draws.
        memory: Size of its memory in GB, for a RAM.
    """
    figures = _figures()
    if kind == "ram":
        ram = figures["ram"]
        return float(ram["largest"] if memory is None else max(ram["least"], ram["per_gigabyte"] * memory))
    if kind not in figures:
        return None
    return _of_names(kind, name[:LONGEST_NAME])


def board_watts() -> float:
    """Return what a machine draws besides its processors and memory, in W."""
    return float(_figures()["board"]["watts"])


@lru_cache(maxsize=4096)
def _of_names(kind: str, names: str) -> float:
    return max(_of_one(kind, name) for name in re.split(r"[,;+]", names))


def _of_one(kind: str, name: str) -> float:
    for pattern, watts in _patterns(kind):
        if pattern.search(name):
            return watts
    return float(_figures()[kind]["largest"])


@cache
def _patterns(kind: str) -> list[tuple[re.Pattern[str], float]]:
    return [(re.compile(text, re.I), float(watts)) for text, watts in _figures()[kind].get("watts", ())]


@cache
def _figures() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FIGURES.read_text(encoding="utf-8"))
