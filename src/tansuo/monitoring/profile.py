"""Profiles: one series as points for drawing, by hour or by day, with what a point lacks.

A point's value is an amount in the series' `amount_unit` (of a ratio, the reading itself, in its unit). A
point of which a part is missing has no value, only `partial`; a hole is a point too, so that nobody joins its
neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.monitoring.amounts import amount
from tansuo.monitoring.grid import HOUR, cells, day_bounds, epoch, instant
from tansuo.monitoring.lookup import readings
from tansuo.monitoring.plan import MONTHLY, PlanLine
from tansuo.monitoring.reading import PeriodSum, Reading
from tansuo.monitoring.series import curve
from tansuo.quantity.decimals import scaled
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Provenance, State


@dataclass(frozen=True, slots=True)
class Point:
    """[start, end) in UTC. `state` is "value" with a number; `partial` what is known of an incomplete point."""

    start: datetime
    end: datetime
    value: Decimal | None
    partial: Decimal | None
    state: State
    kinds: frozenset[Provenance]
    synthetic: bool


def by_day(
    connection: Connection, line: PlanLine, first: date, last: date, as_of: int | None = None
) -> list[Point]:
    """The daily sums of a series over the civil days [first, last).

    FindingError `monitoring.ratio_not_summed`.
    """
    return [
        _of_day(line, one)
        for one in curve(connection, line.series, first, last, as_of)
        if one.period.start < last
    ]


def by_hour(
    connection: Connection, line: PlanLine, first: date, last: date, until: datetime, as_of: int | None = None
) -> list[Point]:
    """The hours of the civil days [first, last) that were over at `until`.

    FindingError `monitoring.no_hours` for a series that has no hours of its own: its step is no whole part of
    an hour, it is a register, or a ratio that comes more often than hourly.
    """
    finer = line.form == "ratio" and line.step_s != HOUR
    if line.step_s <= 0 or HOUR % line.step_s or line.form == "register" or finer:
        where: dict[str, str | int] = {"series": line.series}
        raise FindingError(Finding("monitoring.no_hours", where, {"series": line.series}))
    known = {epoch(one.start): one for one in readings(connection, line.series, first, last, as_of)}
    found: list[Point] = []
    day = first
    while day < last:
        begin, end = day_bounds(line.zone, day)
        grid = cells(line.zone, line.step_s, day)
        for at in range(begin, end, HOUR):
            if instant(at + HOUR) > until:
                break
            wanted = [cell for cell in grid if at <= cell < at + HOUR]
            found.append(_hour(line, at, wanted, [known[cell] for cell in wanted if cell in known]))
        day += timedelta(days=1)
    return found


def _hour(line: PlanLine, at: int, wanted: Sequence[int], here: Sequence[Reading]) -> Point:
    numbers = [one for one in here if one.value is not None]
    nothing = [one for one in here if one.value is None and one.state.adds_nothing]
    whole = len(numbers) + len(nothing) == len(wanted)
    known = _added(line, numbers) if numbers else None
    if known is not None and whole:
        state = State.VALUE
    elif nothing and whole:
        state = nothing[0].state
    else:
        state = next(
            (one.state for one in here if one.value is None and not one.state.adds_nothing), State.MISSING
        )
    return Point(
        start=instant(at),
        end=instant(at + HOUR),
        value=known if state is State.VALUE else None,
        partial=known,
        state=state,
        kinds=frozenset(one.provenance for one in numbers),
        synthetic=line.synthetic or any(one.synthetic for one in here),
    )


def _added(line: PlanLine, here: Iterable[Reading]) -> Decimal:
    values = [one.value for one in here if one.value is not None]
    if line.form == "ratio":
        return values[0]
    return amount(line, sum(scaled(one, line.decimals) for one in values))


def _of_day(line: PlanLine, one: PeriodSum) -> Point:
    begin, _ = day_bounds(line.zone, one.period.start)
    _, end = day_bounds(line.zone, one.period.end - timedelta(days=1))
    state = State.VALUE
    if one.total is None:
        state = one.holes[0].state if one.holes else State.MISSING
    elif not one.by_provenance:
        state = next((known for known in one.counts if known.adds_nothing), State.NOT_OCCURRING)
    nothing = state is not State.VALUE and state.adds_nothing
    return Point(
        start=instant(begin),
        end=instant(end),
        value=None if nothing else one.total,
        partial=None if nothing else one.partial,
        state=state,
        kinds=frozenset(one.by_provenance),
        synthetic=one.synthetic,
    )


def longest_days(step: str, line: PlanLine) -> int:
    """So many days may be asked for at once: a year or so of hours, ten years of days."""
    if step == "day" or line.step_s == MONTHLY:
        return 3660
    return 400 if line.step_s >= HOUR else 7
