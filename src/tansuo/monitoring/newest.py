"""What has just come in: the youngest readings whatever their time, and how many came within an hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import BigInteger, Connection, bindparam, text

from tansuo.monitoring.grid import instant
from tansuo.monitoring.lookup import latest
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.decimals import unscaled
from tansuo.quantity.state import State

HOUR_MS = 3_600_000

_NEWEST = text(
    "SELECT reading.series, start, value, state, synthetic, entry, leaf.recorded FROM reading"
    " JOIN leaf ON leaf.index = reading.entry WHERE superseded_at IS NULL"
    " ORDER BY entry DESC, start DESC, reading.series LIMIT :most"
)
_SINCE = text(
    "SELECT count(*) FROM reading WHERE entry >="
    " (SELECT min(leaf.index) FROM leaf WHERE leaf.recorded >= :since)"
).bindparams(bindparam("since", type_=BigInteger))


@dataclass(frozen=True, slots=True)
class Came:
    """A reading that has just come: its line, its interval's start, its value (None: ``state`` says why), when it
    was received, in UTC."""

    line: PlanLine
    start: datetime
    value: Decimal | None
    state: State
    synthetic: bool
    entry: int
    received: datetime


def newest(connection: Connection, lines: dict[str, PlanLine], most: int) -> list[Came]:
    """The ``most`` readings of open days that became known last, of the series in ``lines``, youngest first."""
    found = []
    for row in connection.execute(_NEWEST, {"most": most}):
        line = lines.get(row.series)
        if line is None:
            continue
        found.append(
            Came(
                line=line,
                start=instant(int(row.start)),
                value=None if row.value is None else unscaled(int(row.value), line.decimals),
                state=State(row.state),
                synthetic=bool(row.synthetic),
                entry=int(row.entry),
                received=instant(int(row.recorded) // 1000),
            )
        )
    return found


def standing_still(connection: Connection, lines: Iterable[PlanLine], now: datetime) -> set[str]:
    """Organisations all of whose live values of the hour before ``now`` came with the mark of a stopped source."""
    live = {one.series: one.org for one in lines if one.form == "rate"}
    states: dict[str, set[State]] = {}
    for series, one in latest(connection, list(live)).items() if live else ():
        if one.start >= now - timedelta(milliseconds=HOUR_MS):
            states.setdefault(live[series], set()).add(one.state)
    return {org for org, found in states.items() if found == {State.NOT_OPERATING}}


def within_hour(connection: Connection, now_ms: int) -> int:
    """How many readings of open days became known within the hour before ``now_ms``, that the reader may see."""
    return int(connection.execute(_SINCE, {"since": now_ms - HOUR_MS}).scalar_one())
