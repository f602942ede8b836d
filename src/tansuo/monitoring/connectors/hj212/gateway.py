"""The receiver of HJ 212 over TCP: bytes become records, records become durable, then the device is told.

The hot path looks at a frame just closely enough to answer it (length, check value, QN, MN, Flag); what it
says is read later, from the stored bytes. What is no frame, or one with a wrong check value, is stored as it
came, as evidence, and never answered.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import uvloop

from tansuo.evidence.clock import Clock, SystemClock
from tansuo.monitoring.connectors.hj212.answer import answer, glance
from tansuo.monitoring.connectors.hj212.frame import LENGTH_LIMIT
from tansuo.monitoring.connectors.hj212.stream import WINDOW, Kind, Piece, Splitter
from tansuo.monitoring.group_commit import GroupCommit
from tansuo.monitoring.record import Grade, pack_one

log = logging.getLogger("tansuo.monitoring")

CHANNEL = "hj212"
Answer = tuple["Connection", bytes]
_LONGEST_DEVICE = 64
_DEVICES_TRACKED = 1_000  # a collector may speak for many devices; beyond these the cap per device is off


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sender may use. Seconds, bytes, counts; None means no limit.

    A device beyond ``per_device`` connections replaces its oldest one: after a broken line the new one is the
    living one. ``segment`` and ``window``: see ``stream.Splitter``; a sender of ``window`` bytes without one
    good frame among them is cut off.
    """

    first_frame: float = 10.0
    idle: float = 300.0
    write: float = 5.0
    connections: int = 20_000
    per_address: int | None = 10
    per_device: int | None = 2
    queue_records: int = 10_000
    queue_bytes: int = 16 * 1024 * 1024
    segment: int = LENGTH_LIMIT
    window: int = WINDOW


DEFAULT_LIMITS = Limits()


class Connection(asyncio.Protocol):
    """One sender."""

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._splitter = Splitter(gateway.limits.segment, gateway.limits.window)
        self._transport: asyncio.Transport | None = None
        self.address = ""
        self._peer = b""
        self.devices: dict[bytes, None] = {}
        self._device = b""
        self._rubbish = 0
        self.opened = time.monotonic()
        self.last_frame: float | None = None
        self.stalled: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the sender, or close at once where it has too many connections."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        name = self._transport.get_extra_info("peername") or ("unknown", 0)
        self.address = str(name[0])
        self._peer = f"{name[0]}:{name[1]}".encode()[:255]
        if not self._gateway.admit(self):
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Store the half frame that is left, and forget the sender."""
        self._store(self._splitter.close())
        self._gateway.forget(self)
        self._transport = None

    def finish(self) -> None:
        """Read no more; what is left of a half frame is stored."""
        self.pause()
        self._store(self._splitter.close())

    def data_received(self, data: bytes) -> None:
        """Queue what has become whole."""
        pieces = self._splitter.feed(data)
        if pieces:
            self._store(pieces)
            if self._rubbish > self._gateway.limits.window:
                self.close("no frame among so many bytes")
            self._gateway.relieve()

    def _store(self, pieces: list[Piece]) -> None:
        gateway = self._gateway
        put = gateway.commit.put
        now = gateway.clock.now_ms()
        peer, grade = self._peer, gateway.grade
        for kind, data in pieces:
            record = pack_one(now, gateway.next_sequence(), grade, peer, data)
            if kind is not Kind.FRAME:
                self._rubbish += len(data)
                put(record, None)
                continue
            seen = glance(data)
            put(record, (self, answer(seen)) if seen.wants_answer else None)
            self._rubbish = 0
            self.last_frame = time.monotonic()
            if seen.mn != self._device:
                self._device = seen.mn
                gateway.claim(self, seen.mn)

    def pause_writing(self) -> None:
        """The sender does not read its answers: read no more from it."""
        self.stalled = time.monotonic()
        self.pause()

    def resume_writing(self) -> None:
        """The sender reads again."""
        self.stalled = None
        if not self._gateway.full:
            self.resume()

    def pause(self) -> None:
        """Stop reading from the sender; its own queue then holds what it has to say."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again, unless the sender does not read our answers."""
        if self._transport is not None and not self._transport.is_closing() and self.stalled is None:
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send answers; a sender that has left will send its frames again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self, reason: str) -> None:
        """End the connection."""
        if self._transport is not None and not self._transport.is_closing():
            log.info("closing %s: %s", self._peer.decode("utf-8", "replace"), reason)
            if self.stalled is None:
                self._transport.close()
            else:
                self._transport.abort()

    def overdue(self, now: float, limits: Limits) -> str | None:
        """Why this connection should end now, if it should."""
        if self.stalled is not None and now - self.stalled > limits.write:
            return "does not read its answers"
        if self.last_frame is None:
            return "no frame yet" if now - self.opened > limits.first_frame else None
        return "idle" if now - self.last_frame > limits.idle else None


class Gateway:
    """The server: all connections, the queue to the database, the answers after each commit.

    ``conninfo`` reaches PostgreSQL as the application role (``database.connect.conninfo``). ``grade`` says
    how surely senders on this port are who they say, and is stored with every record.
    """

    def __init__(
        self,
        conninfo: str,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits = DEFAULT_LIMITS,
        clock: Clock | None = None,
        grade: Grade = Grade.NONE,
    ) -> None:
        self.host, self.port = host, port
        self.limits = limits
        self.clock: Clock = clock or SystemClock()
        self.grade = int(grade)
        self.commit: GroupCommit[Answer] = GroupCommit(conninfo, CHANNEL, self._committed, self.clock)
        self.full = False
        self._sequence = 0
        self._connections: dict[Connection, None] = {}
        self._addresses: dict[str, int] = {}
        self._devices: dict[bytes, list[Connection]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; ``port`` is the real one afterwards. The database need not be there yet."""
        self._loop = asyncio.get_running_loop()
        self.commit.start()
        self._server = await self._loop.create_server(
            lambda: Connection(self), self.host, self.port, backlog=4096
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._sweeper = self._loop.create_task(self._sweep())

    async def stop(self, seconds: float = 30.0) -> bool:
        """Read no more, commit and answer what was read, close; False if not all could be committed."""
        assert self._server is not None
        assert self._sweeper is not None
        self._server.close()
        self._sweeper.cancel()
        self.full = True
        for connection in list(self._connections):
            connection.finish()
        loop = asyncio.get_running_loop()
        drained = await loop.run_in_executor(None, self.commit.stop, seconds)
        for connection in list(self._connections):  # the last answers were written before this line runs
            connection.close("the receiver stops")
        until = time.monotonic() + self.limits.write
        while self._connections and time.monotonic() < until:
            await asyncio.sleep(0.01)
        with contextlib.suppress(asyncio.CancelledError):
            await self._sweeper
        return drained

    def next_sequence(self) -> int:
        """The running number of records since start, modulo 2^32."""
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        return self._sequence

    def admit(self, connection: Connection) -> bool:
        """Whether one more connection, from this address, is within the limits."""
        here = self._addresses.get(connection.address, 0)
        limit = self.limits.per_address
        if len(self._connections) >= self.limits.connections or (limit is not None and here >= limit):
            log.info("too many connections, %s is refused", connection.address)
            return False
        self._connections[connection] = None
        self._addresses[connection.address] = here + 1
        if self.full:
            connection.pause()
        return True

    def forget(self, connection: Connection) -> None:
        """A connection has ended."""
        if connection not in self._connections:
            return
        del self._connections[connection]
        left = self._addresses[connection.address] - 1
        if left:
            self._addresses[connection.address] = left
        else:
            del self._addresses[connection.address]
        for device in connection.devices:
            held = self._devices[device]
            held.remove(connection)
            if not held:
                del self._devices[device]

    def claim(self, connection: Connection, device: bytes) -> None:
        """``connection`` carries frames of ``device``; its oldest other connection makes room if need be."""
        tracked = connection.devices
        if device in tracked or len(tracked) >= _DEVICES_TRACKED or len(device) > _LONGEST_DEVICE:
            return
        if connection not in self._connections:
            return
        held = self._devices.setdefault(device, [])
        limit = self.limits.per_device
        if limit is not None and len(held) >= limit:
            held[0].close("its device has connected again")
        connection.devices[device] = None
        held.append(connection)

    def relieve(self) -> None:
        """Stop reading from everybody while the queue is full: nothing received is ever dropped."""
        waiting, size = self.commit.waiting_records, self.commit.waiting_bytes
        if not self.full and (waiting >= self.limits.queue_records or size >= self.limits.queue_bytes):
            self.full = True
            for connection in self._connections:
                connection.pause()

    def _committed(self, answers: list[Answer]) -> None:
        """In the writing thread: the chunk is durable."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: its senders are gone too
                self._loop.call_soon_threadsafe(self._tell, answers)

    def _tell(self, answers: list[Answer]) -> None:
        by_connection: dict[Connection, list[bytes]] = {}
        for connection, data in answers:
            try:
                by_connection[connection].append(data)
            except KeyError:
                by_connection[connection] = [data]
        for connection, parts in by_connection.items():
            connection.write(b"".join(parts))
        if self.full and self._server is not None and self._server.is_serving():
            half = self.limits.queue_records // 2, self.limits.queue_bytes // 2
            if self.commit.waiting_records <= half[0] and self.commit.waiting_bytes <= half[1]:
                self.full = False
                for connection in self._connections:
                    connection.resume()

    async def _sweep(self) -> None:
        pause = min(1.0, self.limits.first_frame / 4, self.limits.idle / 4, self.limits.write / 4)
        while True:
            await asyncio.sleep(pause)
            now = time.monotonic()
            for connection in list(self._connections):
                reason = connection.overdue(now, self.limits)
                if reason is not None and not self.full:
                    connection.close(reason)


def run(gateway: Gateway, ready: Callable[[Gateway], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly; ``ready`` is called once the port is open."""
    # The writing thread needs the interpreter for microseconds at a time; five milliseconds of waiting for
    # it (the default) would be most of an acknowledgement.
    sys.setswitchinterval(0.0005)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told.set)
        await gateway.start()
        ready(gateway)
        await told.wait()
        await gateway.stop()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
