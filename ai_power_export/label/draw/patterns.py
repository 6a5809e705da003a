"""A pattern for each letter, for those who see no colours and for prints in grey."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ai_power_export.label.draw.primitives import Disc, Line, Point, Shape

STEP = 8.0
"""Between two lines of a pattern."""
THICK = 1.4


def pattern(grade: int, x: float, y: float, width: float, height: float, ink: str) -> Iterator[Shape]:
    """Yield what fills a rectangle for a grade: nothing for A, then slanted, level, dotted and crossed."""
    for shape in _OF_GRADE[grade](width, height, ink):
        if isinstance(shape, Disc):
            yield Disc((shape.centre[0] + x, shape.centre[1] + y), shape.radius, fill=ink)
        else:
            yield Line(tuple((at + x, down + y) for at, down in shape.points), ink, THICK)


def _plain(width: float, height: float, ink: str) -> Iterator[Line | Disc]:
    yield from ()


def _slanted(width: float, height: float, ink: str) -> Iterator[Line | Disc]:
    for place in range(1, int((width + height) / STEP) + 1):
        start = place * STEP
        ends: tuple[Point, ...] = (
            (max(0.0, start - height), min(start, height)),
            (min(start, width), max(0.0, start - width)),
        )
        yield Line(ends, ink)


def _level(width: float, height: float, ink: str) -> Iterator[Line | Disc]:
    for place in range(1, int(height / STEP) + 1):
        yield Line(((0.0, place * STEP - STEP / 2), (width, place * STEP - STEP / 2)), ink)


def _dotted(width: float, height: float, ink: str) -> Iterator[Line | Disc]:
    for row in range(int(height / STEP)):
        for column in range(int(width / STEP)):
            yield Disc((column * STEP + STEP / 2, row * STEP + STEP / 2), 1.6, fill=ink)


def _crossed(width: float, height: float, ink: str) -> Iterator[Line | Disc]:
    for line in _slanted(width, height, ink):
        yield line
        if isinstance(line, Line):
            yield Line(tuple((width - at, down) for at, down in line.points), ink)


_OF_GRADE: tuple[Callable[[float, float, str], Iterator[Line | Disc]], ...] = (
    _plain,
    _slanted,
    _level,
    _dotted,
    _crossed,
)
