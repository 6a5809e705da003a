"""The metrics of a label: a row each with pictogram, title, value, and where its letter stands among five."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ai_power_export.label.draw import colours
from ai_power_export.label.draw.pictograms import pictogram
from ai_power_export.label.draw.primitives import Line, Polygon, Shape, Text, box
from ai_power_export.label.draw.spoken import name_of
from ai_power_export.label.draw.text import fitted, width_of
from ai_power_export.label.draw.values import written
from ai_power_export.label.draw.words import say
from ai_power_export.label.rated import LETTERS, MetricRating, Rating, grade_of

MOST = 7
"""Rows that a label has room for."""
ROW = 40.0
"""Height of a row."""
LEFT, RIGHT = 16.0, 464.0
TITLE = 50.0
CELL, GAP = 15.0, 3.0
"""Side of the place of a letter, and what is between two."""
CELLS = RIGHT - len(LETTERS) * (CELL + GAP) + 1
"""Where the places of the letters begin."""
WIDEST_VALUE = 130.0


def chosen(metrics: Sequence[MetricRating]) -> tuple[MetricRating, ...]:
    """Return the metrics that a label shows, in the scheme's order.

    Where it has no room for all, those of the greatest weight, and of information those with a value.
    """
    ranks = sorted(metrics, key=lambda each: (-each.weight, not each.rated, each.value is None))[:MOST]
    return tuple(metric for metric in metrics if metric in ranks)[:MOST]


def row(metric: MetricRating, rating: Rating, language: str, y: float) -> Iterator[Shape]:
    """Yield the row of one of the rating's metrics, its top at y."""
    yield Line(((LEFT, y), (RIGHT, y)), colours.PALE)
    yield from pictogram(metric, LEFT, y + 8, 24, colours.INK)
    value = written(metric, language) or "–"  # noqa: RUF001 - a dash, as tables have where nothing is
    value, size = fitted(value, WIDEST_VALUE, (16, 9), bold=True)
    end = CELLS - 14
    yield Text((end, y + 26), value, size, colours.INK, bold=True, anchor="end")
    room = end - width_of(value, size, bold=True) - 10 - TITLE
    yield from _titles(metric, name_of(metric, rating, language), language, room, y)
    yield from _letters(metric, language, y)


def _titles(metric: MetricRating, name: str, language: str, room: float, y: float) -> Iterator[Shape]:
    """Yield the title, and below it why there is no letter."""
    title, size = fitted(name, room, (14, 10))
    below = metric.why_not.in_language(language) if metric.rated and not metric.letter else ""
    yield Text((TITLE, y + (18 if below else 26)), title, size, colours.INK)
    if below:
        reason, small = fitted(below, room, (10, 8.5))
        yield Text((TITLE, y + 32), reason, small, colours.GREY)


def _letters(metric: MetricRating, language: str, y: float) -> Iterator[Shape]:
    """Yield five places with the letter in its own, and a line below those it may have in truth."""
    if not metric.letter:
        words = say("not rated" if metric.rated else "information", language)
        line, size = fitted(words, RIGHT - CELLS, (11, 8))
        yield Text((RIGHT, y + 25), line, size, colours.GREY, anchor="end")
        return
    for grade, letter in enumerate(LETTERS):
        x = CELLS + grade * (CELL + GAP)
        if letter == metric.letter:
            fill = colours.of_letter(letter)
            yield Polygon(box(x - 2, y + 8, CELL + 4, 22), fill=fill, stroke=colours.INK)
            yield Text((x + CELL / 2, y + 24), letter, 14, colours.upon(fill), bold=True, anchor="middle")
        else:
            yield Polygon(box(x, y + 11.5, CELL, CELL), stroke=colours.GREY, width=0.8)
    if metric.best and metric.worst and metric.best != metric.worst:
        start, stop = (CELLS + grade_of(each) * (CELL + GAP) for each in (metric.best, metric.worst))
        yield Line(((start, y + 34), (stop + CELL, y + 34)), colours.INK, 2)
