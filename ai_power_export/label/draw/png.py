"""A picture as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from io import BytesIO
from typing import Any

from ai_power_export.label.draw.fonts import extra_needed, font_file
from ai_power_export.label.draw.primitives import Blocks, Disc, Line, Picture, Point, Polygon, Text

DENSITY = 2
"""Pixels of the file by pixel of the picture, each way."""
FINER = 2
"""How much finer it is drawn before it is made smaller, which smooths the edges."""
SCALE = DENSITY * FINER


def png(picture: Picture, carried: str) -> bytes:
    """Return a picture as PNG, the same bytes each time, with a text for machines in it.

    Raises:
        BadInput: A library is not installed.
    """
    with extra_needed(".png"):
        from PIL import Image, ImageDraw
        from PIL.PngImagePlugin import PngInfo

        fonts = _Fonts()
    size = (round(picture.width * SCALE), round(picture.height * SCALE))
    image = Image.new("RGB", size, "#ffffff")
    drawing = ImageDraw.Draw(image)
    for shape in picture.shapes:
        _draw(shape, drawing, fonts)
    information = PngInfo()
    information.add_text("Comment", carried)
    information.add_itxt("Title", picture.title, picture.language)
    information.add_itxt("Description", picture.description, picture.language)
    file = BytesIO()
    image.reduce(FINER).save(file, "PNG", pnginfo=information, dpi=(192, 192))
    return file.getvalue()


class _Fonts:
    """The faces at the sizes that were asked for."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[float, bool], Any] = {}
        self._files = [str(font_file(bold=bold)) for bold in (False, True)]

    def of(self, size: float, *, bold: bool) -> Any:
        from PIL import ImageFont

        if (size, bold) not in self._sizes:
            face = ImageFont.truetype(self._files[bold], size * SCALE, layout_engine=ImageFont.Layout.BASIC)
            self._sizes[size, bold] = face
        return self._sizes[size, bold]


@singledispatch
def _draw(shape: object, drawing: Any, fonts: _Fonts) -> None:
    raise TypeError(f"{type(shape).__name__} is no shape")


@_draw.register
def _(shape: Polygon, drawing: Any, fonts: _Fonts) -> None:
    points = _scaled(shape.points)
    if shape.fill:
        drawing.polygon(points, fill=shape.fill)
    if shape.stroke:
        _outline([*points, points[0]], shape.stroke, shape.width, drawing)


@_draw.register
def _(shape: Line, drawing: Any, fonts: _Fonts) -> None:
    _outline(_scaled(shape.points), shape.stroke, shape.width, drawing)


@_draw.register
def _(shape: Disc, drawing: Any, fonts: _Fonts) -> None:
    centre, half = shape.centre, shape.width / 2 if shape.stroke else 0.0
    outer = _scaled(
        [
            (centre[0] + way * (shape.radius + half), centre[1] + way * (shape.radius + half))
            for way in (-1, 1)
        ]
    )
    drawing.ellipse(
        outer, fill=shape.fill or None, outline=shape.stroke or None, width=round(shape.width * SCALE)
    )


@_draw.register
def _(shape: Blocks, drawing: Any, fonts: _Fonts) -> None:
    for x, y, width, height in shape.rectangles:
        left, top, right, bottom = (round(value * SCALE) for value in (x, y, x + width, y + height))
        drawing.rectangle((left, top, right - 1, bottom - 1), fill=shape.fill)


@_draw.register
def _(shape: Text, drawing: Any, fonts: _Fonts) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
    font = fonts.of(shape.size, bold=shape.bold)
    drawing.text(_scaled([shape.at])[0], shape.text, shape.fill, font=font, anchor=anchor)


def _outline(points: Sequence[Point], stroke: str, width: float, drawing: Any) -> None:
    """Draw lines with round joints and ends, which the library leaves square and open."""
    thick = max(1, round(width * SCALE))
    drawing.line(points, fill=stroke, width=thick)
    half = (thick - 1) / 2
    for x, y in points if thick > 2 else ():
        drawing.ellipse((x - half, y - half, x + half, y + half), fill=stroke)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]
