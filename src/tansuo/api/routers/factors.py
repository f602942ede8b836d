"""The factor library: every row of every shipped pack and published method, with its dates, standing and uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from tansuo.accounting.factor_library import (
    Group,
    LibraryRow,
    Wanted,
    figures_with,
    last_published,
    library,
)
from tansuo.accounting.shipped import shelf
from tansuo.api.factor_shapes import (
    Facet,
    FactorDetail,
    FactorLibrary,
    FactorUser,
    LibraryFactor,
    SubjectFigures,
)
from tansuo.api.method_sheet import factor
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.shapes import named
from tansuo.api.viewer import Moment, clock_of, reading, require
from tansuo.evidence.moment import civil, zone_of
from tansuo.registry import subject
from tansuo.reporting.factor_table import csv_of

router = APIRouter(prefix="/api/factors", tags=["methods"])

SHOWN = 50
"""Subjects that are named beside a row."""

_Text = Annotated[str, Query(max_length=200)]


class Asked:
    """The filters of a request; what is not given asks nothing."""

    def __init__(
        self,
        q: _Text = "",
        pack: _Text = "",
        table: _Text = "",
        status: _Text = "",
        day: date | None = None,
        published_before: date | None = None,
    ) -> None:
        self.wanted = Wanted(q, pack, table, status, day, published_before)


@dataclass(frozen=True)
class _Library:
    """All rows, and what is told of each by looking at the others."""

    rows: Sequence[LibraryRow]
    editions: Mapping[Group, int]
    last: Mapping[Group, LibraryRow]

    def shown(self, one: LibraryRow) -> LibraryFactor:
        title = one.method.words["title"]
        published = one.row.published_on != ""
        return LibraryFactor(
            **factor(one.method, one.row, one.origin).model_dump(),
            title_zh=title["zh"],
            title_en=title["en"],
            users=[FactorUser(pack=user, terms=list(terms)) for user, terms in one.users],
            editions=self.editions[one.group],
            last_published=self.last.get(one.group) is one if published else None,
        )


def _library(request: Request, connection: Connection, size: int | None, day: date | None) -> _Library:
    rows = library(connection, shelf(), size)
    today = civil(clock_of(request).now_ms(), zone_of(connection)).date()
    editions = Counter(one.group for one in rows)
    return _Library(rows, editions, last_published(rows, day or today))


@router.get("", name="list_factors")
def list_factors(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_factors"))],
    asked: Annotated[Asked, Depends()],
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FactorLibrary:
    """Rows found by words, pack, table, standing, a day they hold on, or as last published before a day."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        known = _library(request, connection, size, asked.wanted.published_by)
        found = asked.wanted.of(known.rows)
        return FactorLibrary(
            total=len(found),
            offset=offset,
            rows=[known.shown(one) for one in found[offset : offset + limit]],
            packs=_facets(one.origin for one in known.rows),
            tables=_facets(one.row.table for one in known.rows),
            statuses=_facets(one.row.status for one in known.rows),
        )


def _facets(values: Iterable[str]) -> list[Facet]:
    return [Facet(name=name, rows=rows) for name, rows in sorted(Counter(values).items())]


@router.get("/row", name="get_factor")
def get_factor(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_factor"))],
    row: Annotated[str, Query(max_length=300, description="Its id")],
    pack: Annotated[str, Query(max_length=200)] = "",
) -> FactorDetail:
    """One row by its id and the pack that brought it: its editions, and the published figures that rest on it."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        known = _library(request, connection, size, None)
        found = next((one for one in known.rows if (one.origin, one.row.id) == (pack, row)), None)
        if found is None:
            raise not_found("factor", row)
        uses = figures_with(connection, found, size)
        shown = list(uses.subjects)[:SHOWN]
        about = {one.id: one for one in subject.find(connection, ids=shown, as_of=size)} if shown else {}
        subjects = [
            SubjectFigures(subject=named(about[name]), figures=count)
            for name, count in uses.subjects.items()
            if name in about
        ]
        same = [one for one in known.rows if one.group == found.group]
        return FactorDetail(
            row=known.shown(found),
            editions=[known.shown(one) for one in sorted(same, key=lambda one: one.row.valid_from)],
            figures=uses.figures,
            subjects=subjects,
            more=len(uses.subjects) - len(subjects),
        )


@router.get("/export.csv", name="export_factors", response_class=Response)
def export_factors(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("export_factors"))],
    asked: Annotated[Asked, Depends()],
) -> Response:
    """The rows found as CSV, in the columns of a pack's factors.csv, with the pack and the words of the source."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        found = asked.wanted.of(library(connection, shelf(), size))
        return Response(
            csv_of(found),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="tansuo-factors.csv"'},
        )
