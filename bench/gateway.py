"""HJ 212 frames acknowledged a second over TCP, each durable in PostgreSQL before its answer leaves.

Against a bare echo of the same frames: a server that finds each frame by its length and sends a fixed
answer, no check, no parsing, no store. The client keeps a few frames in flight on each of many connections,
in a process of its own. Bar: acknowledged ≥ 0.3 × echoed, in the same run, runs interleaved.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import NamedTuple, cast

import psycopg
import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent))

from frames import generate

from tansuo.database.connect import Database, conninfo
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import migration_sets
from tansuo.monitoring.connectors.hj212.gateway import Gateway, Limits, run

BAR = 0.3
IN_FLIGHT = 4
ANSWER = b"##0079QN=;ST=91;CN=9014;PW=123456;MN=;Flag=4;CP=&&&&0000\r\n"
NO_CAPS = Limits(per_address=None, per_device=None)


class Run(NamedTuple):
    """One timed run of a client against one server."""

    rate: float
    median_ms: float
    p99_ms: float
    answers: int


class Echo(asyncio.Protocol):
    """The bare echo."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._held = b""

    def data_received(self, data: bytes) -> None:
        buffer = self._held + data if self._held else data
        position, size = 0, len(buffer)
        while size - position >= 12:
            end = position + 12 + int(buffer[position + 2 : position + 6])
            if size < end:
                break
            self._transport.write(ANSWER)
            position = end
        self._held = buffer[position:]


def serve_echo(ready: Pipe) -> None:
    """A process: the echo server, until it is terminated."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=4096)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


def serve_gateway(ready: Pipe, database: str) -> None:
    """A process: our receiver, until it is told to stop."""
    run(Gateway(database, limits=NO_CAPS), lambda gateway: ready.send(gateway.port))


class Client(asyncio.Protocol):
    """One sender in a closed loop: each answer sends the next frame."""

    def __init__(self, frames: Sequence[bytes], first: int, until: float, taken: list[float]) -> None:
        self._frames, self._next, self._until, self._taken = frames, first, until, taken
        self._waiting: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._send(IN_FLIGHT)

    def _send(self, count: int) -> None:
        now = time.perf_counter()
        self._waiting.extend([now] * count)
        frames, first = self._frames, self._next
        self._transport.write(b"".join([frames[(first + step) % len(frames)] for step in range(count)]))
        self._next += count

    def data_received(self, data: bytes) -> None:
        count = data.count(b"\n")
        now = time.perf_counter()
        self._taken.extend([now - sent for sent in self._waiting[:count]])
        del self._waiting[:count]
        if now < self._until:
            self._send(count)


def drive(port: int, frames: Sequence[bytes], connections: int, duration: float) -> Run:
    """Send for ``duration`` seconds and measure."""
    taken: list[float] = []

    async def go() -> float:
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for number in range(connections):
            await loop.create_connection(
                lambda first=37 * number: Client(frames, first, start + duration, taken), "127.0.0.1", port
            )
        await asyncio.sleep(duration - (time.perf_counter() - start))
        answered = len(taken) / (time.perf_counter() - start)
        await asyncio.sleep(0.3)
        return answered

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(go())
    taken.sort()
    return Run(rate, 1e3 * taken[len(taken) // 2], 1e3 * taken[int(len(taken) * 0.99)], len(taken))


def one(target: str, database: str, frames: Sequence[bytes], options: argparse.Namespace) -> Run:
    """Start a server process, drive it, stop it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    if target == "echo":
        process = context.Process(target=serve_echo, args=(theirs,))
    else:
        process = context.Process(target=serve_gateway, args=(theirs, database))
    process.start()
    try:
        return drive(ours.recv(), frames, options.connections, options.seconds)
    finally:
        process.terminate()
        process.join()


def stored(database: str) -> int:
    """Frames found in the database afterwards."""
    with psycopg.connect(database) as connection:
        connection.execute("SELECT set_config('tansuo.scope', 'all', false)")
        row = connection.execute("SELECT sum(records) FROM tansuo.raw_chunk").fetchone()
    return int(row[0]) if row else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Interleaved repeats against a PostgreSQL of its own, fsync on; exit 1 below the bar."""
    parser = argparse.ArgumentParser(prog="bench gateway", description=__doc__)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(argv)
    frames = generate(20_000)
    runs: dict[str, list[Run]] = {"echo": [], "gateway": []}
    with tempfile.TemporaryDirectory(prefix="tansuo-bench-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder)) as server:
            database = Database(server.url(role=OWNER), server.url())
            upgrade(database, migration_sets())
            database.close()
            address = conninfo(server.url())
            for _ in range(options.repeats):
                for target, done in runs.items():
                    done.append(one(target, address, frames, options))
            kept = stored(address)
    for target, done in runs.items():
        rate, half, tail, _ = (statistics.median(column) for column in zip(*done, strict=True))
        print(f"{target:8s} {rate:10,.0f} frames/s   answer p50 {half:6.2f} ms  p99 {tail:6.2f} ms")
    rates = {target: statistics.median(each.rate for each in done) for target, done in runs.items()}
    ratio = rates["gateway"] / rates["echo"]
    told = sum(each.answers for each in runs["gateway"])
    print(f"gateway / echo = {ratio:.2f} (bar {BAR}); {told:,} frames answered, {kept:,} in PostgreSQL")
    return 0 if ratio >= BAR and kept >= told else 1


if __name__ == "__main__":
    raise SystemExit(main())
