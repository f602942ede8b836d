"""A flag that a signal handler may set."""

import threading
import time

_LOOK = 0.05


class SignalFlag(threading.Event):
    """An event for signal handlers.

    The standard one takes a lock to be set; a handler runs in the very thread that may hold that lock while
    it waits, and then both stand for ever. This one has no lock: it is looked at twenty times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told = False

    def set(self) -> None:
        """Tell it; safe in a signal handler."""
        self._told = True

    def clear(self) -> None:
        """Take it back."""
        self._told = False

    def is_set(self) -> bool:
        """Whether it was told."""
        return self._told

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until told, at most `timeout` seconds; whether it was told."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._told:
            left = _LOOK if end is None else min(_LOOK, end - time.monotonic())
            if left <= 0:
                break
            time.sleep(left)
        return self._told
