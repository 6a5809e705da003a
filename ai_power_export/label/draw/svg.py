"""A picture as SVG: text stays text, and words for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from xml.sax.saxutils import escape, quoteattr

from ai_power_export.label.draw.carried import NAME
from ai_power_export.label.draw.primitives import Blocks, Disc, Line, Picture, Point, Polygon, Text

FONTS = "'DejaVu Sans','Bitstream Vera Sans',Verdana,Geneva,sans-serif"
"""All but the last have the widths that the picture is laid out with."""


def svg(picture: Picture, carried: str) -> str:
    """Return a picture as SVG, with a text for machines in its metadata."""
    width, height = _number(picture.width), _number(picture.height)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" '
            f'role="img" lang="{picture.language}" xml:lang="{picture.language}" '
            f'aria-labelledby="label-title label-description" font-family="{FONTS}">',
            f'<title id="label-title">{escape(picture.title)}</title>',
            f'<desc id="label-description">{escape(picture.description)}</desc>',
            f'<metadata id="{NAME}">{escape(carried)}</metadata>',
            *map(_element, picture.shapes),
            "</svg>\n",
        )
    )


@singledispatch
def _element(shape: object) -> str:
    raise TypeError(f"{type(shape).__name__} is no shape")


@_element.register
def _(shape: Polygon) -> str:
    return f'<polygon points="{_points(shape.points)}"{_paint(shape.fill, shape.stroke, shape.width)}/>'


@_element.register
def _(shape: Line) -> str:
    ends = ' stroke-linecap="round" stroke-linejoin="round"'
    return f'<polyline points="{_points(shape.points)}"{_paint("", shape.stroke, shape.width)}{ends}/>'


@_element.register
def _(shape: Disc) -> str:
    x, y = map(_number, shape.centre)
    paint = _paint(shape.fill, shape.stroke, shape.width)
    return f'<circle cx="{x}" cy="{y}" r="{_number(shape.radius)}"{paint}/>'


@_element.register
def _(shape: Blocks) -> str:
    path = "".join(
        f"M{_number(x)} {_number(y)}h{_number(width)}v{_number(height)}h{_number(-width)}z"
        for x, y, width, height in shape.rectangles
    )
    return f'<path d="{path}" fill="{shape.fill}" shape-rendering="crispEdges"/>'


@_element.register
def _(shape: Text) -> str:
    x, y = map(_number, shape.at)
    weight = ' font-weight="bold"' if shape.bold else ""
    anchor = f" text-anchor={quoteattr(shape.anchor)}" if shape.anchor != "start" else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{_number(shape.size)}" fill="{shape.fill}"{weight}{anchor}>'
        f"{escape(shape.text)}</text>"
    )


def _paint(fill: str, stroke: str, width: float) -> str:
    outline = f' stroke="{stroke}" stroke-width="{_number(width)}"' if stroke else ""
    return f' fill="{fill or "none"}"{outline}'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """Write a number to a thousandth of a pixel, without a negative zero."""
    return f"{round(value, 3) + 0.0:g}" if abs(value) < 1000 else f"{round(value, 3):.10g}"
