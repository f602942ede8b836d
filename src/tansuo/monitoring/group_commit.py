"""Group commit: whatever arrived while one commit ran is the next chunk.

A receiver hands over records from its event loop; one thread with a connection of its own writes them as
chunks and reports each chunk once PostgreSQL has it on disk. While the database is away nothing is
reported: the chunk in hand is tried again until it is in, and the receiver sees the queue grow and stops
reading from its sockets.
"""

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import psycopg

from tansuo.evidence.clock import Clock, SystemClock
from tansuo.monitoring.promise import STORE, Acknowledgements, Row
from tansuo.monitoring.tables_intake import CLOSING

log = logging.getLogger("tansuo.monitoring")

Token = TypeVar("Token")

INSERT_CHUNK = (
    "INSERT INTO tansuo.raw_chunk (receiver, serial, channel, records, payload, org_id)"
    " VALUES (%s, %s, %s, %s, %b, 'city') ON CONFLICT (receiver, serial) DO NOTHING"
)
#: A chunk that is sent again after a lost connection is the same chunk: its receiver and serial say so, in the table
#: or, when it has been closed meanwhile, in the receiver's mark. Under the lock of whoever closes.
INSERT_AGAIN = (
    "INSERT INTO tansuo.raw_chunk (receiver, serial, channel, records, payload, org_id)"
    " SELECT %s, %s, %s, %s, %b, 'city' WHERE NOT EXISTS"
    " (SELECT FROM tansuo.closed_chunk WHERE receiver = %s AND serial >= %s)"
    " ON CONFLICT (receiver, serial) DO NOTHING"
)
_SESSION = (
    "SELECT set_config('tansuo.scope', 'all', false), set_config('tansuo.actor', 'gateway', false),"
    " set_config('tansuo.role', 'system', false), set_config('synchronous_commit', 'on', false)"
)
_CHUNK_RECORDS = 10_000
_CHUNK_BYTES = 16 * 1024 * 1024
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class GroupCommit(Generic[Token]):
    """The queue between a receiver and the table of raw chunks.

    ``put`` is for one thread only. ``committed(tokens)`` is called in the writing thread after each durable
    commit, with the tokens of its records in the order they were put (None is left out).
    """

    def __init__(
        self,
        conninfo: str,
        channel: str,
        committed: Callable[[list[Token]], None],
        clock: Clock | None = None,
    ) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._committed = committed
        self._clock: Clock = clock or SystemClock()
        self._queue: deque[tuple[bytes, Token | None]] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._receiver = uuid.uuid4().hex
        self._acknowledged = Acknowledgements(self._receiver)
        self._put_records = self._put_bytes = 0
        self.records = self.bytes = self.chunks = self.failures = 0
        """Records and bytes committed, in how many chunks; attempts that failed."""

    @property
    def waiting_records(self) -> int:
        """Records put and not yet committed."""
        return self._put_records - self.records

    @property
    def waiting_bytes(self) -> int:
        """Bytes put and not yet committed."""
        return self._put_bytes - self.bytes

    def start(self) -> None:
        """Start writing; the database need not be there yet."""
        self._thread.start()

    def put(self, record: bytes, token: Token | None) -> None:
        """Queue one packed record; ``token`` comes back when it is durable."""
        self._queue.append((record, token))
        self._put_records += 1
        self._put_bytes += len(record)
        if not self._wake.is_set():
            self._wake.set()

    def stop(self, seconds: float) -> bool:
        """Commit what waits, then end; False if ``seconds`` were not enough (what waits is then given up,
        and nobody was told that it is safe)."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(seconds)
        return not self._thread.is_alive() and not self._queue

    def _run(self) -> None:
        connection: psycopg.Connection[tuple[object, ...]] | None = None
        serial = 0
        while not (self._stopping.is_set() and not self._queue):
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                records, tokens = self._take()
                payload = b"".join(records)
                serial += 1
                parameters = (self._receiver, serial, self._channel, len(records), payload)
                connection = self._write(connection, parameters)
                if connection is None:
                    return
                self.records += len(records)
                self.bytes += len(payload)
                self.chunks += 1
                self._committed(tokens)
                rows = self._acknowledged.add(records, self._clock.now_ms())
                connection = _measure(connection, rows)
        connection = _measure(connection, self._acknowledged.rows())
        if connection is not None:
            connection.close()

    def _take(self) -> tuple[list[bytes], list[Token]]:
        """Everything that waits now, up to the limits of one chunk; at least one record."""
        records: list[bytes] = []
        tokens: list[Token] = []
        size = 0
        queue = self._queue
        for _ in range(min(len(queue), _CHUNK_RECORDS)):
            record, token = queue.popleft()
            records.append(record)
            if token is not None:
                tokens.append(token)
            size += len(record)
            if size >= _CHUNK_BYTES:
                break
        return records, tokens

    def _write(
        self,
        connection: psycopg.Connection[tuple[object, ...]] | None,
        parameters: tuple[str, int, str, int, bytes],
    ) -> psycopg.Connection[tuple[object, ...]] | None:
        """Insert one chunk, however long it takes; the connection in use then, None if told to stop."""
        pause = _FIRST_PAUSE
        again = False
        while True:
            try:
                if connection is None:
                    connection = _connect(self._conninfo)
                if again:
                    _insert_again(connection, parameters)
                else:
                    connection.execute(INSERT_CHUNK, parameters, prepare=True)
            except psycopg.Error as problem:
                again = True
                self.failures += 1
                if pause == _FIRST_PAUSE:
                    log.warning("chunk not stored, trying again: %s", str(problem).strip())
                if connection is not None:
                    connection.close()
                    connection = None
                if self._stopping.wait(pause):
                    return None
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return connection


def _insert_again(
    connection: psycopg.Connection[tuple[object, ...]], parameters: tuple[str, int, str, int, bytes]
) -> None:
    """Insert a chunk that may be there, or may have been there and be closed: its answer was lost on the way."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (CLOSING,))
        connection.execute(INSERT_AGAIN, (*parameters, *parameters[:2]))


def _measure(
    connection: psycopg.Connection[tuple[object, ...]] | None, rows: list[Row]
) -> psycopg.Connection[tuple[object, ...]] | None:
    """Store measured delays; they are no evidence, and what goes wrong with them only costs the connection."""
    if connection is None:
        return None
    try:
        for row in rows:
            connection.execute(STORE, row, prepare=True)
    except psycopg.Error as problem:
        log.warning("delays not stored: %s", str(problem).strip())
        connection.close()
        return None
    return connection


def _connect(conninfo: str) -> psycopg.Connection[tuple[object, ...]]:
    connection = psycopg.connect(conninfo, autocommit=True, connect_timeout=10, application_name="gateway")
    connection.execute(_SESSION)
    return connection
