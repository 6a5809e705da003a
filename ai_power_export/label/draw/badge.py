"""A badge for a README: one line with the letter in its colour."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.label.draw import colours
from ai_power_export.label.draw.primitives import Picture, Polygon, Shape, Text, box
from ai_power_export.label.draw.spoken import described, titled, verdict
from ai_power_export.label.draw.text import width_of
from ai_power_export.label.draw.words import checked, say
from ai_power_export.label.rated import Rating

HEIGHT, SIZE, MARGIN = 20.0, 11.0, 8.0


def badge(rating: Rating, language: str) -> Picture:
    """Return the badge of a rating as a picture.

    Raises:
        BadInput: It cannot be written in that language.
    """
    checked(language)
    name, letter = say("badge", language), verdict(rating, language)
    left, right = (
        width_of(text, SIZE, bold=bold) + 2 * MARGIN for text, bold in ((name, False), (letter, True))
    )
    fill = colours.of_letter(rating.letter) if rating.letter else colours.GREY
    shapes = (*_half(0, left, name, "#3a444d", bold=False), *_half(left, right, letter, fill, bold=True))
    title, words = titled(rating, language), described(rating, language)
    return Picture(left + right, HEIGHT, title, words, language, shapes)


def _half(x: float, width: float, text: str, fill: str, *, bold: bool) -> Iterator[Shape]:
    yield Polygon(box(x, 0, width, HEIGHT), fill=fill)
    at = (x + width / 2, HEIGHT / 2 + SIZE * 0.36)
    yield Text(at, text, SIZE, colours.upon(fill), bold=bold, anchor="middle")
