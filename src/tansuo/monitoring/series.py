"""Series: sums of readings over periods against the plan's grid, as known at any ledger size.

`as_of` is a ledger size N (None: as now known): readings known from entries below N, and of two versions of
one time the one in force then. The same question at the same N has the same answer for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from tansuo.monitoring import plan
from tansuo.monitoring.amounts import amount
from tansuo.monitoring.grid import cells, day_bounds, days_between
from tansuo.monitoring.holes import Gap, as_holes, gaps_of
from tansuo.monitoring.lookup import check, day_readings, latest, line_of, readings, versions
from tansuo.monitoring.plan import IRREGULAR, MONTHLY, PlanLine
from tansuo.monitoring.reading import Hole, PeriodSum, Reading
from tansuo.monitoring.register_sum import register_tallies
from tansuo.monitoring.tally import Tally, Wanted, tallies
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import State

__all__ = [
    "Hole",
    "PeriodSum",
    "Reading",
    "check",
    "curve",
    "curves",
    "day_readings",
    "latest",
    "line_of",
    "month_sums",
    "period_sum",
    "period_sums",
    "readings",
    "versions",
]

Asked = tuple[PlanLine, Period]


def period_sum(connection: Connection, line: PlanLine, period: Period, as_of: int | None = None) -> PeriodSum:
    """The sum of one plan line over a period; the part of the period in which the line is valid counts.

    In `line.amount_unit`: a register's differences, a rate times its step. FindingError
    `monitoring.ratio_not_summed` for a ratio, `monitoring.period_too_short` for a monthly series and a period
    that is not made of months.
    """
    return _sums(connection, [(line, period)], as_of)[0]


def period_sums(
    connection: Connection, lines: Sequence[PlanLine], period: Period, as_of: int | None = None
) -> list[PeriodSum]:
    """`period_sum` of many lines at once, in their order, with one statement for all."""
    return _sums(connection, [(line, period) for line in lines], as_of)


def month_sums(
    connection: Connection, lines: Sequence[PlanLine], period: Period, as_of: int | None = None
) -> list[PeriodSum]:
    """The sum of every line for every month of a period, ordered by line, then month; one statement for all.

    Each result names its series and its month. `period` is a month or longer.
    """
    months = period.by_month()
    return _sums(connection, [(line, month) for line in lines for month in months], as_of)


def curve(
    connection: Connection, series: str, start: date, end: date, as_of: int | None = None
) -> list[PeriodSum]:
    """Daily sums of a series for the civil days [start, end), each with its states, for drawing.

    Days on which no line of the series is valid are left out; a monthly series gives its months. A day that
    is not complete has `total` None: draw `partial` as what it is, and nothing where that is None too.
    FindingError `monitoring.unknown_series`, `monitoring.ratio_not_summed`.
    """
    found = plan.lines(connection, as_of, series=series) or [line_of(connection, series, as_of)]
    return curves(connection, found, start, end, as_of)[series]


def curves(
    connection: Connection, lines: Sequence[PlanLine], start: date, end: date, as_of: int | None = None
) -> dict[str, list[PeriodSum]]:
    """`curve` of every series of ``lines``, which holds all lines of theirs; one statement for all."""
    asked: list[Asked] = []
    for line in lines:
        days = days_between(start, end, line.step_s)
        one = Period.of_day if line.step_s != MONTHLY else _month_of
        asked += [(line, one(day)) for day in days if line.covers(day)]
    found: dict[str, list[PeriodSum]] = {line.series: [] for line in lines}
    for total in _sums(connection, asked, as_of, by_day=True):
        found[total.series].append(total)
    return found


def _month_of(day: date) -> Period:
    return Period.of_month(day.year, day.month)


def _sums(
    connection: Connection, asked: Sequence[Asked], as_of: int | None, *, by_day: bool = False
) -> list[PeriodSum]:
    spans = [_span(line, period) for line, period in asked]
    found: list[tuple[Tally, int]] = [(Tally(), 0)] * len(asked)
    registers = [
        n for n, (line, _) in enumerate(asked) if line.form == "register" and spans[n].first < spans[n].last
    ]
    if registers:
        chosen = [asked[n][0] for n in registers]
        tallied = register_tallies(connection, chosen, [spans[n] for n in registers], as_of)
        for n, one in zip(registers, tallied, strict=True):
            found[n] = one
    additive = [n for n, (line, _) in enumerate(asked) if line.form != "register"]
    if additive and by_day:
        for n, tally in _by_day(connection, [spans[n] for n in additive], as_of).items():
            found[additive[n]] = (tally, 0)
    elif additive:
        for (n, _), tally in tallies(connection, [spans[n] for n in additive], as_of).items():
            found[additive[n]] = (tally, 0)
    return [
        _finished(line, period, span, tally, bridged)
        for (line, period), span, (tally, bridged) in zip(asked, spans, found, strict=True)
    ]


def _by_day(connection: Connection, spans: Sequence[Wanted], as_of: int | None) -> dict[int, Tally]:
    """Tallies of spans that are days of a few series: each series is asked for once."""
    whole: dict[str, Wanted] = {}
    for span in spans:
        known = whole.get(span.series, span)
        whole[span.series] = Wanted(span.series, min(known.first, span.first), max(known.last, span.last))
    wanted = list(whole.values())
    daily = tallies(connection, wanted, as_of, by_day=True)
    position = {one.series: n for n, one in enumerate(wanted)}
    found: dict[int, Tally] = {}
    for n, span in enumerate(spans):
        tally = daily.get((position[span.series], span.first))
        if tally is not None:
            found[n] = tally
    return found


def _span(line: PlanLine, period: Period) -> Wanted:
    """The civil days of a period on which a line is valid; none (first = last) where it is not."""
    where: dict[str, str | int] = {"series": line.series, "period": period.text}
    if line.form == "ratio":
        raise FindingError(Finding("monitoring.ratio_not_summed", where, {"series": line.series}))
    if line.step_s == MONTHLY and period.grain == "day":
        raise FindingError(Finding("monitoring.period_too_short", where, {"series": line.series}))
    first = max(period.start, line.valid_from)
    last = period.end if line.valid_to is None else min(period.end, line.valid_to)
    return Wanted(line.series, first, max(first, last))


def _finished(line: PlanLine, period: Period, span: Wanted, tally: Tally, bridged: int) -> PeriodSum:
    days = days_between(span.first, span.last, line.step_s)
    expected = (
        None if line.step_s == IRREGULAR else sum(len(cells(line.zone, line.step_s, day)) for day in days)
    )
    counts, gaps = dict(tally.counts), list(tally.gaps)
    if expected is not None and line.form != "register":
        absent = expected - sum(counts.values())
        if absent:
            counts[State.MISSING] = counts.get(State.MISSING, 0) + absent
        if any(counts.get(state) for state in _HOLED):
            gaps += _open_gaps(line, days, tally)
    usable = sum(count for state, count in counts.items() if state not in _HOLED)
    partial = sum(tally.sums.values()) if usable else None
    holes = as_holes(gaps)
    unknown_events = expected is None and any(counts.get(state) for state in _HOLED)
    whole = partial is not None and not holes and not unknown_events
    return PeriodSum(
        series=line.series,
        period=period,
        unit=line.amount_unit,
        total=amount(line, partial) if whole and partial is not None else None,
        partial=None if partial is None else amount(line, partial),
        by_provenance={one: amount(line, number) for one, number in sorted(tally.sums.items())},
        expected=expected,
        counts={state: counts[state] for state in State if counts.get(state)},
        holes=holes,
        revised=tally.revised,
        conflicts=tally.conflicts,
        synthetic=tally.synthetic or line.synthetic,
        first_arrival=tally.first,
        last_arrival=tally.last,
        bridged=bridged,
    )


_HOLED = (State.MISSING, State.NOT_ESTIMATED, State.CONFIDENTIAL)


def _open_gaps(line: PlanLine, days: Sequence[date], tally: Tally) -> list[Gap]:
    """Gaps of the days whose absent cells the tally does not know."""
    found: list[Gap] = []
    nothing = not tally.covered and not tally.unusable
    for day in days:
        if day in tally.settled:
            continue
        grid = cells(line.zone, line.step_s, day)
        end = day_bounds(
            line.zone, day if line.step_s != MONTHLY else _month_of(day).end - timedelta(days=1)
        )[1]
        if nothing and grid:
            found.append(Gap(grid[0], end, len(grid), State.MISSING.value))
            continue
        states = [State.VALUE if at in tally.covered else tally.unusable.get(at) for at in grid]
        found += gaps_of(grid, end, states)
    return found
