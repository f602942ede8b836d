"""口径 on the printed page of an enterprise: its total by every basis, each in lines, and two explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tansuo.accounting.bases import Basis, bases_of, figures_of, rungs
from tansuo.accounting.face import Mark, face
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.reconcile import Line, Side, like, reconcile
from tansuo.methods.render import name, worked_line
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.wording import render
from tansuo.reporting.cells import figure_cell
from tansuo.reporting.html import Page, words
from tansuo.reporting.numbers import grouped
from tansuo.reporting.words import mark_words

Made = Sequence[tuple[Basis, Sequence[Figure], Sequence[Finding]]]


def basis_view(page: Page, inventory: Inventory, subject: str, period: Period) -> dict[str, object]:
    """What the template shows of a period: `totals` by basis, `details`, and `comparison` of the first two."""
    made = [
        (basis, *figures_of(inventory, subject, period, basis))
        for basis in bases_of(inventory, subject, period)
    ]
    return {
        "period": period.text,
        "totals": [_total(page, basis, figures, problems) for basis, figures, problems in made],
        "details": [_detail(page, basis, figures) for basis, figures, _ in made if figures],
        "comparison": _comparison(page, inventory, subject, period, made),
    }


def marks_of(page: Page, figures: Iterable[Figure]) -> list[str]:
    """What is not standard about several figures, each thing said once."""
    found: dict[Mark, None] = {}
    for one in figures:
        found |= dict.fromkeys(face(one))
    return list(dict.fromkeys(mark_words(mark, page.language) for mark in found))


def _total(
    page: Page, basis: Basis, figures: Sequence[Figure], problems: Sequence[Finding]
) -> dict[str, object]:
    total = next((one for one in figures if one.cell.quantity == basis.total), None)
    title = basis.method
    if basis.stored is not None:
        listing = basis.stored.listing
        title = f"{listing.title_zh if page.language == 'zh' else listing.title_en} {listing.edition}"
    return {
        "name": basis.names[page.language],
        "title": title,
        "quantity": _name(basis, basis.total, page) if basis.total else "",
        "figure": None if total is None else figure_cell(page, total),
        "sources": None if total is None else _sources(page, total),
        "nonstandard": [] if total is None else marks_of(page, [total]),
        "problems": [render(one, page.language) for one in problems],
    }


def _name(basis: Basis, symbol: str, page: Page) -> str:
    return name(symbol, page.language, basis.stored.words if basis.stored is not None else {})


def _sources(page: Page, figure: Figure) -> str:
    made = rungs(figure)
    return words(page.language)(
        "basis_sources", local=made.local, default=made.default, override=made.override
    )


def _detail(page: Page, basis: Basis, figures: Sequence[Figure]) -> dict[str, object]:
    return {
        "name": basis.names[page.language],
        "rows": [
            {
                "name": f"{one.cell.quantity} {_name(basis, one.cell.quantity, page)}",
                "head": one.cell.quantity == basis.total,
                "figure": figure_cell(page, one),
                "worked": _worked(page, one),
                "sources": _sources(page, one),
            }
            for one in figures
        ],
    }


def _worked(page: Page, figure: Figure) -> str:
    """The line of the quantity itself; "" where nothing occurs."""
    nothing = figure.missing is not None and figure.missing.state.adds_nothing
    if nothing or figure.bound is None:
        return ""
    return worked_line(figure.evaluation, *figure.result_cell, language=page.language)


def _comparison(
    page: Page, inventory: Inventory, subject: str, period: Period, made: Made
) -> dict[str, object] | None:
    """The first two bases that have figures, explained source by source; None where there are no two."""
    two = [basis for basis, figures, _ in made if figures and basis.total][:2]
    if len(two) < 2 or two[0].stored is None or two[1].stored is None:
        return None
    symbols = like(two[0].stored, two[0].total, two[1].stored, two[1].total)
    cells = [
        Cell(subject, symbol, period.text, basis.method) for basis, symbol in zip(two, symbols, strict=True)
    ]
    found = reconcile(*inventory.figures(cells))
    return {
        "first": f"{two[0].names[page.language]} · {_name(two[0], symbols[0], page)}",
        "second": f"{two[1].names[page.language]} · {_name(two[1], symbols[1], page)}",
        "unit": found.first.unit,
        "rows": [_line(page, one) for one in found.lines],
        "left": grouped(found.left),
        "totals": [figure_cell(page, one) for one in (found.first, found.second)],
        "difference": "—" if found.difference is None else grouped(found.difference),
    }


def _line(page: Page, one: Line) -> dict[str, str]:
    t = words(page.language)
    return {
        "name": one.names[page.language],
        "first": _side(page, one.first),
        "second": _side(page, one.second),
        "difference": grouped(one.difference),
        "why": "、".join(t(f"why.{reason}") for reason in one.why)
        if page.language == "zh"
        else ", ".join(t(f"why.{reason}") for reason in one.why),
    }


def _side(page: Page, side: Side) -> str:
    return words(page.language)("basis_not_counted") if side.added is None else grouped(side.added)
