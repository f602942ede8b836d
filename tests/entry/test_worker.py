"""The worker: what was acknowledged becomes entries and tables, and readers hear of it."""

import json
import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import Connection, insert, text

from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.entry.compose import projections
from tansuo.entry.worker import CHANNEL, MEASURED_EVERY_MS, Worker, first_open_day, run
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.projection import Projection, applied
from tansuo.evidence.tables import checkpoint
from tansuo.monitoring.intake import Received, pack, store_chunk
from tansuo.monitoring.promise import SIGNED, standing
from tansuo.quantity.finding import Finding, FindingError

NOON_MS = 1_772_424_000_000  # 2026-03-02 12:00 in Shanghai


@pytest.fixture
def city(database: Database) -> Database:
    """A database whose ledger is open."""
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=SimulatedClock(NOON_MS))
    return database


@pytest.fixture
def worker(city: Database, tmp_path: Path) -> Worker:
    """A worker with every projection of the product."""
    return Worker(city, projections(), SimulatedClock(NOON_MS), tmp_path)


def receive(database: Database, frames: int) -> None:
    with transaction(database, SYSTEM) as connection:
        for number in range(frames):
            record = Received(NOON_MS, number, "192.0.2.7:5000", 0, b"##0004ABCD1234\r\n")
            store_chunk(connection, "hj212", pack([record]), 1)


def test_received_frames_become_an_entry_that_every_projection_has_applied(
    city: Database, worker: Worker
) -> None:
    receive(city, 3)
    step = worker.step()
    assert (step.arrivals, step.size) == (1, 2)
    with transaction(city, SYSTEM) as connection:
        arrival = ledger.get(connection, 1)
        assert arrival is not None
        assert (arrival.type, arrival.body["count"]) == ("arrival", 3)
        assert set(applied(connection, projections()).values()) == {2}
        assert connection.execute(text("SELECT count(*) FROM raw_chunk")).scalar() == 0


def test_the_worker_measures_how_long_a_head_was_waited_for(city: Database, worker: Worker) -> None:
    def sign(size: int, after_ms: int) -> None:
        with transaction(city, SYSTEM) as connection:
            row = {"size": size, "note": "-", "created": NOON_MS + after_ms}
            connection.execute(insert(checkpoint).values(row))

    sign(1, 0)
    worker.step()
    receive(city, 3)
    worker.step()
    sign(2, 4_000)
    worker.step()  # too soon to measure again
    assert isinstance(worker.clock, SimulatedClock)
    worker.clock.advance(MEASURED_EVERY_MS)
    worker.step()
    with transaction(city, SYSTEM) as connection:
        one = next(one for one in standing(connection, NOON_MS + 5_000).measured if one.kind == SIGNED)
    assert (one.count, one.worst, one.kept) == (3, 4_000, True)


def test_an_idle_round_changes_nothing(worker: Worker) -> None:
    first = worker.step()
    assert worker.step() == first


def test_readers_are_told_once_for_each_change(city: Database, worker: Worker) -> None:
    with psycopg.connect(conninfo(city.url_app), autocommit=True) as reader:
        reader.execute(f"LISTEN {CHANNEL}".encode())
        worker.step()
        worker.step()
        receive(city, 1)
        worker.step()
        worker.step()
        notes = [*reader.notifies(timeout=10, stop_after=2), *reader.notifies(timeout=0.5)]
        told = [json.loads(note.payload) for note in notes]
    assert [note["size"] for note in told] == [1, 2]


def test_a_long_log_is_applied_in_bounded_steps(city: Database) -> None:
    seen: list[int] = []

    def note(connection: Connection, entries: Sequence[Entry]) -> None:
        seen.extend(entry.index for entry in entries)

    with transaction(city, SYSTEM) as connection:
        drafts = [Draft("subject", f"s{n}", {"n": n}, by=Actor("t", "service")) for n in range(450)]
        ledger.append(connection, drafts, SimulatedClock(NOON_MS))
    counting = Projection("counting", (), frozenset({"subject"}), note)
    assert Worker(city, [counting], SimulatedClock(NOON_MS)).step().size == 451
    assert seen == list(range(1, 451))


def test_a_trouble_is_told_once_and_work_goes_on_when_it_is_over(
    city: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []
    stop = threading.Event()

    def fail_twice(connection: Connection, entries: Sequence[Entry]) -> None:
        rounds.append(len(entries))
        if len(rounds) <= 2:
            raise FindingError(Finding("database.too_old", params={"found": 1}))
        stop.set()

    failing = Projection("failing", (), frozenset({"genesis", "arrival"}), fail_twice)
    receive(city, 1)
    with caplog.at_level(logging.INFO, "tansuo.worker"):
        run(Worker(city, [failing], SimulatedClock(NOON_MS)), stop, interval=0.01)
    assert [record.message.split(":")[0] for record in caplog.records] == ["standing still", "working again"]
    with transaction(city, SYSTEM) as connection:
        assert applied(connection, [failing]) == {"failing": 2}


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-02 01:59:59", "Asia/Shanghai", "2026-03-01"),
        ("2026-03-02 02:00:00", "Asia/Shanghai", "2026-03-02"),
        ("2026-03-02 23:59:59", "Asia/Shanghai", "2026-03-02"),
        ("2026-03-08 02:00:00", "America/Boise", "2026-03-08"),
        ("2026-03-29 03:00:00", "Europe/Berlin", "2026-03-29"),
    ],
)
def test_a_day_rests_two_hours_before_it_is_closed(moment: str, zone: str, day: str) -> None:
    civil = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    assert first_open_day(int(civil.timestamp()) * 1000, ZoneInfo(zone)).isoformat() == day


def test_two_workers_do_the_work_once(city: Database, worker: Worker, tmp_path: Path) -> None:
    other = Worker(city, projections(), SimulatedClock(NOON_MS), tmp_path)
    receive(city, 50)
    threads = [threading.Thread(target=one.step) for one in (worker, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(city, SYSTEM) as connection:
        entries = list(ledger.read(connection, 0, ledger.size(connection), {"arrival"}))
        assert sum(int(str(entry.body["count"])) for entry in entries) == 50
