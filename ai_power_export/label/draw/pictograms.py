"""Small pictures of what a metric is about, on a field of 24 by 24."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Union

from ai_power_export.label.draw.primitives import Disc, Line, Polygon, Shape, box, placed
from ai_power_export.label.rated import MetricRating

FIELD = 24
"""Width and height of the field."""
Drawing = Sequence[Union[Polygon, Line, Disc]]


def pictogram(metric: MetricRating, x: float, y: float, size: float, ink: str) -> Iterator[Shape]:
    """Yield the shapes of a metric's pictogram, its top left corner at x and y."""
    yield from placed(_drawing_of(metric)(ink), x, y, size / FIELD)


def bolt(ink: str) -> Drawing:
    """Draw energy."""
    return [Polygon(((14, 1), (4, 14), (11, 14), (9, 23), (20, 9), (13, 9)), fill=ink)]


def clock(ink: str) -> Drawing:
    """Draw time."""
    hands = Line(((12, 6), (12, 12.5), (16.5, 15)), ink, 2)
    return [Disc((12, 12), 9.5, stroke=ink, width=2), hands]


def document(ink: str) -> Drawing:
    """Draw a file or data."""
    sheet = Polygon(((5, 2), (14, 2), (19, 7), (19, 22), (5, 22)), stroke=ink, width=2)
    return [sheet, *(Line(((8.5, y), (15.5, y)), ink, 1.8) for y in (10, 14, 18))]


def network(ink: str) -> Drawing:
    """Draw the parameters of a model."""
    left, right = ((5, 5), (5, 12), (5, 19)), ((19, 8), (19, 16))
    wires = [Line((start, end), ink, 1) for start in left for end in right]
    return [*wires, *(Disc(place, 2.8, fill=ink) for place in (*left, *right))]


def chip(ink: str) -> Drawing:
    """Draw the operations of a machine."""
    pins = [
        Line(ends, ink, 1.8)
        for at in (8, 12, 16)
        for ends in (((at, 1.5), (at, 22.5)), ((1.5, at), (22.5, at)))
    ]
    return [
        *pins,
        Polygon(box(5, 5, 14, 14), fill="#ffffff", stroke=ink, width=2),
        Disc((12, 12), 3, fill=ink),
    ]


def target(ink: str) -> Drawing:
    """Draw how good the answers are."""
    rings = [Disc((12, 12), radius, stroke=ink, width=2) for radius in (10, 5.8)]
    return [*rings, Disc((12, 12), 2.2, fill=ink)]


def cloud(ink: str) -> Drawing:
    """Draw emissions."""
    puffs = [
        Disc(centre, radius, fill=ink)
        for centre, radius in (((7, 14), 5), ((12.5, 10), 6), ((18, 14.5), 4.5))
    ]
    return [*puffs, Polygon(box(7, 13, 11, 6), fill=ink)]


def bars(ink: str) -> Drawing:
    """Draw any other number."""
    return [
        Polygon(box(x, 22 - height, 5, height), fill=ink) for x, height in ((2.5, 8), (9.5, 13), (16.5, 19))
    ]


_BY_UNIT: dict[str, Callable[[str], Drawing]] = {
    **dict.fromkeys(("GWh", "MWh", "kWh", "Wh", "mWh", "µWh", "J", "Ws", "kJ", "MJ", "W", "kW"), bolt),
    **dict.fromkeys(("d", "h", "min", "s", "ms", "µs"), clock),
    **dict.fromkeys(("kB", "MB", "GB", "TB"), document),
    **dict.fromkeys(("FLOP", "MFLOP", "GFLOP", "TFLOP"), chip),
    **dict.fromkeys(("t", "kg", "g", "mg", "µg", "gCO2eq", "g/kWh", "kg/kWh", "gCO2eq/kWh"), cloud),
    "%": target,
}
_BY_NAME: tuple[tuple[str, Callable[[str], Drawing]], ...] = (
    ("param", network),
    ("energy", bolt),
    ("time", clock),
    ("size", document),
    ("data", document),
    ("flop", chip),
    ("accuracy", target),
    ("performance", target),
    ("f1", target),
    ("carbon", cloud),
    ("co2", cloud),
)


def _drawing_of(metric: MetricRating) -> Callable[[str], Drawing]:
    """Return what draws a metric: by its unit, which says most; else by a part of its name."""
    if metric.unit in _BY_UNIT:
        return _BY_UNIT[metric.unit]
    return next((drawing for part, drawing in _BY_NAME if part in metric.name.casefold()), bars)
