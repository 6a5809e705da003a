"""Regenerate `country_cells.toml`: which cells of one degree the land of each country touches.

    npm pack world-atlas@2.0.2 && tar -xzf world-atlas-2.0.2.tgz
    python -m ai_power_export.vocabulary.generate_countries package/countries-10m.json

The borders are those of Natural Earth 4.1.0 at 1:10 million (public domain,
https://www.naturalearthdata.com), which the package `world-atlas` holds as
TopoJSON: countries whose outlines are lists of arcs, and arcs whose points are
differences in whole steps of a grid.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ai_power_export.vocabulary.countries import CELLS

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
Cell = tuple[int, int]
"""South and west edge of a cell in degrees."""

STEPS = 20
"""Points looked at on a border within a degree: it leaves out corners of cells of less than 6 km."""

UNNUMBERED = {
    "Kosovo": ("XKX",),
    "Dhekelia": ("CYP", "GBR"),
    "Akrotiri": ("CYP", "GBR"),
    "N. Cyprus": ("CYP", "TUR"),
    "Cyprus U.N. Buffer Zone": ("CYP",),
    "Somaliland": ("SOM",),
    "USNB Guantanamo Bay": ("CUB", "USA"),
    "Siachen Glacier": ("IND", "PAK"),
    "Baikonur": ("KAZ", "RUS"),
    "Indian Ocean Ter.": ("AUS", "CCK", "CXR"),
    "Coral Sea Is.": ("AUS",),
    "Spratly Is.": ("CHN", "MYS", "PHL", "TWN", "VNM"),
    "Scarborough Reef": ("CHN", "PHL", "TWN"),
    "Clipperton I.": ("FRA",),
    "Bajo Nuevo Bank": ("COL",),
    "Serranilla Bank": ("COL",),
}
"""Lands without a number in ISO 3166, and the countries that hold or claim them."""

CLAIMED: dict[str, tuple[Cell, ...]] = {
    "UKR": tuple((south, west) for south in (44, 45) for west in range(32, 37)),
}
"""Lands that the source draws as another country's: Crimea."""

HEADER = """\
# Cells of one degree that the land of a country touches; made by generate_countries.py, not by hand.
# Made with Natural Earth 4.1.0 (public domain, https://www.naturalearthdata.com): borders as held.
# Country (ISO 3166-1 alpha-3) = rows of cells: south edge, then west and east edge of each stretch.
"""


def country_cells(atlas: dict[str, Any]) -> dict[str, set[Cell]]:
    """Return the cells of every country of an atlas, by ISO 3166-1 alpha-3 code."""
    arcs = [list(_points(arc, atlas["transform"])) for arc in atlas["arcs"]]
    found: dict[str, set[Cell]] = defaultdict(set)
    for country in atlas["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        cells = set().union(*(_touched([_ring(ring, arcs) for ring in polygon]) for polygon in polygons))
        for code in _codes(country):
            found[code] |= cells
    for code, cells_claimed in CLAIMED.items():
        found[code].update(cells_claimed)
    return found


def _points(arc: list[list[int]], transform: dict[str, Any]) -> Iterator[Point]:
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield x * scale_x + from_x, y * scale_y + from_y


def _ring(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Return a closed outline; `~index` means an arc backwards."""
    return [point for index in indices for point in (arcs[index] if index >= 0 else arcs[~index][::-1])]


def _codes(country: dict[str, Any]) -> tuple[str, ...]:
    import pycountry

    if "id" not in country:
        return UNNUMBERED[country["properties"]["name"]]
    return (pycountry.countries.get(numeric=country["id"]).alpha_3,)


def _touched(rings: list[list[Point]]) -> set[Cell]:
    """Return the cells that hold a point of a border, or whose middle lies within."""
    edges = [edge for ring in rings for edge in itertools.pairwise(ring)]
    cells = {_cell(point) for edge in edges for point in _on(edge)}
    for south in range(min(s for s, _ in cells), max(s for s, _ in cells) + 1):
        crossings = sorted(_crossings(edges, south + 0.5))
        for west, east in zip(crossings[::2], crossings[1::2]):  # noqa: B905 - pairs
            cells.update((south, x) for x in range(math.ceil(west - 0.5), math.floor(east - 0.5) + 1))
    return cells


def _on(edge: tuple[Point, Point]) -> Iterator[Point]:
    (x, y), (to_x, to_y) = edge
    count = max(1, math.ceil(STEPS * max(abs(to_x - x), abs(to_y - y))))
    for i in range(count):
        yield x + (to_x - x) * i / count, y + (to_y - y) * i / count


def _cell(point: Point) -> Cell:
    return min(math.floor(point[1]), 89), min(math.floor(point[0]), 179)


def _crossings(edges: list[tuple[Point, Point]], latitude: float) -> Iterator[float]:
    """Yield the longitudes at which a parallel crosses the outline."""
    for (x, y), (to_x, to_y) in edges:
        if (y <= latitude) != (to_y <= latitude):
            yield x + (to_x - x) * (latitude - y) / (to_y - y)


def _rows(cells: set[Cell]) -> list[list[int]]:
    """Join neighbouring cells: each row is the south edge, then west and east edges of its stretches."""
    rows: dict[int, list[int]] = {}
    for south, west in sorted(cells):
        row = rows.setdefault(south, [south])
        if len(row) > 1 and row[-1] == west:
            row[-1] = west + 1
        else:
            row += [west, west + 1]
    return list(rows.values())


def main(atlas: Path) -> None:
    """Write the file of cells."""
    cells = country_cells(json.loads(atlas.read_text(encoding="utf-8")))
    lines = (f"{code} = {json.dumps(_rows(cells[code]), separators=(',', ':'))}" for code in sorted(cells))
    CELLS.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
