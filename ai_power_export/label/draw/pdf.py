"""A picture as PDF, with its fonts in it and its text as text."""

from __future__ import annotations

from functools import singledispatch
from io import BytesIO
from typing import Any

from ai_power_export.label.draw.fonts import extra_needed, font_file
from ai_power_export.label.draw.primitives import Blocks, Disc, Line, Picture, Point, Polygon, Text

POINTS = 0.75
"""Points in a pixel: the label is 127 mm wide."""
FACES = ("aipower-regular", "aipower-bold")


def pdf(picture: Picture, carried: str) -> bytes:
    """Return a picture as a PDF of one page, the same bytes each time, with a text for machines as keyword.

    Raises:
        BadInput: The library is not installed.
    """
    with extra_needed(".pdf"):
        from reportlab.pdfgen.canvas import Canvas

        _register_fonts()
        file = BytesIO()
        size = (picture.width * POINTS, picture.height * POINTS)
        canvas = Canvas(file, pagesize=size, invariant=1, pageCompression=1, lang=picture.language)
    canvas.setTitle(picture.title)
    canvas.setSubject(picture.description)
    canvas.setKeywords(carried)
    canvas.setAuthor("")
    canvas.setCreator("ai-power-export")
    canvas.translate(0, size[1])
    canvas.scale(POINTS, -POINTS)
    for shape in picture.shapes:
        _draw(shape, canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for bold, name in enumerate(FACES):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(font_file(bold=bool(bold)))))


@singledispatch
def _draw(shape: object, canvas: Any) -> None:
    raise TypeError(f"{type(shape).__name__} is no shape")


@_draw.register
def _(shape: Polygon, canvas: Any) -> None:
    path = _path(shape.points, canvas)
    path.close()
    canvas.setLineCap(0)
    canvas.setLineJoin(0)
    canvas.drawPath(path, **_paint(shape, canvas))


@_draw.register
def _(shape: Line, canvas: Any) -> None:
    canvas.setStrokeColor(shape.stroke)
    canvas.setLineWidth(shape.width)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.drawPath(_path(shape.points, canvas), stroke=1, fill=0)


@_draw.register
def _(shape: Disc, canvas: Any) -> None:
    canvas.circle(*shape.centre, shape.radius, **_paint(shape, canvas))


@_draw.register
def _(shape: Blocks, canvas: Any) -> None:
    path = canvas.beginPath()
    for rectangle in shape.rectangles:
        path.rect(*rectangle)
    canvas.setFillColor(shape.fill)
    canvas.drawPath(path, stroke=0, fill=1)


@_draw.register
def _(shape: Text, canvas: Any) -> None:
    canvas.saveState()
    canvas.translate(*shape.at)
    canvas.scale(1, -1)  # y runs down in a picture, and letters stand upright nevertheless
    canvas.setFillColor(shape.fill)
    canvas.setFont(FACES[shape.bold], shape.size)
    write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
    write[shape.anchor](0, 0, shape.text)
    canvas.restoreState()


def _path(points: tuple[Point, ...], canvas: Any) -> Any:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    return path


def _paint(shape: Polygon | Disc, canvas: Any) -> dict[str, int]:
    """Set the colours of a shape; return which of filling and outline it has."""
    if shape.fill:
        canvas.setFillColor(shape.fill)
    if shape.stroke:
        canvas.setStrokeColor(shape.stroke)
        canvas.setLineWidth(shape.width)
    return {"fill": int(bool(shape.fill)), "stroke": int(bool(shape.stroke))}
