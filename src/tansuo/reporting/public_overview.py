"""总览 for the public: only what a decision has published, each figure leading to its public receipt.

Everything here is read with the reader's own access, so that row-level security shows public rows and no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell
from tansuo.accounting.methods_store import main_listing
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, published_month
from tansuo.accounting.receipt import Published, histories_of, published
from tansuo.accounting.working import read_working
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry import relation, subject
from tansuo.registry.subject import Subject
from tansuo.reporting.cells import KEY_FIRMS, FigureCell, kinds_bar, provenance_words
from tansuo.reporting.charts import Bar, column_chart, share_bar
from tansuo.reporting.html import Page, render_page, words
from tansuo.reporting.numbers import grouped, shown

MONTHS_SHOWN = 12

Found = Mapping[Cell, Published]


def public_overview_page(connection: Connection, page: Page, as_of: int | None, period: Period | None) -> str:
    """The overview as published by `as_of`, of `period` or of the month published last."""
    t = words(page.language)
    cities = subject.find(connection, kind="city", as_of=as_of)
    main = main_listing(connection, METHOD, as_of)
    if not cities or main is None:
        return render_page("empty.html", page, title=t("overview_title"))
    city, method = cities[0], main.id
    found: Found = {one.cell: one for one in published(connection, as_of=as_of)}
    months = _months(found)
    chosen = (
        period.text if period is not None else published_month(found, city.id, method) or page.as_of_day[:7]
    )
    units = _units(connection, city, Period.parse(chosen).start, as_of)
    histories = histories_of(connection, list(found))
    whole = _pair(found, city.id, chosen, method)
    members = _members(connection, whole)
    view = {
        "city_name": _name(city, page),
        "period": chosen,
        "direct": published_cell(page, whole[0], places=0),
        "indirect": published_cell(page, whole[1], places=0),
        "complete": members["complete"] if members else "—",
        "firms": members["expected"] if members else "—",
        "readings": None,
        "chart": _chart(page, found, city, months, method),
        "months": [
            _month_row(page, month, _pair(found, city.id, month, method), histories)
            for month in reversed(months)
        ],
        "units": [
            _unit_row(connection, page, unit, _pair(found, unit.id, chosen, method), whole[0])
            for unit in sorted(units, key=lambda one: _rank(found, one, chosen, method))
        ],
        "enterprises": [],
    }
    return render_page("overview.html", page, title=t("overview_title"), view=view)


def published_cell(page: Page, one: Published | None, *, places: int | None = None) -> FigureCell:
    """A published figure for a table, leading to its receipt; without one it says that nothing is published."""
    t = words(page.language)
    value = None if one is None or one.value is None else Decimal(one.value)
    by_kind = {} if one is None else {Provenance(k): Decimal(v) for k, v in one.body["by_kind"].items()}
    return FigureCell(
        text=None if value is None else grouped(value) if places is None else shown(value, places),
        href="" if one is None else page.link(f"receipts/{one.receipt}"),
        why="",
        label=t("not_published"),
        running=True,
        unit="" if one is None else one.unit,
        completeness=t("not_published") if value is None else t("key_complete"),
        synthetic=one is not None and one.synthetic,
        share=kinds_bar(by_kind, page.language),
        note=""
        if one is None
        else provenance_words(by_kind, map(Provenance, one.body["kind"]), page.language),
    )


def _name(one: Subject, page: Page) -> str:
    return one.name_zh if page.language == "zh" else one.name_en


def _months(found: Found) -> list[str]:
    known = {
        cell.period
        for cell in found
        if cell.relation == KEY_FIRMS and Period.parse(cell.period).grain == "month"
    }
    return sorted(known)[-MONTHS_SHOWN:]


def _units(connection: Connection, city: Subject, on: date, as_of: int | None) -> list[Subject]:
    links = relation.children(connection, city.id, KEY_FIRMS, on, as_of)
    return subject.find(connection, ids=[one.subject for one in links], as_of=as_of) if links else []


def _pair(
    found: Found, subject_id: str, period: str, method: str
) -> tuple[Published | None, Published | None]:
    direct, indirect = (
        found.get(Cell(subject_id, quantity, period, method, KEY_FIRMS)) for quantity in (DIRECT, INDIRECT)
    )
    return direct, indirect


def _members(connection: Connection, pair: Sequence[Published | None]) -> Mapping[str, Any] | None:
    """How many enterprises the published sums rest on, and how many are complete: a firm may have but one scope."""
    found: list[Mapping[str, Any]] = [
        read_working(connection, one.body)["completeness"]["members"] for one in pair if one is not None
    ]
    return max(found, key=lambda one: int(one["expected"]), default=None)


def _rank(found: Found, unit: Subject, period: str, method: str) -> tuple[bool, Decimal, str]:
    one = _pair(found, unit.id, period, method)[0]
    value = Decimal() if one is None or one.value is None else -Decimal(one.value)
    return one is None, value, unit.id


def _chart(page: Page, found: Found, city: Subject, months: Sequence[str], method: str) -> Markup:
    t = words(page.language)
    bars = []
    for month in months:
        one = _pair(found, city.id, month, method)[0]
        cell = published_cell(page, one)
        value = None if one is None or one.value is None else Decimal(one.value)
        look = "missing" if value is None else "measured"
        said = cell.text if cell.text is not None else cell.label
        bars.append(Bar(month, value, look, f"{month} {said}", cell.href))  # type: ignore[arg-type]
    badge = t("synthetic") if page.synthetic else ""
    return column_chart(bars, unit="t CO2", caption=t("key_firms_direct"), badge=badge)


def _month_row(
    page: Page,
    month: str,
    pair: tuple[Published | None, Published | None],
    histories: Mapping[Cell, Sequence[Published]],
) -> dict[str, object]:
    t = words(page.language)
    rows = [
        {
            "label": t("direct") if one is pair[0] else t("indirect"),
            "text": grouped(first.value) if first.value is not None else t("incomplete_short"),
            "href": page.link(f"receipts/{first.receipt}"),
            "moved": "",
        }
        for one in pair
        if one is not None
        for first in histories[one.cell][:1]
    ]
    direct = published_cell(page, pair[0], places=0)
    return {
        "month": month,
        "direct": direct,
        "indirect": published_cell(page, pair[1], places=0),
        "href": page.link("", period=month),
        "completeness": direct.completeness,
        "published": rows,
    }


def _unit_row(
    connection: Connection,
    page: Page,
    unit: Subject,
    pair: tuple[Published | None, Published | None],
    whole: Published | None,
) -> dict[str, object]:
    said, bar = _name(unit, page), Markup("")
    part = None if pair[0] is None or pair[0].value is None else Decimal(pair[0].value)
    total = None if whole is None or whole.value is None else Decimal(whole.value)
    if part is not None and total is not None and total > part >= 0:
        bar = share_bar([(said, part), ("", total - part)], caption=said)
    members = _members(connection, pair)
    direct = published_cell(page, pair[0], places=0)
    return {
        "name": said,
        "direct": direct,
        "indirect": published_cell(page, pair[1], places=0),
        "bar": bar,
        "firms": members["expected"] if members else "—",
        "completeness": direct.completeness,
    }
