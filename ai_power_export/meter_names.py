"""How meters are named and configured in settings: as values, or as a text in the environment."""

from __future__ import annotations

import json
from typing import Any


def meter_names(value: Any) -> list[str]:
    """Return the names in a value of the setting `meters`.

    A text with options (`wattmeter:unit=Wh,command=...`) names one meter; several of that kind take a
    list, which a variable of the environment holds as JSON.

    Raises:
        ValueError: It holds something else than texts.
    """
    if isinstance(value, str):
        value = _in_text(value)
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) and each for each in value):
        raise ValueError("give a list of names, such as ['codecarbon', 'zeus']")
    return list(value)


def meter_options(value: Any) -> dict[str, dict[str, Any]]:
    """Return the options of meters by name in a value of the setting `meter`.

    Raises:
        ValueError: It holds something else.
    """
    found = json.loads(value) if isinstance(value, str) else value or {}
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ValueError("give the options of a meter as a table: [tool.aipower.meter.NAME]")
    return found


def _in_text(text: str) -> Any:
    text = text.strip()
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return [text]
    names = [text] if ":" in text else text.split(",")
    return [name.strip() for name in names if name.strip()]
