"""What a picture is made of: few shapes, in pixels from the top left, that every backend can draw.

A picture is laid out once, as these; the backends only translate them and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Union

Point = tuple[float, float]
Colour = str
"""`#rrggbb`; empty for none."""


@dataclass(frozen=True)
class Polygon:
    """A closed shape, filled, with an outline, or both."""

    points: tuple[Point, ...]
    fill: Colour = ""
    stroke: Colour = ""
    width: float = 1.0


@dataclass(frozen=True)
class Line:
    """Straight lines from point to point, with round ends."""

    points: tuple[Point, ...]
    stroke: Colour
    width: float = 1.0


@dataclass(frozen=True)
class Disc:
    """A circle, filled, with an outline, or both."""

    centre: Point
    radius: float
    fill: Colour = ""
    stroke: Colour = ""
    width: float = 1.0


@dataclass(frozen=True)
class Blocks:
    """Many rectangles (x, y, width, height) of one colour, such as a QR code."""

    rectangles: tuple[tuple[float, float, float, float], ...]
    fill: Colour


@dataclass(frozen=True)
class Text:
    """One line of text on a baseline; `at` is where it starts, has its middle or ends."""

    at: Point
    text: str
    size: float
    fill: Colour
    bold: bool = False
    anchor: str = "start"
    """`start`, `middle` or `end`."""


Shape = Union[Polygon, Line, Disc, Blocks, Text]


@dataclass(frozen=True)
class Picture:
    """Shapes in the order in which they are drawn, and what the picture says in words."""

    width: float
    height: float
    title: str
    description: str
    language: str
    shapes: tuple[Shape, ...]


def box(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    """Return the corners of a rectangle."""
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def placed(shapes: Iterable[Polygon | Line | Disc], x: float, y: float, scale: float) -> Iterator[Shape]:
    """Yield shapes scaled, and then moved by x and y."""
    for shape in shapes:
        if isinstance(shape, Disc):
            centre = _moved(shape.centre, x, y, scale)
            yield replace(shape, centre=centre, radius=shape.radius * scale, width=shape.width * scale)
        else:
            points = tuple(_moved(point, x, y, scale) for point in shape.points)
            yield replace(shape, points=points, width=shape.width * scale)


def _moved(point: Point, x: float, y: float, scale: float) -> Point:
    return point[0] * scale + x, point[1] * scale + y
