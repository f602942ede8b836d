"""Geometry of subjects without a binary float: coordinates are integers of 10^-7 degree (about 1 cm).

Entries hold canonical JSON, where floats are refused; so a point is two integers and the scale is stated.
Frame: CGCS2000 / WGS 84 longitude, latitude. Shapes as in GeoJSON (RFC 7946): Point, LineString, Polygon,
MultiPolygon; rings are closed.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tansuo.quantity.decimals import plain, scaled, unscaled
from tansuo.registry.wording import decimal, refuse

DECIMALS = 7

Corner = tuple[str, str]
"""Longitude and latitude in degrees, as decimal texts."""


def point(longitude: str, latitude: str) -> dict[str, Any]:
    """A point; degrees as decimal texts with at most seven decimals."""
    return _shape("Point", _corner((longitude, latitude)))


def line(corners: Sequence[Corner]) -> dict[str, Any]:
    """A line of two or more points, such as a segment of shoreline."""
    if len(corners) < 2:
        raise refuse("bad_geometry", problem="a line needs two points")
    return _shape("LineString", [_corner(one) for one in corners])


def polygon(*rings: Sequence[Corner]) -> dict[str, Any]:
    """A polygon of an outer ring and its holes; each ring closed, at least four points."""
    if not rings:
        raise refuse("bad_geometry", problem="a polygon needs an outer ring")
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise refuse("bad_geometry", problem="a ring has at least four points and ends where it begins")
    return _shape("Polygon", [[_corner(one) for one in ring] for ring in rings])


def as_geojson(shape: dict[str, Any]) -> str:
    """GeoJSON text of a stored shape, degrees written as exact decimals."""
    return f'{{"type":"{shape["type"]}","coordinates":{_written(shape["coordinates"], _degrees)}}}'


def _shape(kind: str, coordinates: list[Any]) -> dict[str, Any]:
    return {"type": kind, "decimals": DECIMALS, "coordinates": coordinates}


def _corner(corner: Corner) -> list[int]:
    longitude, latitude = (decimal(text, "coordinates") for text in corner)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise refuse("bad_geometry", problem=f"{corner[0]}, {corner[1]} is not a longitude and a latitude")
    return [_units(longitude), _units(latitude)]


def _units(degrees: Decimal) -> int:
    try:
        return scaled(degrees, DECIMALS)
    except ValueError:
        raise refuse("bad_geometry", problem=f"{plain(degrees)} has more than {DECIMALS} decimals") from None


def _degrees(units: int) -> str:
    return plain(unscaled(units, DECIMALS))


def _written(value: Any, number: Callable[[int], str]) -> str:
    if isinstance(value, list):
        return "[" + ",".join(_written(one, number) for one in value) + "]"
    return number(value)
