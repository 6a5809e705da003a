"""The five arrows from A to E, and beside them the letter with its range, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.label.draw import colours
from ai_power_export.label.draw.patterns import pattern
from ai_power_export.label.draw.primitives import Line, Point, Polygon, Shape, Text, box
from ai_power_export.label.draw.text import fitted, wrapped
from ai_power_export.label.draw.words import say
from ai_power_export.label.rated import LETTERS, Rating, grade_of

ARROW = 40.0
"""Height of an arrow."""
PITCH = 46.0
"""From one arrow to the next."""
HEIGHT = len(LETTERS) * PITCH - (PITCH - ARROW)
SHORTEST, LONGER, TIP = 104.0, 27.0, 18.0
"""Width of A's arrow, how much longer each is than the one before, and how long its tip is."""
RIGHT = 464.0
"""Where the label's inside ends."""
LEFT_OF_REASON = 250.0


def scale(rating: Rating, language: str, x: float, y: float) -> Iterator[Shape]:
    """Yield the arrows and the verdict, their top left corner at x and y."""
    for grade in range(len(LETTERS)):
        yield from _arrow(grade, x, y + grade * PITCH, earned=rating.letter is not None)
    yield from _verdict(rating, language, y) if rating.letter else _refusal(rating, language, y)


def _arrow(grade: int, x: float, y: float, *, earned: bool) -> Iterator[Shape]:
    """Yield one arrow; only its outline where no letter was earned, so that none seems to be."""
    width = SHORTEST + grade * LONGER
    fill = colours.LETTERS[grade] if earned else colours.PAPER
    ink = colours.upon(fill) if earned else colours.GREY
    yield Polygon(_pointing_right(x, y, width), fill=fill, stroke=ink if not earned else colours.INK)
    if earned:
        shade = colours.mixed(fill, ink, 0.45)
        yield from pattern(grade, x + 5, y + 4, width - TIP - 44, ARROW - 8, shade)
    middle = x + width - TIP - 16
    yield Text((middle, y + ARROW * 0.72), LETTERS[grade], 24, ink, bold=True, anchor="middle")


def _pointing_right(x: float, y: float, width: float) -> tuple[Point, ...]:
    shoulder = x + width - TIP
    return (x, y), (shoulder, y), (x + width, y + ARROW / 2), (shoulder, y + ARROW), (x, y + ARROW)


def _verdict(rating: Rating, language: str, y: float) -> Iterator[Shape]:
    letter, best, worst = rating.letter or "", rating.best or "", rating.worst or ""
    middle = _middle_of(letter, y)
    left, high = RIGHT - 122, 27.0
    corners = ((left, middle), (left + 26, middle - high), (RIGHT, middle - high), (RIGHT, middle + high))
    yield Polygon((*corners, (left + 26, middle + high)), fill=colours.INK)
    yield Text((left + 74, middle + 16), letter, 46, colours.PAPER, bold=True, anchor="middle")
    if best and worst and best != worst:
        yield from _range(best, worst, left - 16, y)
        words = say("range", language, letter=letter, best=best, worst=worst)
        below = middle + high + 20
        yield Text((RIGHT, below if below < y + HEIGHT + 8 else middle - high - 9), words, 15, colours.INK,
                   bold=True, anchor="end")  # fmt: skip


def _range(best: str, worst: str, x: float, y: float) -> Iterator[Shape]:
    """Yield a bracket along the letters that the rating may have in truth."""
    top, bottom = _middle_of(best, y), _middle_of(worst, y)
    yield Line(((x + 8, top), (x, top), (x, bottom), (x + 8, bottom)), colours.INK, 2.5)


def _middle_of(letter: str, y: float) -> float:
    return y + grade_of(letter) * PITCH + ARROW / 2


def _refusal(rating: Rating, language: str, y: float) -> Iterator[Shape]:
    width = RIGHT - LEFT_OF_REASON
    frame = box(LEFT_OF_REASON, y, width, HEIGHT)
    yield Polygon(frame, fill="#eef1f4", stroke=colours.GREY, width=1.5)
    words = say("not rated", language)
    heading, size = fitted(words[:1].upper() + words[1:], width - 24, (24, 16), bold=True)
    yield Text((LEFT_OF_REASON + 12, y + 36), heading, size, colours.INK, bold=True)
    for number, line in enumerate(wrapped(rating.why_not.in_language(language), width - 24, 13, 9)):
        yield Text((LEFT_OF_REASON + 12, y + 62 + number * 19), line, 13, colours.INK)
