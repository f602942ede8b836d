"""Freshness 在线状态: when a firm was last heard of, judged against the steps of its own monitoring plan.

A firm is "online" while its newest reading is no older than three steps of its fastest series (and ten
minutes), "delayed" while something came within the last day, else "silent"; "none" where nothing ever came.
These limits are a proposal of ours, shown with the state, and enter no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, Connection, Text, bindparam, text

from tansuo.monitoring.grid import instant
from tansuo.monitoring.lookup import latest
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.tally import NOW

Online = Literal["online", "delayed", "silent", "none"]

STEPS = 3
AT_LEAST = timedelta(minutes=10)
DELAYED_UNTIL = timedelta(hours=26)
"""A day and the two hours in which hourly readings of that day still come."""

_NEWEST = text(
    "SELECT wanted.series, newest.start FROM unnest(:series) AS wanted(series) CROSS JOIN LATERAL"
    " (SELECT start FROM reading WHERE reading.series = wanted.series AND start <= :now AND entry < :size"
    " AND (superseded_at IS NULL OR superseded_at >= :size) ORDER BY start DESC LIMIT 1) AS newest"
).bindparams(bindparam("series", type_=ARRAY(Text)), bindparam("size", type_=BigInteger))


@dataclass(frozen=True, slots=True)
class Freshness:
    """The beginning (UTC) of the newest reading of a firm, its series, and what that makes of the firm."""

    state: Online
    newest: datetime | None
    series: str | None


def freshness(
    connection: Connection, lines: Sequence[PlanLine], now: datetime, as_of: int | None = None
) -> Mapping[str, Freshness]:
    """How fresh each organisation among `lines` is at `now`, by those of its lines that are in force that day.

    A reading of a time to come says nothing of it. Two statements, whatever their number.
    """
    by_org: dict[str, list[PlanLine]] = {}
    for line in lines:
        held = by_org.setdefault(line.org, [])
        if line.covers(now.astimezone(ZoneInfo(line.zone)).date()):
            held.append(line)
    size = NOW if as_of is None else as_of
    until = int(now.timestamp())
    parameters = {"series": sorted({line.series for line in lines}), "size": size, "now": until}
    starts = {row.series: instant(row.start) for row in connection.execute(_NEWEST, parameters)}
    unheard = [
        line.series
        for held in by_org.values()
        if not any(one.series in starts for one in held)
        for line in held
    ]
    if unheard:  # their last day is closed: the segment knows
        found = latest(connection, sorted(set(unheard)), as_of)
        starts |= {series: one.start for series, one in found.items() if one.start <= now}
    return {org: _of(held, starts, now) for org, held in by_org.items()}


def _of(lines: Iterable[PlanLine], starts: Mapping[str, datetime], now: datetime) -> Freshness:
    held = {line.series: line for line in lines}
    heard = [(starts[series], series) for series in held if series in starts]
    if not heard:
        return Freshness("none", None, None)
    newest, series = max(heard)
    steps = [line.step_s for line in held.values() if line.step_s > 0]
    age = now - newest
    limit = max(AT_LEAST, timedelta(seconds=STEPS * min(steps))) if steps else DELAYED_UNTIL
    state: Online = "online" if age <= limit else "delayed" if age <= DELAYED_UNTIL else "silent"
    return Freshness(state, newest, series)
