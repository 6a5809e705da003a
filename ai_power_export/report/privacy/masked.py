"""JSON in which private texts are masked and nothing is missing: for what needs its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.vocabulary.private import Kind
from ai_power_export.vocabulary.secret_names import names_a_secret


def masked(value: Any, private: PrivacyFilter, name: str = "") -> Any:
    """Return a JSON value of the same shape, without secrets, paths and identities in its texts and keys."""
    if isinstance(value, str):
        return Kind.SECRET.word if names_a_secret(name) else private.text(value)
    if isinstance(value, Mapping):
        return {private.text(key): masked(item, private, key) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, private, name) for item in value]
    return value
