"""The promise: what came in is acknowledged within 2 s and under a signed head within 12 s; measured, and shown.

Receivers count how long each commit's oldest record waited for its acknowledgement; the worker counts, for every new
head, how long what it covers waited: a frame from its arrival by the oldest of its batch, any other entry from its
recorded time. Counts go by minute into bounds, so that a percentile is an upper bound and the worst is exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.evidence.tables import checkpoint, leaf
from tansuo.monitoring.tables_intake import raw_chunk
from tansuo.monitoring.tables_promise import promise

ACKNOWLEDGED, SIGNED = "acknowledged", "signed"
PROMISED_MS = {ACKNOWLEDGED: 2_000, SIGNED: 12_000}
"""At most this long, for 99 of 100."""

BOUNDS_MS = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000,
    10_000, 12_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 3_600_000,
)  # fmt: skip
"""Upper ends, in ms; one more class takes what is longer."""

DAYS = (1, 7)
_MINUTE = 60_000
_KEPT_MINUTES = 8 * 24 * 60
_WORKER = "worker"
_OF_A_DEMO_MS = 3_600_000
_HEADS_AT_ONCE = 200
_STORED_EVERY_MS = 5_000
_RECEIVED = slice(4, 12)  # of a packed record: its length goes before

STORE = (
    "INSERT INTO tansuo.promise (kind, minute, measurer, counts, worst, org_id)"
    " VALUES ('acknowledged', %s, %s, %s, %s, 'public') ON CONFLICT (kind, minute, measurer)"
    " DO UPDATE SET counts = EXCLUDED.counts, worst = EXCLUDED.worst"
)
"""For a receiver's own connection (psycopg): minute, receiver, counts, worst."""


@dataclass
class Delays:
    """Delays of one minute."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    worst: int = 0

    def add(self, delay_ms: int, many: int = 1) -> None:
        """Count ``many`` that took ``delay_ms``; a clock that was set back counts as no delay."""
        delay_ms = max(0, delay_ms)
        self.counts[bisect_left(BOUNDS_MS, delay_ms)] += many
        self.worst = max(self.worst, delay_ms)


Row = tuple[int, str, list[int], int]
"""What ``STORE`` is given."""


class Acknowledgements:
    """The delays that one receiver has measured, by minute; only its own thread calls this."""

    def __init__(self, receiver: str) -> None:
        self._receiver = receiver
        self._minute = -1
        self._delays = Delays()
        self._given_ms = 0

    def add(self, records: Sequence[bytes], now_ms: int) -> list[Row]:
        """Count a commit that ended ``now_ms``; returns the rows to store now: every 5 s, and of a minute that ended.

        Records are packed and in order of arrival, so that the first waited longest.
        """
        minute = now_ms // _MINUTE
        rows = []
        if minute != self._minute:
            rows = self.rows()
            self._minute, self._delays = minute, Delays()
        self._delays.add(now_ms - int.from_bytes(records[0][_RECEIVED], "big"), len(records))
        if not 0 <= now_ms - self._given_ms < _STORED_EVERY_MS:
            self._given_ms = now_ms
            rows += self.rows()
        return rows

    def rows(self) -> list[Row]:
        """The row of the minute in hand; [] before the first commit."""
        delays = self._delays
        return (
            [(self._minute, self._receiver, list(delays.counts), delays.worst)] if self._minute >= 0 else []
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """How one promise was kept over the last ``days``: ``p50`` and ``p99`` are upper bounds in ms, ``worst`` is exact.

    With nothing measured ``count`` is 0 and the times are None; ``beyond`` were later than promised. A percentile
    above the last bound is given as the worst.
    """

    kind: str
    promised: int
    days: int
    count: int
    p50: int | None
    p99: int | None
    worst: int | None
    beyond: int

    @property
    def kept(self) -> bool | None:
        """Whether 99 of 100 were in time; None where nothing was measured."""
        return None if self.p99 is None else self.p99 <= self.promised


@dataclass(frozen=True, slots=True)
class Standing:
    """Both promises over each span, and since how many ms the oldest thing received waits for a signed head (None
    where nothing does)."""

    measured: tuple[Measured, ...]
    waiting_ms: int | None

    @property
    def broken(self) -> bool:
        """Whether a promise was not kept, or is being broken now."""
        late = self.waiting_ms is not None and self.waiting_ms > PROMISED_MS[SIGNED]
        return late or any(one.kept is False for one in self.measured)


def standing(connection: Connection, now_ms: int) -> Standing:
    """How the promises are kept, as of ``now_ms``."""
    found = []
    for kind, promised in PROMISED_MS.items():
        for days in DAYS:
            since = now_ms // _MINUTE - days * 24 * 60
            rows = connection.execute(
                select(promise.c.counts, promise.c.worst).where(
                    promise.c.kind == kind, promise.c.minute > since
                )
            ).all()
            counts = [sum(column) for column in zip(*(row.counts for row in rows), strict=True)]
            found.append(_measured(kind, promised, days, counts, max((row.worst for row in rows), default=0)))
    return Standing(tuple(found), _waiting(connection, now_ms))


def measure_signing(connection: Connection, clock: Clock) -> int:
    """Count what new heads cover, and forget what is older than eight days; returns how many heads were counted.

    A log is measured from the head it had when this ran first. Needs access to all organisations.
    """
    now = clock.now_ms() // _MINUTE
    connection.execute(
        delete(promise).where(promise.c.minute < now - _KEPT_MINUTES, promise.c.upto.is_(None))
    )
    last = connection.scalar(select(func.max(promise.c.upto)))
    if last is None:
        _add(connection, now, Delays(), _signed(connection))
        return 0
    heads = connection.execute(
        select(checkpoint.c.size, checkpoint.c.created)
        .where(checkpoint.c.size > last)
        .order_by(checkpoint.c.size)
        .limit(_HEADS_AT_ONCE)
    ).all()
    demo = bool(heads) and ledger.is_demo(connection)
    for size, created in heads:
        delays = Delays()
        for one in ledger.read(connection, last, size):
            since, many = _received(one)
            if not (demo and created - since > _OF_A_DEMO_MS):
                delays.add(created - since, many)
        _add(connection, created // _MINUTE, delays, size)
        last = size
    connection.execute(delete(promise).where(promise.c.minute < now - _KEPT_MINUTES, promise.c.upto < last))
    return len(heads)


def _received(one: Entry) -> tuple[int, int]:
    """Since when an entry's oldest content is with us, and how many things it holds."""
    if one.type == "arrival" and "first_ms" in one.body:
        return int(str(one.body["first_ms"])), int(str(one.body["count"]))
    return one.recorded_ms, 1


def _signed(connection: Connection) -> int:
    """How many entries the newest head covers."""
    return int(connection.execute(select(func.coalesce(func.max(checkpoint.c.size), 0))).scalar_one())


def _add(connection: Connection, minute: int, delays: Delays, upto: int) -> None:
    key = (promise.c.kind == SIGNED, promise.c.minute == minute, promise.c.measurer == _WORKER)
    known = connection.execute(select(promise.c.counts, promise.c.worst).where(*key)).one_or_none()
    counts = (
        delays.counts if known is None else [a + b for a, b in zip(known.counts, delays.counts, strict=True)]
    )
    row = {
        "kind": SIGNED, "minute": minute, "measurer": _WORKER, "counts": counts, "upto": upto, "org_id": PUBLIC,
        "worst": max(delays.worst, 0 if known is None else known.worst),
    }  # fmt: skip
    statement = insert(promise).values(row)
    changed = {name: statement.excluded[name] for name in ("counts", "worst", "upto")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["kind", "minute", "measurer"], set_=changed)
    )


def _measured(kind: str, promised: int, days: int, counts: Sequence[int], worst: int) -> Measured:
    whole = sum(counts)
    if not whole:
        return Measured(kind, promised, days, 0, None, None, None, 0)
    ends = [*BOUNDS_MS, worst]
    beyond = sum(counts[BOUNDS_MS.index(promised) + 1 :])
    p50, p99 = (min(worst, ends[_place(counts, part * whole)]) for part in (50, 99))
    return Measured(kind, promised, days, whole, p50, p99, worst, beyond)


def _place(counts: Sequence[int], hundredths: int) -> int:
    """The first class with which at least ``hundredths`` / 100 are counted."""
    seen = 0
    for place, many in enumerate(counts):
        seen += many
        if 100 * seen >= hundredths:
            return place
    raise AssertionError("counts end before their sum")


def _waiting(connection: Connection, now_ms: int) -> int | None:
    """How long the oldest thing that no head covers has waited; chunks count where the reader may see them."""
    unsigned = connection.scalar(select(leaf.c.recorded).where(leaf.c.index == _signed(connection)))
    head = func.substr(raw_chunk.c.payload, _RECEIVED.start + 1, 8)
    chunk = connection.scalar(select(head).order_by(raw_chunk.c.id).limit(1))
    oldest = [] if unsigned is None else [int(unsigned)]
    oldest += [] if chunk is None else [int.from_bytes(bytes(chunk), "big")]
    waits = [max(0, now_ms - one) for one in oldest]
    if ledger.is_demo(connection):
        waits = [one for one in waits if one <= _OF_A_DEMO_MS]
    return max(waits, default=None)
