"""企业 page: completeness against the plan, and series for drawing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from tansuo.api.looking import firm_of, looking
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused, sought
from tansuo.api.shapes import Named, named
from tansuo.api.viewer import Moment, month_of, own, require
from tansuo.monitoring import plan
from tansuo.monitoring.coverage import LATE_AFTER, Coverage, coverage
from tansuo.monitoring.lookup import line_of
from tansuo.monitoring.profile import Point, by_day, by_hour, longest_days
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])

_YEARS = (1970, 2199)


class CompletenessCell(BaseModel):
    """A day or month of the grid; see `monitoring.coverage.Coverage`."""

    period: str
    standing: str
    series: list[str]
    expected: int | None
    received: int
    missing: int
    not_operating: int
    late: int | None
    revised: int
    conflicts: int
    kinds: list[str]
    running: bool


class CompletenessRow(BaseModel):
    """An activity of a source, from one or more series."""

    source: Named
    indicator: str
    series: list[str]
    required: bool
    synthetic: bool
    cells: list[CompletenessCell]


class EnterpriseCompleteness(BaseModel):
    """The grid of a year by month, or of a month by day. `late_after_hours` is a proposal of ours."""

    point: str
    as_of: int
    period: str
    step: Literal["month", "day"]
    late_after_hours: int
    late_status: Literal["proposal"]
    rows: list[CompletenessRow]


@router.get("/{name}/completeness", name="get_enterprise_completeness")
def get_enterprise_completeness(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_completeness"))],
    year: Annotated[int | None, Query(ge=_YEARS[0], le=_YEARS[1])] = None,
    month: Annotated[
        str | None, Query(max_length=7, description="By day, instead of a year by month")
    ] = None,
) -> EnterpriseCompleteness:
    """What came of what the plan expects: expected, received, missing, late, not operating, not measured."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        period = month_of(month) if month else Period.parse(str(year or look.today.year))
        lines = [line for line in plan.lines(look.connection, look.size, org=firm.org) if line.authoritative]
        found = coverage(look.connection, lines, period.start, period.end, look.today, look.size)
        sources = {
            one.id: one
            for one in subject.find(
                look.connection, ids=sorted({row.source for row in found}), as_of=look.size
            )
        }
        return EnterpriseCompleteness(
            point=look.point,
            as_of=look.size,
            period=period.text,
            step="day" if month else "month",
            late_after_hours=int(LATE_AFTER.total_seconds()) // 3600,
            late_status="proposal",
            rows=[
                CompletenessRow(
                    source=_source(sources.get(row.source), row.source, firm),
                    indicator=row.indicator,
                    series=[line.series for line in row.lines],
                    required=any(line.required for line in row.lines),
                    synthetic=any(line.synthetic for line in row.lines),
                    cells=[coverage_body(one) for one in (row.days if month else row.months())],
                )
                for row in found
            ],
        )


def _source(about: Subject | None, name: str, firm: Subject) -> Named:
    """The source; by its id where the plan names one that nobody declared."""
    if about is not None:
        return named(about)
    return Named(id=name, kind="emission_source", name_zh=name, name_en=name, synthetic=firm.synthetic)


def coverage_body(one: Coverage) -> CompletenessCell:
    """A cell of the grid as it leaves."""
    return CompletenessCell(
        period=one.period,
        standing=one.standing,
        series=list(one.series),
        expected=one.expected,
        received=one.received,
        missing=one.missing,
        not_operating=one.not_operating,
        late=one.late,
        revised=one.revised,
        conflicts=one.conflicts,
        kinds=sorted(one.kinds),
        running=one.running,
    )


class SeriesPoint(BaseModel):
    """[start, end) in UTC; `value` null where `state` has no number, `partial` what is known of such a point."""

    start: datetime
    end: datetime
    value: str | None
    partial: str | None
    state: str
    kinds: list[str]


class EnterpriseSeries(BaseModel):
    """A series for drawing. Holes are points too."""

    point: str
    as_of: int
    series: str
    source: Named
    indicator: str
    form: str
    unit: str
    step: str
    zone: str
    synthetic: bool
    points: list[SeriesPoint]


@router.get("/{name}/series/{series:path}", name="get_enterprise_series")
def get_enterprise_series(
    request: Request,
    name: str,
    series: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_series"))],
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to", description="The last civil day, with it")] = None,
    step: Annotated[Literal["hour", "day"], Query()] = "day",
) -> EnterpriseSeries:
    """Amounts of a series by hour or day, the last month (by hour: three days) if not said."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        with sought("series", series):
            line = line_of(look.connection, series, look.size)
        own(viewer, line.org, "series", series)
        if line.org != firm.org:
            raise not_found("series", series)
        end = min(last or look.today, look.today) + timedelta(days=1)
        begin = first or end - timedelta(days=31 if step == "day" else 3)
        _judge_span(begin, end, longest_days(step, line))
        points = (
            by_day(look.connection, line, begin, end, look.size)
            if step == "day"
            else by_hour(look.connection, line, begin, end, look.now, look.size)
        )
        about = subject.get(look.connection, line.source, as_of=look.size)
        return EnterpriseSeries(
            point=look.point,
            as_of=look.size,
            series=series,
            source=_source(about, line.source, firm),
            indicator=line.indicator,
            form=line.form,
            unit=line.unit if line.form == "ratio" else line.amount_unit,
            step=step,
            zone=line.zone,
            synthetic=line.synthetic or any(one.synthetic for one in points),
            points=[_point(one) for one in points],
        )


def _judge_span(begin: date, end: date, longest: int) -> None:
    if not date(_YEARS[0], 1, 1) <= begin < end:
        raise refused("bad_span", first=begin.isoformat(), last=(end - timedelta(days=1)).isoformat())
    if (end - begin).days > longest:
        raise refused("long_span", limit=longest, unit="days")


def _point(one: Point) -> SeriesPoint:
    return SeriesPoint(
        start=one.start,
        end=one.end,
        value=None if one.value is None else plain(one.value),
        partial=None if one.partial is None else plain(one.partial),
        state=one.state.value,
        kinds=sorted(one.kinds),
    )
