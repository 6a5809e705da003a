"""What `--against` names: folders and tables of reports, and registries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ai_power_export.errors import BadInput

if TYPE_CHECKING:
    from ai_power_export.label.comparable import Place
    from ai_power_export.settings import Settings

WEB = ("http", "https")


def places_of(against: Sequence[str] | None) -> list[Place]:
    """Return the places that words of the user name: an address, or a name in the settings, is a registry.

    Raises:
        BadInput: An address that cannot be used, or settings that cannot be read.
    """
    return [_place(words) for words in against or ()]


def _place(words: str) -> Place:
    if Path(words).exists():
        return words
    if _is_web(words):
        return _registry(words, _settings())
    if any(mark in words for mark in "/*.\\"):
        return words
    settings = _settings()
    is_name = _is_web(settings.destinations.get(words, ""))
    return _registry(words, settings) if is_name else words


def _registry(words: str, settings: Settings) -> Place:
    from ai_power_export.deliver.destinations import address
    from ai_power_export.deliver.registry import Registry
    from ai_power_export.deliver.tokens import token_for

    try:
        meant = address(words, settings)
    except BadInput as error:
        raise BadInput(error.what, "--against", error.mend) from None
    return Registry(meant.words, token_for(meant.words, meant.name, settings))


def _settings() -> Settings:
    from ai_power_export.settings import load_settings

    return load_settings(Path.cwd(), {})


def _is_web(words: str) -> bool:
    return words.partition("://")[0].lower() in WEB and "://" in words
