"""Changes that are named on a command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.report.edit.places import entry_of, info_at, place_of, put, value_of
from ai_power_export.report.edit.replies import Words, answer


def changes_of(
    document: Mapping[str, Any], said: Sequence[str], removed: Sequence[str], words: Words
) -> dict[str, JsonValue]:
    """Return new values by their place in a report, None for what is to be taken out.

    Args:
        document: The report.
        said: Options such as `task.algorithms[0].epochsNumber=3`.
        removed: Fields, or entries such as `task.dataset[1]`.
        words: How users may say what reports say otherwise.

    Raises:
        BadInput: A field that the format or the report does not have, or a value that it cannot have.
    """
    trial, changes = deepcopy(dict(document)), {}
    for text in said:
        path, equals, value = text.partition("=")
        if not equals:
            raise BadInput(f"{text!r} is no FIELD=VALUE", "--set")
        place = place_of(path.strip(), trial, "--set")
        changes[place] = answer(info_at(place), value, words, "--set")
        put(trial, place, changes[place])
    for path in removed:
        place = path if entry_of(path) else place_of(path, document, "--remove")
        if value_of(document, place) is None:
            raise BadInput(f"there is no {place} in this report", "--remove")
        changes[place] = None
    return changes
