"""企业 page: what an enterprise is, and its figures by month."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from tansuo.accounting.enterprises import shown_quantities
from tansuo.accounting.face import face
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD
from tansuo.accounting.receipt import Published, histories_of
from tansuo.accounting.standing import receipt_for, standing_values
from tansuo.api.drawer_shapes import Text
from tansuo.api.enterprise_facts import Enterprise, facts
from tansuo.api.looking import Look, firm_of, looking
from tansuo.api.policy import Viewer
from tansuo.api.problems import refused
from tansuo.api.shapes import Amount, known_of_figure, of_figure, of_published
from tansuo.api.viewer import Moment, month_of, require
from tansuo.methods.render import name as symbol_name
from tansuo.monitoring import plan
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.subject import Subject
from tansuo.reporting.words import mark_words

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])

LONGEST_MONTHS = 60


@router.get("/{name}", name="get_enterprise")
def get_enterprise(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise"))],
) -> Enterprise:
    """What an enterprise is: facts, facilities, sources, meters with their life, the plan in force."""
    with looking(request, viewer, moment) as look:
        return facts(look, firm_of(look, name))


class MonthQuantity(BaseModel):
    """A quantity of the method that the enterprise has one value of; `scope` direct, indirect, both, or "".
    `nonstandard` says of its months together what the method alone does not decide."""

    symbol: str
    name_zh: str
    name_en: str
    unit: str
    scope: str
    main: bool
    nonstandard: list[Text]


class FirstAgainstNow(BaseModel):
    """What was said of a cell: `first` published, `latest` in force if it is another, and whether what is known
    now differs from it."""

    first: Amount
    first_entry: int
    latest: Amount | None
    latest_entry: int | None
    stage: str
    moved: bool


class MonthFigure(BaseModel):
    """A quantity of one month. `by_kind` splits what is known; `holes` counts amounts that lack
    something, `revised` readings that had another value before."""

    quantity: str
    amount: Amount
    known: Amount
    by_kind: dict[str, str]
    readings_expected: int
    readings_present: int
    holes: int
    revised: int
    published: FirstAgainstNow | None


class EnterpriseMonth(BaseModel):
    """One month; `running` while it is not over."""

    month: str
    running: bool
    figures: list[MonthFigure]


class EnterpriseMonths(BaseModel):
    """Monthly figures, oldest month first. Quantities of different scope are not to be added."""

    point: str
    as_of: int
    method: str
    method_title_zh: str
    method_title_en: str
    fingerprint: str
    synthetic: bool
    quantities: list[MonthQuantity]
    months: list[EnterpriseMonth]


@router.get("/{name}/months", name="get_enterprise_months")
def get_enterprise_months(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_months"))],
    first: Annotated[str | None, Query(alias="from", max_length=7)] = None,
    last: Annotated[str | None, Query(alias="to", max_length=7)] = None,
    every: Annotated[
        bool, Query(description="Every quantity, not the direct and indirect sums only")
    ] = False,
    method: Annotated[str, Query(max_length=128)] = METHOD,
) -> EnterpriseMonths:
    """Figures by month, from the plan's first month (at most 24 back) to the present one if not said."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        months = _months(look, firm, first, last)
        stored = look.inventory.method(method, months[-1])
        symbols = shown_quantities(stored) if every else [DIRECT, INDIRECT]
        cells = [Cell(firm.id, symbol, month.text, method) for month in months for symbol in symbols]
        made = look.inventory.figures(cells)
        standing = standing_values(look.connection, cells, look.size)
        said = histories_of(look.connection, cells)
        bodies = [
            _figure(one, receipt_for(one, standing), _before(said[one.cell], look.size)) for one in made
        ]
        width = len(symbols)
        return EnterpriseMonths(
            point=look.point,
            as_of=look.size,
            method=method,
            method_title_zh=stored.listing.title_zh,
            method_title_en=stored.listing.title_en,
            fingerprint=stored.fingerprint,
            synthetic=any(one.synthetic for one in made),
            quantities=[
                MonthQuantity(
                    symbol=one,
                    name_zh=symbol_name(one, "zh", stored.words),
                    name_en=symbol_name(one, "en", stored.words),
                    unit=stored.data.quantities[one].unit,
                    scope=stored.data.quantities[one].scope,
                    main=one in (DIRECT, INDIRECT),
                    nonstandard=_nonstandard([figure for figure in made if figure.cell.quantity == one]),
                )
                for one in symbols
            ],
            months=[
                EnterpriseMonth(
                    month=month.text,
                    running=month.end > look.today,
                    figures=bodies[at * width : (at + 1) * width],
                )
                for at, month in enumerate(months)
            ],
        )


def _nonstandard(figures: list[Figure]) -> list[Text]:
    """What is not standard about some figures, each thing once."""
    marks = dict.fromkeys(mark for one in figures for mark in face(one))
    said = dict.fromkeys((mark_words(one, "zh"), mark_words(one, "en")) for one in marks)
    return [Text(zh=zh, en=en) for zh, en in said]


def _months(look: Look, firm: Subject, first: str | None, last: str | None) -> list[Period]:
    """The months asked for; without a wish those since the plan began, two years at most."""
    end = month_of(last) if last else Period.of_month(look.today.year, look.today.month)
    if first:
        begin = month_of(first)
    else:
        starts = [line.valid_from for line in plan.lines(look.connection, look.size, org=firm.org)]
        begin = end
        if starts:
            begin = Period.of_month(min(starts).year, min(starts).month)
        begin = max(min(begin, end), _back(end, 23))
    if begin > end:
        raise refused("bad_span", first=begin.text, last=end.text)
    months = [begin]
    while months[-1] < end:
        months.append(months[-1].next())
        if len(months) > LONGEST_MONTHS:
            raise refused("long_span", limit=LONGEST_MONTHS, unit="months")
    return months


def _back(month: Period, count: int) -> Period:
    for _ in range(count):
        month = month.previous()
    return month


def _before(said: list[Published], size: int) -> list[Published]:
    return [one for one in said if one.entry < size]


def _figure(one: Figure, receipt: str | None, said: list[Published]) -> MonthFigure:
    state = one.completeness
    return MonthFigure(
        quantity=one.cell.quantity,
        amount=of_figure(one, receipt),
        known=known_of_figure(one),
        by_kind={kind.value: plain(one.by_kind[kind]) for kind in Provenance if kind in one.by_kind},
        readings_expected=state.expected,
        readings_present=state.present,
        holes=sum(1 for cell in state.cells if cell.is_hole),
        revised=sum(cell.revised for cell in state.cells),
        published=published_body(said, one),
    )


def published_body(said: list[Published], now: Figure) -> FirstAgainstNow | None:
    """First against now; None where nothing was published."""
    if not said:
        return None
    first, latest = said[0], said[-1]
    return FirstAgainstNow(
        first=of_published(first),
        first_entry=first.entry,
        latest=None if latest is first else of_published(latest),
        latest_entry=None if latest is first else latest.entry,
        stage=max((one.stage for one in said), key=lambda stage: stage.rank).value,
        moved=latest.value != now.text,
    )
