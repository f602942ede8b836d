"""When the youngest reading of each organisation ends.

Nearly always it lies in an open day, which is a row of a table. The segment of a closed day is opened only
where its day could hold a reading that ends later.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, text

from tansuo.monitoring.grid import cell_end, civil_day, day_bounds, instant
from tansuo.monitoring.plan import MONTHLY, PlanLine
from tansuo.monitoring.segment_file import Location, read
from tansuo.monitoring.segment_row import unfold
from tansuo.monitoring.tally import NOW

# Nearly every entry lies below a size. `entry + 0` keeps PostgreSQL, while it has not counted yet (after a load or a
# restore), from reading its whole index for each series; so in `lookup` and `health`.
_OPEN = text(
    "SELECT wanted.series, newest.start FROM unnest(:series) AS wanted(series) CROSS JOIN LATERAL"
    " (SELECT start FROM reading WHERE reading.series = wanted.series AND entry + 0 < :size"
    " AND (superseded_at IS NULL OR superseded_at >= :size) ORDER BY start DESC LIMIT 1) AS newest"
).bindparams(bindparam("series", type_=ARRAY(Text)), bindparam("size", type_=BigInteger))

# With a first day, few rows are left whatever way the planner takes to them.
_CLOSED = text(
    "SELECT wanted.series, newest.* FROM unnest(:series, :since) AS wanted(series, since) CROSS JOIN LATERAL"
    " (SELECT day, file, row_group, row_in_group FROM segment_day WHERE segment_day.series = wanted.series"
    " AND day >= wanted.since AND from_entry < :size AND reopened_at IS NULL ORDER BY day DESC LIMIT 1)"
    " AS newest"
).bindparams(
    bindparam("series", type_=ARRAY(Text)),
    bindparam("since", type_=ARRAY(Date)),
    bindparam("size", type_=BigInteger),
)


class _Closed(NamedTuple):
    """The newest closed day of a series, and the latest second at which a reading of it can end."""

    before: int
    line: PlanLine
    place: Location


def last_ends(
    connection: Connection, lines: Sequence[PlanLine], as_of: int | None = None
) -> dict[str, datetime]:
    """When (UTC) the youngest reading in force of each organisation among ``lines`` ends, at a ledger size.

    An organisation of which nothing was known by then is not there. What it says is what `lookup.latest` of
    all its series would say. FileNotFoundError where a segment the manifest names is gone.
    """
    size = NOW if as_of is None else as_of
    held = {line.series: line for line in sorted(lines, key=lambda one: one.valid_from)}
    found: dict[str, int] = {}
    closed: list[_Closed] = []

    def heard(line: PlanLine, start: int) -> None:
        end = cell_end(line, start, civil_day(line.zone, start))
        found[line.org] = max(end, found.get(line.org, end))

    for row in connection.execute(_OPEN, {"series": list(held), "size": size}):
        heard(held[row.series], row.start)
    since = [_first_day(line, found.get(line.org)) for line in held.values()]
    for row in connection.execute(_CLOSED, {"series": list(held), "since": since, "size": size}):
        line = held[row.series]
        place = Location(row.file, row.row_group, row.row_in_group)
        closed.append(_Closed(_ends_before(line, row.day), line, place))
    while closed := [one for one in closed if one.line.org not in found or one.before > found[one.line.org]]:
        latest: dict[str, int] = {}
        for one in closed:
            latest[one.line.org] = max(one.before, latest.get(one.line.org, one.before))
        opened = {one.place: one.line for one in closed if one.before == latest[one.line.org]}
        for place, stored in read(list(opened)):
            starts = [version.start for version in unfold(stored) if version.in_force(size)]
            if starts:
                heard(opened[place], max(starts))
        closed = [one for one in closed if one.place not in opened]
    return {org: instant(end) for org, end in found.items()}


def _first_day(line: PlanLine, end: int | None) -> date:
    """The first civil day of which a reading can end after ``end``."""
    if end is None:
        return date.min
    day = civil_day(line.zone, end)
    return day.replace(day=1) if line.step_s == MONTHLY else day


def _ends_before(line: PlanLine, day: date) -> int:
    """The first second after everything a reading of a civil day can cover."""
    last = day.replace(day=monthrange(day.year, day.month)[1]) if line.step_s == MONTHLY else day
    return day_bounds(line.zone, last)[1]
