"""A figure as a cell of a table: its text with link, or why there is none; and what was published of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from tansuo.accounting.figure import Cell, Figure
from tansuo.quantity.state import Missing, Provenance
from tansuo.reporting.charts import share_bar
from tansuo.reporting.html import Language, Page, words
from tansuo.reporting.numbers import grouped, percent, shown
from tansuo.reporting.words import kind_word, state_word

KEY_FIRMS = "reports_for"
"""The relation over which 重点企业合计 is summed."""


@dataclass(frozen=True, slots=True)
class FigureCell:
    """What a template shows of a figure."""

    text: str | None
    href: str
    why: str
    unit: str
    completeness: str
    synthetic: bool
    share: Markup
    note: str


def cell_href(page: Page, cell: Cell) -> str:
    """The address of the provisional receipt of a cell."""
    return page.link(
        "figures",
        subject=cell.subject,
        quantity=cell.quantity,
        period=cell.period,
        method=cell.method,
        relation=cell.relation,
    )


def figure_cell(page: Page, figure: Figure, *, places: int | None = None) -> FigureCell:
    """A figure for a table, with `places` decimals for reading (the receipt has them all)."""
    value = figure.value
    text = None
    if value is not None:
        text = grouped(value) if places is None else shown(value, places)
    elif figure.missing is not None and figure.missing.state.adds_nothing:
        text = state_word(figure.missing.state, page.language)
    return FigureCell(
        text=text,
        href=cell_href(page, figure.cell),
        why=why_missing(figure, page.language),
        unit=figure.unit,
        completeness=figure.completeness.text(page.language),
        synthetic=figure.synthetic,
        share=kinds_bar(figure.by_kind, page.language),
        note=kinds_note(figure.by_kind, page.language),
    )


def why_missing(figure: Figure, language: Language) -> str:
    """Why there is no value, in words; "" where there is one."""
    if figure.value is not None:
        return ""
    if figure.missing is not None and figure.missing.state.adds_nothing:
        return state_word(figure.missing.state, language)
    said = figure.completeness.text(language)
    return said if not figure.completeness.complete else _named(figure.missing, language)


def _named(missing: Missing | None, language: Language) -> str:
    if missing is None:
        return words(language)("incomplete")
    mark = "、" if language == "zh" else ", "
    return f"{state_word(missing.state, language)}: {mark.join(missing.names)}"


def kinds_bar(by_kind: Mapping[Provenance, Decimal], language: Language) -> Markup:
    """How the known amount splits by provenance, as a thin bar."""
    parts = [(kind_word(kind, language), by_kind[kind]) for kind in Provenance if kind in by_kind]
    return share_bar(parts, caption=" · ".join(name for name, _ in parts)) if parts else Markup("")


def kinds_note(by_kind: Mapping[Provenance, Decimal], language: Language) -> str:
    """The same in words: `实测 98.2 %、申报 1.8 %`."""
    total = sum(by_kind.values(), Decimal(0))
    said = []
    for kind in Provenance:
        if kind in by_kind and (share := percent(by_kind[kind], total)) is not None:
            said.append(f"{kind_word(kind, language)} {share} %")
    return ("、" if language == "zh" else ", ").join(said)


def moved(first: str | None, now: Figure) -> str:
    """How far the figure has moved since it was published; "" where the string is the same."""
    if first is None or now.value is None or first == now.text:
        return ""
    change = now.value - Decimal(first)
    return f"{'+' if change > 0 else ''}{grouped(change)}"
