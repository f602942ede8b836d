"""Loads the demo city: its registry, its plans, and its history as raw frames over TCP through the gateway.

The clock of the load is simulated, so that the ledger's recorded times follow the history; the genesis entry
says for ever that this is a demo log. Nothing writes into a table past intake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.entry.compose import shipped
from tansuo.entry.demo import laboratory, publishing
from tansuo.entry.demo.declare import BY, ZONE, city_choices, firm_drafts, plan_of, series_id
from tansuo.entry.demo.history import Day, calendar, first_day
from tansuo.entry.demo.live import Memory, last_whole_hour
from tansuo.entry.demo.model import PUBLISHING_DAY, firms
from tansuo.entry.demo.progress import Progress
from tansuo.entry.worker import Worker
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor
from tansuo.evidence.ledger import append, open_ledger, size
from tansuo.evidence.projection import Projection, catch_up
from tansuo.methods.pack import load_pack
from tansuo.monitoring.connectors.hj212.device import Device
from tansuo.monitoring.connectors.hj212.gateway import Gateway, Limits
from tansuo.monitoring.correction import correct
from tansuo.monitoring.intake import close_chunks
from tansuo.registry import zhenjiang

PACK = "general_combustion_and_power"
LABORATORY_DAY = 5
MORNING = timedelta(hours=10)
NIGHT = timedelta(minutes=5)
"""The frames of a day reach the gateway shortly after its end, all at once: a demo need not wait for hours."""
DAYS_AT_ONCE = 5
ENGINEER = Actor("demo.chemical-d.clerk", "enterprise_clerk")
REVIEWER = Actor("demo.chemical-d.reviewer", "enterprise_reviewer")


class Loader:
    """One load of the demo city up to civil `now`, from `since` on (None: three whole months back)."""

    def __init__(
        self,
        database: Database,
        projections: Sequence[Projection],
        folder: Path,
        now: datetime,
        since: date | None = None,
    ) -> None:
        self.database = database
        self.folder = folder
        self.now = now
        self.since = first_day(now.date()) if since is None else since
        self.zone = ZoneInfo(ZONE)
        self.clock = SimulatedClock(self._instant(datetime.combine(self.since, time()) - timedelta(hours=15)))
        self.worker = Worker(database, projections, self.clock)

    def run(self) -> int:
        """Everything; the number of ledger entries afterwards."""
        self._declare()
        days = calendar(self.now, self.since)
        progress = Progress("演示历史 history", len(days))
        asyncio.run(self._history(days, progress))
        progress.done(f"{sum(day.count for day in days):,} 帧 frames")
        memory = Memory(self.folder / "devices.json", self.now.date())
        for firm in firms():
            memory.remember(firm.device, last_whole_hour(self.now))
        with transaction(self.database, SYSTEM) as connection:
            return size(connection)

    def _instant(self, civil: datetime) -> int:
        return int(civil.replace(tzinfo=self.zone).timestamp() * 1000)

    def _write(self, work: Callable[[Connection], object]) -> None:
        with transaction(self.database, SYSTEM) as connection:
            work(connection)

    def _declare(self) -> None:
        with transaction(self.database, SYSTEM) as connection:
            open_ledger(connection, zhenjiang.CODE, ZONE, demo=True, clock=self.clock)
            append(connection, [*zhenjiang.seeds(), *city_choices()], self.clock)
            for firm in firms():
                append(connection, [*firm_drafts(firm), plan_of(firm, self.since)], self.clock)
            publish_method(connection, load_pack(shipped("packs") / PACK), by=BY, clock=self.clock)
        self.worker.step()

    async def _history(self, days: Sequence[Day], progress: Progress) -> None:
        gateway = Gateway(
            conninfo(self.database.url_app), clock=self.clock, limits=Limits(per_address=None, idle=3600.0)
        )
        await gateway.start()
        devices = {firm.device: Device("127.0.0.1", gateway.port, window=64) for firm in firms()}
        running = [asyncio.create_task(device.run()) for device in devices.values()]
        try:
            for number, day in enumerate(days, 1):
                self._office_hours(day)
                await self._deliver(devices, day)
                if number % DAYS_AT_ONCE == 0:
                    self._bring_up()
                else:
                    self._write(lambda connection: close_chunks(connection, self.clock))
                progress.at(number, day.day.isoformat())
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await asyncio.sleep(0.05)  # let the gateway see them go
            await gateway.stop()
        self.worker.step()

    def _bring_up(self) -> None:
        """What has arrived becomes entries and tables; days are closed once, at the end of the load."""
        self._write(lambda connection: close_chunks(connection, self.clock))
        self._write(lambda connection: catch_up(connection, self.worker.projections))

    def _office_hours(self, day: Day) -> None:
        """What people do on this day, in the morning, with what had arrived by the night before."""
        acts = self._acts(day)
        if not acts:
            return
        morning = datetime.combine(day.day, time()) + MORNING
        self.clock.set(self._instant(min(morning, self.now)))
        self._bring_up()
        for act in acts:
            self._write(act)
            self._bring_up()

    async def _deliver(self, devices: dict[str, Device], day: Day) -> None:
        end = datetime.combine(day.day + timedelta(days=1), time()) + NIGHT
        self.clock.set(self._instant(min(end, self.now)))
        for name, frames in day.frames.items():
            for frame in frames:
                devices[name].send(frame)
        await asyncio.gather(*(devices[name].delivered() for name in day.frames))

    def _acts(self, day: Day) -> list[Callable[[Connection], object]]:
        """What people do on this day, each in a transaction of its own."""
        acts: list[Callable[[Connection], object]] = []
        before = (day.day.replace(day=1) - timedelta(days=1)).replace(day=1)
        if before >= self.since:
            if day.day.day == LABORATORY_DAY:
                acts += [self._laboratory(before)]
            if day.day.day == PUBLISHING_DAY:
                acts += [self._publication(before)]
        for repair in day.repairs:
            start = repair.start.replace(tzinfo=self.zone)
            acts.append(
                lambda connection, repair=repair, start=start: correct(  # type: ignore[misc]
                    connection,
                    series_id(repair.firm, repair.source),
                    start,
                    repair.value,
                    "装置录入时小数点错一位;按蒸汽结算单更正(演示) decimal point wrong at the device (demo)",
                    None,
                    ENGINEER,
                    REVIEWER,
                    self.clock,
                )
            )
        return acts

    def _laboratory(self, month: date) -> Callable[[Connection], object]:
        def act(connection: Connection) -> None:
            for firm in firms():
                if firm.laboratory:
                    laboratory.submit(connection, firm, month, self.clock)

        return act

    def _publication(self, month: date) -> Callable[[Connection], object]:
        return lambda connection: publishing.publish_month(connection, month, self.clock)
