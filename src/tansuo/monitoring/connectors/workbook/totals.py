"""What a file adds up to: by series, provenance and month, by year, and by the breakdown columns.

Sums are of what the readings say, exact, in the unit in which sums are shown. Totals of one period never
overlap: each reading is in one provenance, one month and one year. Ratios are never summed; readings without
a value are counted by their state among the breakdowns, never as zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, SeriesRule, TimeRule
from tansuo.quantity.decimals import CONTEXT, plain
from tansuo.quantity.unit import parse_unit, ratio

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one series' values of one provenance (``kind``) over one year or month."""

    series: str
    unit: str
    kind: str
    period: str
    value: Decimal
    count: int

    def as_json(self) -> dict[str, object]:
        """The form of the command line contract."""
        return {
            "series": self.series, "unit": self.unit, "kind": self.kind, "period": self.period,
            "value": plain(self.value), "count": self.count,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A part of a total: the rows whose ``column`` holds ``key``.

    Under the column ``state`` stand the readings without a value (``value`` None), counted by why.
    """

    series: str
    unit: str
    kind: str
    period: str
    column: str
    key: str
    value: Decimal | None
    count: int

    def as_json(self) -> dict[str, object]:
        """The form of the command line contract."""
        return {
            "series": self.series, "unit": self.unit, "kind": self.kind, "period": self.period,
            "column": self.column, "key": self.key,
            "value": None if self.value is None else plain(self.value), "count": self.count,
        }  # fmt: skip


@dataclass(slots=True)
class _Sum:
    value: Decimal = Decimal(0)
    count: int = 0

    def add(self, value: Decimal) -> None:
        self.value = _EXACT.add(self.value, value)
        self.count += 1


_Key = tuple[str, str, str, str, str]


@dataclass(slots=True)
class Ledgers:
    """Running sums: (series id, kind, period, column, key) → sum; column and key are "" for the totals.

    The period is a month, or a year for what no month can claim: a register's count over a month's edge.
    """

    sums: dict[_Key, _Sum] = field(default_factory=dict)
    absent: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rules: dict[str, tuple[SeriesRule, TimeRule]] = field(default_factory=dict)

    def add(
        self, series: str, kind: str, period: str, value: Decimal, parts: Iterable[tuple[str, str]]
    ) -> None:
        """Count one value into its total and into its part of every breakdown."""
        for column, key in (("", ""), *parts):
            place = (series, kind, period, column, key)
            found = self.sums.get(place)
            if found is None:
                found = self.sums[place] = _Sum()
            found.add(value)

    def lack(self, series: str, state: str, month: str) -> None:
        """Count one reading without a value."""
        place = (series, state, month)
        self.absent[place] = self.absent.get(place, 0) + 1

    def totals(self) -> list[Total]:
        """All totals, by series, period (year before its months) and kind."""
        found = [
            Total(series, unit, kind, period, value, count)
            for (series, kind, period, column, _), (unit, value, count) in self._with_years().items()
            if not column
        ]
        return sorted(found, key=lambda one: (one.series, one.period, one.kind))

    def breakdowns(self) -> list[Breakdown]:
        """All parts of totals, then the readings without a value, counted by state."""
        found = [
            Breakdown(series, unit, kind, period, column, key, value, count)
            for (series, kind, period, column, key), (unit, value, count) in self._with_years().items()
            if column
        ]
        counts: dict[tuple[str, str, str], int] = {}
        for (series, state, month), count in self.absent.items():
            for period in dict.fromkeys((month[:4], month)):
                counts[series, state, period] = counts.get((series, state, period), 0) + count
        for (series, state, period), count in counts.items():
            unit = self.rules[series][0].target
            found.append(Breakdown(series, unit, state, period, "state", state, None, count))
        return sorted(found, key=lambda one: (one.series, one.column, one.period, one.key, one.kind))

    def _with_years(self) -> dict[_Key, tuple[str, Decimal, int]]:
        periods: dict[_Key, _Sum] = {}
        for (series, kind, period, column, key), one in self.sums.items():
            for span in dict.fromkeys((period[:4], period)):
                place = (series, kind, span, column, key)
                total = periods.setdefault(place, _Sum())
                total.value = _EXACT.add(total.value, one.value)
                total.count += one.count
        return {
            place: (*_shown(one.value, *self.rules[place[0]]), one.count) for place, one in periods.items()
        }


def _shown(value: Decimal, series: SeriesRule, time: TimeRule) -> tuple[str, Decimal]:
    """A sum in the unit in which it is shown: multiplied first, divided last."""
    times = _times(series, time.step_s)
    if times == 1:
        return series.target, value
    product = _EXACT.multiply(value, Decimal(times.numerator))
    if times.denominator == 1:
        return series.target, product
    quotient = CONTEXT.divide(product, Decimal(times.denominator))
    return series.target, quotient.normalize(CONTEXT)


def _times(series: SeriesRule, step_s: int) -> Fraction:
    """How many shown units make one unit of the sum; a rate lasts as long as its step."""
    if series.form != "rate":
        return ratio(series.unit, series.target)
    summed = parse_unit(series.unit) * parse_unit("s")
    return summed.scale * step_s / parse_unit(series.target).scale


def period_of(label: datetime, time: TimeRule) -> str:
    """The month a reading counts to, by the start of its interval; for a nominal time only the year."""
    if time.ordinal:
        return f"{label.year:04d}"
    start = label
    if time.label == "end":
        if time.step_s == MONTHLY:
            start = label - timedelta(days=1)
        elif time.step_s > 0:
            start = label - timedelta(seconds=time.step_s)
    return f"{start.year:04d}-{start.month:02d}"
