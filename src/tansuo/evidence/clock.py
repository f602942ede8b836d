"""Where "now" comes from: the system's clock, or one that a test or a simulation moves by hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """Milliseconds since 1970-01-01T00:00Z. A claim of ours, never the order of things: that is the index."""

    def now_ms(self) -> int:
        """The present instant."""
        ...


class SystemClock:
    """The clock of the machine; it may jump, the ledger's recorded time does not follow it back."""

    def now_ms(self) -> int:
        """The present instant by the machine's clock."""
        return time.time_ns() // 1_000_000


class SimulatedClock:
    """A clock that stands until it is moved."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """The instant it was last set to."""
        return self._now_ms

    def set(self, now_ms: int) -> None:
        """Jump to an instant, backwards too."""
        self._now_ms = now_ms

    def advance(self, milliseconds: int) -> None:
        """Move by ``milliseconds``."""
        self._now_ms += milliseconds
