"""A chunk whose commit was not heard of is sent again, and is received once whatever happened to it meanwhile."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import select

from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.evidence import ledger
from tansuo.evidence.clock import SystemClock
from tansuo.monitoring import group_commit, intake
from tansuo.monitoring.group_commit import GroupCommit
from tansuo.monitoring.record import Grade, Received, pack
from tansuo.monitoring.tables_intake import closed_chunk, raw_chunk

RECORDS = [pack([Received(1_767_225_600_000 + n, n, "10.0.0.1:9", Grade.NONE, b"##frame")]) for n in range(3)]


class Deaf:
    """A connection whose first chunk is committed, and whose answer never comes; ``meanwhile`` happens then."""

    def __init__(self, real: "psycopg.Connection[tuple[object, ...]]", meanwhile: Callable[[], None]) -> None:
        self._real = real
        self._meanwhile = meanwhile

    def execute(self, statement: str, *words: object, **more: object) -> None:
        self._real.execute(statement, *words, **more)  # type: ignore[arg-type]
        if statement == group_commit.INSERT_CHUNK:
            self._meanwhile()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    def close(self) -> None:
        self._real.close()


@pytest.fixture
def opened(database: Database) -> Database:
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
    return database


def close(database: Database) -> None:
    """What the worker does."""
    with transaction(database, SYSTEM) as connection:
        intake.close_chunks(connection, SystemClock())


def everything(database: Database) -> list[Received]:
    """Every record there is, closed or not."""
    with transaction(database, SYSTEM) as connection:
        arrivals = list(ledger.read(connection, 0, ledger.size(connection), {"arrival"}))
        found = [record for one in arrivals for record in intake.records(connection, one)]
        for payload in connection.scalars(select(raw_chunk.c.payload).order_by(raw_chunk.c.id)):
            found += intake.unpack(bytes(payload))
    return found


def commit_three(
    database: Database, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]
) -> list[int]:
    """Three records, one chunk each; the answer to the first commit is lost. What was reported durable."""
    real = group_commit._connect
    connections: list[object] = []

    def connect(address: str) -> object:
        made: object = real(address) if connections else Deaf(real(address), meanwhile)
        connections.append(made)
        return made

    monkeypatch.setattr(group_commit, "_connect", connect)
    told: list[int] = []
    news = threading.Event()

    def committed(tokens: list[int]) -> None:
        told.extend(tokens)
        news.set()

    commit: GroupCommit[int] = GroupCommit(conninfo(database.url_app), "hj212", committed)
    commit.start()
    for number, record in enumerate(RECORDS):
        news.clear()
        commit.put(record, number)
        assert news.wait(60)
    assert commit.stop(60)
    assert commit.failures == 1
    assert len(connections) == 2
    return told


def test_a_chunk_closed_before_its_receiver_heard_of_it_is_not_received_twice(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commit_three(opened, monkeypatch, lambda: close(opened)) == [0, 1, 2]
    close(opened)
    assert [record.sequence for record in everything(opened)] == [0, 1, 2]


def test_a_chunk_that_still_waits_is_not_received_twice(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commit_three(opened, monkeypatch, lambda: None) == [0, 1, 2]
    assert [record.sequence for record in everything(opened)] == [0, 1, 2]


def test_a_chunk_that_never_arrived_is_received(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def undo() -> None:
        with transaction(opened, SYSTEM) as connection:
            connection.execute(raw_chunk.delete())

    assert commit_three(opened, monkeypatch, undo) == [0, 1, 2]
    close(opened)
    assert [record.sequence for record in everything(opened)] == [0, 1, 2]


def test_a_receiver_has_one_mark_however_many_chunks_are_closed(
    opened: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_three(opened, monkeypatch, lambda: close(opened))
    close(opened)
    with transaction(opened, SYSTEM) as connection:
        assert [row.serial for row in connection.execute(select(closed_chunk))] == [3]
