"""Corrected values of a figure, with both versions, by whom and for what reason; and where exactly a hole is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.corrected import Corrected, corrected
from tansuo.accounting.figure import Figure
from tansuo.evidence.moment import zone_of
from tansuo.reporting.html import Page, words

HOLES_SHOWN = 12
CORRECTED_SHOWN = 40
"""The newest corrected values on a page; the count says how many there are."""


def corrected_view(connection: Connection, page: Page, figure: Figure, as_of: int | None) -> dict[str, Any]:
    """Corrected values in words: how many are in the figure, how many came since, and each with both versions.

    ``as_of``: what is known of at that log size; None for all there is.
    """
    t = words(page.language)
    found = corrected(connection, figure, as_of)
    since = sum(one.entry >= figure.as_of for one in found)
    counts = {"corrected_in": len(found) - since, "corrected_since": since}
    more = len(found) - CORRECTED_SHOWN
    zone = ZoneInfo(zone_of(connection))
    return {
        "counts": [t(key, count=count) for key, count in counts.items() if count],
        "rows": [_corrected_row(page, one, zone, figure.as_of) for one in found[-CORRECTED_SHOWN:]],
        "more": t("corrected_more", count=more) if more > 0 else "",
    }


def _corrected_row(page: Page, one: Corrected, zone: ZoneInfo, size: int) -> dict[str, str]:
    t = words(page.language)
    read = one.day is not None
    at = f"{datetime.fromisoformat(one.at).astimezone(zone):%Y-%m-%d %H:%M}" if read else one.at
    return {
        "when": f"{datetime.fromtimestamp(one.recorded_ms / 1000, zone):%Y-%m-%d %H:%M}",
        "what": f"{one.what} {at}",
        "day_href": page.link(f"series/{one.what}/{one.day}", as_of=None) if read else "",
        "before": one.before or t("corrected_none"),
        "after": one.after,
        "unit": one.unit,
        "reason": one.reason,
        "people": one.people,
        "before_entry": "" if one.before_entry is None else str(one.before_entry),
        "before_href": page.link(f"ledger/{one.before_entry}", as_of=None),
        "entry": str(one.entry),
        "href": page.link(f"ledger/{one.entry}", as_of=None),
        "inside": t("corrected_inside" if one.entry < size else "corrected_after"),
    }


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
