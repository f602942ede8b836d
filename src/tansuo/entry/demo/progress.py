"""One line of progress on stderr: redrawn on a terminal, every tenth part in a log."""

from __future__ import annotations

import sys
import time

from tansuo.api import loading

TOLD_EVERY = 0.3


class Progress:
    """Progress of one named piece of work of `total` steps."""

    def __init__(self, name: str, total: int) -> None:
        self.name = name
        self.total = max(1, total)
        self.started = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._tenth = -1

    def at(self, done: int, note: str = "") -> None:
        """Say how far it is."""
        share = min(1.0, done / self.total)
        if self._terminal:
            filled = int(share * 24)
            bar = "█" * filled + "·" * (24 - filled)
            print(f"\r  {self.name} {bar} {share:4.0%} {note:<34}", end="", file=sys.stderr, flush=True)
        elif int(share * 10) != self._tenth:
            self._tenth = int(share * 10)
            print(f"  {self.name} {share:4.0%} {note}", file=sys.stderr, flush=True)

    def done(self, note: str = "") -> float:
        """The end, with the seconds it took."""
        seconds = time.monotonic() - self.started
        line = f"  {self.name} ✓ {note} ({seconds:.1f} s)"
        print(f"\r{line:<78}" if self._terminal else line, file=sys.stderr, flush=True)
        return seconds


class PublicProgress(Progress):
    """Progress that the pages tell of too, while it goes on behind them."""

    def __init__(self, zh: str, en: str, total: int) -> None:
        super().__init__(f"{zh} {en}", total)
        self.zh, self.en = zh, en
        self._told = 0.0

    def at(self, done: int, note: str = "") -> None:
        """As `Progress.at`; readers of the pages hear of it a few times a second."""
        super().at(done, note)
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY:
            self._told = now
            zh, en = f"{self.zh} {note}".strip(), f"{self.en} {note}".strip()
            loading.tell(loading.Loading(min(done, self.total), self.total, zh, en))

    def done(self, note: str = "") -> float:
        """As `Progress.done`; the pages tell of it no more."""
        seconds = super().done(note)
        loading.over()
        return seconds
