"""Notices 提醒: what somebody should look at, found in the data themselves and never kept apart from them.

A notice is not a stored thing: it is there as long as its reason is, as of any log size. Holes and conflicts
are of the months that figures rest on, corrections and late data of the weeks before, and a published figure
that is another one now is named with both values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tansuo.accounting.cockpit import MONTHS, QUANTITIES, trend_months
from tansuo.accounting.completeness import CellState
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import RELATION
from tansuo.accounting.receipt import FirstSaid, first_said
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import read_entry
from tansuo.evidence.tables import entry, leaf
from tansuo.monitoring import plan
from tansuo.monitoring.coverage import late_readings
from tansuo.monitoring.health import devices
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.quarantine import held
from tansuo.quantity.period import Period
from tansuo.registry.duties import awaited

Kind = Literal["hole", "conflict", "late", "correction", "quarantine", "silent", "moved", "deadline"]
Severity = Literal["error", "warning", "info"]

HOLE_MONTHS = 3
RECENT = timedelta(days=30)
SOON = timedelta(days=14)
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at. ``subject`` is whose it is ("" for the city's own), ``org`` who may see it;
    ``params`` are what its words name; ``target`` is a path of the workspace; ``since`` in UTC."""

    kind: Kind
    severity: Severity
    subject: str
    org: str
    since: datetime | None
    target: str
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, float, str, str]:
        """The gravest first, the youngest of them first."""
        when = 0.0 if self.since is None else -self.since.timestamp()
        return _RANK[self.severity], when, self.kind, self.target


@dataclass(frozen=True)
class Watch:
    """What notices are asked of: one inventory with the whole city in view, and the instant it speaks for."""

    connection: Connection
    inventory: Inventory
    city: str
    method: str
    now: datetime


def notices(watch: Watch) -> list[Notice]:
    """Every notice of the city at the watch's size and instant, the gravest first."""
    size = watch.inventory.as_of
    month = Period.of_month(watch.now.year, watch.now.month)
    months = trend_months(month, watch.now.date())
    under = watch.inventory.tree(RELATION, [watch.city])
    firms = sorted({one for each in months for one in under.leaves(watch.city, each)})
    lines = plan.lines(watch.connection, size)
    found = [
        *_cells(watch, firms, months[-HOLE_MONTHS:]),
        *_late(watch, lines),
        *_corrections(watch, lines),
        *_quarantined(watch, lines),
        *_silent(watch, lines),
        *_moved(watch, months, set(firms)),
        *_deadlines(watch),
    ]
    return sorted(found, key=lambda one: one.order)


def _cells(watch: Watch, firms: Sequence[str], months: Sequence[Period]) -> Iterator[Notice]:
    """Holes and conflicts of the enterprises' last months; of the running month only what is over."""
    wanted = [
        Cell(firm, quantity, month.text, watch.method)
        for firm in firms
        for month in months
        for quantity in QUANTITIES
    ]
    by_place: dict[tuple[str, str], dict[tuple[str, str], CellState]] = {}
    owners: dict[str, str] = {}
    for one in watch.inventory.figures(wanted):
        owners[one.cell.subject] = one.org
        cells = by_place.setdefault((one.cell.subject, one.cell.period), {})
        cells.update({(state.term, state.source): state for state in one.completeness.cells})
    for (firm, month), cells in by_place.items():
        holes = {
            key: over
            for key, state in cells.items()
            if (over := [hole for hole in state.holes if hole.end <= watch.now])
        }
        target = f"/enterprises/{firm}"
        if holes:
            flat = [hole for each in holes.values() for hole in each]
            params: dict[str, str | int] = {
                "period": month, "count": sum(one.cells for one in flat), "sources": len(holes),
            }  # fmt: skip
            since = min(one.start for one in flat)
            yield Notice("hole", "error", firm, owners[firm], since, target, params)
        if conflicts := sum(state.conflicts for state in cells.values()):
            params = {"period": month, "count": conflicts}
            days = f"{target}?tab=completeness&year={month[:4]}&month={month}"
            yield Notice("conflict", "warning", firm, owners[firm], None, days, params)


def _late(watch: Watch, lines: Sequence[PlanLine]) -> Iterator[Notice]:
    """Days of which something first became known too late; what replaces a reading is not late."""
    owner = {line.series: line.org for line in lines}
    days: dict[str, list[tuple[datetime, str]]] = {}
    first, last = (watch.now - RECENT).date(), watch.now.date() + timedelta(days=1)
    for one in late_readings(watch.connection, lines, first, last, watch.inventory.as_of):
        received = datetime.fromtimestamp(one.recorded_ms / 1000, watch.now.tzinfo)
        days.setdefault(owner[one.series], []).append((received, one.day.isoformat()))
    for org, late in days.items():
        dates = sorted({day for _, day in late})
        params: dict[str, str | int] = {"count": len(dates), "first": dates[0], "last": dates[-1]}
        yield Notice("late", "info", org, org, max(late)[0], f"/enterprises/{org}", params)


def _corrections(watch: Watch, lines: Sequence[PlanLine]) -> Iterator[Notice]:
    """Corrections, with source, indicator and civil time of the reading (of a register's event: of that)."""
    known = {line.series: line for line in lines}
    since = int((watch.now - RECENT).timestamp() * 1000)
    query = (
        select(entry.c.index, entry.c.data, leaf.c.recorded)
        .join(leaf, leaf.c.index == entry.c.index)
        .where(entry.c.type == "correction", entry.c.index < watch.inventory.as_of, leaf.c.recorded >= since)
    )
    for index, data, recorded in watch.connection.execute(query):
        made = read_entry(index, bytes(data))
        when = datetime.fromtimestamp(recorded / 1000, watch.now.tzinfo)
        series = str(made.body["series"])
        at = datetime.fromisoformat(str(made.body["at" if "life_event" in made.body else "start"]))
        line = known.get(series)
        params: dict[str, str | int] = {
            "source": line.source if line else series,
            "indicator": line.indicator if line else "",
            "time": at.astimezone(ZoneInfo(line.zone) if line else watch.now.tzinfo).strftime(
                "%Y-%m-%d %H:%M"
            ),
        }
        yield Notice("correction", "info", made.org, made.org, when, f"/ledger/{index}", params)


def _quarantined(watch: Watch, lines: Sequence[PlanLine]) -> Iterator[Notice]:
    owner = {line.device: line.org for line in lines if line.device}
    for one in held(watch.connection, watch.inventory.as_of):
        org = owner.get(one.device, CITY)
        params: dict[str, str | int] = {"device": one.device, "count": one.count, "code": one.code}
        subject = "" if org == CITY else org
        yield Notice("quarantine", "warning", subject, org, None, f"/ledger/{one.arrival}", params)


def _silent(watch: Watch, lines: Sequence[PlanLine]) -> Iterator[Notice]:
    for one in devices(watch.connection, lines, watch.now, watch.inventory.as_of):
        if one.pulse == "live":
            continue
        severity: Severity = "warning" if one.pulse == "late" else "error"
        params: dict[str, str | int] = {"device": one.device, "pulse": one.pulse}
        yield Notice("silent", severity, one.org, one.org, one.newest, f"/enterprises/{one.org}", params)


def _moved(watch: Watch, months: Sequence[Period], firms: set[str]) -> Iterator[Notice]:
    """Published figures of the last ``MONTHS`` months that have another value now."""
    assert len(months) == MONTHS
    texts = [one.text for one in months]
    said = [
        one
        for one in first_said(watch.connection, texts, watch.inventory.as_of)
        if one.cell.method == watch.method and one.cell.quantity in QUANTITIES and one.value is not None
        if one.cell.relation == RELATION or one.cell.subject in firms
    ]
    now: Sequence[Figure] = watch.inventory.figures([one.cell for one in said])
    for one, figure in zip(said, now, strict=True):
        if figure.text != one.value:
            yield _restated(one, figure)


def _restated(one: FirstSaid, figure: Figure) -> Notice:
    cell = one.cell
    params: dict[str, str | int] = {
        "quantity": cell.quantity, "period": cell.period, "old": str(one.value), "unit": figure.unit,
        "new": "—" if figure.text is None else figure.text, "receipt": one.receipt,
    }  # fmt: skip
    page = f"/overview?period={cell.period}" if cell.relation else f"/enterprises/{cell.subject}?"
    target = f"{page}&figure={one.receipt}".replace("?&", "?")
    return Notice("moved", "warning", cell.subject, one.org, None, target, params)


def _deadlines(watch: Watch) -> Iterator[Notice]:
    today = watch.now.date()
    for one in awaited(watch.connection, watch.inventory.as_of):
        if one.deadline is None or one.deadline > today + SOON:
            continue
        severity: Severity = "error" if one.deadline < today else "warning"
        params: dict[str, str | int] = {
            "title_zh": one.title_zh, "title_en": one.title_en, "deadline": one.deadline.isoformat(),
            "role": one.role, "overdue": "yes" if one.deadline < today else "",
        }  # fmt: skip
        yield Notice("deadline", severity, one.subject, one.org, None, f"/ledger/{one.entry}", params)
