"""Loads the demo city: its registry, its plans, and its history as raw frames through intake.

The clock of the load is simulated, so that the ledger's recorded times follow the history; the genesis entry
says for ever that this is a demo log. Frames are handed to intake as the records a receiver writes, each with
the time of its own arrival (docs/decisions/0011); nothing writes into a table past intake. Ended days are closed
into segments afterwards, by the worker, as they always are.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.settings import shipped
from tansuo.entry.demo import acts, annual, bases, deadlines
from tansuo.entry.demo.declare import BY, ZONE, city_choices, firm_drafts, plan_entry
from tansuo.entry.demo.history import Extent
from tansuo.entry.demo.live import Memory, last_whole_hour
from tansuo.entry.demo.people import organisations
from tansuo.entry.demo.progress import PublicProgress
from tansuo.entry.demo.sender import NIGHT, Packed, sending
from tansuo.entry.worker import Worker
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import append, open_ledger, size
from tansuo.evidence.projection import Projection, catch_up
from tansuo.methods.pack import load_pack
from tansuo.monitoring import ahead, parse
from tansuo.monitoring import projection as monitoring
from tansuo.monitoring.intake import close_chunks, store_chunk
from tansuo.registry import zhenjiang

PACK = "general_combustion_and_power"
CHANNEL = "hj212"
DAYS_AT_ONCE = 31
MORNING = timedelta(hours=10)
EVENING = timedelta(minutes=30)
"""How long before the end of a day of hourly frames they are closed: the last hour comes after midnight."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for cycles rarely: the load makes millions of objects and hardly any cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Times:
    """A clock that tells one given time after another."""

    def __init__(self, times: Sequence[int]) -> None:
        self.last = times[-1] if times else 0
        self._next = iter(times)

    def now_ms(self) -> int:
        """The next of the times; StopIteration after the last."""
        return next(self._next)


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
        self.seconds = 0.0  # that the history took
        self.extent = Extent.whole(now.date()) if extent is None else extent
        self.zone = ZoneInfo(ZONE)
        before = datetime.combine(self.extent.since, time()) - timedelta(hours=15)
        self.clock = SimulatedClock(self._instant(before))
        self._read: dict[int, Packed] = {}
        self.worker = Worker(database, [self._reading_ahead(one) for one in projections], self.clock)

    def run(self) -> int:
        """Everything; the number of ledger entries afterwards."""
        total = (self.now.date() - self.extent.since).days + 1
        with sending(self.now, self.extent) as sent, rare_collection():
            self.begin()
            progress = PublicProgress("历史", "history", total)
            frames = self._history(sent, progress)
        self.seconds = progress.done(f"{frames:,} 帧 frames")
        with transaction(self.database, SYSTEM) as connection:
            append(connection, deadlines.drafts(self.extent.firms, self.now.date()), self.clock)
            catch_up(connection, self.worker.projections)
        memory = Memory(self.folder / "devices.json", self.now.date())
        for firm in self.extent.firms:
            memory.remember(firm.device, last_whole_hour(self.now))
        with transaction(self.database, SYSTEM) as connection:
            return size(connection)

    def _instant(self, civil: datetime) -> int:
        return int(civil.replace(tzinfo=self.zone).timestamp() * 1000)

    def open(self) -> None:
        """Open the ledger: from here on the pages can be served."""
        with transaction(self.database, SYSTEM) as connection:
            open_ledger(connection, zhenjiang.CODE, ZONE, demo=True, clock=self.clock)

    def begin(self) -> None:
        """What is there before the first frame: the city, its firms, their plans, the years before."""
        self.open()
        with transaction(self.database, SYSTEM) as connection:
            years = annual.years(self.extent.since.year - 1)
            drafts = [draft for one in years for draft in annual.statements(one)]
            append(
                connection, [*zhenjiang.seeds(), *city_choices(), *annual.indicators(), *drafts], self.clock
            )
            drafts = [
                draft
                for firm in self.extent.firms
                for draft in (*firm_drafts(firm, self.extent.since), plan_entry(firm, self.extent))
            ]
            append(connection, [*drafts, *bases.drafts(self.extent.firms)], self.clock)
            append(connection, list(organisations(self.extent.firms, self.extent.since)), self.clock)
            publish_method(connection, load_pack(shipped("packs") / PACK), by=BY, clock=self.clock)
            bases.publish_methods(connection, self.clock)
        self.worker.step()

    def _history(self, sent: Iterator[Packed], progress: PublicProgress) -> int:
        """Every day in its order; how many frames came in."""
        frames = 0
        waiting: list[Packed] = []
        today = self.now.date()
        for day in sent:
            people = [] if day.night else acts.of_day(day.day, self.extent, today)
            if people or len(waiting) >= DAYS_AT_ONCE:
                self._receive(waiting)
                waiting = []
            if people:
                self._office_hours(day.day, people)
            waiting.append(day)
            frames += day.frames
            progress.at((day.day - self.extent.since).days + 1, day.day.isoformat())
        self._receive(waiting)
        return frames

    def _receive(self, received: Sequence[Packed]) -> None:
        """Hand the frames of days to intake, close them and bring the tables up to them."""
        with transaction(self.database, SYSTEM) as connection:
            days = [one for one in received if one.frames]
            for day in days:
                store_chunk(connection, CHANNEL, day.payload, day.frames)
            times = _Times([self._instant(min(self._closing(day), self.now)) for day in days])
            for day, arrival in zip(days, close_chunks(connection, times, apart=True), strict=True):
                if (arrival.body["bytes"], arrival.body["count"]) == (len(day.payload), day.frames):
                    self._read[arrival.index] = day
            if days:
                self.clock.set(times.last)
            catch_up(connection, self.worker.projections)
            self._read.clear()

    def _closing(self, part: Packed) -> datetime:
        """The civil time at which a day's frames are closed into a batch."""
        if part.night:
            return datetime.combine(part.day, time()) + NIGHT
        midnight = datetime.combine(part.day + timedelta(days=1), time())
        return midnight + NIGHT if part.day < self.extent.hours_since else midnight - EVENING

    def _reading_ahead(self, one: Projection) -> Projection:
        """The projection as it is, that of monitoring with what the sender's process has read already."""
        if one is not monitoring.PROJECTION:
            return one
        return replace(
            one, apply=lambda connection, entries: monitoring.project(connection, entries, self._measure)
        )

    def _measure(self, connection: Connection, arrival: Entry) -> parse.Parsed:
        """The answer of the parser; its own where nobody could read ahead."""
        day = self._read.get(arrival.index)
        if arrival.body["parser"] != ahead.PARSER or day is None or not day.read:
            return parse.measurements(connection, arrival)
        return ahead.measurements([(day.read, day.frames)]), []

    def _office_hours(self, day: date, people: Sequence[acts.Act]) -> None:
        """What people do on this day, in the morning, with what had arrived by the night before."""
        self.clock.set(self._instant(min(datetime.combine(day, time()) + MORNING, self.now)))
        with transaction(self.database, SYSTEM) as connection:
            for act in people:
                act(connection, self.clock)
                catch_up(connection, self.worker.projections)
