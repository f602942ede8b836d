"""总览: the key enterprises' sums of the city and of each assessment unit, month by month, with completeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.memory import Memory
from tansuo.accounting.methods_store import main_listing
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, Line, Overview, overview
from tansuo.accounting.receipt import Published, histories_of
from tansuo.evidence.moment import zone_of
from tansuo.monitoring import plan
from tansuo.monitoring.last_end import last_ends
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.period import Period
from tansuo.registry import relation, subject
from tansuo.registry.subject import Subject
from tansuo.reporting.cells import KEY_FIRMS, FigureCell, Seen, figure_cell, moved
from tansuo.reporting.charts import Bar, column_chart, share_bar
from tansuo.reporting.html import Page, render_page, words
from tansuo.reporting.numbers import grouped, percent

MONTHS_SHOWN = 12


def months_until(now: date, first: str) -> list[Period]:
    """The months from `first` to the present one, at most `MONTHS_SHOWN`, oldest first."""
    month = Period.of_month(now.year, now.month)
    found = [month]
    while month.text > first and len(found) < MONTHS_SHOWN:
        month = month.previous()
        found.append(month)
    return found[::-1]


def first_month(lines: Sequence[PlanLine], members: frozenset[str]) -> str:
    """The month in which the oldest of the plans of the roll-up's members begins; the present one without any."""
    days = [line.valid_from for line in lines if line.authoritative and line.org in members]
    return min(days).strftime("%Y-%m") if days else "9999-12"


def chosen_period(months: Sequence[Period], now: date) -> Period:
    """The month the page speaks of where none is asked for: the last that is over."""
    over = [month for month in months if month.end <= now]
    return over[-1] if over else months[-1]


def overview_page(
    connection: Connection,
    page: Page,
    as_of: int | None,
    seen: Seen,
    *,
    period: Period | None = None,
    memory: Memory | None = None,
) -> str:
    """The overview as known at `as_of`. A city without a plan or a method gets a page that says so."""
    t = words(page.language)
    now = date.fromisoformat(page.as_of_day)
    cities = subject.find(connection, kind="city", as_of=as_of)
    main = main_listing(connection, METHOD, as_of)
    if not cities or main is None:
        return render_page("empty.html", page, title=t("overview_title"))
    city, method = cities[0], main.id
    members = frozenset(
        child.subject for child in relation.children(connection, city.id, KEY_FIRMS, now, as_of, deep=True)
    )
    inventory = Inventory(connection, as_of, memory)
    lines = plan.lines(connection, inventory.as_of)
    months = months_until(now, first_month(lines, members))
    month = chosen_period(months, now) if period is None else period
    trend = _trend(inventory, city, months, method)
    found = overview(connection, city.id, month.text, as_of=as_of, method=method, inventory=inventory)
    known = histories_of(connection, [one.cell for pair in trend.values() for one in pair])
    total = found.city
    view = {
        "city_name": city.name_zh if page.language == "zh" else city.name_en,
        "period": month.text,
        "direct": figure_cell(page, total.direct, places=0),
        "indirect": figure_cell(page, total.indirect, places=0),
        "complete": total.coverage.complete,
        "firms": len(found.enterprises),
        "readings": percent(total.coverage.readings_present, total.coverage.readings_expected, 2),
        "chart": _chart(page, trend, months),
        "months": [_month_row(page, one, trend[one.text], known) for one in reversed(months)],
        "units": [
            *(_unit_row(page, one, total.direct) for one in found.units),
            *(_empty_row(page, one) for one in found.empty),
        ],
        "enterprises": _enterprises(connection, page, found, month, seen, lines),
    }
    return render_page("overview.html", page, title=t("overview_title"), view=view)


def _trend(
    inventory: Inventory, city: Subject, months: Sequence[Period], method: str
) -> dict[str, tuple[Figure, Figure]]:
    cells = [
        Cell(city.id, name, month.text, method, KEY_FIRMS) for month in months for name in (DIRECT, INDIRECT)
    ]
    made = inventory.figures(cells)
    return {month.text: (made[2 * at], made[2 * at + 1]) for at, month in enumerate(months)}


def _chart(page: Page, trend: dict[str, tuple[Figure, Figure]], months: Sequence[Period]) -> Markup:
    t = words(page.language)
    bars = []
    for month in months:
        figure = trend[month.text][0]
        value = figure.value if figure.value is not None else figure.partial
        look = "measured" if figure.value is not None else "incomplete" if value is not None else "missing"
        said = figure.text if figure.text is not None else figure.completeness.text(page.language)
        bars.append(Bar(month.text, value, look, f"{month.text} {said}", figure_cell(page, figure).href))  # type: ignore[arg-type]
    badge = t("synthetic") if page.synthetic else ""
    return column_chart(bars, unit="t CO2", caption=t("key_firms_direct"), badge=badge)


def published_rows(
    page: Page, figures: Sequence[Figure], histories: Mapping[Cell, Sequence[Published]]
) -> list[dict[str, str]]:
    """What was first published of these cells, with how far the figure has moved since."""
    t = words(page.language)
    rows = []
    for figure in figures:
        known = [one for one in histories[figure.cell] if one.entry < page.size]
        if not known:
            continue
        first = known[0]
        rows.append(
            {
                "label": t("direct") if figure.quantity.scope == "direct" else t("indirect"),
                "text": grouped(first.value) if first.value is not None else t("incomplete_short"),
                "href": page.link(f"receipts/{first.receipt}"),
                "moved": moved(first.value, figure),
            }
        )
    return rows


def _month_row(
    page: Page, month: Period, pair: tuple[Figure, Figure], histories: Mapping[Cell, Sequence[Published]]
) -> dict[str, object]:
    return {
        "month": month.text,
        "direct": figure_cell(page, pair[0], places=0),
        "indirect": figure_cell(page, pair[1], places=0),
        "href": page.link("", period=month.text),
        "completeness": _both(pair[0], pair[1], page),
        "published": published_rows(page, pair, histories),
    }


def _unit_row(page: Page, unit: Line, whole: Figure) -> dict[str, object]:
    said = unit.subject.name_zh if page.language == "zh" else unit.subject.name_en
    part, total = unit.direct.partial, whole.partial
    bar = Markup("")
    if part is not None and total is not None and total > part >= 0:
        bar = share_bar([(said, part), ("", total - part)], caption=said)
    return {
        "name": said,
        "direct": figure_cell(page, unit.direct, places=0),
        "indirect": figure_cell(page, unit.indirect, places=0),
        "bar": bar,
        "firms": unit.coverage.enterprises,
        "completeness": _both(unit.direct, unit.indirect, page),
    }


def _empty_row(page: Page, unit: Subject) -> dict[str, object]:
    said = unit.name_zh if page.language == "zh" else unit.name_en
    none = words(page.language)("no_key_firm")
    return {"name": said, "direct": None, "indirect": None, "bar": "", "firms": 0, "completeness": none}


def _enterprises(
    connection: Connection,
    page: Page,
    found: Overview,
    month: Period,
    seen: Seen,
    lines: Sequence[PlanLine],
) -> list[dict[str, object]]:
    zh = page.language == "zh"
    shown = [one for one in found.enterprises if seen.shows(one.subject.org)]
    if not shown:
        return []
    names = {one.subject.id: one.subject.name_zh if zh else one.subject.name_en for one in found.units}
    ids = [one.subject.id for one in shown]
    belongs = relation.relations(connection, KEY_FIRMS, a=ids, on=month.start, as_of=found.as_of)
    orgs = {one.subject.org for one in shown}
    last = _last_received(connection, [line for line in lines if line.org in orgs], found.as_of)
    return [
        {
            "name": one.subject.name_zh if zh else one.subject.name_en,
            "href": page.link(f"enterprises/{one.subject.id}"),
            "unit": "、".join(names.get(link.b, link.b) for link in belongs if link.a == one.subject.id),
            "direct": figure_cell(page, one.direct, places=0),
            "indirect": figure_cell(page, one.indirect, places=0),
            "completeness": _both(one.direct, one.indirect, page),
            "last": last.get(one.subject.id, ""),
            "synthetic": one.synthetic,
        }
        for one in shown
    ]


def _both(direct: Figure, indirect: Figure, page: Page) -> str:
    said: FigureCell = figure_cell(page, indirect if direct.completeness.complete else direct)
    return said.completeness


def _last_received(connection: Connection, lines: Sequence[PlanLine], as_of: int) -> dict[str, str]:
    """When each firm's youngest reading ends, in the city's zone."""
    zone = ZoneInfo(zone_of(connection))
    ends = last_ends(connection, lines, as_of)
    return {org: at.astimezone(zone).strftime("%m-%d %H:%M") for org, at in ends.items()}
