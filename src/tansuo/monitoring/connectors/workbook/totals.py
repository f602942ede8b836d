"""What a file adds up to: by series, provenance and month, by year, and by the breakdown columns.

Sums are of what the readings say, exact, in the unit in which sums are shown. Totals of one period never
overlap: each reading is in one provenance, one month and one year. Ratios are never summed; readings without
a value are counted by their state among the breakdowns, never as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from fractions import Fraction

from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, SeriesRule, TimeRule
from tansuo.monitoring.connectors.workbook.values import Values
from tansuo.quantity.decimals import CONTEXT, plain
from tansuo.quantity.state import Provenance, State
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

    def add(self, value: Decimal, count: int) -> None:
        self.value = _EXACT.add(self.value, value)
        self.count += count


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
        self, series: str, kind: str, period: str, part: tuple[str, str], value: Decimal, count: int
    ) -> None:
        """Count a value, or the sum of ``count`` values, into a total (``part`` is two empty texts) or part."""
        self.sums.setdefault((series, kind, period, *part), _Sum()).add(value, count)

    def lack(self, series: str, state: str, period: str, count: int) -> None:
        """Count readings without a value."""
        place = (series, state, period)
        self.absent[place] = self.absent.get(place, 0) + count

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
                periods.setdefault((series, kind, span, column, key), _Sum()).add(one.value, one.count)
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


class Groups:
    """The rows of a table by device, period and the key of one breakdown column: what is summed together.

    ``of`` has a group's number at each place, ``keys`` (device, period, key) at each number.
    """

    def __init__(
        self, devices: Sequence[str | None], periods: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        known: dict[tuple[str | None, str, str], int] = {}
        texts = keys if keys is not None else [""] * len(periods)
        self.of = [known.setdefault(place, len(known)) for place in zip(devices, periods, texts, strict=True)]
        self.keys = [(device or "", period, key) for device, period, key in known]

    def sums(self, values: Values) -> list[tuple[Provenance, int, Decimal, int]]:
        """(provenance, group, sum, count) of all values, exact."""
        of = self.of
        tables: dict[Provenance, dict[int, list[Decimal]]] = {}
        last: Provenance | None = None
        table: dict[int, list[Decimal]] = {}
        for at, (number, provenance) in enumerate(zip(values.numbers, values.provenances, strict=True)):
            if number is None or provenance is None:
                continue
            if provenance is not last:
                table = tables.setdefault(provenance, {})
                last = provenance
            group = of[at]
            found = table.get(group)
            if found is None:
                table[group] = [number]
            else:
                found.append(number)
        with localcontext(_EXACT):
            return [
                (provenance, group, sum(numbers, Decimal(0)), len(numbers))
                for provenance, inner in tables.items()
                for group, numbers in inner.items()
            ]

    def absent(self, values: Values) -> dict[tuple[int, State], int]:
        """(group, state) → how many readings have that state and no value."""
        found: dict[tuple[int, State], int] = {}
        for at, (state, number) in enumerate(zip(values.states, values.numbers, strict=True)):
            if state is not None and number is None:
                place = (self.of[at], state)
                found[place] = found.get(place, 0) + 1
        return found


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
