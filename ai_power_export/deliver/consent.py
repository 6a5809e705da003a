"""Whether the user has agreed beforehand that reports leave."""

from __future__ import annotations

from ai_power_export.settings import Settings


def is_agreed(words: str, settings: Settings) -> bool:
    """Tell whether the settings agree that public reports go to a destination: to those that they name.

    Args:
        words: The destination in the words of the user, a name or an address.
        settings: The settings that hold.
    """
    named = {*settings.destinations, *settings.destinations.values(), settings.upload}
    return settings.consent and words in named
