"""Living devices: what they owe after a pause comes first, the live values beside it, and nothing is forgotten."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo_city import FIRMS
from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.entry.demo.live import Devices, Memory, civil_now, last_whole_hour, step_left
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.connectors.hj212.gateway import Gateway, Limits
from tansuo.monitoring.intake import unpack
from tansuo.monitoring.tables_intake import raw_chunk

AT = datetime(2026, 5, 21, 8)


def test_a_memory_survives_its_process(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "devices.json")
    assert memory.until == {}
    memory.remember("A", AT)
    memory.remember("B", AT + timedelta(hours=1))
    memory.remember("A", AT + timedelta(hours=2))
    again = Memory(tmp_path / "devices.json").until
    assert again == {"A": AT + timedelta(hours=2), "B": AT + timedelta(hours=1)}
    assert [path.name for path in tmp_path.iterdir()] == ["devices.json"]


@pytest.mark.parametrize(
    ("now", "whole"),
    [("2026-05-21T09:40:12", "2026-05-21T09"), ("2026-05-21T00:00:00", "2026-05-21T00")],
)
def test_the_present_hour_is_not_over(now: str, whole: str) -> None:
    assert last_whole_hour(datetime.fromisoformat(now)) == datetime.fromisoformat(whole)


@pytest.mark.parametrize(
    ("second", "left"), [("00", 30.0), ("04.5", 25.5), ("29", 1.0), ("30", 30.0), ("59.75", 0.25)]
)
def test_who_is_woken_within_a_step_speaks_at_the_next_one(second: str, left: float) -> None:
    """A second word about one step would be a conflict of two readings."""
    assert step_left(datetime.fromisoformat(f"2026-05-21T09:40:{second}")) == left


def frames(database: Database) -> list[bytes]:
    """Every frame the gateway has stored."""
    with transaction(database, SYSTEM) as connection:
        rows = connection.execute(select(raw_chunk.c.payload).order_by(raw_chunk.c.id)).scalars()
        return [record.data for payload in rows for record in unpack(bytes(payload))]


def test_after_a_pause_the_owed_hours_come_and_the_live_values_go_on(
    database: Database, tmp_path: Path
) -> None:
    owed = last_whole_hour(civil_now()) - timedelta(hours=3)
    memory = Memory(tmp_path / "devices.json")
    for firm in FIRMS:
        memory.remember(firm.device, owed)

    async def play() -> None:
        gateway = Gateway(conninfo(database.url_app), limits=Limits(per_address=None))
        await gateway.start()
        devices = Devices("127.0.0.1", gateway.port, Memory(tmp_path / "devices.json"), FIRMS, pace=0.2)
        devices.start()
        try:
            while True:
                seen = [decode(frame) for frame in await asyncio.to_thread(frames, database)]
                told = {(one.header["MN"], one.header["CN"]) for one in seen}
                if len(told) == 2 * len(FIRMS):
                    return
                await asyncio.sleep(0.1)
        finally:
            await asyncio.to_thread(devices.stop)
            await gateway.stop()

    asyncio.run(asyncio.wait_for(play(), 120))
    stored = frames(database)
    hourly = [decode(frame) for frame in stored if b"CN=2061;" in frame]
    whole = last_whole_hour(civil_now())
    for firm in FIRMS:
        labels = [one.data_time for one in hourly if one.header["MN"] == firm.device]
        assert labels[:3] == [f"{owed + timedelta(hours=n):%Y%m%d%H%M%S}" for n in range(3)]
    rates = [frame for frame in stored if b"CN=2011;" in frame]
    assert all(re.search(rb"-Rtd=\d+\.\d+", frame) for frame in rates)
    remembered = Memory(tmp_path / "devices.json").until
    assert set(remembered) == {firm.device for firm in FIRMS}
    assert all(owed < until <= whole for until in remembered.values())
