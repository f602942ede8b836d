"""What every measurement shares: interleaved repeats, a figure against its bar, a database of its own.

A figure is a ratio inside one run wherever the machine's speed would matter: the two sides take turns, so that
what disturbs the machine disturbs both, and the median of the repeats is held against the bar.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tansuo.database.connect import Database
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import migration_sets


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit that a figure's median must keep."""

    sense: Literal["at least", "at most"]
    limit: float

    def met(self, value: float) -> bool:
        """Whether a value keeps the limit; the limit itself does."""
        return value >= self.limit if self.sense == "at least" else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.sense == 'at least' else '≤'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: ``values`` has one number a repeat, ``faults`` what was wrong with the answers.

    A figure without a bar is told and not judged. Faults (a wrong digit, a lost frame) fail it at any speed.
    """

    bench: str
    name: str
    values: tuple[float, ...]
    bar: Bar | None = None
    unit: str = "×"
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def median(self) -> float:
        """The middle of the repeats."""
        return statistics.median(self.values)

    @property
    def good(self) -> bool:
        """Bar kept, nothing wrong."""
        return not self.faults and (self.bar is None or self.bar.met(self.median))

    def lines(self) -> Iterator[str]:
        """The figure for people."""
        spread = ""
        if len(self.values) > 1:
            spread = (
                f" ({_short(min(self.values))} to {_short(max(self.values))} in {len(self.values)} repeats)"
            )
        judged = "" if self.bar is None else f"; bar {self.bar}: {'met' if self.good else 'NOT MET'}"
        yield f"{self.bench} · {self.name}: {_short(self.median)} {self.unit}{spread}{judged}"
        yield from (f"    {note}" for note in self.notes)
        yield from (f"    WRONG: {fault}" for fault in self.faults)

    def as_json(self) -> dict[str, object]:
        """The figure for programs."""
        return {
            "bench": self.bench,
            "name": self.name,
            "unit": self.unit,
            "bar": None if self.bar is None else {"sense": self.bar.sense, "limit": self.bar.limit},
            "min": min(self.values),
            "median": self.median,
            "max": max(self.values),
            "repeats": len(self.values),
            "good": self.good,
            "notes": list(self.notes),
            "faults": list(self.faults),
        }


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def interleaved(ways: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """What each way measured, ``repeats`` times in turn; every other round goes backwards."""
    found: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(repeats):
        for way in list(ways)[:: -1 if number % 2 else 1]:
            found[way].append(ways[way]())
    return found


def ratios(over: Sequence[float], under: Sequence[float]) -> tuple[float, ...]:
    """One number divided by the other, repeat by repeat."""
    return tuple(one / other for one, other in zip(over, under, strict=True))


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process for one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def say(line: str) -> None:
    """One line of progress, apart from the figures."""
    print(f"· {line}", file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """What the figures were measured on, as far as a program can tell."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's own user may pass through; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tansuo-bench-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@contextmanager
def home_of(home: Path) -> Iterator[None]:
    """``home`` as the home of the platform for as long as it lasts."""
    before = os.environ.get("TANSUO_HOME")
    os.environ["TANSUO_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TANSUO_HOME"]
        else:
            os.environ["TANSUO_HOME"] = before


@contextmanager
def own_database(home: Path) -> Iterator[Database]:
    """A PostgreSQL with fsync on, in ``home``, with our tables; stopped afterwards."""
    with PostgresServer(home) as server:
        database = Database(server.url(role=OWNER), server.url())
        upgrade(database, migration_sets())
        try:
            yield database
        finally:
            database.close()
