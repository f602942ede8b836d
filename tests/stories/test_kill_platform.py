"""Any service of ``tansuo serve`` may die at any moment: what was acknowledged is found once, under a sound log.

Gateway, worker, signer, api and PostgreSQL are killed with SIGKILL, in an order drawn by lot, while devices
send; the platform itself brings them back. Days are closed and opened again meanwhile, because the frames are
of a past year.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from stories.test_kill_gateway import DEVICES, FIRST, Fleet, frame, plan
from tansuo.database import guardian
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.clock import SystemClock
from tansuo.evidence.projection import applied
from tansuo.monitoring.lookup import versions
from tansuo.monitoring.plan import plan_draft
from tansuo.monitoring.projection import PROJECTION
from tansuo.monitoring.tables_intake import raw_chunk

SRC = Path(__file__).resolve().parents[2] / "src"
POSTGRES = "postgres"
VICTIMS = ("gateway", "worker", "signer", "api", POSTGRES)
KILLS_EACH = 1
PATIENCE = 60
"""Seconds after which a service that is not back is a failure: the longest pause before a restart is 10."""


@dataclass
class SlowFleet(Fleet):
    """Devices that send at their own pace, whoever answers."""

    async def frames(self, device: int) -> AsyncIterator[bytes]:
        number = 0
        while self.going:
            data = frame(device, number)
            self.sent.add(data)
            yield data
            number += 1
            await asyncio.sleep(0.03)


@dataclass
class Platform:
    """A running ``tansuo serve`` in a home of its own."""

    home: Path
    process: "subprocess.Popen[bytes]"
    killed: set[int] = field(default_factory=set)
    heads: set[tuple[int, str]] = field(default_factory=set)

    def said(self, name: str) -> dict[str, int]:
        """What a service announced; empty while it is not there."""
        try:
            answer: dict[str, int] = json.loads((self.home / "run" / f"{name}.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return answer

    def pid(self, name: str) -> int | None:
        """The living process of a service, other than those we killed."""
        if name == POSTGRES:
            found = guardian.postmaster(self.home / "postgres" / "data")
        else:
            found = self.said(name).get("pid")
        return None if found in self.killed else found

    async def kill(self, name: str) -> None:
        """Kill a service as soon as it is there."""
        while (pid := self.pid(name)) is None:
            assert self.process.poll() is None, "the platform gave up"
            await asyncio.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        self.killed.add(pid)

    def look(self, database: Database) -> None:
        """Remember the heads that a reader could see by now."""
        with suppress(DBAPIError), transaction(database, SYSTEM) as connection:
            self.heads |= {(one.size, one.note) for one in checkpoint.every(connection)}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home folder; nothing runs in it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tansuo-kill-", dir="/tmp"))
    folder.chmod(0o711)
    monkeypatch.setenv("TANSUO_HOME", str(folder / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(SRC))
    yield folder / "home"
    server = PostgresServer(folder / "home")
    guardian.stop(server.data, PATIENCE)
    for pid in guardian.workers(server.data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def platform(home: Path) -> Iterator[Platform]:
    """``tansuo serve`` on free ports, ready."""
    words = ("serve", "--city", "321100", "--port", "0", "--gateway-port", "0")
    with (home.parent / "serve.log").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "tansuo", *words], stdout=subprocess.PIPE, stderr=told
        )
        assert process.stdout is not None
        ready = process.stdout.readline()
        try:
            assert ready.startswith(b"ready "), (home.parent / "serve.log").read_text()
            yield Platform(home, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


async def storm(platform: Platform, fleet: Fleet, database: Database) -> Counter[str]:
    """The kills while the devices send; who was killed how often."""
    chance = random.Random(321100)
    order = [name for name in VICTIMS for _ in range(KILLS_EACH)]
    order.remove(POSTGRES)
    order.remove("gateway")
    chance.shuffle(order)
    # Once for certain: the receiver falls while frames wait in its memory for a database that is gone.
    pair = chance.randrange(len(order))
    order[pair:pair] = [POSTGRES, "gateway"]
    driving = [asyncio.create_task(fleet.drive(device)) for device in range(DEVICES)]
    done: Counter[str] = Counter()
    for place, name in enumerate(order):
        if (
            place != pair + 1 and chance.random() < 0.5
        ):  # else the next one falls while others may still be down
            await asyncio.wait_for(fleet.progress(), PATIENCE)
            await asyncio.to_thread(platform.look, database)
        await asyncio.sleep(chance.uniform(0, 0.6))
        await asyncio.wait_for(platform.kill(name), PATIENCE)
        done[name] += 1
    await asyncio.wait_for(fleet.progress(), PATIENCE)
    fleet.going = False
    await asyncio.wait_for(asyncio.gather(*driving), PATIENCE)
    return done


async def settled(platform: Platform, database: Database) -> None:
    """Wait until the worker has worked everything off and the signer has signed a head over all of it."""
    while True:
        with suppress(DBAPIError), transaction(database, SYSTEM) as connection:
            size = ledger.size(connection)
            heads = [one.size for one in checkpoint.every(connection)]
            waiting = connection.scalar(select(func.count()).select_from(raw_chunk))
            if not waiting and applied(connection, [PROJECTION])["monitoring"] == size == max(
                heads, default=0
            ):
                return
        assert platform.process.poll() is None, "the platform gave up"
        await asyncio.sleep(0.2)


def test_whichever_service_dies_nothing_acknowledged_is_lost_or_doubled(platform: Platform) -> None:
    with PostgresServer(platform.home) as server:
        database = Database(server.url(role=OWNER), server.url())
    with transaction(database, SYSTEM) as connection:
        ledger.append(connection, [plan_draft("firm", plan())], SystemClock())
    fleet = SlowFleet(platform.said("gateway")["port"])
    killed = asyncio.run(storm(platform, fleet, database))
    asyncio.run(asyncio.wait_for(settled(platform, database), PATIENCE))

    assert killed == dict.fromkeys(VICTIMS, KILLS_EACH)
    acknowledged = set(fleet.told)
    assert len(acknowledged) >= 10 * KILLS_EACH * DEVICES
    zero = int((FIRST - timedelta(hours=8)).replace(tzinfo=UTC).timestamp())
    expected = {
        (f"s{device}", zero + 60 * number, number)
        for device in range(DEVICES)
        for number in range(len(fleet.sent))
        if frame(device, number) in acknowledged
    }
    assert len(expected) == len(acknowledged), "every acknowledged frame is one the devices sent"
    days = (FIRST.date(), FIRST.date() + timedelta(days=366))
    with transaction(database, SYSTEM) as connection:
        found = [
            (one.series, one.start, one.value)
            for line in plan()
            for one in versions(connection, line.series, *days)
        ]
        heads = {(one.size, one.note) for one in checkpoint.every(connection)}
    database.close()
    once = Counter(found)
    assert [one for one in expected if once[one] != 1] == [], "acknowledged, and not there exactly once"
    assert set(once) == expected, "at the end everything sent is acknowledged, and nothing else is there"

    assert platform.heads, "heads were seen while services fell"
    assert platform.heads <= heads, "a head that somebody saw is not taken back"
    checked = subprocess.run(
        [sys.executable, "-m", "tansuo", "ledger", "check", "--json"], capture_output=True, check=False
    )
    report = json.loads(checked.stdout)
    assert report["findings"] == []
    assert checked.returncode == 0
    assert report["signed"] == report["size"]
