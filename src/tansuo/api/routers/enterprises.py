"""企业 list: the enterprises within the viewer's scope for one period, and the same as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from tansuo.accounting.overview import METHOD
from tansuo.api.enterprise_rows import EnterpriseRow, Found, Sort, Wanted, find, ordered, rows
from tansuo.api.looking import Look, looking
from tansuo.api.policy import Viewer
from tansuo.api.shapes import Named, named
from tansuo.api.viewer import Moment, period_of, require
from tansuo.quantity.period import Period
from tansuo.registry.sectors import SECTORS
from tansuo.registry.subject import Subject
from tansuo.reporting.enterprise_table import table_of
from tansuo.reporting.tables import MEDIA_TYPES, Form, file_of

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])


class EnterpriseUnit(BaseModel):
    """An assessment unit and how many enterprises of it the viewer sees."""

    unit: Named
    enterprises: int


class EnterpriseSector(BaseModel):
    """A sector with its names, and how many enterprises of it the viewer sees."""

    sector: str
    name_zh: str
    name_en: str
    enterprises: int


class EnterpriseList(BaseModel):
    """One page of the list. `total` rows are wanted, of `seen` within the viewer's scope; `point` is
    origin@size, the state of the ledger that everything was read at."""

    point: str
    as_of: int
    zone: str
    period: str
    method: str
    method_title_zh: str
    method_title_en: str
    synthetic: bool
    seen: int
    total: int
    page: int
    size: int
    rows: list[EnterpriseRow]
    units: list[EnterpriseUnit]
    sectors: list[EnterpriseSector]


class Asked:
    """What the list is asked for, shared by the page and the files."""

    def __init__(
        self,
        period: Annotated[
            str | None, Query(max_length=32, description="2026-10, 2026-Q3, 2026; else the last whole month")
        ] = None,
        q: Annotated[str, Query(max_length=100, description="Part of a name, id or industry code")] = "",
        unit: Annotated[list[str] | None, Query(max_length=40)] = None,
        sector: Annotated[list[str] | None, Query(max_length=40)] = None,
        online: Annotated[
            list[Literal["online", "delayed", "silent", "none"]] | None, Query(max_length=4)
        ] = None,
        complete: Annotated[bool | None, Query()] = None,
        waiting: Annotated[bool | None, Query(description="Whether something waits for a person")] = None,
        sort: Annotated[Sort, Query()] = "direct",
        order: Annotated[Literal["asc", "desc"], Query()] = "desc",
        method: Annotated[str, Query(max_length=128)] = METHOD,
    ) -> None:
        self.period = None if period is None else period_of(period)
        self.wanted = Wanted(
            q, frozenset(unit or ()), frozenset(sector or ()), frozenset(online or ()), complete, waiting
        )
        self.sort = sort
        self.descending = order == "desc"
        self.method = method

    def over(self, look: Look) -> Period:
        """The period asked for, or the month that ended last."""
        return look.last_month if self.period is None else self.period


@router.get("", name="list_enterprises")
def list_enterprises(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_enterprises"))],
    asked: Annotated[Asked, Depends()],
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EnterpriseList:
    """Enterprises of one period: figures, changes, completeness, freshness, and what waits for a person."""
    with looking(request, viewer, moment) as look:
        period = asked.over(look)
        found = find(look, period, asked.method)
        chosen = ordered(
            [one for one in found if asked.wanted.takes(one)], asked.sort, descending=asked.descending
        )
        title = look.inventory.method(asked.method, period).listing
        return EnterpriseList(
            point=look.point,
            as_of=look.size,
            zone=look.zone,
            period=period.text,
            method=asked.method,
            method_title_zh=title.title_zh,
            method_title_en=title.title_en,
            synthetic=any(one.firm.synthetic for one in found),
            seen=len(found),
            total=len(chosen),
            page=page,
            size=size,
            rows=rows(look, chosen[(page - 1) * size : page * size]),
            units=_units(found),
            sectors=_sectors(found),
        )


def _units(found: list[Found]) -> list[EnterpriseUnit]:
    known: Mapping[str, Subject] = {unit.id: unit for one in found for unit in one.units}
    counted = Counter(unit.id for one in found for unit in one.units)
    return [EnterpriseUnit(unit=named(known[name]), enterprises=counted[name]) for name in sorted(known)]


def _sectors(found: list[Found]) -> list[EnterpriseSector]:
    counted = Counter(one.firm.attributes["sector"] for one in found if "sector" in one.firm.attributes)
    codes = [*(code for code in SECTORS if code in counted), *sorted(counted.keys() - SECTORS.keys())]
    return [
        EnterpriseSector(
            sector=code,
            name_zh=SECTORS.get(code, (code, code))[0],
            name_en=SECTORS.get(code, (code, code))[1],
            enterprises=counted[code],
        )
        for code in codes
    ]


@router.get("/export.{form}", name="export_enterprises", response_class=Response)
def export_enterprises(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("export_enterprises"))],
    asked: Annotated[Asked, Depends()],
    form: Form,
    lang: Annotated[Literal["zh", "en"], Query(description="Language of headings and words")] = "zh",
) -> Response:
    """The whole list as a file: every number with unit, state, kinds, and its receipt or cell."""
    with looking(request, viewer, moment) as look:
        period = asked.over(look)
        chosen = ordered(
            [one for one in find(look, period, asked.method) if asked.wanted.takes(one)],
            asked.sort,
            descending=asked.descending,
        )
        title = look.inventory.method(asked.method, period).listing
        named_zh_en = (title.title_zh, title.title_en)
        made = [row.model_dump(mode="json") for row in rows(look, chosen)]
        table = table_of(made, period.text, look.point, look.zone, named_zh_en, lang)
        name = f"tansuo-enterprises-{period.text.replace('/', '-')}-{look.size}.{form}"
        return Response(
            file_of(table, form),
            media_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
