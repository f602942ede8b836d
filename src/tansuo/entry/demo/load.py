"""Loads the demo city: its registry, its plans, and its history as raw frames through intake.

The clock of the load is simulated, so that the ledger's recorded times follow the history; the genesis entry
says for ever that this is a demo log. Frames are handed to intake as the records a receiver writes, each with
the time of its own arrival (docs/decisions/0009); nothing writes into a table past intake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.settings import shipped
from tansuo.entry.demo import acts
from tansuo.entry.demo.declare import BY, ZONE, city_choices, firm_drafts, plan_entry
from tansuo.entry.demo.history import Day, Extent, calendar
from tansuo.entry.demo.live import Memory, last_whole_hour
from tansuo.entry.demo.people import organisations
from tansuo.entry.demo.progress import Progress
from tansuo.entry.worker import Worker
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.ledger import append, open_ledger, size
from tansuo.evidence.projection import Projection, catch_up
from tansuo.methods.pack import load_pack
from tansuo.monitoring.intake import close_chunks, store_chunk
from tansuo.monitoring.record import Grade, Received, pack
from tansuo.registry import zhenjiang

PACK = "general_combustion_and_power"
CHANNEL = "hj212"
PEER = "demo-history"
MORNING = timedelta(hours=10)
NIGHT = timedelta(minutes=5)
"""How long after the end of a day its last frames have come in and the day's batch is closed."""
ON_THE_WAY_MS = 800


class Loader:
    """One load of the demo city up to civil ``now`` (extent None: the whole city)."""

    def __init__(
        self,
        database: Database,
        projections: Sequence[Projection],
        folder: Path,
        now: datetime,
        extent: Extent | None = None,
    ) -> None:
        self.database = database
        self.folder = folder
        self.now = now
        self.extent = Extent.whole(now.date()) if extent is None else extent
        self.zone = ZoneInfo(ZONE)
        before = datetime.combine(self.extent.since, time()) - timedelta(hours=15)
        self.clock = SimulatedClock(self._instant(before))
        self.worker = Worker(database, projections, self.clock)
        self._sequence = 0

    def run(self) -> int:
        """Everything; the number of ledger entries afterwards."""
        self._declare()
        total = (self.now.date() - self.extent.since).days + 1
        progress = Progress("演示历史 history", total)
        frames = self._history(progress)
        progress.done(f"{frames:,} 帧 frames")
        memory = Memory(self.folder / "devices.json", self.now.date())
        for firm in self.extent.firms:
            memory.remember(firm.device, last_whole_hour(self.now))
        with transaction(self.database, SYSTEM) as connection:
            return size(connection)

    def _instant(self, civil: datetime) -> int:
        return int(civil.replace(tzinfo=self.zone).timestamp() * 1000)

    def _declare(self) -> None:
        with transaction(self.database, SYSTEM) as connection:
            open_ledger(connection, zhenjiang.CODE, ZONE, demo=True, clock=self.clock)
            append(connection, [*zhenjiang.seeds(), *city_choices()], self.clock)
            drafts = [
                draft
                for firm in self.extent.firms
                for draft in (*firm_drafts(firm, self.extent.since), plan_entry(firm, self.extent))
            ]
            append(connection, drafts, self.clock)
            append(connection, list(organisations(self.extent.firms, self.extent.since)), self.clock)
            publish_method(connection, load_pack(shipped("packs") / PACK), by=BY, clock=self.clock)
        self.worker.step()

    def _history(self, progress: Progress) -> int:
        frames = 0
        waiting: list[Day] = []
        for number, day in enumerate(calendar(self.now, self.extent), 1):
            people = acts.of_day(day, self.extent, self.now.date())
            if people:
                self._receive(waiting)
                waiting = []
                self._office_hours(day.day, people)
            waiting.append(day)
            frames += len(day.frames)
            progress.at(number, day.day.isoformat())
        self._receive(waiting)
        self.worker.step()
        return frames

    def _receive(self, days: Sequence[Day]) -> None:
        """Hand the frames of days to intake, a chunk and an arrival a day, and bring the tables up to them."""
        with transaction(self.database, SYSTEM) as connection:
            for day in days:
                if not day.frames:
                    continue
                store_chunk(connection, CHANNEL, pack(self._records(day)), len(day.frames))
                end = datetime.combine(day.day + timedelta(days=1), time()) + NIGHT
                self.clock.set(self._instant(min(end, self.now)))
                close_chunks(connection, self.clock)
            catch_up(connection, self.worker.projections)

    def _records(self, day: Day) -> Iterator[Received]:
        for sent, frame in day.frames:
            self._sequence += 1
            yield Received(self._instant(sent) + ON_THE_WAY_MS, self._sequence, PEER, Grade.NONE, frame)

    def _office_hours(
        self, day: date, people: Sequence[Callable[[Connection, SimulatedClock], object]]
    ) -> None:
        """What people do on this day, in the morning, with what had arrived by the night before."""
        self.clock.set(self._instant(min(datetime.combine(day, time()) + MORNING, self.now)))
        for act in people:
            with transaction(self.database, SYSTEM) as connection:
                act(connection, self.clock)
                catch_up(connection, self.worker.projections)
