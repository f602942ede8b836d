"""Why a figure moved: corrections made since, by whom and for what reason; and where exactly a hole is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tansuo.accounting.figure import Figure
from tansuo.evidence.entry import Entry, read_entry
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.evidence.tables import entry
from tansuo.quantity.period import Period
from tansuo.reporting.html import Page

HOLES_SHOWN = 12


def leaf_orgs(figure: Figure) -> set[str]:
    """The enterprises whose data a figure rests on."""
    if figure.bound is not None:
        return {figure.bound.subject.org}
    return set().union(*(leaf_orgs(one) for child in figure.children for one in child.figures))


def corrections_since(connection: Connection, figure: Figure) -> list[Entry]:
    """Correction entries after the figure's ledger size, on days of its period, of its enterprises."""
    period = Period.parse(figure.cell.period)
    query = (
        select(entry.c.index, entry.c.data)
        .where(
            entry.c.type == "correction",
            entry.c.index >= figure.as_of,
            entry.c.org_id.in_(sorted(leaf_orgs(figure))),
        )
        .order_by(entry.c.index)
    )
    found = [read_entry(index, bytes(data)) for index, data in connection.execute(query)]
    first, last = period.start.isoformat(), period.end.isoformat()
    return [one for one in found if first <= str(one.body.get("day", "")) < last]


def correction_rows(connection: Connection, page: Page, figure: Figure) -> list[dict[str, str]]:
    """Those corrections in words: when, which reading, what it says now, the reason, the two people."""
    zone = zone_of(connection)
    rows = []
    for one in corrections_since(connection, figure):
        body: Mapping[str, Any] = one.body
        when = recorded_at(connection, one.index + 1, zone)
        rows.append(
            {
                "when": when.strftime("%Y-%m-%d %H:%M") if when else "",
                "series": str(body.get("series", "")),
                "day_href": page.link(f"series/{body.get('series')}/{body.get('day')}", as_of=None),
                "day": str(body.get("day", "")),
                "value": f"{body.get('value') or body.get('state')} {body.get('unit', '')}",
                "reason": str((one.why if one.why is not None else {}).get("reason", "")),
                "people": f"{one.by.id} + {body.get('second_by', '')}",
                "entry": str(one.index),
                "href": page.link(f"ledger/{one.index}", as_of=None),
            }
        )
    return rows


def hole_rows(connection: Connection, page: Page, figure: Figure) -> list[dict[str, str]]:
    """Where readings are missing: activity, source, from when to when, how many."""
    zone = ZoneInfo(zone_of(connection))
    sources = figure.bound.sources if figure.bound is not None else {}
    rows = []
    for cell in figure.completeness.cells:
        about = sources.get(cell.source)
        said = cell.source if about is None else about.name_zh if page.language == "zh" else about.name_en
        for hole in cell.holes:
            start, end = hole.start.astimezone(zone), hole.end.astimezone(zone)
            rows.append(
                {
                    "source": said,
                    "span": f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}",
                    "count": str(hole.cells),
                }
            )
    return rows[:HOLES_SHOWN]
