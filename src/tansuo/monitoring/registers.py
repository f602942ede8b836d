"""Registers: what was used is the difference of two counts, and a count that falls is refused.

A difference belongs to the whole span between its two readings, so a gap inside a period is bridged exactly
and a gap over its edge belongs to neither side. A roll-over, a reset or a new meter is a declared life event
with the last count of the old run and the first of the new one; without it a falling count is a hole with a
finding, never a negative amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection, select

from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.monitoring import tables
from tansuo.quantity.state import Provenance

KINDS = ("rollover", "reset", "replaced")


class Count(NamedTuple):
    """One reading of a register that has a number: instant (UTC epoch), count, and how it came to be."""

    at: int
    value: int
    provenance: Provenance
    entry: int


class LifeEvent(NamedTuple):
    """At instant `at` the count went from `last` (old run) to `first` (new run)."""

    at: int
    kind: str
    last: int
    first: int


class Difference(NamedTuple):
    """What passed in [start, end); `amount` None where the count fell and no life event explains it."""

    start: int
    end: int
    amount: int | None
    provenance: Provenance


def differences(counts: Sequence[Count], events: Sequence[LifeEvent]) -> Iterator[Difference]:
    """Differences of consecutive counts in time order. Exact integers of the series' decimals.

    A difference is as good as the worse of its two counts: measured only when both are. A life event explains
    the span (start, end] in which it lies; each run of the count must still rise.
    """
    for one, other in pairwise(counts):
        between = sorted((event for event in events if one.at < event.at <= other.at), key=lambda e: e.at)
        runs = [
            one.value,
            *(number for event in between for number in (event.last, event.first)),
            other.value,
        ]
        parts = [runs[n + 1] - runs[n] for n in range(0, len(runs), 2)]
        amount = None if any(part < 0 for part in parts) else sum(parts)
        provenance = one.provenance if other.provenance is Provenance.MEASURED else other.provenance
        yield Difference(one.at, other.at, amount, provenance)


def life_events(
    connection: Connection, series: Sequence[str], as_of: int | None = None
) -> Mapping[str, list[LifeEvent]]:
    """Declared life events of registers in force at a ledger size, in time order."""
    table = tables.life_event
    query = select(table).where(visible(table, as_of), among(table.c.series, series)).order_by(table.c.at)
    found: dict[str, list[LifeEvent]] = {}
    for row in connection.execute(query).mappings():
        event = LifeEvent(row["at"], row["kind"], row["last_value"], row["first_value"])
        found.setdefault(row["series"], []).append(event)
    return found
