"""Countries: what a name means, and where a country lies."""

from __future__ import annotations

import difflib
import math
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CELLS = Path(__file__).with_name("country_cells.toml")
"""Where countries lie; `generate_countries.py` writes it."""

NAMES = Path(__file__).with_name("countries.toml")
"""Names beyond those of ISO 3166, and which territory may go under another country's name."""

TREATY_LATITUDE = -60.0
"""South of it no land is any country's (Antarctic Treaty, articles IV and VI): every name is right there."""


@lru_cache(maxsize=1024)
def country_code_of(name: str) -> str | None:
    """Return the ISO 3166-1 alpha-3 code of a country by any of its usual names or codes; None if unknown.

    >>> country_code_of("france"), country_code_of("Russia"), country_code_of("UK")
    ('FRA', 'RUS', None)
    """
    import pycountry

    key = " ".join(name.split()).casefold()
    if key in _names()["names"]:
        return str(_names()["names"][key])
    try:
        return str(pycountry.countries.lookup(key).alpha_3)
    except LookupError:
        return None


@lru_cache(maxsize=1024)
def meant_country(name: str) -> str | None:
    """Return the English name of the country that an unknown name may stand for; None if none resembles it.

    >>> meant_country("UK"), meant_country("Frnace"), meant_country("Atlantis")
    ('United Kingdom', 'France', None)
    """
    import pycountry

    key = name.strip().casefold()
    if key in _names()["meant"]:
        return str(_names()["meant"][key])
    names = {country.name.casefold(): str(country.name) for country in pycountry.countries}
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.8)
    return names[close[0]] if close else None


def lies_in(code: str, latitude: float, longitude: float, degrees: float) -> bool | None:
    """Tell whether a place lies in a country (alpha-3) or within some degrees of latitude of it.

    Exact to a degree: a country is the cells that its land touches. None where it is not known
    where the country lies.
    """
    if latitude < TREATY_LATITUDE:
        return True
    parts = _names()["parts"]
    # The source of the cells draws some territories as land of their state alone: France for Mayotte.
    states = [state for state, of_state in parts.items() if code in of_state and code not in _cells()]
    rows = [row for each in (code, *parts.get(code, ()), *states) for row in _cells().get(each, ())]
    if not rows:
        return None
    around = degrees / max(math.cos(math.radians(latitude)), 0.1)
    return any(_near(row, latitude, longitude, degrees, around) for row in rows)


def _near(row: list[int], latitude: float, longitude: float, degrees: float, around: float) -> bool:
    south, *edges = row
    if not south - degrees <= latitude <= south + 1 + degrees:
        return False
    stretches = zip(edges[::2], edges[1::2])  # noqa: B905 - pairs
    # The antimeridian is where 180 and -180 meet.
    turns = (longitude - 360, longitude, longitude + 360)
    return any(west - around <= x <= east + around for west, east in stretches for x in turns)


@cache
def _names() -> dict[str, dict[str, Any]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))


@cache
def _cells() -> dict[str, list[list[int]]]:
    return tomllib.loads(CELLS.read_text(encoding="utf-8"))
