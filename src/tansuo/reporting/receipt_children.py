"""What a sum is made of, for a reader: each part with what this reader may open of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.receipt import Published, histories_of
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.reporting.cells import Seen, figure_cell
from tansuo.reporting.charts import share_bar
from tansuo.reporting.html import Page, words


def children_rows(
    connection: Connection, page: Page, figure: Figure, entry: Entry | None, seen: Seen
) -> list[dict[str, object]]:
    """The parts of a roll-up, as known at its own size; `entry` publishes it, None while it is provisional.

    A published sum states its parts itself, so they are shown to whoever may read it; a part leads to its own
    receipt, the published one for a reader who sees no other. Of a provisional sum a reader sees the parts
    that lie in their scope, and of the others only that they belong to it.
    """
    as_of = None if entry is None else figure.as_of
    below = [one.cell for child in figure.children for one in child.figures]
    public = {} if seen.provisional or entry is None else histories_of(connection, below)
    rows: list[dict[str, object]] = []
    for child in figure.children:
        said = child.name_zh if page.language == "zh" else child.name_en
        for one in child.figures:
            name = said if len(child.figures) == 1 else f"{said} {one.cell.period}"
            row = {"name": name, **_part(page, figure, one, said, as_of)}
            if not (seen.provisional and (one.org == CITY or seen.shows(one.org))):
                row |= {"href": _public_receipt(page, one, public)}
                if entry is None:
                    row |= _hidden(page)
            rows.append(row)
    return rows


def _part(page: Page, figure: Figure, one: Figure, said: str, as_of: int | None) -> dict[str, object]:
    cell = figure_cell(page, one, as_of=as_of)
    total = figure.partial if figure.partial is not None else Decimal(0)
    known = one.value if one.value is not None else one.partial
    bar = Markup("")
    if known is not None and total > known >= 0:
        bar = share_bar([(said, known), ("", total - known)], caption=said)
    return {
        "text": cell.text,
        "href": cell.href,
        "why": cell.why,
        "label": cell.label,
        "running": cell.running,
        "completeness": cell.completeness,
        "bar": bar,
    }


def _hidden(page: Page) -> dict[str, object]:
    label = words(page.language)("outside_scope")
    return {"text": None, "why": "", "label": label, "completeness": "", "bar": Markup("")}


def _public_receipt(page: Page, one: Figure, histories: Mapping[Cell, Sequence[Published]]) -> str:
    """The address of the public receipt that says the same of a part; "" where there is none."""
    for known in histories.get(one.cell, ()):
        if known.org == PUBLIC and known.value == one.text:
            return page.link(f"receipts/{known.receipt}")
    return ""
