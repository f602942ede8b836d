"""The worker: chunks become entries, entries become tables, ended days become segments, readers are told."""

import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from tansuo.database.connect import SYSTEM, TROUBLES, Database, transaction, trouble
from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.projection import Projection, applied, catch_up
from tansuo.monitoring.intake import close_chunks
from tansuo.monitoring.promise import measure_signing
from tansuo.monitoring.segments import close_days
from tansuo.quantity.finding import FindingError

log = logging.getLogger("tansuo.worker")

CHANNEL = "tansuo_live"
"""NOTIFY goes here with {"size": entries applied, "arrivals": new arrivals, "days": closed meter-days}."""

INTERVAL = 1.0
ENTRIES_AT_ONCE = 200
DAY_RESTS = timedelta(hours=2)  # late readings of the last hours usually come within two
DAYS_EVERY_MS = 60_000
MEASURED_EVERY_MS = 5_000
DAYS_AT_ONCE = 8_000  # meter-days: what one transaction closes, a second or two of work


@dataclass(frozen=True, slots=True)
class Step:
    """What one round did: arrivals closed, log size applied by every projection, meter-days closed."""

    arrivals: int
    size: int
    days: int


class Worker:
    """Keeps a database's projections up with its log. One at a time works; a second one waits its turn."""

    def __init__(
        self,
        database: Database,
        projections: Sequence[Projection],
        clock: Clock,
        segments: Path | None = None,
    ) -> None:
        self.database = database
        self.projections = projections
        self.clock = clock
        self.segments = segments
        self._size = -1
        self._closed_at_ms: int | None = None
        self._measured_at_ms: int | None = None

    def step(self) -> Step:
        """One round, in transactions of bounded size; FindingError where an entry cannot be applied."""
        arrivals = self._close_chunks()
        size = self._catch_up()
        days = self._close_days()
        self._measure()
        step = Step(arrivals, size, days)
        if size != self._size or days:
            self._tell(step)
            self._size = size
        return step

    def _close_chunks(self) -> int:
        closed = 0
        while True:
            with transaction(self.database, SYSTEM) as connection:
                entries = close_chunks(connection, self.clock)
            if not entries:
                return closed
            closed += len(entries)

    def _catch_up(self) -> int:
        while True:
            with transaction(self.database, SYSTEM) as connection:
                size = ledger.size(connection)
                low = min(applied(connection, self.projections).values(), default=size)
                if low >= size:
                    return size
                catch_up(connection, self.projections, min(size, low + ENTRIES_AT_ONCE))

    def _close_days(self) -> int:
        now = self.clock.now_ms()
        if self._closed_at_ms is not None and 0 <= now - self._closed_at_ms < DAYS_EVERY_MS:
            return 0
        with transaction(self.database, SYSTEM) as connection:
            zone = city_zone(connection)
            before = None if zone is None else first_open_day(now, zone)
            days = 0 if before is None else close_days(connection, before, self.segments, DAYS_AT_ONCE)
        # A history that has just come in is closed piece by piece, one a round: live data need not wait for it.
        self._closed_at_ms = None if days == DAYS_AT_ONCE else now
        return days

    def _measure(self) -> None:
        """Count how long what new heads cover has waited for them."""
        now = self.clock.now_ms()
        if self._measured_at_ms is not None and 0 <= now - self._measured_at_ms < MEASURED_EVERY_MS:
            return
        self._measured_at_ms = now
        with transaction(self.database, SYSTEM) as connection:
            measure_signing(connection, self.clock)

    def _tell(self, step: Step) -> None:
        payload = json.dumps({"size": step.size, "arrivals": step.arrivals, "days": step.days})
        with transaction(self.database, SYSTEM) as connection:
            connection.execute(text("SELECT pg_notify(:c, :p)"), {"c": CHANNEL, "p": payload})


def city_zone(connection: Connection) -> ZoneInfo | None:
    """The civil time zone of the city's days, from the genesis entry; None before there is one."""
    genesis = ledger.get(connection, 0)
    return None if genesis is None else ZoneInfo(str(genesis.body["zone"]))


def first_open_day(now_ms: int, zone: ZoneInfo) -> date:
    """The civil day before which every day is closed: today, or yesterday in the first hours of today."""
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    return (now - DAY_RESTS).astimezone(zone).date()


def run(worker: Worker, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Work until ``stop`` is set. A trouble is logged when it first shows, and tried again."""
    last = ""
    while True:
        try:
            worker.step()
            now = ""
        except FindingError as refused:
            now = f"standing still: {refused}"
        except TROUBLES as problem:
            now = trouble(problem)
        if now and now != last:
            log.error(now)
        if last and not now:
            log.info("working again")
        last = now
        if stop.wait(interval if not now else 5 * interval):
            return
