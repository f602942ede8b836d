"""A figure as a cell of a table: its text with link, or why there is none; and what was published of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from tansuo.accounting.figure import Cell, Figure
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance
from tansuo.reporting.charts import share_bar
from tansuo.reporting.html import Language, Page, words
from tansuo.reporting.numbers import grouped, percent, shown
from tansuo.reporting.words import kind_word, kind_words, state_word

NAMED = 3
"""So many enterprises with holes are named in a table; the receipt names them all."""

KEY_FIRMS = "reports_for"
"""The relation over which 重点企业合计 is summed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader is shown: rows of `orgs` (None: of all), and `provisional` figures or only published ones."""

    orgs: frozenset[str] | None
    provisional: bool

    def shows(self, org: str) -> bool:
        """Whether a row of `org` is shown."""
        return self.orgs is None or org in self.orgs


def provenance_note(figure: Figure, language: Language) -> str:
    """`provenance_words` of a figure."""
    return provenance_words(figure.by_kind, figure.kinds, language)


def provenance_words(
    by_kind: Mapping[Provenance, Decimal], kinds: Iterable[Provenance], language: Language
) -> str:
    """How activity data came to be, by share, and of which kinds the factors beside them are; `kinds` are of both."""
    said = kinds_note(by_kind, language)
    if not said:
        return ""
    t = words(language)
    note = t("activity_kinds", kinds=said)
    others = set(kinds) - set(by_kind)
    if others:
        note += "；" if language == "zh" else "; "
        note += t("factors_used", kinds=kind_words(others, language))
    return note


@dataclass(frozen=True, slots=True)
class FigureCell:
    """What a template shows of a figure."""

    text: str | None
    href: str
    why: str
    label: str
    running: bool
    unit: str
    completeness: str
    synthetic: bool
    share: Markup
    note: str


def cell_href(page: Page, cell: Cell, as_of: int | None = None, *, now: bool = False) -> str:
    """The address of the provisional receipt of a cell, at ledger size `as_of` where one is given.

    `now` leaves the past that the page itself may be fixed to.
    """
    fixed: dict[str, object] = {} if as_of is None and not now else {"as_of": as_of}
    return page.link(
        "figures",
        subject=cell.subject,
        quantity=cell.quantity,
        period=cell.period,
        method=cell.method,
        relation=cell.relation,
        **fixed,
    )


def figure_cell(
    page: Page, figure: Figure, *, places: int | None = None, as_of: int | None = None
) -> FigureCell:
    """A figure for a table, with `places` decimals for reading (the receipt has them all).

    `as_of` leads to the figure as known at that ledger size, where the page is not fixed to one itself.
    """
    value = figure.value
    text = None
    if value is not None:
        text = grouped(value) if places is None else shown(value, places)
    elif figure.missing is not None and figure.missing.state.adds_nothing:
        text = state_word(figure.missing.state, page.language)
    return FigureCell(
        text=text,
        href=cell_href(page, figure.cell, as_of),
        why=why_missing(figure, page.language),
        label=words(page.language)("in_progress" if _running(figure, page) else "incomplete_short"),
        running=_running(figure, page),
        unit=figure.unit,
        completeness=completeness_text(figure, page),
        synthetic=figure.synthetic,
        share=kinds_bar(figure.by_kind, page.language),
        note=provenance_note(figure, page.language),
    )


def _running(figure: Figure, page: Page) -> bool:
    """Whether the figure's period is not over yet on the page's day."""
    return Period.parse(figure.cell.period).end.isoformat() > page.as_of_day


def incomplete_members(figure: Figure, language: Language) -> list[str]:
    """The enterprises below a roll-up whose own figures have holes, by name."""
    found: list[str] = []
    for child in figure.children:
        below = [name for one in child.figures for name in incomplete_members(one, language)]
        if below:
            found += below
        elif not child.complete:
            found.append(child.name_zh if language == "zh" else child.name_en)
    return sorted(set(found))


def completeness_text(figure: Figure, page: Page) -> str:
    """Complete; in progress; or incomplete with the months and, of a roll-up, who is missing what."""
    t = words(page.language)
    if figure.completeness.complete:
        return figure.completeness.text(page.language)
    if _running(figure, page):
        return t("in_progress_until_now")
    said = figure.completeness.text(page.language)
    names = incomplete_members(figure, page.language)
    if not names:
        return said
    if len(names) > NAMED:
        more = t("and_more", count=len(names))
        names = [*names[:NAMED], more]
    return f"{said}({'、'.join(names)})" if page.language == "zh" else f"{said} ({', '.join(names)})"


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
