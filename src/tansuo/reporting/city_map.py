"""The map of the assessment units: our own tiles, or the outlines an operator has loaded, ready to be drawn.

Tiles are schematic: their places follow the compass, not any survey, and no shape of anybody's is shipped. A
unit's outline is its own, or that of the one division it belongs to whole. Drawing units are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

from sqlalchemy import Connection

from tansuo.registry.boundaries import corners_of
from tansuo.registry.relation import relations
from tansuo.registry.subject import Subject, find

TILES: Mapping[str, tuple[int, int]] = {
    "zj.unit.runzhou": (1, 0),
    "zj.unit.jingkou": (2, 0),
    "zj.unit.xinqu": (3, 0),
    "zj.unit.yangzhong": (4, 0),
    "zj.unit.jurong": (0, 1),
    "zj.unit.gaoxin": (1, 1),
    "zj.unit.dantu": (2, 1),
    "zj.unit.danyang": (3, 1),
}
"""Column and row of each unit: 句容 in the west, 扬中 in the north-east, 丹阳 in the south-east."""

WIDTH = 1000
"""Width of the drawing of outlines; its height follows the city's shape."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit on the map: its tile, and its outline as an SVG path where there is one (with a spot for its name)."""

    unit: Subject
    column: int
    row: int
    path: str | None
    x: int | None
    y: int | None
    outline_of: str | None


@dataclass(frozen=True, slots=True)
class CityMap:
    """Places by row and column; ``width`` and ``height`` of the drawing of outlines, None without any."""

    places: tuple[Place, ...]
    width: int | None
    height: int | None


def city_map(connection: Connection, units: Sequence[Subject], as_of: int | None = None) -> CityMap:
    """The map of ``units`` as known at a log size."""
    outlines = _outlines(connection, units, as_of)
    frame = _Frame.around([one.geometry for one in outlines.values() if one.geometry]) if outlines else None
    places = []
    free = 0
    for unit in sorted(units, key=lambda one: one.id):
        spot = TILES.get(unit.id)
        if spot is None:
            spot, free = (free % 5, 2 + free // 5), free + 1
        column, row = spot
        shown = outlines.get(unit.id)
        if frame is None or shown is None or shown.geometry is None:
            places.append(Place(unit, column, row, None, None, None, None))
            continue
        x, y = frame.middle(shown.geometry)
        places.append(Place(unit, column, row, frame.path(shown.geometry), x, y, shown.id))
    places.sort(key=lambda one: (one.row, one.column))
    return CityMap(tuple(places), WIDTH if frame else None, frame.height if frame else None)


def _outlines(connection: Connection, units: Sequence[Subject], as_of: int | None) -> dict[str, Subject]:
    """What gives each unit its outline: itself, or the one division it belongs to whole."""
    found = {one.id: one for one in units if one.geometry is not None}
    links = relations(
        connection, "belongs_to", a=[one.id for one in units if one.id not in found], as_of=as_of
    )
    whole = {one.a: one.b for one in links if one.share == 1 and one.valid_to is None}
    divisions = {one.id: one for one in find(connection, ids=sorted(set(whole.values())), as_of=as_of)}
    for unit, division in whole.items():
        if division in divisions and divisions[division].geometry is not None:
            found[unit] = divisions[division]
    return found


@dataclass(frozen=True, slots=True)
class _Frame:
    """Degrees to drawing units: equirectangular, true at the middle latitude; north is up."""

    west: int
    north: int
    across: float
    down: float
    height: int

    @classmethod
    def around(cls, shapes: Sequence[Mapping[str, Any]]) -> _Frame:
        """The frame that holds all ``shapes``."""
        corners = [corner for shape in shapes for corner in corners_of(shape)]
        west, east = min(one[0] for one in corners), max(one[0] for one in corners)
        south, north = min(one[1] for one in corners), max(one[1] for one in corners)
        across = WIDTH / max(east - west, 1)
        down = across / cos(radians((south + north) / 2 / 10**7))
        return cls(west, north, across, down, max(1, round((north - south) * down)))

    def spot(self, corner: Sequence[int]) -> tuple[int, int]:
        """Where a corner is drawn."""
        return round((corner[0] - self.west) * self.across), round((self.north - corner[1]) * self.down)

    def path(self, shape: Mapping[str, Any]) -> str:
        """The shape as an SVG path for the even-odd rule; corners that fall together are drawn once."""
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        return "".join(self._ring(ring) for polygon in polygons for ring in polygon)

    def _ring(self, ring: Sequence[Sequence[int]]) -> str:
        spots = [self.spot(corner) for corner in ring[:-1]]
        apart = [one for at, one in enumerate(spots) if at == 0 or one != spots[at - 1]]
        if len(apart) < 3:
            return ""
        return "M" + "L".join(f"{x} {y}" for x, y in apart) + "Z"

    def middle(self, shape: Mapping[str, Any]) -> tuple[int, int]:
        """The middle of the box around the largest ring's spots, for the name."""
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        largest = max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))
        spots = [self.spot(corner) for corner in largest]
        xs, ys = [one[0] for one in spots], [one[1] for one in spots]
        return (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2


def _area(ring: Sequence[Sequence[int]]) -> int:
    """Twice the signed area of a ring in its own units."""
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(ring))
