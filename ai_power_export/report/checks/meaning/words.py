"""Texts that say nothing: empty ones, blanks and what stands for something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.checks.meaning.reading import Reading
from ai_power_export.report.checks.meaning.wording import quoted, warning
from ai_power_export.report.reading.places import dotted
from ai_power_export.vocabulary.countries import country_code_of

DEEPEST = 20
"""Levels that are looked at; the format has six."""
LONGEST = 80
"""Characters of a text that can still be a placeholder."""

PLACEHOLDERS = frozenset({
    "-", "--", "---", ".", "..", "...", "0x0", "?", "??", "???", "_", "asdf", "changeme", "dummy",
    "enter text", "fill in", "fill me", "fixme", "foo", "foobar", "lorem ipsum", "missing", "n.a.",
    "n/a", "n/d", "na", "nan", "nil", "none", "not applicable", "not available", "not known", "null",
    "placeholder", "str", "string", "tba", "tbc", "tbd", "to be completed", "to be defined",
    "to be filled", "to do", "todo", "undefined", "unknown", "unspecified", "value", "xx", "xxx", "xxxx",
})  # fmt: skip
"""What people and generators write where they have nothing to say, in lower case."""

NOTHING_IS_SAID = frozenset(
    {"quantization", "optimizer", "cpuTrackingMode", "gpuTrackingMode", "tuningMethod", "hyperparameterValue"}
)
"""Fields in which `none` is an answer: weights as they were trained, no optimizer, no tracking, no limit."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Generators of sample documents write the beginning of it into every text."""
_SHORTEST_ALPHABET = 4
_TEMPLATE = re.compile(r"<[^<>]*>|\{\{[^{}]*\}\}|\$\{[^{}]*\}|your[ _-][a-z _-]+", re.IGNORECASE)
"""Marks of a form that nobody filled in; `$other` is a word of older versions."""


def findings(reading: Reading) -> Iterator[Finding]:
    """Yield texts that tell nothing, wherever they stand."""
    for above, key, name, text in _texts(reading.document):
        wrong = _wrong(text, name)
        if wrong is not None:
            yield warning(dotted((*above, key)), *wrong)


def _texts(document: Any) -> Iterator[tuple[tuple[str | int, ...], str | int, str, str]]:
    """Yield every text: the place of what holds it, its key or index there, and the nearest key.

    No recursion, for a document of any depth.
    """
    left: list[tuple[tuple[str | int, ...], str, Any]] = [((), "", document)]
    while left:
        place, nearest, node = left.pop()
        if len(place) >= DEEPEST or not isinstance(node, (dict, list)):
            continue
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            name = nearest if isinstance(key, int) else key
            if isinstance(value, str):
                yield place, key, name, value
            elif isinstance(value, (dict, list)):
                left.append(((*place, key), name, value))


def _wrong(text: str, name: str) -> tuple[str, str, str] | None:
    """Return code, what and mend of a text that tells nothing; None for one that does."""
    bare = text.strip()
    if not bare:
        what = "is empty" if not text else "is nothing but blanks"
        return "empty-text", what, "leave it out, or say what it is"
    if len(text) <= LONGEST and _is_placeholder(bare, name):
        what = f"is {quoted(text)}, which stands for something else"
        return "placeholder", what, "leave it out, or say what it is"
    if len(bare) < len(text):
        what = "has blanks at its beginning or end"
        return "outer-blanks", what, "take them off: whoever groups by it sees two values"
    return None


@lru_cache(maxsize=4096)  # reports in a row have most of their short texts in common
def _is_placeholder(text: str, name: str) -> bool:
    word = text.casefold()
    if len(text) >= _SHORTEST_ALPHABET and _ALPHABET.startswith(text):
        return True
    if word not in PLACEHOLDERS:
        return _TEMPLATE.fullmatch(text) is not None
    if word == "none" and name in NOTHING_IS_SAID:
        return False
    return not (name == "country" and country_code_of(text))  # NA is Namibia
