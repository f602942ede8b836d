"""The sealer: seals what has ended, and seals again what late data, a correction or a new plan changed.

A civil day is sealed when it is over and has rested; a month eight days after its end (by then what is late of
a series by the day is late). Days of a month that is closed already, a history that came in at once, are sealed
with their month. A period that changed less than two minutes ago waits, so that a burst of late readings makes
one seal. Everything runs in small transactions beside the live work, and takes a quarter of the time at most.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, Connection, Executable, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from tansuo.database.connect import SYSTEM, TROUBLES, Database, admit, transaction, trouble
from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Entry
from tansuo.evidence.moment import zone_of
from tansuo.evidence.tables import projection_state
from tansuo.monitoring.projection import PROJECTION
from tansuo.monitoring.seals import (
    Part,
    Segment,
    body_of,
    draft,
    expected_cells,
    fresh_key,
    key_of,
    parts_of,
    read_seal,
    segments,
    subject_of,
)
from tansuo.monitoring.tables_seal import sealing
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period

log = logging.getLogger("tansuo.sealer")

DAY_RESTS = timedelta(hours=2)
"""An ended day is sealed so long after its midnight: as the worker closes it."""
MONTH_RESTS = timedelta(days=8)
SETTLED_AFTER_MS = 120_000
READINGS_AT_ONCE = 20_000
"""Readings of one transaction, a fraction of a second of work; the seal of one organisation may hold more."""
KEEP_EVERY = 1_000
"""Entries after which the bookmark is moved on; what lies behind it is looked at again after a restart."""
IDLE_SECONDS = 20.0
PAUSE_SECONDS = 0.2
REST = 3.0
"""So many times as long as it worked the sealer rests."""

Wanted = tuple[str, Period]
ENDED = -1
"""Instead of an entry: the period ended, or its plan changed, and no reading did."""

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7A6E_7300_0005)
# A register's reading at midnight also closes the day before.
_TOUCHED = text(
    "SELECT org_id, day, max(entry) FROM ("
    " SELECT org_id, day, entry FROM reading WHERE entry >= :low AND entry < :high"
    " UNION ALL SELECT org_id, day - 1, entry FROM reading WHERE entry >= :low AND entry < :high"
    "  AND series IN (SELECT series FROM plan_line WHERE form = 'register')"
    "  AND to_timestamp(start) AT TIME ZONE :zone = day::timestamp"
    " UNION ALL SELECT org_id, day, least(to_entry, :high - 1) FROM segment_day WHERE to_entry >= :low"
    "  AND from_entry < :high"
    " UNION ALL SELECT org_id, day - 1, least(to_entry, :high - 1) FROM segment_day WHERE to_entry >= :low"
    "  AND from_entry < :high AND series IN (SELECT series FROM plan_line WHERE form = 'register')"
    " UNION ALL SELECT org_id, day, entry FROM reading_conflict WHERE entry >= :low AND entry < :high"
    " UNION ALL SELECT org_id, day, superseded_at FROM reading_conflict"
    "  WHERE superseded_at >= :low AND superseded_at < :high"
    ") AS found WHERE day < :open GROUP BY org_id, day"
).bindparams(bindparam("low", type_=BigInteger), bindparam("high", type_=BigInteger))
_FIRST_PLANS = text(
    "SELECT p.org_id, min(leaf.recorded) FROM plan_line p JOIN leaf ON leaf.index = p.entry GROUP BY p.org_id"
)
_TYPES = text("SELECT DISTINCT type FROM entry WHERE index = ANY (:entries)").bindparams(
    bindparam("entries", type_=ARRAY(BigInteger))
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one transaction did: seals written, and periods whose seal was found to hold still."""

    written: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Made:
    """A seal to be written: `before` is the one it supersedes, for the reason `why`."""

    org: str
    period: Period
    body: Mapping[str, object]
    before: Entry | None
    why: Mapping[str, object] | None


class Sealer:
    """Seals one database; several may work at once, and none seals twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._waiting: dict[Wanted, int] = {}
        self._looked: int | None = None
        self._kept: int | None = None
        self._sizes: deque[tuple[int, int]] = deque()
        self._ended: tuple[date, int] | None = None

    def step(self) -> Sealed | None:
        """Look what there is to seal and seal some of it; None where there is nothing.

        Readings are read in one state of the database, since a day may be closed meanwhile, and the seals are
        written in a transaction of their own, which does not keep those who append waiting.
        """
        now = self.clock.now_ms()
        engine = self.database.engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            admit(connection, SYSTEM)
            size = self._look(connection, now)
            chosen = self._chosen(connection, size)
            try:
                made = self._made(connection, chosen, size)
            except FindingError:
                self._waiting = self._without(
                    chosen
                )  # what cannot be sealed must not keep the others from it
                raise
        left = self._without(chosen)
        with transaction(self.database, SYSTEM) as connection:
            written = write(connection, made, self.clock)
            self._keep(connection, left)
        self._waiting = left
        return Sealed(written, len(chosen) - written) if chosen else None

    def _without(self, chosen: Mapping[Wanted, object]) -> dict[Wanted, int]:
        return {one: at for one, at in self._waiting.items() if one not in chosen}

    def _look(self, connection: Connection, now: int) -> int:
        """Note what was touched since the last look; the size that the tables of readings have come to."""
        table = projection_state
        size = _number(connection, select(table.c.applied).where(table.c.name == PROJECTION.name))
        zone = zone_of(connection)
        opened = (datetime.fromtimestamp(now // 1000, UTC) - DAY_RESTS).astimezone(ZoneInfo(zone)).date()
        low = self._looked
        if low is None:
            low = self._kept = _number(connection, select(sealing.c.looked))
        self._sizes.append((now, size))
        if size > low:
            given = {"low": low, "high": size, "open": opened, "zone": zone}
            for org, day, entry in connection.execute(_TOUCHED, given):
                self._want(org, period_of(day, opened), entry)
            for one in ledger.read(connection, low, size, ("plan",)):
                for org, period in _sealed(connection, one.org):
                    self._want(org, period, ENDED)
        self._looked = size
        plans = _number(connection, text("SELECT count(*) FROM plan_line"))
        if self._ended != (opened, plans):
            for org, period in _unsealed(connection, opened, ZoneInfo(zone)):
                self._want(org, period, ENDED)
            self._ended = (opened, plans)
        return size

    def _want(self, org: str, period: Period, entry: int) -> None:
        wanted = (org, period)
        self._waiting[wanted] = max(entry, self._waiting.get(wanted, ENDED))

    def _chosen(self, connection: Connection, size: int) -> dict[Wanted, list[Part]]:
        """Settled organisations of the newest period that has any, as many as one transaction takes."""
        settled = self._settled(connection)
        ready = [one for one, entry in self._waiting.items() if entry < settled]
        if not ready:
            return {}
        newest = max(period for _, period in ready)
        chosen: dict[Wanted, list[Part]] = {}
        readings = 0
        for one in sorted(one for one in ready if one[1] == newest):
            parts = parts_of(connection, *one, size)
            readings += sum(count for count in map(expected_cells, parts) if count is not None)
            if chosen and readings > READINGS_AT_ONCE:
                break
            chosen[one] = parts
        return chosen

    def _settled(self, connection: Connection) -> int:
        """The size that the readings had come to two minutes ago, as far as this sealer knows."""
        now, size = self._sizes[-1]
        last = ledger.get(connection, size - 1)
        if last is not None and last.recorded_ms <= now - SETTLED_AFTER_MS:
            return size
        while len(self._sizes) > 1 and self._sizes[1][0] <= now - SETTLED_AFTER_MS:
            self._sizes.popleft()
        since, before = self._sizes[0]
        return before if since <= now - SETTLED_AFTER_MS else 0

    def _made(self, connection: Connection, chosen: Mapping[Wanted, Sequence[Part]], size: int) -> list[Made]:
        known = ledger.newest(connection, [subject_of(*one) for one in chosen])
        found = iter(segments(connection, [part for parts in chosen.values() for part in parts], size))
        made = []
        for (org, period), parts in chosen.items():
            own = [next(found) for _ in parts]
            before = known.get(subject_of(org, period))
            why = None if before is None else _why(connection, before, own)
            if why is not None or (before is None and own):
                made.append(Made(org, period, body_of(period, size, fresh_key(), own), before, why))
        return made

    def _keep(self, connection: Connection, left: Mapping[Wanted, int]) -> None:
        """Remember how far everything is sealed, where nothing waits but what has not settled."""
        if self._looked is None or any(entry == ENDED for entry in left.values()):
            return
        looked = min([self._looked, *left.values()])
        if self._kept is not None and looked < self._kept + KEEP_EVERY:
            return
        statement = insert(sealing).values(one=1, looked=looked)
        connection.execute(statement.on_conflict_do_update(index_elements=["one"], set_={"looked": looked}))
        self._kept = looked


def _number(connection: Connection, asked: Executable) -> int:
    """A count the database keeps; 0 where it has kept none yet."""
    found = connection.scalar(asked)
    return 0 if found is None else int(found)


def write(connection: Connection, made: Sequence[Made], clock: Clock) -> int:
    """Append seals, but for those whose subject somebody else has sealed meanwhile; how many were written."""
    if not made:
        return 0
    connection.execute(_LOCK)
    known = ledger.newest(connection, [subject_of(one.org, one.period) for one in made])
    zone = zone_of(connection)
    drafts = [
        draft(
            connection, one.org, one.period, zone, one.body,
            supersedes=None if one.before is None else one.before.index, why=one.why,
        )
        for one in made
        if known.get(subject_of(one.org, one.period)) == one.before
    ]  # fmt: skip
    return len(ledger.append(connection, drafts, clock))


def period_of(day: date, opened: date) -> Period:
    """The period a civil day is sealed with: its month where that is closed, else the day itself.

    `opened` is the first civil day that is not over and rested.
    """
    month = Period.of_month(day.year, day.month)
    return month if month.end + MONTH_RESTS <= opened else Period.of_day(day)


def _why(connection: Connection, before: Entry, found: Sequence[Segment]) -> dict[str, object] | None:
    """Why a seal no longer holds: a reason code and the first entries that changed the readings; None where it
    still says what is so (another plan entry with the same lines changes nothing). `replacement`: a file that came
    with a reason replaced readings, and nothing new came."""
    body = read_seal(connection, before)
    key = key_of(body)
    now = [_but_plan(one.item(key)) for one in found]
    if now == [_but_plan(item) for item in body["series"]]:
        return None
    newer = sorted({entry for one in found for entry in one.entries if entry >= body["size"]})
    if not newer:
        settled = [_but_plan(item, "conflicts") for item in body["series"]]
        only_disputes = settled == [_but_plan(item, "conflicts") for item in now]
        return {"reason": "conflict" if only_disputes else "plan"}
    types = set(connection.scalars(_TYPES, {"entries": newer}))
    fresh = frozenset().union(*(one.fresh for one in found)).intersection(newer)
    reason = "correction" if "correction" in types else "late_data" if fresh else "replacement"
    return {"reason": reason, "entries": newer[:_NAMED]}


_NAMED = 10
"""So many entries a superseding seal names as its reasons."""


def _but_plan(item: Mapping[str, Any], *besides: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("plan", *besides)}


def _sealed(connection: Connection, org: str) -> list[Wanted]:
    """The periods of an organisation that have a seal; days of sealed months are left as they are."""
    rows = connection.execute(
        text("SELECT period FROM seal WHERE org_id = :org AND superseded_at IS NULL"), {"org": org}
    )
    periods = {Period.parse(row[0]) for row in rows}
    return [(org, one) for one in periods if one.grain == "month" or _month(one) not in periods]


def _unsealed(connection: Connection, opened: date, zone: ZoneInfo) -> Iterable[Wanted]:
    """Periods without a seal that are over: since an organisation's first plan, and months of sealed days.

    What is older than the plan is a history: it is sealed when something of it has come, not for its gaps.
    """
    sealed: dict[str, set[Period]] = {}
    for org, period in connection.execute(
        text("SELECT org_id, period FROM seal WHERE superseded_at IS NULL")
    ):
        sealed.setdefault(org, set()).add(Period.parse(period))
    for org, recorded in connection.execute(_FIRST_PLANS):
        begin = datetime.fromtimestamp(recorded // 1000, UTC).astimezone(zone).date()
        days = [begin + timedelta(days=n) for n in range((opened - begin).days)]
        over = {period_of(day, opened) for day in days}
        there = sealed.get(org, set())
        over |= {period_of(one.start, opened) for one in there if one.grain == "day"}
        yield from ((org, one) for one in over - there if one.end <= opened)


def _month(period: Period) -> Period:
    return Period.of_month(period.start.year, period.start.month)


def run(sealer: Sealer, stop: threading.Event) -> None:
    """Seal until ``stop`` is set. A trouble is logged when it first shows, and tried again."""
    last = ""
    while True:
        begun = time.monotonic()
        now, done = "", None
        try:
            done = sealer.step()
        except FindingError as refused:
            now = f"cannot seal: {refused}"
        except TROUBLES as problem:
            now = trouble(problem)
        if now and now != last:
            log.error(now)
        last = now
        spent = time.monotonic() - begun
        if stop.wait(IDLE_SECONDS if done is None else max(PAUSE_SECONDS, REST * spent)):
            return
