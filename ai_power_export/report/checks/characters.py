"""Text that is no text: half of a surrogate pair, which JSON can write and no file in UTF-8 can hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.reading.places import WHOLE, below

MEND = "write the whole character"


def character_findings(node: Any, path: str = "") -> Iterator[Finding]:
    """Yield an error for each text and each key of a document that cannot be written, hashed or signed."""
    if isinstance(node, str):
        if _is_broken(node):
            what = "holds half of a character (a surrogate without its other half)"
            yield Finding(path or WHOLE, what, MEND, "error", "half-character")
    elif isinstance(node, dict):
        for key, value in node.items():
            if _is_broken(key):
                yield Finding(
                    below(path, key), "is a key with half of a character", MEND, "error", "half-character"
                )
            yield from character_findings(value, below(path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from character_findings(value, below(path, index))


def _is_broken(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
