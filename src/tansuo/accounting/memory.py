"""What was evaluated and still holds, so that a page of a thousand figures evaluates only what has changed.

A figure is a pure function of (cell, method, log size). Between two sizes it is the same unless an entry
between them touches what it is computed from: the readings of its series and months, or the registry, the
monitoring plans and the statements. So an evaluation is kept with the span of sizes over which it is known to
hold; the span grows while nothing touches it, and ends where something does. Nothing here ages, and nothing
is ever answered for a size outside its span.

The memory follows the log from the size at which it was first asked. For older sizes it gives only what was
evaluated at exactly those; of each figure it keeps the newest, and older ones as long as there is room. It is
kept for readings with the whole city in view, of one database.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, func, select

from tansuo.accounting.binding import Bound
from tansuo.accounting.figure import Figure
from tansuo.accounting.rollup import Tree
from tansuo.evidence.tables import entry
from tansuo.monitoring.touched import SeriesMonth, touched
from tansuo.quantity.period import Period

READINGS = ("arrival", "correction", "redrive")
"""Entries that change readings, and nothing else that a figure rests on; their months are looked up."""

INERT = (
    "genesis", "document", "method", "indicator", "case", "decision", "posting", "figure", "personal", "redact",
)  # fmt: skip
"""Entries no evaluation reads: a method is part of what an evaluation is kept under, the rest is no input.

Every type of entry that stands in neither list is taken to touch everything.
"""

MOST = 8_000
"""Subject-periods that are kept; the one asked for longest ago goes first."""

Key = tuple[str, str, str, int]
"""Subject, period, relation ("" for its own sources), and the entry that published the method."""


@dataclass(slots=True)
class Held:
    """What was computed of one subject and period, true of every log size in [first, last].

    ``rests_on``: the months of series whose readings it was computed from. ``bound`` is None for a roll-up,
    ``tree`` for anything but the tree of a relation. ``figures`` by quantity, as made at one of the sizes.
    """

    rests_on: frozenset[SeriesMonth]
    first: int
    last: int
    bound: Bound | None = None
    tree: Tree | None = None
    figures: dict[str, Figure] = field(default_factory=dict)


def months_of(series: Iterable[str], period: Period) -> frozenset[SeriesMonth]:
    """What sums of ``series`` over ``period`` rest on."""
    months = ["", *(month.text for month in period.by_month())]
    return frozenset((one, month) for one in series for month in months)


class Memory:
    """Evaluations of one database; may be asked by several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[tuple[Key, int | None], Held] = OrderedDict()
        self._readings: dict[SeriesMonth, int] = {}
        self._everything = -1
        self._since: int | None = None
        self._until = 0
        self._lock = Lock()

    def follow(self, connection: Connection, size: int) -> None:
        """Learn what the entries up to ``size`` touch; every projection has come to that size."""
        with self._lock:
            if self._since is None:
                self._since = self._until = size
            if size <= self._until:
                return
            for key, newest in touched(connection, self._until, size).items():
                self._readings[key] = max(newest, self._readings.get(key, -1))
            self._everything = max(self._everything, _newest(connection, self._until, size))
            self._until = size

    def recall(self, key: Key, size: int) -> Held | None:
        """The evaluation that holds at ``size``; None where there is none, or something touched it since."""
        with self._lock:
            newest = self._held.get((key, None))
            if newest is not None and newest.last < size <= self._until and self._untouched(newest):
                newest.last = self._until
            for name, held in (((key, None), newest), ((key, size), self._held.get((key, size)))):
                if held is not None and held.first <= size <= held.last:
                    self._held.move_to_end(name)
                    return held
            return None

    def keep(self, key: Key, held: Held) -> Held:
        """Remember what was computed at the size ``held.first``: as the newest, or as that of an older size."""
        with self._lock:
            newest = self._held.get((key, None))
            name = (key, None if newest is None or newest.last <= held.first else held.first)
            self._held[name] = held
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return held

    def _untouched(self, held: Held) -> bool:
        """Whether no entry in [held.last, until) touches it. Unknown before the size we follow from."""
        if self._since is None or held.last < self._since:
            return False
        newest = self._everything
        for key in held.rests_on:
            newest = max(newest, self._readings.get(key, -1))
        return newest < held.last


def _newest(connection: Connection, first: int, last: int) -> int:
    """The newest entry in [first, last) that may touch anything; -1 where there is none."""
    query = select(func.max(entry.c.index)).where(
        entry.c.index >= first, entry.c.index < last, entry.c.type.not_in([*READINGS, *INERT])
    )
    found = connection.scalar(query)
    return -1 if found is None else int(found)
