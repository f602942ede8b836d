"""Twenty kills while devices send: what was acknowledged is there afterwards, once.

The receiver is killed with SIGKILL, or PostgreSQL is, at moments nobody chose; both come back, the devices
go on, and chunks are closed into arrivals all the while. The database is one of its own, with fsync on.
"""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import migration_sets
from tansuo.evidence import ledger
from tansuo.evidence.clock import SystemClock
from tansuo.evidence.projection import catch_up
from tansuo.monitoring import intake
from tansuo.monitoring.connectors.hj212.device import Device
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.plan import PlanLine, plan_draft
from tansuo.monitoring.projection import PROJECTION
from tansuo.monitoring.tables import reading

DEVICES = 6
RECEIVER_KILLS = 18
DATABASE_KILLS = 2
FIRST = datetime(2020, 1, 1)


#: A process that has everything imported and bears receivers: one a line it reads, whose id it tells.
NURSERY = """
import os, signal, sys
from tansuo.monitoring.connectors.hj212.gateway import Gateway, Limits, run

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    address, port = line.split()
    child = os.fork()
    if not child:
        run(Gateway(address, port=int(port), limits=Limits(per_address=None, first_frame=60)))
        os._exit(0)
    print(child, flush=True)
"""


def mn(device: int) -> str:
    return f"MN{device:04d}"


def frame(device: int, number: int) -> bytes:
    """The minute frame of one device; its value and its time are its number."""
    label = f"{FIRST + timedelta(minutes=number):%Y%m%d%H%M%S}"
    header = {"QN": f"{label}{device:03d}", "ST": "31", "CN": "2051", "PW": "123456", "MN": mn(device)}
    return encode(header | {"Flag": "5"}, [[("DataTime", label)], [("a05001-Cou", str(number))]])


def plan() -> list[PlanLine]:
    """One series a device."""
    return [
        PlanLine(
            series=f"s{device}", org="firm", source=f"source{device}", meter="", indicator="flue_gas",
            channel="hj212", device=mn(device), stream="2051:a05001:Cou", form="interval_amount", step_s=60,
            label="start", zone="Asia/Shanghai", unit="kg", decimals=0, authoritative=True, required=True,
            valid_from=date(2020, 1, 1),
        )
        for device in range(DEVICES)
    ]  # fmt: skip


@dataclass
class Fleet:
    """The devices: what each has sent and what was acknowledged to it."""

    port: int
    going: bool = True
    sent: set[bytes] = field(default_factory=set)
    told: list[bytes] = field(default_factory=list)

    async def frames(self, device: int) -> AsyncIterator[bytes]:
        """Frames until told to stop, a little ahead of the acknowledgements."""
        number = 0
        while self.going:
            if len(self.sent) - len(self.told) < 40 * DEVICES:
                data = frame(device, number)
                self.sent.add(data)
                yield data
                number += 1
            await asyncio.sleep(0.001)

    async def drive(self, device: int) -> None:
        """One device, until all it has sent is acknowledged."""
        one = Device("127.0.0.1", self.port, timeout=0.5, retry=0.02, acknowledged=self.told.append)
        await one.deliver(self.frames(device))

    async def progress(self) -> None:
        """Wait until somebody is acknowledged something."""
        known = len(self.told)
        while len(self.told) == known:
            await asyncio.sleep(0.002)


class Site:
    """The receiver and its database, and how they are killed."""

    def __init__(self, server: PostgresServer, port: int) -> None:
        self.server = server
        self.port = port
        self._nursery = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._receiver = 0

    def start_receiver(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{conninfo(self.server.url())} {self.port}\n")
        self._nursery.stdin.flush()
        self._receiver = int(self._nursery.stdout.readline())

    def kill_receiver(self) -> None:
        os.kill(self._receiver, signal.SIGKILL)
        with suppress(ProcessLookupError):
            while True:  # until it is gone, and its port with it
                os.kill(self._receiver, 0)
                time.sleep(0.001)

    def kill_database(self) -> None:
        pid = self.server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        if self._receiver:
            self.kill_receiver()
        self._nursery.communicate()


@pytest.fixture
def site() -> Iterator[Site]:
    """A durable PostgreSQL of this test's own, and a free port."""
    home = Path(tempfile.mkdtemp(prefix="tansuo-kill-", dir="/tmp"))
    home.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        with PostgresServer(home) as server:
            place = Site(server, port)
            try:
                yield place
            finally:
                place.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def close_some(database: Database) -> None:
    """What the worker does every moment; a database that has just died is met again at the next."""
    with suppress(DBAPIError), transaction(database, SYSTEM) as connection:
        intake.close_chunks(connection, SystemClock())


def close_all(connection: Connection) -> None:
    while intake.close_chunks(connection, SystemClock()):
        pass


async def storm(site: Site, fleet: Fleet, database: Database) -> None:
    """The kills, and the devices and the closing meanwhile."""
    chance = random.Random(212)
    kills = [True] * RECEIVER_KILLS + [False] * DATABASE_KILLS
    chance.shuffle(kills)
    driving = [asyncio.create_task(fleet.drive(device)) for device in range(DEVICES)]
    storming = True

    async def closing() -> None:
        while storming:
            await asyncio.to_thread(close_some, database)
            await asyncio.sleep(0.1)

    closer = asyncio.create_task(closing())
    for receiver in kills:
        await asyncio.wait_for(fleet.progress(), 60)
        await asyncio.sleep(chance.uniform(0, 0.12))
        if receiver:
            site.kill_receiver()
            site.start_receiver()
        else:
            site.kill_database()
            await asyncio.to_thread(site.server.start)
    fleet.going = False
    await asyncio.wait_for(asyncio.gather(*driving), 60)
    storming = False
    await closer


def test_twenty_kills_lose_nothing_acknowledged_and_double_nothing(site: Site) -> None:
    database = Database(site.server.url(role=OWNER), site.server.url())
    upgrade(database, migration_sets())
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
        ledger.append(connection, [plan_draft("firm", plan())], SystemClock())
    site.start_receiver()
    fleet = Fleet(site.port)
    asyncio.run(storm(site, fleet, database))

    with transaction(database, SYSTEM) as connection:
        close_all(connection)
        catch_up(connection, [PROJECTION])
    with transaction(database, SYSTEM) as connection:
        arrivals = list(ledger.read(connection, 0, ledger.size(connection), {"arrival"}))
        assert [finding for one in arrivals for finding in intake.check_arrival(connection, one)] == []
        stored = [record.data for one in arrivals for record in intake.records(connection, one)]
        found = connection.execute(
            select(reading.c.series, reading.c.start, reading.c.value).where(
                reading.c.superseded_at.is_(None)
            )
        ).all()
        every_version = connection.scalar(select(func.count()).select_from(reading))
    database.close()

    acknowledged = set(fleet.told)
    assert len(acknowledged) >= (RECEIVER_KILLS + DATABASE_KILLS) * DEVICES
    assert acknowledged == fleet.sent
    whole = {data for data in stored if data.endswith(b"\r\n")}
    assert acknowledged <= whole, "a frame was acknowledged and is not there"
    # Frames are stored again when a device sends them again; as readings they count once.
    zero = int((FIRST - timedelta(hours=8)).replace(tzinfo=UTC).timestamp())
    expected = {
        (f"s{device}", zero + 60 * number, number)
        for device in range(DEVICES)
        for number in range(len(fleet.sent))
        if frame(device, number) in fleet.sent
    }
    assert sorted(tuple(row) for row in found) == sorted(expected)
    assert every_version == len(expected) == len(fleet.sent)
