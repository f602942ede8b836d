"""企业: figures by month, curves, the flue-gas comparison, completeness against the plan, findings, documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Connection, select

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.memory import Memory
from tansuo.accounting.methods_store import main_listing
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD
from tansuo.accounting.receipt import histories_of
from tansuo.evidence.entry import read_entry
from tansuo.evidence.moment import zone_of
from tansuo.evidence.tables import entry
from tansuo.methods.render import name
from tansuo.monitoring import lookup, plan
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import PeriodSum
from tansuo.monitoring.series import curves, month_sums
from tansuo.quantity.period import Period
from tansuo.quantity.wording import render
from tansuo.registry import relation, subject
from tansuo.registry.subject import Subject
from tansuo.reporting.basis_tables import basis_view, marks_of
from tansuo.reporting.cells import KEY_FIRMS, figure_cell
from tansuo.reporting.charts import Bar, column_chart, completeness_grid, line_chart
from tansuo.reporting.grids import day_labels, day_squares
from tansuo.reporting.html import Page, indicator_name, render_page, words
from tansuo.reporting.numbers import grouped, percent, shown
from tansuo.reporting.overview_pages import months_until, published_rows

DAYS_SHOWN = 35
CURVE = timedelta(days=90)
SILENT = timedelta(days=62)
FLUE = "flue_gas_co2"


def enterprise_page(
    connection: Connection, page: Page, firm: Subject, as_of: int | None, memory: Memory | None = None
) -> str:
    """Everything about one enterprise as known at `as_of`."""
    inventory = Inventory(connection, as_of, memory)
    size = inventory.as_of
    lines = plan.lines(connection, size, org=firm.id)
    counted = [line for line in lines if line.authoritative and line.form != "ratio"]
    zone = ZoneInfo(zone_of(connection))
    today = date.fromisoformat(page.as_of_day)
    names = _names(connection, page, lines, size)
    present, today = today, _last_day(connection, counted, today, size, zone)
    months = _months(counted, today if today == present else today - timedelta(days=1))
    main = main_listing(connection, METHOD, size)
    method = main.id if main else ""
    made = _figures(inventory, firm, months, method) if method and months else {}
    known = histories_of(connection, [one.cell for pair in made.values() for one in pair])
    daily = _daily(connection, counted, lines, today, size)
    view = {
        "name": firm.name_zh if page.language == "zh" else firm.name_en,
        "unit": _units(connection, page, firm, size, today),
        "synthetic": firm.synthetic,
        "facts": _facts(connection, page, firm, size, today),
        "live": _live(connection, page, lines, names, size, zone),
        "basis": (main.title_zh if page.language == "zh" else main.title_en) if main else "—",
        "quantities": [_quantity_name(made, quantity, page) for quantity in (DIRECT, INDIRECT)],
        "nonstandard": marks_of(page, (one for pair in made.values() for one in pair)),
        "bases": basis_view(page, inventory, firm.id, _whole_month(months, today)) if months else None,
        "months": [
            {
                "month": month.text,
                "figures": [figure_cell(page, one) for one in made[month.text]],
                "published": published_rows(page, made[month.text], known),
            }
            for month in reversed(months)
            if month.text in made
        ],
        "charts": [_curve(page, line, names, today, daily[line.series]) for line in counted],
        "comparison": _comparison(connection, page, inventory, lines, names, months, method, today, daily),
        "grid": _grid(page, counted, names, today, daily),
        "plan": [_plan_row(page, line, names) for line in lines],
        "findings": _findings(connection, page, counted, today, size),
        "documents": _documents(connection, page, firm, size),
    }
    return render_page("enterprise.html", page, title=str(view["name"]), view=view)


def _whole_month(months: Sequence[Period], today: date) -> Period:
    """The newest month shown that is over; the first where none is."""
    return next((one for one in reversed(months) if one.end <= today), months[0])


def _names(connection: Connection, page: Page, lines: Sequence[PlanLine], as_of: int) -> dict[str, str]:
    found = subject.find(connection, ids=sorted({line.source for line in lines}), as_of=as_of)
    return {one.id: one.name_zh if page.language == "zh" else one.name_en for one in found}


def _last_day(
    connection: Connection, lines: Sequence[PlanLine], today: date, as_of: int, zone: ZoneInfo
) -> date:
    """The day the page ends on: the present one, or of a firm long silent (an import of a past year) its last."""
    newest = lookup.latest(connection, [line.series for line in lines], as_of) if lines else {}
    if not newest:
        return today
    last = max(one.start for one in newest.values()).astimezone(zone).date()
    return min(today, last + timedelta(days=1)) if today - last > SILENT else today


def _months(lines: Sequence[PlanLine], now: date) -> list[Period]:
    if not lines:
        return []
    return months_until(now, min(line.valid_from for line in lines).strftime("%Y-%m"))


def _figures(
    inventory: Inventory, firm: Subject, months: Sequence[Period], method: str
) -> dict[str, tuple[Figure, ...]]:
    cells = [
        Cell(firm.id, quantity, month.text, method) for month in months for quantity in (DIRECT, INDIRECT)
    ]
    made = inventory.figures(cells)
    return {month.text: tuple(made[2 * at : 2 * at + 2]) for at, month in enumerate(months)}


def _quantity_name(made: dict[str, tuple[Figure, ...]], quantity: str, page: Page) -> str:
    for pair in made.values():
        for one in pair:
            if one.cell.quantity == quantity:
                return name(quantity, page.language, one.method.words)
    return quantity


def _units(connection: Connection, page: Page, firm: Subject, as_of: int, today: date) -> str:
    parents = [one.b for one in relation.parents(connection, firm.id, KEY_FIRMS, today, as_of)]
    found = subject.find(connection, ids=parents, as_of=as_of) if parents else []
    return "、".join(one.name_zh if page.language == "zh" else one.name_en for one in found)


def _facts(
    connection: Connection, page: Page, firm: Subject, as_of: int, today: date
) -> list[tuple[str, str]]:
    t = words(page.language)
    facts = [("ID", firm.id), (t("unit_name"), _units(connection, page, firm, as_of, today))]
    if "industry" in firm.attributes:
        facts.append((t("industry"), firm.attributes["industry"]))
    return facts


def _live(
    connection: Connection,
    page: Page,
    lines: Sequence[PlanLine],
    names: dict[str, str],
    as_of: int,
    zone: ZoneInfo,
) -> list[dict[str, str]]:
    t = words(page.language)
    rates = {line.series: line for line in lines if line.form == "rate"}
    found = lookup.latest(connection, list(rates), as_of) if rates else {}
    return [
        {
            "name": names.get(rates[series].source, series),
            "value": grouped(one.value) if one.value is not None else t(f"state.{one.state.value}"),
            "unit": rates[series].unit if one.value is not None else "",
            "when": one.start.astimezone(zone).strftime("%m-%d %H:%M:%S"),
        }
        for series, one in sorted(found.items())
    ]


def _daily(
    connection: Connection, counted: Sequence[PlanLine], lines: Sequence[PlanLine], today: date, as_of: int
) -> dict[str, list[PeriodSum]]:
    """The daily sums that charts, comparison and grid are drawn from, by series."""
    wanted = {line.series for line in [*counted, *filter(None, [_flue(lines)])]}
    drawn = [line for line in lines if line.series in wanted]
    return curves(connection, drawn, today - CURVE, today + timedelta(days=1), as_of)


def _flue(lines: Sequence[PlanLine]) -> PlanLine | None:
    return next((line for line in lines if line.indicator == FLUE), None)


def _between(daily: Sequence[PeriodSum], start: date, end: date) -> list[PeriodSum]:
    return [one for one in daily if start <= one.period.start < end]


def _curve(
    page: Page, line: PlanLine, names: dict[str, str], today: date, daily: Sequence[PeriodSum]
) -> dict[str, object]:
    t = words(page.language)
    bars = []
    for one in _between(daily, max(line.valid_from, today - CURVE), today):
        value = one.total if one.total is not None else one.partial
        look = "measured" if one.total is not None else "incomplete" if value is not None else "missing"
        day = one.period.start
        said = shown(value, 2) or t("state.missing")
        href = page.link(f"series/{line.series}/{day}")
        bars.append(Bar(day.strftime("%m-%d"), value, look, f"{day} {said}", href))  # type: ignore[arg-type]
    badge = t("synthetic") if line.synthetic else ""
    said = f"{names.get(line.source, line.source)} · {indicator_name(t, line.indicator)}"
    return {
        "name": said,
        "svg": column_chart(bars, unit=line.amount_unit, caption=said, badge=badge, height=200, width=560),
    }


def _comparison(
    connection: Connection,
    page: Page,
    inventory: Inventory,
    lines: Sequence[PlanLine],
    names: dict[str, str],
    months: Sequence[Period],
    method: str,
    today: date,
    daily: dict[str, list[PeriodSum]],
) -> dict[str, object] | None:
    """Fuel against flue gas of the source that the stack measures, month by month; the flue-gas series is never an
    input of a figure. Months that it covers in part are not compared."""
    t = words(page.language)
    flue = _flue(lines)
    if flue is None or not months or not method:
        return None
    covered = [month for month in months if month.end > flue.valid_from]
    cells = {month.text: Cell(flue.source, DIRECT, month.text, method) for month in covered}
    made = inventory.figures(list(cells.values()))
    window = Period(f"{months[0].start}..{months[-1].end}", months[0].start, months[-1].end, "years")
    sums = {one.period.text: one for one in month_sums(connection, [flue], window, inventory.as_of)}
    rows = []
    for month, fuel in zip(reversed(covered), reversed(made), strict=True):
        seen = sums.get(month.text)
        whole = None if seen is None or flue.valid_from > month.start else seen.total
        apart = None if whole is None or not fuel.value else percent(whole - fuel.value, fuel.value, 2)
        rows.append(
            {
                "month": month.text,
                "fuel": figure_cell(page, fuel, places=0),
                "flue": shown(whole, 0) if whole is not None else t("incomplete_short"),
                "difference": "—" if apart is None else f"{apart} %",
            }
        )
    start = max(flue.valid_from, today - timedelta(days=60))
    points = [
        (one.period.start.strftime("%m-%d"), one.total) for one in _between(daily[flue.series], start, today)
    ]
    badge = t("synthetic") if flue.synthetic else ""
    drawing: Markup = line_chart(
        [(t("from_flue"), points)], unit="t CO2", caption=t("comparison"), badge=badge
    )
    source = names.get(flue.source, flue.source)
    return {"svg": drawing, "rows": rows, "note": t("comparison_note", source=source)}


def _grid(
    page: Page,
    lines: Sequence[PlanLine],
    names: dict[str, str],
    today: date,
    daily: dict[str, list[PeriodSum]],
) -> Markup:
    t = words(page.language)
    start, end = today - timedelta(days=DAYS_SHOWN - 1), today + timedelta(days=1)
    rows = []
    for line in lines:
        squares = day_squares(
            daily[line.series], start, end, page,
            lambda day, series=line.series: page.link(f"series/{series}/{day}"),  # type: ignore[misc]
        )  # fmt: skip
        rows.append((f"{names.get(line.source, line.series)} · {indicator_name(t, line.indicator)}", squares))
    badge = t("synthetic") if any(line.synthetic for line in lines) else ""
    return completeness_grid(rows, columns=day_labels(start, end), caption=t("grid_title"), badge=badge)


def _plan_row(page: Page, line: PlanLine, names: dict[str, str]) -> dict[str, str]:
    t = words(page.language)
    return {
        "source": names.get(line.source, line.source),
        "series": line.series,
        "indicator": indicator_name(t, line.indicator),
        "stream": f"{line.channel} {line.device} {line.stream}",
        "form": f"{t('form.' + line.form)} · {line.step_s} s",
        "unit": line.unit,
        "authoritative": "✓" if line.authoritative else t("for_comparison"),
    }


def _findings(
    connection: Connection, page: Page, lines: Sequence[PlanLine], today: date, as_of: int
) -> list[str]:
    month = Period.of_month(today.year, today.month)
    found = lookup.checks(connection, lines, (month.previous(), month), as_of)
    return [render(one, page.language) for one in found[:40]]


def _documents(connection: Connection, page: Page, firm: Subject, as_of: int) -> list[dict[str, object]]:
    query = (
        select(entry.c.index, entry.c.data)
        .where(entry.c.type == "document", entry.c.org_id == firm.org, entry.c.index < as_of)
        .order_by(entry.c.index.desc())
        .limit(50)
    )
    rows: list[dict[str, object]] = []
    for index, data in connection.execute(query):
        body = read_entry(index, bytes(data)).body
        rows.append(
            {
                "name": str(body["name"]),
                "sha256": str(body["blob"]),
                "index": index,
                "href": page.link(f"ledger/{index}"),
            }
        )
    return rows
