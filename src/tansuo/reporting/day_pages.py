"""One series on one day: every cell of the plan's grid, its reading, its raw bytes, its earlier versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tansuo.evidence.tables import entry
from tansuo.monitoring.grid import cells
from tansuo.monitoring.lookup import day_readings, line_of
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import Reading
from tansuo.monitoring.series import curve
from tansuo.quantity.decimals import plain
from tansuo.registry import subject
from tansuo.reporting.charts import Bar, column_chart
from tansuo.reporting.html import Page, render_page, words
from tansuo.reporting.numbers import grouped
from tansuo.reporting.words import kind_word, state_word


def day_page(connection: Connection, page: Page, series: str, day: date, as_of: int | None) -> str:
    """The day of a series as known at `as_of`; FindingError `monitoring.unknown_series` for no such series."""
    t = words(page.language)
    line = line_of(connection, series, as_of)
    zone = ZoneInfo(line.zone)
    readings = day_readings(connection, series, day, as_of)
    known = {one.start: one for one in readings}
    grid = _grid(line, day) if line.step_s > 0 else []
    missing = [at for at in grid if at not in known]
    corrections = _corrections(connection, {one.arrival for one in readings})
    rows = [_row(page, line, one, zone, corrections) for one in readings]
    rows += [_hole(page, line, at, zone) for at in missing]
    rows.sort(key=lambda row: str(row["interval"]))
    firm = subject.get(connection, line.org, as_of=as_of)
    source = subject.get(connection, line.source, as_of=as_of)
    zh = page.language == "zh"
    sums = [] if line.form == "ratio" else curve(connection, series, day, day + timedelta(days=1), as_of)
    total = sums[0].total if sums else None
    view = {
        "enterprise": (firm.name_zh if zh else firm.name_en) if firm else line.org,
        "enterprise_href": page.link(f"enterprises/{line.org}"),
        "source": (source.name_zh if zh else source.name_en) if source else line.source,
        "name": (source.name_zh if zh else source.name_en) if source else series,
        "day": day.isoformat(),
        "unit": line.unit,
        "synthetic": line.synthetic,
        "summary": t(
            "day_summary",
            expected=len(grid) if grid else "—",
            present=sum(1 for one in readings if one.value is not None or one.state.adds_nothing),
            total=_total(line, total, page),
        ),
        "before": page.link(f"series/{series}/{day - timedelta(days=1)}"),
        "after": page.link(f"series/{series}/{day + timedelta(days=1)}"),
        "chart": column_chart(
            _bars(grid, known, zone) or [Bar(str(row["interval"]), None) for row in rows],
            unit=line.unit,
            caption=f"{series} {day}",
            badge=t("synthetic") if line.synthetic else "",
            height=180,
        ),
        "readings": rows,
        "conflicts": sum(len(one.conflicts) for one in readings),
        "desk": page.link(f"app/enterprises/{line.org}", tab="history"),
    }
    return render_page("day.html", page, title=t("day_title", series=view["name"], day=day), view=view)


def _total(line: PlanLine, total: Decimal | None, page: Page) -> str:
    """The day's sum in words; a ratio has none, and an incomplete day has none."""
    t = words(page.language)
    if line.form == "ratio":
        return t("not_summed")
    return t("incomplete") if total is None else f"{grouped(total)} {line.amount_unit}"


def _grid(line: PlanLine, day: date) -> list[datetime]:
    utc = ZoneInfo("UTC")
    return [datetime.fromtimestamp(at, utc) for at in cells(line.zone, line.step_s, day)]


def _bars(grid: list[datetime], known: dict[datetime, Reading], zone: ZoneInfo) -> list[Bar]:
    bars = []
    for at in grid[:288]:
        one = known.get(at)
        value: Decimal | None = one.value if one else None
        label = at.astimezone(zone).strftime("%H:%M")
        title = f"{label} {plain(value) if value is not None else (one.state.value if one else 'missing')}"
        bars.append(Bar(label, value, "measured" if value is not None else "missing", title))
    return bars


def _corrections(connection: Connection, arrivals: set[int]) -> frozenset[int]:
    """Which of the entries that readings lead to are corrections rather than arrivals."""
    query = select(entry.c.index).where(entry.c.index.in_(arrivals), entry.c.type == "correction")
    return frozenset(connection.scalars(query))


def _interval(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    return f"{begins:%H:%M:%S}" if start == end else f"{begins:%H:%M}–{ends:%H:%M}"


def _row(
    page: Page, line: PlanLine, one: Reading, zone: ZoneInfo, corrections: frozenset[int]
) -> dict[str, object]:
    t = words(page.language)
    if one.arrival in corrections:
        raw, href = t("raw_correction", index=one.entry), page.link(f"ledger/{one.entry}")
    else:
        raw = t("raw_row", record=one.record) if line.channel == "file" else t("raw_frame", record=one.record)
        href = page.link(f"frames/{one.arrival}/{one.record}")
    return {
        "interval": _interval(one.start, one.end, zone),
        "value": grouped(one.value) if one.value is not None else "—",
        "state": state_word(one.state, page.language),
        "kind": kind_word(one.provenance, page.language),
        "flag": one.flag,
        "raw": raw,
        "href": href,
        "earlier": _listed(page, one.superseded),
        "disputed": _listed(page, one.conflicts),
    }


def _listed(page: Page, versions: Sequence[Reading]) -> str:
    return "; ".join(
        f"{grouped(one.value) if one.value is not None else state_word(one.state, page.language)} (#{one.entry})"
        for one in versions
    )


def _hole(page: Page, line: PlanLine, at: datetime, zone: ZoneInfo) -> dict[str, object]:
    t = words(page.language)
    return {
        "interval": _interval(at, at + timedelta(seconds=line.step_s), zone),
        "value": "—",
        "state": t("state.missing"),
        "kind": "",
        "flag": "",
        "raw": t("no_reading"),
        "href": "",
        "earlier": "",
        "disputed": "",
    }
