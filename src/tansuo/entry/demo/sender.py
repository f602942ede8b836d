"""The devices' side of the load: a process of its own that makes the frames of the history, packed as records.

The loader reads the days from a pipe as they are made, so that both cores work. What goes through the pipe of a day
is `_HEAD` (days since 1, frames, bytes of each part), the packed records, and what the parser reads out of them
(`monitoring.ahead`).
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from queue import SimpleQueue
from typing import BinaryIO, NamedTuple, cast
from zoneinfo import ZoneInfo

from tansuo.entry.demo.declare import ZONE
from tansuo.entry.demo.history import Day, Extent, calendar
from tansuo.entry.demo.model import firms
from tansuo.monitoring.ahead import read_ahead
from tansuo.monitoring.record import Grade, Received, pack

PEER = "demo-history"
ON_THE_WAY_MS = 800
_HEAD = struct.Struct(">I?III")
NIGHT = timedelta(minutes=5)
"""How long after midnight the last frame about a day has come in."""


class Packed(NamedTuple):
    """The frames of one civil day as the records a receiver writes; ``read``: see ``ahead.read_ahead``.

    ``night``: those that came just after its beginning, about the day before; the others follow.
    """

    day: date
    night: bool
    frames: int
    payload: bytes
    read: bytes


@contextmanager
def sending(now: datetime, extent: Extent) -> Iterator[Iterator[Packed]]:
    """The packed days of `calendar`, made by a child process that begins at once; RuntimeError where it fails."""
    asked = {
        "now": now.isoformat(),
        "since": extent.since.isoformat(),
        "hours_since": extent.hours_since.isoformat(),
        "firms": [firm.id for firm in extent.firms],
    }
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(asked)], stdout=subprocess.PIPE, start_new_session=True
    )
    pipe = cast("BinaryIO", child.stdout)
    made: SimpleQueue[Packed | None] = SimpleQueue()
    # A pipe holds less than a day of hourly frames: a reader lets the child work on while we are busy.
    reader = threading.Thread(target=_read, args=(pipe, made), name="demo-sender", daemon=True)
    reader.start()
    try:
        yield _taken(child, made)
    finally:
        child.kill()
        child.wait()
        reader.join()
        pipe.close()


def _taken(child: subprocess.Popen[bytes], made: SimpleQueue[Packed | None]) -> Iterator[Packed]:
    while (day := made.get()) is not None:
        yield day
    if child.wait():
        raise RuntimeError("the demo's devices failed; see above")


def _read(pipe: BinaryIO, made: SimpleQueue[Packed | None]) -> None:
    """Take day after day from the pipe as they come, some 40 MB in all; None at the end."""
    try:
        while len(head := pipe.read(_HEAD.size)) == _HEAD.size:
            number, night, frames, *sizes = _HEAD.unpack(head)
            payload, read = (pipe.read(size) for size in sizes)
            if [len(payload), len(read)] == sizes:
                made.put(Packed(date.fromordinal(number), night, frames, payload, read))
    finally:
        made.put(None)


def parts(day: Day, extent: Extent) -> Iterator[tuple[bool, Day]]:
    """What comes in on a day as it is closed: of hourly frames (True, the last of the day before), then the rest."""
    until = (datetime.combine(day.day, time()) + NIGHT).time()
    hourly = day.day >= extent.hours_since
    early = sum(sent.time() < until for sent, _ in day.frames) if hourly else 0  # in the order of sending
    if early:
        yield True, Day(day.day, day.frames[:early])
    yield False, Day(day.day, day.frames[early:])


def pack_day(day: Day, sequence: int) -> bytes:
    """The day's frames as records, each with the time of its own arrival, numbered from ``sequence`` on."""
    zone = ZoneInfo(ZONE)
    return pack(
        Received(_instant(sent, zone) + ON_THE_WAY_MS, sequence + n, PEER, Grade.NONE, frame)
        for n, (sent, frame) in enumerate(day.frames)
    )


def _instant(civil: datetime, zone: ZoneInfo) -> int:
    return int(civil.replace(tzinfo=zone).timestamp()) * 1000


def _main() -> None:
    asked = json.loads(sys.argv[1])
    extent = Extent(
        date.fromisoformat(asked["since"]),
        date.fromisoformat(asked["hours_since"]),
        tuple(firm for firm in firms() if firm.id in asked["firms"]),
    )
    sequence = 1
    for whole in calendar(datetime.fromisoformat(asked["now"]), extent):
        for night, day in parts(whole, extent):
            payload = pack_day(day, sequence)
            sequence += len(day.frames)
            read = read_ahead(payload)
            head = _HEAD.pack(day.day.toordinal(), night, len(day.frames), len(payload), len(read))
            sys.stdout.buffer.write(head + payload + read)


if __name__ == "__main__":
    _main()
