"""The map of the assessment units: our own tiles for everybody, outlines where an operator has loaded some."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel

from tansuo.accounting.inventory import known_size
from tansuo.accounting.overview import RELATION
from tansuo.api.policy import Viewer
from tansuo.api.problems import FindingBody, not_found
from tansuo.api.shapes import Named, named
from tansuo.api.viewer import Moment, clock_of, reading, require, summing
from tansuo.evidence.ledger import receipt_id
from tansuo.registry import subject
from tansuo.registry.boundaries import LARGEST
from tansuo.registry.boundary_entries import adopt, withdraw
from tansuo.registry.relation import relations
from tansuo.reporting.city_map import city_map

router = APIRouter(prefix="/api/map", tags=["map"])

BOUNDARY_LIMITS = {"put_boundaries": LARGEST}
"""Bodies longer than usual; see `app.BODY_LIMITS`."""


class PlaceBody(BaseModel):
    """A unit: its tile, and its outline as an SVG path (even-odd rule) with a spot for its name, if loaded.

    `outline_of` is the division whose outline it is, where it is not the unit's own.
    """

    unit: Named
    column: int
    row: int
    path: str | None
    x: int | None
    y: int | None
    outline_of: str | None


class MapBody(BaseModel):
    """The map as known at `size`. `schematic`: no outlines are loaded; `width` and `height` are theirs."""

    size: int
    schematic: bool
    width: int | None
    height: int | None
    places: list[PlaceBody]


class BoundariesBody(BaseModel):
    """What came of a file of boundaries: the entries made, the subjects they are about, and findings."""

    document: str
    entries: list[str]
    subjects: list[Named]
    findings: list[FindingBody]


class Withdrawn(BaseModel):
    """The entries that took the boundaries back."""

    entries: list[str]


@router.get("", name="get_map")
def get_map(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("get_map"))]
) -> MapBody:
    """The assessment units' places; as known at the moment asked for."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else known_size(connection)
        cities = subject.find(connection, kind="city", as_of=size)
        if not cities:
            raise not_found("city", "")
        links = relations(connection, RELATION, b=[cities[0].id], as_of=size)
        ids = sorted({one.a for one in links})
        units = [
            one for one in subject.find(connection, ids=ids, as_of=size) if one.kind == "assessment_unit"
        ]
        found = city_map(connection, units, size)
        return MapBody(
            size=size,
            schematic=found.width is None,
            width=found.width,
            height=found.height,
            places=[
                PlaceBody(
                    unit=named(one.unit), column=one.column, row=one.row, path=one.path, x=one.x, y=one.y,
                    outline_of=one.outline_of,
                )
                for one in found.places
            ],
        )  # fmt: skip


@router.put("/boundaries", name="put_boundaries")
def put_boundaries(
    request: Request,
    data: Annotated[bytes, Body(media_type="application/octet-stream", description="GeoJSON, UTF-8")],
    viewer: Annotated[Viewer, Depends(require("put_boundaries"))],
    name: Annotated[str, Query(min_length=1, max_length=200)] = "boundaries.geojson",
) -> BoundariesBody:
    """Give divisions and units the boundaries of a GeoJSON file; what cannot be taken is in the findings."""
    with summing(request) as connection:
        made = adopt(connection, data, name, by=viewer.actor, clock=clock_of(request))
        return BoundariesBody(
            document=str(made.document.body["blob"]),
            entries=[receipt_id(one) for one in made.entries],
            subjects=[named(one.subject) for one in made.judged.boundaries],
            findings=[FindingBody.model_validate(one.as_json()) for one in made.judged.findings],
        )


@router.delete("/boundaries", name="withdraw_boundaries")
def withdraw_boundaries(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("withdraw_boundaries"))],
    reason: Annotated[str, Query(min_length=3, max_length=500)],
) -> Withdrawn:
    """Take all boundaries back: the map is drawn in tiles again, and as of earlier sizes as it was."""
    with summing(request) as connection:
        entries = withdraw(connection, by=viewer.actor, clock=clock_of(request), reason=reason)
        return Withdrawn(entries=[receipt_id(one) for one in entries])
