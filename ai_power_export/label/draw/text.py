"""Texts that fit: measured, shrunk, cut and wrapped, and free of what is not to be seen in a line."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator

from ai_power_export.label.draw.widths import BOLD, REGULAR, UNKNOWN

LONGEST = 600
"""Characters of a text that are looked at: no line of a label has room for more."""
MOST_MARKS = 3
"""Accents upon one character: more is a tower over the lines above."""
ELLIPSIS = "…"

_WIDTHS = tuple(
    {character: width for width, characters in table.items() for character in characters}
    for table in (REGULAR, BOLD)
)


def clean(text: str) -> str:
    """Return a text as one line of visible characters.

    Blanks of all kinds become one space each; control characters, marks of direction and of joining,
    halves of characters and what Unicode has not assigned are left out.
    """
    line = "".join(" " if char.isspace() else char for char in text[:LONGEST])
    return " ".join(unicodedata.normalize("NFC", "".join(_seen(line))).split())


def _seen(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MOST_MARKS and not category.startswith("C"):
            yield char


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is at a font size; characters of other scripts count as wide ones."""
    widths = _WIDTHS[bold]
    return sum(widths.get(char, UNKNOWN) for char in text) * size / 1000


def fitted(text: str, room: float, sizes: tuple[float, float], *, bold: bool = False) -> tuple[str, float]:
    """Return a text that fits into a width, and its font size.

    Args:
        text: What is to be written.
        room: Width that it may have.
        sizes: The font size that is wished, and the smallest that can be read: it is shrunk so far,
            and then cut with an ellipsis.
        bold: In which face.
    """
    line = clean(text)
    wished, least = sizes
    full = width_of(line, wished, bold=bold)
    if full <= room:
        return line, wished
    size = max(least, int(wished * room / full * 4) / 4)
    return cut(line, room, size, bold=bold), size


def cut(line: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return as much of a line as fits, with an ellipsis where something is missing."""
    if width_of(line, size, bold=bold) <= room:
        return line
    left = room - width_of(ELLIPSIS, size, bold=bold)
    reached = itertools.accumulate(_WIDTHS[bold].get(char, UNKNOWN) * size / 1000 for char in line)
    line = line[: sum(end <= left for end in reached)]
    while line and unicodedata.category(line[-1]).startswith("M"):
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def halved(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, str]:
    """Return a name in two lines that fit, broken where names have a mark, and cut where it is longer.

    >>> halved("an-organisation/a-model-of-many-words", 150, 12)
    ('an-organisation/a-', 'model-of-many-words')
    """
    line = clean(text)
    first = cut(line, room, size, bold=bold).removesuffix(ELLIPSIS)
    marks = [place for place, char in enumerate(first, 1) if char in " -_./" and place > len(first) // 2]
    first = first[: marks[-1]] if marks else first
    return first.rstrip(), cut(line[len(first) :], room, size, bold=bold)


def wrapped(text: str, room: float, size: float, most: int) -> list[str]:
    """Return a text as at most so many lines that fit, the last one cut where it has to be."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
    return [cut(line, room, size) for line in lines]
