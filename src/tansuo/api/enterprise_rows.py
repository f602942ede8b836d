"""Rows of the list of enterprises: put together, narrowed, ordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from tansuo.accounting.enterprises import Change, Measured, Standing, standings
from tansuo.accounting.figure import Cell
from tansuo.accounting.standing import StandingValue, receipt_for, standing_values
from tansuo.api.looking import Look
from tansuo.api.shapes import Amount, Named, known_of_figure, named, of_figure
from tansuo.monitoring import plan
from tansuo.monitoring.freshness import Freshness, freshness
from tansuo.monitoring.pending import Pending, pending
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.registry import case, subject
from tansuo.registry.relation import relations
from tansuo.registry.sectors import sector_name
from tansuo.registry.subject import Subject

KEY_FIRMS = "reports_for"
CORRECTION, ASKED = "correction", "asked"

Sort = Literal[
    "name", "unit", "sector", "direct", "indirect", "direct_before", "direct_year", "indirect_before",
    "indirect_year", "completeness", "measured", "newest", "open",
]  # fmt: skip


class EnterpriseChange(BaseModel):
    """Against the figure of `base`, a period: `percent` of it, null where either is incomplete or it is zero."""

    base: str
    before: Amount
    percent: str | None


class MeasuredBody(BaseModel):
    """A figure of the period; `known` is what is known of an incomplete one; `measured` percent of the known
    amount rests on measured activity."""

    amount: Amount
    known: Amount
    since_before: EnterpriseChange | None
    since_year: EnterpriseChange | None
    measured: str | None


class OnlineBody(BaseModel):
    """When the firm was last heard of: state online, delayed, silent or none; instants in UTC."""

    state: str
    newest: datetime | None
    series: str | None


class EnterpriseOpen(BaseModel):
    """What waits for a person. `holes`: amounts of the period (source and month) that are not complete."""

    conflicts: int
    quarantined: int
    corrections: int
    holes: int


class EnterpriseRow(BaseModel):
    """One enterprise of the period. Direct and indirect emission stand apart and are never added."""

    enterprise: Named
    units: list[Named]
    sector: str | None
    sector_zh: str
    sector_en: str
    industry: str | None
    capacity: str | None
    direct: MeasuredBody
    indirect: MeasuredBody
    complete: bool
    readings_expected: int
    readings_present: int
    readings_percent: str | None
    online: OnlineBody
    open: EnterpriseOpen


@dataclass(frozen=True, slots=True)
class Found:
    """An enterprise with everything its row says."""

    standing: Standing
    units: tuple[Subject, ...]
    fresh: Freshness
    waiting: EnterpriseOpen

    @property
    def firm(self) -> Subject:
        """The enterprise."""
        return self.standing.subject


def find(look: Look, period: Period, method: str) -> list[Found]:
    """Every enterprise within the viewer's scope, ordered by id."""
    firms = [
        one
        for one in subject.find(look.connection, kind="enterprise", as_of=look.size)
        if look.viewer.sees(one.org)
    ]
    made = standings(look.inventory, firms, period, method=method)
    units = units_of(look, firms, period)
    fresh = freshness(look.connection, plan.lines(look.connection, look.size), look.now, look.size)
    waiting = pending(look.connection, look.size)
    asked = Counter(
        one.org for one in case.find(look.connection, kind=CORRECTION, as_of=look.size) if one.step == ASKED
    )
    nothing, unheard = Pending(0, 0), Freshness("none", None, None)
    return [
        Found(
            one,
            units.get(one.subject.id, ()),
            fresh.get(one.subject.id, unheard),
            _open(waiting.get(one.subject.id, nothing), asked[one.subject.id], one.holes),
        )
        for one in made
    ]


def _open(waiting: Pending, corrections: int, holes: int) -> EnterpriseOpen:
    return EnterpriseOpen(
        conflicts=waiting.conflicts, quarantined=waiting.quarantined, corrections=corrections, holes=holes
    )


def units_of(look: Look, firms: Sequence[Subject], period: Period) -> Mapping[str, tuple[Subject, ...]]:
    """The units that firms report for on the last day of the period."""
    links = relations(
        look.connection, KEY_FIRMS, a=[one.id for one in firms], on=period.days()[-1], as_of=look.size
    )
    names = sorted({link.b for link in links})
    units = {one.id: one for one in subject.find(look.connection, ids=names, as_of=look.size)}
    found: dict[str, tuple[Subject, ...]] = {}
    for link in links:
        if link.b in units:
            found[link.a] = (*found.get(link.a, ()), units[link.b])
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list; empty means everything."""

    text: str = ""
    units: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    online: frozenset[str] = frozenset()
    complete: bool | None = None
    waiting: bool | None = None

    def takes(self, one: Found) -> bool:
        """Whether a row is wanted."""
        firm = one.firm
        named = " ".join((firm.id, firm.name_zh, firm.name_en, firm.attributes.get("industry", ""))).lower()
        return (
            self.text.strip().lower() in named
            and (not self.units or any(unit.id in self.units for unit in one.units))
            and (not self.sectors or firm.attributes.get("sector", "") in self.sectors)
            and (not self.online or one.fresh.state in self.online)
            and (self.complete is None or one.standing.complete == self.complete)
            and (self.waiting is None or (waiting_of(one) > 0) == self.waiting)
        )


def waiting_of(one: Found) -> int:
    """How many things of an enterprise wait for a person."""
    return sum((one.waiting.conflicts, one.waiting.quarantined, one.waiting.corrections, one.waiting.holes))


def ordered(found: Sequence[Found], by: Sort, *, descending: bool) -> list[Found]:
    """The rows by one column; what has no value there comes last either way, equal ones by id."""
    key = _KEYS[by]
    keyed = [(key(one), one) for one in found]
    with_value = [(value, one) for value, one in keyed if value is not None]
    without = [one for value, one in keyed if value is None]
    with_value.sort(key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [one for _, one in with_value] + without


_KEYS: Mapping[Sort, Callable[[Found], object]] = {
    "name": lambda one: one.firm.name_zh,
    "unit": lambda one: one.units[0].id if one.units else None,
    "sector": lambda one: one.firm.attributes.get("sector"),
    "direct": lambda one: one.standing.direct.figure.value,
    "indirect": lambda one: one.standing.indirect.figure.value,
    "direct_before": lambda one: _percent(one.standing.direct.since_before),
    "direct_year": lambda one: _percent(one.standing.direct.since_year),
    "indirect_before": lambda one: _percent(one.standing.indirect.since_before),
    "indirect_year": lambda one: _percent(one.standing.indirect.since_year),
    "completeness": lambda one: one.standing.readings,
    "measured": lambda one: one.standing.direct.measured,
    "newest": lambda one: one.fresh.newest,
    "open": waiting_of,
}


def _percent(change: Change | None) -> Decimal | None:
    return None if change is None else change.percent


def rows(look: Look, found: Sequence[Found]) -> list[EnterpriseRow]:
    """Rows as they leave, each number with the receipt that says it."""
    cells = [cell for one in found for cell in _cells(one.standing)]
    standing = standing_values(look.connection, cells, look.size) if cells else {}
    return [_row(one, standing) for one in found]


def _cells(one: Standing) -> list[Cell]:
    found = []
    for measured in (one.direct, one.indirect):
        found.append(measured.figure.cell)
        found += [
            each.before.cell for each in (measured.since_before, measured.since_year) if each is not None
        ]
    return found


def _row(one: Found, standing: Mapping[Cell, StandingValue]) -> EnterpriseRow:
    made, firm = one.standing, one.firm
    return EnterpriseRow(
        enterprise=named(firm),
        units=[named(unit) for unit in one.units],
        sector=firm.attributes.get("sector"),
        sector_zh=sector_name(firm.attributes.get("sector"), "zh"),
        sector_en=sector_name(firm.attributes.get("sector"), "en"),
        industry=firm.attributes.get("industry"),
        capacity=firm.attributes.get("capacity"),
        direct=measured_body(made.direct, standing),
        indirect=measured_body(made.indirect, standing),
        complete=made.complete,
        readings_expected=made.expected,
        readings_present=made.present,
        readings_percent=text_of(made.readings),
        online=online_body(one.fresh),
        open=one.waiting,
    )


def online_body(fresh: Freshness) -> OnlineBody:
    """Freshness as it leaves."""
    return OnlineBody(state=fresh.state, newest=fresh.newest, series=fresh.series)


def measured_body(one: Measured, standing: Mapping[Cell, StandingValue]) -> MeasuredBody:
    """A figure with its changes as it leaves."""
    return MeasuredBody(
        amount=of_figure(one.figure, receipt_for(one.figure, standing)),
        known=known_of_figure(one.figure),
        since_before=_change(one.since_before, standing),
        since_year=_change(one.since_year, standing),
        measured=text_of(one.measured),
    )


def _change(one: Change | None, standing: Mapping[Cell, StandingValue]) -> EnterpriseChange | None:
    if one is None:
        return None
    before = of_figure(one.before, receipt_for(one.before, standing))
    return EnterpriseChange(base=one.base, before=before, percent=text_of(one.percent))


def text_of(value: Decimal | None) -> str | None:
    """A decimal as text; None stays None."""
    return None if value is None else plain(value)
