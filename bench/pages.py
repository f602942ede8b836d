"""The document pages of the demo city: time over a bare answer of the same bytes, and compressed size.

The city is loaded as ``./run demo`` loads it, every figure from raw frames, into a PostgreSQL of its own; the
pages are asked for by a signed-in city manager over one kept connection, from the product's own web server in
a process of its own. The other side is the same web server answering the same bytes from memory, so that the
ratio says what making the page costs. Bar: ≤ 60 kB (60,000 bytes, gzip level 6) in either language; the time
has no bar of its own and is told.

``TANSUO_BENCH_HOME`` names a folder to keep the loaded city in, and to use it again from.
"""

import gzip
import http.client
import multiprocessing
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import cast

from fastapi import FastAPI
from harness import Bar, Figure, folder, home_of, interleaved, own_database, ratios, say
from starlette.types import ASGIApp, Receive, Scope, Send

from tansuo.accounting.methods_store import listings
from tansuo.accounting.receipt import published
from tansuo.api.app import create_app
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry import compose, web_server
from tansuo.entry.demo import command, links
from tansuo.entry.worker import Worker
from tansuo.quantity.finding import Finding, FindingError

SIZE = Bar("at most", 60.0)
HOST = "127.0.0.1"
FIRM = "demo.power-a"
SPENT = "/bench/cpu"
"""Path at which a server of the bench says its CPU seconds so far."""


def serve(ready: Pipe, app: ASGIApp) -> None:
    """Our web server with ``app`` behind it, until it is told to stop."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == SPENT:
            await answer(send, str(time.process_time()).encode(), {})
        else:
            await app(scope, receive, send)

    listening = socket.create_server((HOST, 0))
    web_server.run(cast(FastAPI, told), listening, lambda: ready.send(listening.getsockname()[1]))


def serve_pages(ready: Pipe, owner: str, role: str) -> None:
    """A process: the application over a database."""
    serve(ready, create_app(Database(owner, role)))


def serve_bare(ready: Pipe, pages: Mapping[str, bytes]) -> None:
    """A process: the same bytes from memory."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, pages[scope["path"]], {"content-type": "text/html; charset=utf-8"})

    serve(ready, app)


async def answer(send: Send, body: bytes, headers: Mapping[str, str]) -> None:
    """A whole answer in two ASGI messages."""
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    named.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": named})
    await send({"type": "http.response.body", "body": body})


class Reader:
    """One reader on one kept connection, signed in or not."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.headers = {"Origin": f"http://{HOST}:{port}"}

    def sign_in(self, path: str) -> None:
        """Use a one-time link up. ConnectionError when no session comes of it."""
        self.connection.request("POST", path, headers=self.headers)
        got = self.connection.getresponse()
        got.read()
        cookie = got.getheader("set-cookie")
        if not cookie:
            raise ConnectionError(f"the sign-in link was answered with {got.status}")
        self.headers["Cookie"] = cookie.partition(";")[0]

    def get(self, path: str) -> bytes:
        """The body of a page. ConnectionError for any answer but 200."""
        self.connection.request("GET", path, headers=self.headers)
        got = self.connection.getresponse()
        body = got.read()
        if got.status != 200:
            raise ConnectionError(f"{path} was answered with {got.status}")
        return body

    def seconds(self, path: str) -> float:
        """From asking to the last byte."""
        begun = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begun

    def spent(self) -> float:
        """CPU seconds of the server process so far."""
        return float(self.get(SPENT))


@contextmanager
def process(target: Callable[..., None], *given: object) -> Iterator[Reader]:
    """A server process and a reader of it; both end with the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    made = context.Process(target=target, args=(theirs, *given))
    made.start()
    try:
        while not ours.poll(0.2):
            if not made.is_alive():
                raise ConnectionError("the server of the bench did not start")
        reader = Reader(ours.recv())
        try:
            yield reader
        finally:
            reader.connection.close()
    finally:
        made.terminate()
        made.join()


def close_days(database: Database) -> None:
    """Close the history's days as the running platform's worker does in its first minutes."""
    say("closing the days of the history")
    worker = Worker(database, compose.projections(), compose.system_clock())
    while worker.step().days:
        pass


@contextmanager
def city() -> Iterator[Database]:
    """The database of the loaded demo city, in a home of its own."""
    kept = os.environ.get("TANSUO_BENCH_HOME")
    with folder() as made:
        home = Path(kept).absolute() if kept else made
        with home_of(home), own_database(home) as database:
            if command.loaded():
                say(f"the demo city in {home}")
            else:
                say("loading the demo city")
                command.wipe(database)
                command.load(database)
                close_days(database)
            yield database


def paths(database: Database) -> dict[str, str]:
    """Name and path of each page that is measured, without the language."""
    with transaction(database, SYSTEM) as connection:
        receipts = published(connection, subject=FIRM)
        methods = listings(connection)
    if not receipts or not methods:
        raise FindingError(Finding("entry.no_ledger"))
    return {
        "overview": "/",
        "enterprise": f"/enterprises/{FIRM}",
        "receipt": f"/receipts/{receipts[-1].receipt}",
        "method": f"/methods/{methods[-1].fingerprint}",
        "ledger": "/ledger",
    }


def measure(quick: bool) -> Iterator[Figure]:
    """Two figures a page: time over the bare answer, and size."""
    with city() as database, process(serve_pages, database.url_owner, database.url_app) as reader:
        address = links.fresh(database, "")[0][1]
        reader.sign_in(address)
        asked = paths(database)
        bodies = {
            f"/{language}{path}": reader.get(f"/{language}{path}")
            for _ in range(2)
            for path in asked.values()
            for language in ("zh", "en")
        }
        with process(serve_bare, bodies) as bare:
            for name, path in asked.items():
                yield of_time(name, f"/zh{path}", reader, bare, 5 if quick else 15)
                yield of_size(name, {language: bodies[f"/{language}{path}"] for language in ("zh", "en")})


def of_time(name: str, path: str, reader: Reader, bare: Reader, repeats: int) -> Figure:
    """A page against its own bytes, in turn."""
    cpu: list[float] = []

    def page() -> float:
        before = reader.spent()
        took = reader.seconds(path)
        cpu.append(reader.spent() - before)
        return took

    def plain() -> float:
        return statistics.median(bare.seconds(path) for _ in range(5))

    plain()
    taken = interleaved({"page": page, "bare": plain}, repeats)
    ms = [1e3 * one for one in sorted(taken["page"])]
    return Figure(
        "pages",
        f"{name}, time of a bare answer of its bytes",
        ratios(taken["page"], taken["bare"]),
        notes=(
            f"page {statistics.median(ms):.0f} ms ({ms[0]:.0f} to {ms[-1]:.0f}), "
            f"{1e3 * statistics.median(cpu):.0f} ms of it CPU of the server process; "
            f"bare answer {1e3 * statistics.median(taken['bare']):.2f} ms",
        ),
    )


def of_size(name: str, bodies: Mapping[str, bytes]) -> Figure:
    """The larger of both languages, compressed."""
    compressed = {language: len(gzip.compress(body, 6)) for language, body in bodies.items()}
    sizes = [f"{language} {compressed[language]:,} B of {len(body):,}" for language, body in bodies.items()]
    return Figure(
        "pages",
        f"{name}, compressed size",
        (max(compressed.values()) / 1000,),
        SIZE,
        "kB",
        notes=(", ".join(sizes),),
    )
