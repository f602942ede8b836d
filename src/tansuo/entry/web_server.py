"""The web server: uvicorn with what it lacks, absolute deadlines for receiving a request.

uvicorn's only timer is set back by every byte, so that a slow sender may hold a connection for ever. Here a
request's head must be whole within ``HEAD_SECONDS`` of its first byte (or of the connection) and
``HEAD_BYTES``, and its body within ``BODY_SECONDS`` of its head, however it trickles.
"""

import asyncio
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
BODY_SECONDS = 60.0
HEAD_BYTES = 64 * 1024
CONNECTIONS = 2_000

_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n"
    b"cache-control: no-store\r\n\r\n"
)


class DeadlineProtocol(HttpToolsProtocol):
    """One connection; see the module for its limits."""

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    _timer: asyncio.TimerHandle | None = None
    _head = 0
    _in_body = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request's head is due from now on."""
        super().connection_made(transport)
        self._due(self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """A next request's head is due from its first byte on; heads have a size."""
        if self._timer is None:
            self._due(self.head_seconds)
        if not self._in_body:
            self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_BYTES and not self._in_body and not self.transport.is_closing():
            self._end()

    def on_headers_complete(self) -> None:
        """The body is due from now on."""
        self._head, self._in_body = 0, True
        self._due(self.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: the answer may take its time."""
        self._in_body = False
        self._clear()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        self._clear()
        super().connection_lost(exc)

    def _due(self, seconds: float) -> None:
        self._clear()
        self._timer = self.loop.call_later(seconds, self._end)

    def _clear(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._clear()
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(_TOO_SLOW)
            self.transport.close()


class _Server(uvicorn.Server):
    """Calls back once it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def run(app: FastAPI, listening: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Answer requests on ``listening`` until SIGTERM or SIGINT, then finish those under way (5 s at most)."""
    config = uvicorn.Config(
        app,
        http=DeadlineProtocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        limit_concurrency=CONNECTIONS,
        backlog=2048,
    )
    # uvicorn raises the signal once more after its own clean end; for us the clean end is the end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    _Server(config, ready).run([listening])
