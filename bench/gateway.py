"""HJ 212 frames acknowledged a second over TCP, each durable in PostgreSQL before its answer leaves.

Against a bare echo of the same frames: a server that finds each frame by its length and sends a fixed
answer, no check, no parsing, no store. The client keeps a few frames in flight on each of many connections,
in a process of its own. Bar: acknowledged ≥ 0.3 × echoed, in the same run, runs interleaved.
"""

import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import NamedTuple, cast

import psycopg
import uvloop
from frames import generate
from harness import Bar, Figure, folder, interleaved, own_database, ratios

from tansuo.database.connect import conninfo
from tansuo.monitoring.connectors.hj212.gateway import Gateway, Limits, run

BAR = Bar("at least", 0.3)
CONNECTIONS = 200
IN_FLIGHT = 4
ANSWER = b"##0079QN=;ST=91;CN=9014;PW=123456;MN=;Flag=4;CP=&&&&0000\r\n"
NO_CAPS = Limits(per_address=None, per_device=None)


class Run(NamedTuple):
    """One timed run of a client against one server."""

    rate: float
    median_ms: float
    p99_ms: float
    answers: int
    cpu_us: float = 0.0


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


def drive(port: int, frames: Sequence[bytes], duration: float) -> Run:
    """Send for ``duration`` seconds and measure."""
    taken: list[float] = []

    async def go() -> float:
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for number in range(CONNECTIONS):
            client = partial(Client, frames, 37 * number, start + duration, taken)
            await loop.create_connection(client, "127.0.0.1", port)
        await asyncio.sleep(duration - (time.perf_counter() - start))
        answered = len(taken) / (time.perf_counter() - start)
        await asyncio.sleep(0.3)
        return answered

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(go())
    taken.sort()
    return Run(rate, 1e3 * taken[len(taken) // 2], 1e3 * taken[int(len(taken) * 0.99)], len(taken))


def spent(pid: int | None) -> float:
    """CPU seconds of a process so far, in steps of the kernel's clock tick (10 ms)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def one(target: str, database: str, frames: Sequence[bytes], duration: float) -> Run:
    """Start a server process, drive it, stop it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    if target == "echo":
        process = context.Process(target=serve_echo, args=(theirs,))
    else:
        process = context.Process(target=serve_gateway, args=(theirs, database))
    process.start()
    try:
        port = ours.recv()
        before = spent(process.pid)
        made = drive(port, frames, duration)
        return made._replace(cpu_us=1e6 * (spent(process.pid) - before) / made.answers)
    finally:
        process.terminate()
        process.join()


def stored(database: str) -> int:
    """Frames found in the database afterwards."""
    with psycopg.connect(database) as connection:
        connection.execute("SELECT set_config('tansuo.scope', 'all', false)")
        row = connection.execute("SELECT sum(records) FROM tansuo.raw_chunk").fetchone()
    return int(row[0]) if row else 0


def measure(quick: bool) -> Iterator[Figure]:
    """Acknowledged against echoed, and that nothing acknowledged is lost."""
    frames = generate(5_000 if quick else 20_000)
    runs: dict[str, list[Run]] = {"echo": [], "gateway": []}
    with folder() as home, own_database(home) as database:
        address = conninfo(database.url_app)

        def way(target: str) -> float:
            runs[target].append(one(target, address, frames, 1.5 if quick else 4.0))
            return runs[target][-1].rate

        rates = interleaved({target: partial(way, target) for target in runs}, 3 if quick else 7)
        kept = stored(address)
    told = sum(each.answers for each in runs["gateway"])
    notes = [f"{told:,} frames acknowledged, {kept:,} in PostgreSQL"]
    for target, done in runs.items():
        rate, half, tail, _, cpu = (statistics.median(column) for column in zip(*done, strict=True))
        notes.append(
            f"{target}: {rate:,.0f} frames/s, answer p50 {half:.1f} ms, p99 {tail:.1f} ms, "
            f"server process {cpu:.1f} µs CPU a frame"
        )
    yield Figure(
        "gateway",
        "frames acknowledged after commit, of echoed",
        ratios(rates["gateway"], rates["echo"]),
        BAR,
        notes=tuple(notes),
        faults=(f"{told - kept:,} frames acknowledged and not stored",) if kept < told else (),
    )
