"""Where everything stands on a label: from a rating to a picture, once for all formats."""

from __future__ import annotations

from collections.abc import Iterator

from ai_power_export.label.draw import colours
from ai_power_export.label.draw.carried import modules_of
from ai_power_export.label.draw.pictograms import FIELD, bolt
from ai_power_export.label.draw.primitives import Blocks, Line, Picture, Polygon, Shape, Text, box, placed
from ai_power_export.label.draw.rows import ROW, chosen, row
from ai_power_export.label.draw.scale import HEIGHT as SCALE_HEIGHT
from ai_power_export.label.draw.scale import scale
from ai_power_export.label.draw.spoken import described, titled
from ai_power_export.label.draw.text import ELLIPSIS, clean, fitted, halved
from ai_power_export.label.draw.values import digits
from ai_power_export.label.draw.words import checked, say, term
from ai_power_export.label.rated import Rating

WIDTH = 480.0
LEFT, RIGHT = 16.0, 464.0
HEADER = 62.0
SCALE_TOP = 152.0
CODE = 132.0
"""Side of the QR code without its margin."""
FOOTER = 172.0
"""Height of what stands below the metrics."""


def label(rating: Rating, language: str) -> Picture:
    """Return the label of a rating as a picture.

    Raises:
        BadInput: It cannot be written in that language.
    """
    checked(language)
    metrics = chosen(rating.metrics)
    rows = SCALE_TOP + SCALE_HEIGHT + 44
    footer = rows + len(metrics) * ROW
    height = footer + FOOTER
    shapes: list[Shape] = [Polygon(box(0, 0, WIDTH, height), fill=colours.PAPER)]
    shapes += [*_header(language), *_subject(rating, language), *scale(rating, language, LEFT, SCALE_TOP)]
    shapes += _coverage(rating, language, rows - 15, left_out=len(rating.metrics) - len(metrics))
    for number, metric in enumerate(metrics):
        shapes += row(metric, rating, language, rows + number * ROW)
    shapes += [*_code(rating, RIGHT - CODE - 6, footer + 20), *_origin(rating, language, footer)]
    shapes.append(Polygon(box(1, 1, WIDTH - 2, height - 2), stroke=colours.HEADER, width=2))
    return Picture(
        WIDTH, height, titled(rating, language), described(rating, language), language, tuple(shapes)
    )


def _header(language: str) -> Iterator[Shape]:
    yield Polygon(box(0, 0, WIDTH, HEADER), fill=colours.HEADER)
    yield from placed(bolt("#ffd51e"), LEFT - 4, 11, 40 / FIELD)
    yield Text((58, 31), say("label", language), 23, colours.PAPER, bold=True)
    yield Text((58, 50), say("of", language), 13, colours.PAPER)


def _subject(rating: Rating, language: str) -> Iterator[Shape]:
    """Yield what was rated: the model, its kind of work and machine, and what its energy is counted by."""
    yield from _title(clean(rating.title) or "–")  # noqa: RUF001 - a dash, where nobody tells a name
    group = rating.group
    kinds = (group.stage, group.task_family, group.data_type, group.hardware_class) if group else ()
    kind, small = fitted(" · ".join(term(each, language) for each in kinds if each), RIGHT - LEFT, (13, 10))
    if kind:
        yield Text((LEFT, 114), kind, small, colours.GREY)
    unit = term(rating.functional_unit, language)
    counted, small = fitted(
        say("energy per" if unit else "no unit", language, unit=unit), RIGHT - LEFT, (14, 10), bold=True
    )
    yield Text((LEFT, 136), counted, small, colours.INK, bold=True)


def _title(title: str) -> Iterator[Shape]:
    """Yield a name in one line, or in two small ones where it is long."""
    line, size = fitted(title, RIGHT - LEFT, (26, 15), bold=True)
    if not line.endswith(ELLIPSIS):
        yield Text((LEFT, 93), line, size, colours.INK, bold=True)
        return
    for y, half in zip((80, 97), halved(title, RIGHT - LEFT, 13.5, bold=True), strict=True):
        yield Text((LEFT, y), half, 13.5, colours.INK, bold=True)


def _coverage(rating: Rating, language: str, y: float, *, left_out: int) -> Iterator[Shape]:
    """Yield in one line with how many runs it is compared, and what the letter does not cover."""
    parts = []
    if rating.group:
        parts.append(say("compared", language, members=rating.group.members, needed=rating.group.needed))
    if rating.uncovered_weight > 0:
        parts.append(say("uncovered", language, share=digits(rating.uncovered_weight * 100, language)))
    if left_out:
        parts.append(say("more", language, count=left_out))
    line, size = fitted(" · ".join(parts), RIGHT - LEFT, (12, 9))
    if line:
        yield Text((LEFT, y), line, size, colours.GREY)


def _code(rating: Rating, x: float, y: float) -> Iterator[Shape]:
    """Yield the QR code; the paper around it is its margin."""
    modules = modules_of(rating)
    side = CODE / len(modules)
    yield Blocks(
        tuple(
            (x + start * side, y + line * side, (stop - start) * side, side)
            for line, bits in enumerate(modules)
            for start, stop in _runs(bits)
        ),
        colours.INK,
    )


def _runs(bits: bytes) -> Iterator[tuple[int, int]]:
    """Yield where dark modules that stand beside each other start and stop."""
    start = None
    for place, bit in enumerate((*bits, 0)):
        if bit and start is None:
            start = place
        elif not bit and start is not None:
            yield start, place
            start = None


def _origin(rating: Rating, language: str, y: float) -> Iterator[Shape]:
    """Yield which scheme and which report the label comes from."""
    yield Line(((LEFT, y), (RIGHT, y)), colours.PALE)
    room = RIGHT - LEFT - CODE - 36
    quality = term(rating.quality, language)
    lines = (
        (say("scheme", language, name=rating.scheme_name, version=rating.scheme_version), True),
        (f"SHA-256 {rating.scheme_hash[:16]}", False),
        (say("run", language, date=rating.date) if rating.date else say("no date", language), True),
        (say("quality", language, quality=quality) if quality else say("no quality", language), False),
        (say("report", language, id=rating.report_id or "–"), True),  # noqa: RUF001 - a dash
        (f"SHA-256 {rating.report_hash[:16]}", False),
    )
    for number, (words, bold) in enumerate(lines):
        line, size = fitted(words, room, (12, 8), bold=bold)
        yield Text((LEFT, y + 30 + number * 22), line, size, colours.INK if bold else colours.GREY, bold=bold)
