"""How each field of the format gets its value; the words are data, in `hints.toml`."""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def hints() -> dict[str, str]:
    """Return one hint a field of the format, by its dotted path without indices."""
    text = files("ai_power_export.report").joinpath("hints.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
