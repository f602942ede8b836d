"""A simulated device: sends frames, waits for 9014, sends again with the same QN, keeps what is unanswered.

The other side of the receiver's promise: a frame leaves the spool only when it was acknowledged.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterable, Callable, Iterable

from tansuo.monitoring.connectors.hj212.answer import DATA_ANSWER, NOTICE_ANSWER, glance
from tansuo.monitoring.connectors.hj212.stream import Kind, Splitter

Key = tuple[bytes, bytes]
"""QN and PNO of a frame: what its answer carries."""

_READ = 65536


class Device:
    """One device and its spool.

    ``timeout``: seconds until an unanswered frame is sent again (HJ 212-2017 §6.5 calls it OverTime).
    ``window``: frames sent ahead of their answers. ``acknowledged`` is called with each frame answered.
    """

    def __init__(
        self,
        host: str,
        port: Callable[[], int] | int,
        *,
        timeout: float = 5.0,
        window: int = 16,
        retry: float = 0.2,
        acknowledged: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._host = host
        self._port = port if callable(port) else lambda: port
        self._timeout = timeout
        self._window = window
        self._retry = retry
        self._acknowledged = acknowledged
        self._news = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._sent: dict[Key, float] = {}
        self.spool: dict[Key, bytes] = {}
        """Frames not yet acknowledged, in the order given."""
        self.resent = 0
        """Frames sent more than once."""

    def send(self, frame: bytes) -> None:
        """Put a frame into the spool. ValueError for one that asks for no answer: it could never leave."""
        seen = glance(frame)
        if not seen.wants_answer:
            raise ValueError("a frame for the spool asks for an answer (Flag bit 0) and has a QN")
        self.spool[seen.qn, seen.pno] = frame
        self._emptied.clear()
        self._news.set()

    async def run(self) -> None:
        """Stay connected and deliver, until cancelled; the spool survives."""
        while True:
            with contextlib.suppress(OSError, EOFError):
                reader, writer = await asyncio.open_connection(self._host, self._port())
                try:
                    await self._converse(reader, writer)
                finally:
                    writer.transport.abort()
            await asyncio.sleep(self._retry)

    async def delivered(self) -> None:
        """Wait until every frame of the spool is acknowledged."""
        await self._emptied.wait()

    async def deliver(self, frames: Iterable[bytes] | AsyncIterable[bytes], ahead: int = 1000) -> None:
        """Run, feeding ``frames`` as the spool has room for ``ahead``; return when all are acknowledged."""
        running = asyncio.create_task(self.run())
        try:
            if isinstance(frames, AsyncIterable):
                async for frame in frames:
                    self.send(frame)
            else:
                for frame in frames:
                    self.send(frame)
                    while len(self.spool) >= ahead:
                        await asyncio.sleep(0.005)
            await self.delivered()
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sent.clear()  # a new connection: nothing sent before is known to have arrived
        listening = asyncio.create_task(self._listen(reader))
        try:
            while not (listening.done() or writer.is_closing()):
                self._news.clear()
                wait = self._send_due(writer)
                await writer.drain()
                news = asyncio.create_task(self._news.wait())
                await asyncio.wait({news, listening}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
            await listening
        finally:
            listening.cancel()

    def _send_due(self, writer: asyncio.StreamWriter) -> float:
        """Write what is due within the window; seconds until the next frame falls due again."""
        now = time.monotonic()
        wait = self._timeout
        for count, (key, frame) in enumerate(self.spool.items()):
            if count >= self._window:
                break
            sent = self._sent.get(key)
            if sent is None or now - sent >= self._timeout:
                self.resent += sent is not None
                self._sent[key] = now
                writer.write(frame)
            else:
                wait = min(wait, self._timeout - (now - sent))
        return wait

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        splitter = Splitter()
        while True:
            data = await reader.read(_READ)
            if not data:
                raise EOFError("the receiver has closed the connection")
            for kind, piece in splitter.feed(data):
                if kind is Kind.FRAME:
                    self._take(piece)

    def _take(self, piece: bytes) -> None:
        seen = glance(piece)
        if seen.cn not in (DATA_ANSWER, NOTICE_ANSWER):
            return
        key = (seen.qn, seen.pno)
        frame = self.spool.pop(key, None)
        self._sent.pop(key, None)
        if frame is not None:
            self._acknowledged(frame)
            self._news.set()
        if not self.spool:
            self._emptied.set()
