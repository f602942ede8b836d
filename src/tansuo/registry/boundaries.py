"""Boundaries an operator brings: a GeoJSON file, judged feature by feature, becomes geometry of subjects.

We ship no boundaries: shapes of others carry rights, and published maps need a review number. A feature is
matched to a division or unit by a GB/T 2260 code (or our own code) or by its name among its properties. What
cannot be matched or drawn is named in a finding; the rest is taken. The file itself is kept as a document; an
entry holds a shape thinned out until it fits, every corner of which is a corner of the file's.

Coordinates are degrees as written, rounded to 10^-7; no binary float is made of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tansuo.quantity.decimals import round_to, scaled
from tansuo.quantity.finding import Finding, FindingError, Severity
from tansuo.registry.geometry import DECIMALS
from tansuo.registry.subject import Subject
from tansuo.registry.wording import refuse

LARGEST = 8 * 1024 * 1024
"""Longest file in bytes."""
MOST_CORNERS = 1_600
"""Corners of a shape that fit into one entry."""
CODES = ("gbt2260", "own_code")
_FIRST_TOLERANCE = 500  # 10^-7 degree, about 5 m

Point = tuple[int, int]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A shape for one subject: ``shape`` as ``registry.geometry`` writes it, corners as read and as kept."""

    subject: Subject
    feature: int
    shape: dict[str, Any]
    corners_read: int
    corners_kept: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a file gives: boundaries in the file's order, and what is wrong or worth saying."""

    boundaries: tuple[Boundary, ...]
    findings: tuple[Finding, ...]


def judge(data: bytes, subjects: Sequence[Subject]) -> Judged:
    """The boundaries in a GeoJSON file for ``subjects``. FindingError where the file is none at all."""
    features = _features(data)
    by_name = _names(subjects)
    found: dict[str, Boundary] = {}
    findings: list[Finding] = []
    for number, feature in enumerate(features, 1):
        said = _said(feature)
        about = next((by_name[word] for word in said if word in by_name), None)
        if about is None:
            findings.append(_finding("unmatched", number, "warning", names=", ".join(said[:3]) or "—"))
            continue
        if about.id in found:
            findings.append(_finding("twice", number, "error", subject=about.name_zh))
            continue
        try:
            boundary = _boundary(about, number, feature.get("geometry"), findings)
        except FindingError as problem:
            findings.extend(problem.findings)
            continue
        found[about.id] = boundary
    return Judged(tuple(found.values()), tuple(findings))


def _features(data: bytes) -> list[Mapping[str, Any]]:
    if len(data) > LARGEST:
        raise refuse("boundary_too_large", limit=LARGEST)
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise refuse("boundary_no_json", problem=str(problem)[:120]) from None
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not features:
        raise refuse("boundary_no_features")
    return [one if isinstance(one, dict) else {} for one in features]


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _names(subjects: Sequence[Subject]) -> dict[str, Subject]:
    """What a feature may call a subject; of a division and a unit of one name the division is meant."""
    found: dict[str, Subject] = {}
    for one in sorted(subjects, key=lambda each: each.kind != "division"):
        codes = [one.attributes[name] for name in CODES if name in one.attributes]
        for word in (*codes, one.name_zh, one.name_en):
            found.setdefault(word, one)
    return found


def _said(feature: Mapping[str, Any]) -> list[str]:
    """Texts and whole numbers among a feature's properties, and its id."""
    properties = feature.get("properties")
    values = list(properties.values()) if isinstance(properties, dict) else []
    return [str(one) for one in (*values, feature.get("id")) if isinstance(one, str | int) and one != ""]


def _boundary(about: Subject, number: int, geometry: object, findings: list[Finding]) -> Boundary:
    polygons = _polygons(geometry, number)
    rings = [ring for polygon in polygons for ring in polygon]
    read = sum(len(ring) for ring in rings)
    if any(touches_itself(ring) for ring in rings):
        findings.append(_finding("touches_itself", number, "warning", subject=about.name_zh))
    tolerance = 0
    kept = polygons
    while sum(len(ring) for polygon in kept for ring in polygon) > MOST_CORNERS:
        tolerance = tolerance * 2 or _FIRST_TOLERANCE
        kept = [thinned for polygon in polygons if (thinned := _thin(polygon, tolerance))]
    corners = sum(len(ring) for polygon in kept for ring in polygon)
    if corners < read:
        findings.append(_finding("thinned", number, "info", subject=about.name_zh, read=read, kept=corners))
    coordinates = [[[list(corner) for corner in ring] for ring in polygon] for polygon in kept]
    shape = {"type": "MultiPolygon", "decimals": DECIMALS, "coordinates": coordinates}
    return Boundary(about, number, shape, read, corners)


def _polygons(geometry: object, number: int) -> list[list[Ring]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise FindingError(_finding("no_area", number, "error", kind=str(kind)))
    listed = geometry.get("coordinates")
    polygons = [listed] if kind == "Polygon" else listed
    if not isinstance(polygons, list) or not polygons:
        raise FindingError(_finding("no_area", number, "error", kind=str(kind)))
    return [[_ring(ring, number) for ring in _list(polygon, number)] for polygon in polygons]


def _list(value: object, number: int) -> list[object]:
    if not isinstance(value, list) or not value:
        raise FindingError(_finding("bad_ring", number, "error"))
    return value


def _ring(value: object, number: int) -> Ring:
    ring = [_corner(one, number) for one in _list(value, number)]
    ring = [one for at, one in enumerate(ring) if at == 0 or one != ring[at - 1]]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise FindingError(_finding("bad_ring", number, "error"))
    return ring


def _corner(value: object, number: int) -> Point:
    pair = value[:2] if isinstance(value, list) else []
    if len(pair) != 2 or any(isinstance(one, bool) or not isinstance(one, int | Decimal) for one in pair):
        raise FindingError(_finding("bad_ring", number, "error"))
    longitude, latitude = (Decimal(one) for one in pair)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise FindingError(_finding("no_degrees", number, "error", corner=f"{longitude}, {latitude}"))
    return _units(longitude), _units(latitude)


def _units(degrees: Decimal) -> int:
    return scaled(round_to(degrees, DECIMALS), DECIMALS)


def _finding(code: str, number: int, severity: Severity, **params: str | int) -> Finding:
    return Finding(f"registry.boundary_{code}", {"feature": number}, params, severity)


def touches_itself(ring: Sequence[Point]) -> bool:
    """Whether a closed ring meets itself: a corner that comes twice, or two sides that cross."""
    corners = ring[:-1]
    if len(set(corners)) < len(corners):
        return True
    sides = [tuple(sorted((one, other))) for one, other in pairwise(ring)]
    open_: list[tuple[Point, ...]] = []
    for side in sorted(sides):
        open_ = [one for one in open_ if one[1][0] >= side[0][0]]
        if any(_cross(side, one) for one in open_):
            return True
        open_.append(side)
    return False


def _cross(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two sides cross at a point inside both."""
    turns = [
        _turn(one[0], one[1], other[0]) * _turn(one[0], one[1], other[1]),
        _turn(other[0], other[1], one[0]) * _turn(other[0], other[1], one[1]),
    ]
    return turns[0] < 0 and turns[1] < 0


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _thin(polygon: Sequence[Ring], tolerance: int) -> list[Ring]:
    """A polygon without what is smaller than ``tolerance``: holes and islands with no area left are gone."""
    rings = [ring for one in polygon if len(ring := _thinned(one, tolerance)) >= 4]
    return rings if rings and len(_thinned(polygon[0], tolerance)) >= 4 else []


def _thinned(ring: Ring, tolerance: int) -> Ring:
    """The ring by Douglas and Peucker (1973), between its first corner and the one farthest from it."""
    first = ring[0]
    far = max(range(len(ring)), key=lambda at: (ring[at][0] - first[0]) ** 2 + (ring[at][1] - first[1]) ** 2)
    keep = {0, far, len(ring) - 1}
    spans = [(0, far), (far, len(ring) - 1)]
    while spans:
        start, end = spans.pop()
        at = _farthest(ring, start, end, tolerance)
        if at is not None:
            keep.add(at)
            spans += [(start, at), (at, end)]
    return [ring[at] for at in sorted(keep)]


def _farthest(ring: Ring, start: int, end: int, tolerance: int) -> int | None:
    """The corner between two that lies farthest from the line through them, if beyond the tolerance."""
    a, b = ring[start], ring[end]
    length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    best, found = tolerance * tolerance * max(length, 1), None
    for at in range(start + 1, end):
        if length:
            off = _turn(a, b, ring[at]) ** 2
        else:
            off = (ring[at][0] - a[0]) ** 2 + (ring[at][1] - a[1]) ** 2
        if off > best:
            best, found = off, at
    return found


def corners_of(shape: Mapping[str, Any]) -> Iterator[Point]:
    """Every corner of a stored area."""
    for polygon in shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]:
        for ring in polygon:
            yield from ((longitude, latitude) for longitude, latitude in ring)
