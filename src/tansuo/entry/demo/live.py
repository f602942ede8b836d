"""Living devices: while the demo runs, each firm sends a live value every half minute and its hour every hour,
and stands still when somebody asks it to.

A device remembers in a file until which hour its frames were acknowledged, so that after a pause it first
delivers what it owes, as a real one does from its spool.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tansuo.entry.demo.declare import LIVE_STEP, ZONE
from tansuo.entry.demo.frames import hourly, live, live_value
from tansuo.entry.demo.history import missed
from tansuo.entry.demo.model import SEED, Firm, firms
from tansuo.entry.demo.numbers import use_of
from tansuo.entry.demo.trips import Trips
from tansuo.monitoring.connectors.hj212.device import Device

LISTEN_EVERY = 1.0


def civil_now() -> datetime:
    """Now in the city's zone, without the zone: devices speak civil time."""
    return datetime.now(ZoneInfo(ZONE)).replace(tzinfo=None)


def step_left(now: datetime) -> float:
    """Seconds until the next step of the live readings: a second word about one step would contradict the first."""
    return LIVE_STEP - (now.second + now.microsecond / 1_000_000) % LIVE_STEP


def last_whole_hour(now: datetime) -> datetime:
    """The start of the present hour: hours before it are over."""
    return now.replace(minute=0, second=0, microsecond=0)


class Memory:
    """Until when each device's hours are acknowledged, and the day of the load; a small file, written whole.

    The scenes of the history are counted from the day of the load: a demo that is resumed weeks later still
    tells of the same days.
    """

    def __init__(self, path: Path, loaded: date | None = None) -> None:
        self.path = path
        self.loaded = loaded
        self.until: dict[str, datetime] = {}
        if path.is_file():
            stored = json.loads(path.read_text("utf-8"))
            self.until = {name: datetime.fromisoformat(text) for name, text in stored["until"].items()}
            if stored["loaded"]:
                self.loaded = date.fromisoformat(stored["loaded"])

    def remember(self, device: str, until: datetime) -> None:
        """Keep that everything of `device` before `until` was acknowledged."""
        self.until[device] = until
        state = {
            "loaded": self.loaded.isoformat() if self.loaded else "",
            "until": {name: at.isoformat() for name, at in sorted(self.until.items())},
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(self.path)


class Devices:
    """All devices of the demo in one thread of their own."""

    def __init__(
        self,
        host: str,
        port: int,
        memory: Memory,
        members: Sequence[Firm] | None = None,
        pace: float = float(LIVE_STEP),
    ) -> None:
        self.host, self.port, self.memory, self.pace = host, port, memory, pace
        self.trips = Trips(memory.path.with_name("trips.json"))
        self.firms = firms() if members is None else members
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="demo-devices", daemon=True)

    def start(self) -> None:
        """Connect and send, until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is not acknowledged is sent at the next start."""
        if self._loop is not None and self._main is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(5)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._all())

    async def _all(self) -> None:
        self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        self._asked = {firm.id: asyncio.Event() for firm in self.firms}
        await asyncio.gather(
            self._listen(), *(self._one(firm, number) for number, firm in enumerate(self.firms))
        )

    async def _listen(self) -> None:
        """Wake those who are asked to stand still."""
        while True:
            await asyncio.sleep(LISTEN_EVERY)
            if self.trips.look():
                for firm in self.trips.spans:
                    if firm in self._asked:
                        self._asked[firm].set()

    async def _one(self, firm: Firm, number: int) -> None:
        device = Device(self.host, self.port)
        chance = random.Random(f"{SEED}/live/{firm.id}")  # noqa: S311 - a demo's dice
        await asyncio.sleep(
            self.pace * number / len(self.firms)
        )  # a receiver cuts off who connects and is silent
        running = asyncio.create_task(device.run())
        try:
            while True:
                now = civil_now()
                await self._hours(firm, device, now)
                self._live(firm, device, now, chance)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._asked[firm.id].wait(), self.pace)
                    await asyncio.sleep(step_left(civil_now()))
                self._asked[firm.id].clear()
        finally:
            running.cancel()

    async def _hours(self, firm: Firm, device: Device, now: datetime) -> None:
        whole = last_whole_hour(now)
        since = self.memory.until.get(firm.device, whole - timedelta(hours=1))
        if since >= whole:
            return
        for said in missed(firm, since, whole, self.memory.loaded):
            device.send(hourly(self.trips.applied(said)))
            while len(device.spool) > 500:
                await asyncio.sleep(0.02)
        await device.delivered()
        self.memory.remember(firm.device, whole)

    def _live(self, firm: Firm, device: Device, now: datetime, chance: random.Random) -> None:
        said = use_of(firm, last_whole_hour(now), self.memory.loaded or now.date())
        if said is None or len(device.spool) > 20:
            return
        instant = now.replace(second=now.second - now.second % LIVE_STEP, microsecond=0)
        stands = self.trips.stands(firm.id, now)
        values = {
            source.id: live_value(
                0 if stands else said.values[source.id], source.decimals, chance.randint(-15, 15)
            )
            for source in firm.sources
        }
        flags = dict.fromkeys(said.flags, "F") if stands else said.flags
        device.send(live(firm, instant, values, flags))
