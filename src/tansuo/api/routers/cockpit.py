"""总览: one answer for the cockpit and the big screen, for whoever asks, of what they may see of the city.

Who works with the data gets the key enterprises' sum as now known beside what was first published, with
reasons, deadlines and the state of the data sources in their own scope; everybody else gets what is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from tansuo.accounting import annual
from tansuo.accounting.cockpit import QUANTITIES, Cockpit, Said, cockpit, trend_months
from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import Inventory, known_size
from tansuo.accounting.movers import movers
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, RELATION, published_month
from tansuo.accounting.query.computed import monitored_since
from tansuo.accounting.receipt import count_published, histories_of, published
from tansuo.api.cockpit_shapes import (
    AgainstBody,
    CoveredBody,
    DeadlineBody,
    FactBody,
    FirmBody,
    HealthBody,
    KindShareBody,
    MoversBody,
    PromiseBody,
    SaidBody,
    TrendMonthBody,
    UnitBody,
    YearBody,
    change_body,
    coverage_body,
    deadline_body,
    health_body,
    mover_body,
    published_body,
    said_body,
    share_body,
    year_body,
)
from tansuo.api.drawer import nonstandard
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found, refused
from tansuo.api.shapes import Named, named, of_statement
from tansuo.api.viewer import (
    AsOfQuery,
    Moment,
    clock_of,
    inventory_of,
    memory_of,
    period_of,
    reading,
    require,
    summing,
)
from tansuo.evidence.entry import PUBLIC
from tansuo.evidence.ledger import origin
from tansuo.evidence.moment import civil, recorded_at, zone_of
from tansuo.monitoring import plan
from tansuo.monitoring.health import devices
from tansuo.quantity.period import Period
from tansuo.registry import indicator, subject
from tansuo.registry.duties import awaited
from tansuo.registry.relation import relations
from tansuo.registry.subject import Subject
from tansuo.registry.zhenjiang import seed_facts

router = APIRouter(prefix="/api", tags=["cockpit"])

MOVERS_SHOWN = 5
TITLE_ZH, TITLE_EN = "重点企业合计", "Key enterprises, sum"


class ProofBody(BaseModel):
    """What the figures stand on: the log, its size, and how many figures are published in it."""

    origin: str
    size: int
    published: int


class CockpitBody(BaseModel):
    """The cockpit as known at `size`. The title is that of the sum over key enterprises; it is not the city.

    `city_account` is null where no city account exists (未核算): the stated annual series in `years` is shown
    as what it is and never takes its place. `whole`: the reader sees the working figures; else only what is
    published. `firms`, `movers`, `deadlines` and `health` keep to the reader's scope. `months` can be asked for, the
    newest first.
    """

    size: int
    day: date
    recorded: datetime | None
    period: str
    title_zh: str
    title_en: str
    whole: bool
    synthetic: bool
    method: str
    city: Named
    own_unit: str | None
    direct: SaidBody
    indirect: SaidBody
    changes_direct: list[AgainstBody]
    changes_indirect: list[AgainstBody]
    shares_direct: list[KindShareBody]
    shares_indirect: list[KindShareBody]
    coverage: CoveredBody | None
    months: list[str]
    trend: list[TrendMonthBody]
    city_account: None
    years: list[YearBody]
    units: list[UnitBody]
    firms: list[FirmBody]
    movers: list[MoversBody]
    deadlines: list[DeadlineBody]
    health: HealthBody | None
    promises: list[PromiseBody]
    facts: list[FactBody]
    proof: ProofBody


class Present(NamedTuple):
    """Where a request stands: the ledger size and the instant and civil day that belong to it."""

    size: int
    instant: datetime
    day: date
    recorded: datetime | None


def present_of(request: Request, connection: Connection, moment: AsOfQuery) -> Present:
    """The size the tables have come to, or the one asked for; the instant is that of the last entry if fixed."""
    size = moment.size(connection) if moment.fixed else known_size(connection)
    zone = zone_of(connection)
    when = recorded_at(connection, size, zone)
    now = civil(clock_of(request).now_ms(), zone)
    instant = when if moment.fixed and when is not None else now
    return Present(size, instant, instant.date(), None if when is None else when.astimezone(UTC))


@router.get("/cockpit", name="get_cockpit")
def get_cockpit(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_cockpit"))],
    period: Annotated[
        str, Query(max_length=7, description="Month, quarter, half or year; the last month over")
    ] = "",
    method: Annotated[str, Query(max_length=128)] = METHOD,
) -> CockpitBody:
    """The cockpit for a period, as known at the moment asked for."""
    span = period_of(period) if period else None
    if span is not None and span.grain == "years":
        raise refused("bad_period", value=period)
    if not policy().rules["get_overview"].allows(viewer.role):
        with reading(request, viewer) as connection:
            now = present_of(request, connection, moment)
            _begun(span, now)
            return _published(connection, now, span, method)
    with summing(request) as connection:
        now = present_of(request, connection, moment)
        _begun(span, now)
        return _whole(request, connection, viewer, now, span, method)


def _begun(span: Period | None, now: Present) -> None:
    """422 for a period that had not begun at the point asked for."""
    if span is not None and span.start > now.day:
        raise refused("period_ahead", period=span.text, today=now.day.isoformat())


def _city(connection: Connection, size: int) -> Subject:
    found = subject.find(connection, kind="city", as_of=size)
    if not found:
        raise not_found("city", "")
    return found[0]


def _whole(
    request: Request, connection: Connection, viewer: Viewer, now: Present, span: Period | None, method: str
) -> CockpitBody:
    inventory = inventory_of(request, connection, now.size)
    city = _city(connection, now.size)
    month = Period.of_month(now.day.year, now.day.month)
    found = cockpit(connection, inventory, city.id, span or month.previous(), method, now.day)

    def said(one: Said, *, headline: bool = False) -> SaidBody:
        known = found.histories[one.now.cell]
        marks = nonstandard(one.now) if headline else []
        return said_body(one, [each for each in known if viewer.sees(each.org)], marks)

    years = annual.years(connection, [city.id, *(one.subject.id for one in found.units)], now.size)
    own = viewer.subject if viewer.subject in {one.subject.id for one in found.units} else None
    return CockpitBody(
        **_head(now, found.period, True, found.synthetic, method, city),
        own_unit=own,
        direct=said(found.total.direct, headline=True),
        indirect=said(found.total.indirect, headline=True),
        changes_direct=[change_body(one) for one in found.changes[DIRECT]],
        changes_indirect=[change_body(one) for one in found.changes[INDIRECT]],
        shares_direct=[share_body(one) for one in found.shares[DIRECT]],
        shares_indirect=[share_body(one) for one in found.shares[INDIRECT]],
        coverage=coverage_body(found.total),
        months=_months(monitored_since(connection, now.size), now.day),
        trend=[
            TrendMonthBody(period=text, direct=said(direct), indirect=said(indirect))
            for text, direct, indirect in found.trend
        ],
        years=[year_body(one) for one in years[city.id]],
        units=[
            UnitBody(
                unit=named(one.subject),
                direct=said(one.direct),
                indirect=said(one.indirect),
                coverage=coverage_body(one),
                **_years(years[one.subject.id]),
            )
            for one in found.units
        ],
        firms=[
            FirmBody(
                enterprise=named(one.subject),
                unit=found.unit_of.get(one.subject.id, ""),
                direct=said(one.direct),
                indirect=said(one.indirect),
                coverage=coverage_body(one),
            )
            for one in found.enterprises
            if viewer.orgs is not None and viewer.sees(one.subject.org)
        ],
        movers=_movers(request, inventory, viewer, found),
        deadlines=_deadlines(connection, viewer, now),
        health=health_of(connection, viewer, now),
        **_said_by_others(connection, city, now),
    )


def _head(
    now: Present, span: Period, whole: bool, synthetic: bool, method: str, city: Subject
) -> dict[str, Any]:
    return {
        "size": now.size, "day": now.day, "recorded": now.recorded, "period": span.text, "title_zh": TITLE_ZH,
        "title_en": TITLE_EN, "whole": whole, "synthetic": synthetic, "method": method, "city": named(city),
        "city_account": None,
    }  # fmt: skip


def _years(stated: Sequence[annual.Year]) -> dict[str, Any]:
    """The latest stated year, and the latest with a GDP to compare it with."""
    newest = list(reversed(stated))
    return {
        "year": next((year_body(one) for one in newest), None),
        "intensity_year": next((year_body(one) for one in newest if one.intensity is not None), None),
    }


def _movers(request: Request, inventory: Inventory, viewer: Viewer, found: Cockpit) -> list[MoversBody]:
    """The biggest movers among the enterprises that the viewer may see, by quantity and period."""
    firms = {one.subject.id: one.subject for one in found.enterprises if viewer.sees(one.subject.org)}
    made = []
    for (quantity, against), pairs in found.pairs.items():
        mine = [pair for pair in pairs if pair[0].cell.subject in firms]
        made.append(
            MoversBody(
                quantity=quantity,
                against=against,
                unit=inventory.method(found.total.direct.now.cell.method, found.period)
                .data.quantities[quantity]
                .unit,
                movers=[
                    mover_body(
                        one,
                        firms[one.later.cell.subject],
                        found.unit_of.get(one.later.cell.subject, ""),
                    )
                    for one in movers(mine, MOVERS_SHOWN, inventory, found.histories, memory_of(request))
                ],
            )
        )
    return made


def _deadlines(connection: Connection, viewer: Viewer, now: Present) -> list[DeadlineBody]:
    """Cases that wait for somebody, within the viewer's scope."""
    roles = policy().roles
    return [
        deadline_body(
            one,
            (roles[one.role].zh, roles[one.role].en) if one.role in roles else (one.role, one.role),
            now.day,
        )
        for one in awaited(connection, now.size)
        if viewer.awaited(one.org, one.role, one.subject)
    ]


def health_of(connection: Connection, viewer: Viewer, now: Present) -> HealthBody:
    """The data sources of the viewer's scope."""
    lines = [one for one in plan.lines(connection, now.size) if viewer.sees(one.org)]
    found = devices(connection, lines, now.instant, now.size)
    owners = sorted({one.org for one in found if one.pulse != "live"})
    return health_body(found, {one.id: one for one in subject.find(connection, ids=owners, as_of=now.size)})


def _said_by_others(connection: Connection, city: Subject, now: Present) -> dict[str, Any]:
    """Cited facts and promises of the city, and what everything stands on."""
    names = {one.code: one for one in indicator.find(connection, as_of=now.size)}

    def of(code: str) -> dict[str, str]:
        about = names.get(code)
        return {
            "indicator": code,
            "name_zh": about.name_zh if about else code,
            "name_en": about.name_en if about else code,
        }

    facts = [
        FactBody(
            subject=one.statement.subject,
            period=one.statement.period,
            amount=of_statement(one.statement),
            issuer=one.statement.issuer,
            source=one.statement.source.text,
            status=one.statement.source.status.value,
            entry=one.statement.entry,
            **of(one.indicator.code),
        )
        for one in seed_facts(connection, now.size)
        if one.statement.source is not None
    ]
    promises = [
        PromiseBody(
            period=one.target.period,
            world=one.target.world,
            target=of_statement(one.target),
            actual=None if one.actual is None else of_statement(one.actual),
            source="" if one.target.source is None else one.target.source.text,
            **of(one.target.indicator),
        )
        for one in annual.promises(connection, city.id, now.size)
    ]
    proof = ProofBody(
        origin=origin(connection), size=now.size, published=count_published(connection, now.size)
    )
    return {"facts": facts, "promises": promises, "proof": proof}


def _months(since: date | None, today: date) -> list[str]:
    """The months from the first of which anything is monitored to the present one, the newest first."""
    found: list[str] = []
    month = Period.of_month(today.year, today.month)
    while since is not None and month.end > since:
        found.append(month.text)
        month = month.previous()
    return found


def _published(connection: Connection, now: Present, span: Period | None, method: str) -> CockpitBody:
    """The cockpit of a reader who sees only what is published: no figure of ours, no scope of their own."""
    city = _city(connection, now.size)
    links = relations(connection, RELATION, b=[city.id], on=now.day, as_of=now.size)
    units = [
        one
        for one in subject.find(connection, ids=sorted({link.a for link in links}), as_of=now.size)
        if one.kind == "assessment_unit"
    ]
    public = {
        one.cell: one for one in published(connection, subject=city.id, as_of=now.size) if one.org == PUBLIC
    }
    monthly = {cell.period for cell in public if cell.relation == RELATION}
    months_published = sorted((one for one in monthly if Period.parse(one).grain == "month"), reverse=True)
    if span is None:
        last = published_month(public, city.id, method)
        span = Period.parse(last) if last else Period.of_month(now.day.year, now.day.month).previous()
    months = [one.text for one in trend_months(span, now.day)]
    cells = [
        Cell(subject_, quantity, text, method, RELATION)
        for subject_, texts in ((city.id, {*months, span.text}), *((one.id, {span.text}) for one in units))
        for quantity in QUANTITIES
        for text in texts
    ]
    known = {
        cell: [one for one in history if one.entry < now.size]
        for cell, history in histories_of(connection, cells).items()
    }

    def said(subject_: str, quantity: str, text: str) -> SaidBody:
        return published_body(known[Cell(subject_, quantity, text, method, RELATION)])

    years = annual.years(connection, [city.id, *(one.id for one in units)], now.size)
    synthetic = any(one.synthetic for history in known.values() for one in history)
    return CockpitBody(
        **_head(now, span, False, synthetic, method, city),
        own_unit=None,
        direct=said(city.id, DIRECT, span.text),
        indirect=said(city.id, INDIRECT, span.text),
        changes_direct=[],
        changes_indirect=[],
        shares_direct=[],
        shares_indirect=[],
        coverage=None,
        months=months_published,
        trend=[
            TrendMonthBody(
                period=text, direct=said(city.id, DIRECT, text), indirect=said(city.id, INDIRECT, text)
            )
            for text in months
        ],
        years=[year_body(one) for one in years[city.id]],
        units=[
            UnitBody(
                unit=named(one),
                direct=said(one.id, DIRECT, span.text),
                indirect=said(one.id, INDIRECT, span.text),
                coverage=None,
                **_years(years[one.id]),
            )
            for one in units
        ],
        firms=[],
        movers=[],
        deadlines=[],
        health=None,
        **_said_by_others(connection, city, now),
    )
