"""Data loggers that behave as real ones do: they keep what was not acknowledged, and they are a nuisance.

Each sends minute after minute, and by lot: a frame twice, an old one once more, one far too late, some in another
order, one in pieces, half of one and then the line falls, half of one with a whole one behind it, and some of which
only ever a half is sent. A frame leaves the spool when its 9014 has come and at no other time.
"""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from faults.frames import answered, frame, qn

OVERTIME = 1.5
"""Seconds until an unanswered frame is sent again."""
RETRY = 0.1
WINDOW = 64
ROOM = 600
"""Frames a logger keeps; while its spool is full it measures nothing new."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often what happens, of the frames sent (``late``, ``torn``: of the minutes measured)."""

    twice: float = 0.03
    again: float = 0.02
    pieces: float = 0.10
    cut: float = 0.01
    half: float = 0.01
    late: float = 0.03
    torn: float = 0.005


@dataclass
class DataLogger:
    """One device. Numbers are minutes; everything it knows of them is here."""

    device: int
    port: int
    pace: float
    chance: random.Random
    acknowledged_one: Callable[[float], None]
    habits: Habits = field(default_factory=Habits)
    going: bool = True
    spool: dict[int, float] = field(default_factory=dict)
    """Minutes not acknowledged, with the time (seconds since 1970) each was sent last on this line; 0: not yet."""
    acknowledged: dict[int, float] = field(default_factory=dict)
    whole: Counter[int] = field(default_factory=Counter)
    """How often a minute was sent whole (or was about to be, when the line fell)."""
    torn: set[int] = field(default_factory=set)
    """Minutes of which no whole frame is ever sent."""
    phantoms: list[int] = field(default_factory=list)
    """Minutes acknowledged of which no whole frame was sent."""
    did: Counter[str] = field(default_factory=Counter)
    _late: dict[int, int] = field(default_factory=dict)
    _halves: list[int] = field(default_factory=list)
    _named: dict[bytes, int] = field(default_factory=dict)
    _rest: bytes = b""
    _number: int = 0

    async def run(self) -> None:
        """Measure and send until told to stop and everything is acknowledged."""
        measuring = asyncio.create_task(self._measure())
        while not (measuring.done() and not self.spool):
            with suppress(OSError, EOFError, TimeoutError):
                reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 2)
                listening = asyncio.create_task(self._listen(reader))
                try:
                    await self._talk(writer, listening, measuring)
                finally:
                    listening.cancel()
                    writer.transport.abort()
                    with suppress(OSError, EOFError, asyncio.CancelledError):
                        await listening
            await asyncio.sleep(RETRY)
        await measuring

    async def _measure(self) -> None:
        while self.going:
            if len(self.spool) < ROOM:
                self._one_minute(self._number)
                self._number += 1
            await asyncio.sleep(self.pace * self.chance.uniform(0.5, 1.5))
        for number in self._late:
            self.spool[number] = 0.0
        self._late.clear()

    def _one_minute(self, number: int) -> None:
        self._named[qn(self.device, number)] = number
        lot = self.chance.random()
        if lot < self.habits.torn:
            self.torn.add(number)
            self._halves.append(number)
        elif lot < self.habits.torn + self.habits.late:
            self._late[number] = number + self.chance.randint(50, 400)
            self.did["late"] += 1
        else:
            self.spool[number] = 0.0
        for held in [held for held, due in self._late.items() if due <= number]:
            del self._late[held]
            self.spool[held] = 0.0

    async def _talk(
        self, writer: asyncio.StreamWriter, listening: "asyncio.Task[None]", measuring: "asyncio.Task[None]"
    ) -> None:
        for number in self.spool:
            self.spool[number] = 0.0  # a new line: nothing sent before is known to have arrived
        if self._rest:
            writer.write(self._rest)
            self._rest = b""
            self.did["rest of a half on a new line"] += 1
        while not listening.done() and not (measuring.done() and not self.spool):
            now = time.time()
            due = [number for number in list(self.spool)[:WINDOW] if now - self.spool[number] > OVERTIME]
            if len(due) > 1 and self.chance.random() < 0.3:
                self.chance.shuffle(due)
                self.did["another order"] += 1
            for number in due:
                if not await self._send(writer, number):
                    return
            if self.acknowledged and self.chance.random() < self.habits.again:
                old = self.chance.randrange(self._number)
                if old in self.acknowledged:
                    self._whole(writer, old)
                    self.did["an old one again"] += 1
            await writer.drain()
            await asyncio.sleep(0.02)

    def _whole(self, writer: asyncio.StreamWriter, number: int) -> None:
        self.whole[number] += 1
        writer.write(frame(self.device, number))

    async def _send(self, writer: asyncio.StreamWriter, number: int) -> bool:
        """Send one minute in one of the ways there are; False when the line was cut meanwhile."""
        if number not in self.spool:
            return True  # acknowledged while we were busy
        if writer.is_closing():
            return False
        habits, lot = self.habits, self.chance.random()
        if self._halves and lot < 0.5:
            self._half(writer, self._halves.pop())
            self.did["never whole"] += 1
        elif lot < habits.half:
            self._half(writer, number)
            self.did["half, and the next behind it"] += 1
        elif lot < habits.half + habits.cut:
            self._rest = self._half(writer, number) if self.chance.random() < 0.5 else b""
            await writer.drain()
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            self.did["half, and the line cut"] += 1
            return False
        data = frame(self.device, number)
        if self.chance.random() < habits.pieces:
            at = self.chance.randint(1, len(data) - 1)
            self.whole[number] += 1  # the receiver has it whole once its check value is there
            writer.write(data[:at])
            await writer.drain()
            await asyncio.sleep(0.002)
            writer.write(data[at:])
            self.did["in pieces"] += 1
        else:
            self._whole(writer, number)
        if self.chance.random() < habits.twice:
            self._whole(writer, number)
            self.did["twice"] += 1
        if number in self.spool:
            self.spool[number] = time.time()
        return True

    def _half(self, writer: asyncio.StreamWriter, number: int) -> bytes:
        data = frame(self.device, number)
        at = self.chance.randint(1, len(data) - 8)  # the check value is never whole
        writer.write(data[:at])
        return data[at:]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        held = b""
        while True:
            data = await reader.read(65536)
            if not data:
                raise EOFError
            *lines, held = (held + data).split(b"\r\n")
            for line in lines:
                named = answered(line)
                if named is not None:
                    self._take(self._named.get(named, -1))

    def _take(self, number: int) -> None:
        now = time.time()
        if not self.whole[number]:
            self.phantoms.append(number)
        elif number in self.spool:
            sent = self.spool.pop(number)
            self.acknowledged[number] = now
            self.acknowledged_one(sent)
        else:
            self.did["answered once more"] += 1


class Fleet:
    """The loggers, in a thread of their own; ``stop`` lets them deliver what they still hold."""

    def __init__(
        self, count: int, port: int, pace: float, seed: int, told: Callable[[float], None] = lambda _: None
    ) -> None:
        self.told = told
        self.last = 0.0
        self.devices = [
            DataLogger(number, port, pace, random.Random(f"{seed}/{number}"), self._told)
            for number in range(count)
        ]
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="loggers", daemon=True)

    def _told(self, sent: float) -> None:
        self.last = time.time()
        self.told(sent)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Measure no more and wait until all is acknowledged; False if that took longer than ``seconds``."""
        for device in self.devices:
            device.going = False
        self._thread.join(seconds)
        if self._failed:
            raise self._failed[0]
        return not self._thread.is_alive()

    @property
    def count(self) -> int:
        """Frames acknowledged so far."""
        return sum(len(device.acknowledged) for device in self.devices)

    def acknowledged(self) -> set[bytes]:
        """The bytes of every frame acknowledged so far, without their line ends."""
        return {
            frame(device.device, number).rstrip()
            for device in self.devices
            for number in list(device.acknowledged)
        }

    def did(self) -> Counter[str]:
        """What the loggers did besides what they should."""
        return sum((device.did for device in self.devices), Counter[str]())

    def _run(self) -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*(device.run() for device in self.devices))

        try:
            asyncio.run(all_of_them())
        except BaseException as problem:  # told by ``stop``: a thread has nobody else to tell
            self._failed.append(problem)
