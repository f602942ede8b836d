"""Sign-ins that failed, counted by address, so that nobody tries links one after another.

The count lives in the process and is lost with it: it slows somebody down, it proves nothing.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from threading import Lock

from fastapi import Request

from tansuo.api.problems import Problem
from tansuo.api.site import site_of
from tansuo.evidence.clock import Clock
from tansuo.quantity.finding import Finding

FAILURES = 10
"""So many failures of one address are borne within the window; one more closes it for the rest of the window."""

WINDOW_MS = 15 * 60 * 1000
ADDRESSES = 10_000
"""So many addresses are remembered; then the one whose last failure is the oldest is forgotten."""


class Attempts:
    """Failed sign-ins by address within the last 15 minutes of `clock`. Safe to use from several threads."""

    def __init__(self, clock: Clock, addresses: int = ADDRESSES) -> None:
        self._clock = clock
        self._addresses = addresses
        self._failed: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._failed)

    def admit(self, address: str) -> None:
        """Problem 429 with Retry-After while `address` has failed more than `FAILURES` times."""
        with self._lock:
            self._judge(address, self._clock.now_ms())

    def failed(self, address: str) -> None:
        """Count a failure of `address`; Problem 429 where it is one too many."""
        with self._lock:
            now = self._clock.now_ms()
            self._failed.setdefault(address, deque(maxlen=FAILURES + 1)).append(now)
            self._failed.move_to_end(address)
            while len(self._failed) > self._addresses:
                self._failed.popitem(last=False)
            self._judge(address, now)

    def _judge(self, address: str, now: int) -> None:
        times = self._failed.get(address)
        if times is None:
            return
        while times and times[0] <= now - WINDOW_MS:
            times.popleft()
        if not times:
            del self._failed[address]
        elif len(times) > FAILURES:
            seconds = -((now - WINDOW_MS - times[0]) // 1000)
            found = Finding("api.too_many_failures", params={"minutes": -(-seconds // 60)})
            raise Problem(429, [found], {"Retry-After": str(seconds)})


def attempts_of(request: Request) -> Attempts:
    """The counter of the application."""
    counter: Attempts = request.app.state.attempts
    return counter


def address_of(request: Request) -> str:
    """Where a request comes from: the peer, or behind a proxy the address which that proxy saw and added last."""
    peer = "" if request.client is None else request.client.host
    if site_of(request) is None:
        return peer
    return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:64] or peer
