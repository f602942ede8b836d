"""Sums of registers over periods: from boundary to boundary, through what the manifest knows of closed
days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Integer, RowMapping, Text, bindparam, text

from tansuo.monitoring.grid import cells, day_bounds, days_between
from tansuo.monitoring.holes import Gap
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import Version
from tansuo.monitoring.registers import Count, LifeEvent, differences, life_events
from tansuo.monitoring.segment_file import Location, read
from tansuo.monitoring.segment_row import unfold
from tansuo.monitoring.tally import NOW, Tally, Wanted
from tansuo.quantity.state import Provenance, State

_FITS = "x.series = w.series AND x.day >= w.first AND x.day <= w.last"
_SEEN = "x.entry < :size AND (x.superseded_at IS NULL OR x.superseded_at >= :size)"
# The day of the end is fetched too: its reading at midnight closes the period. Only names of our own.
_STATEMENT = text(
    "WITH wanted AS (SELECT * FROM unnest(:n, :series, :first, :last) AS w(n, series, first, last)),"  # noqa: S608
    f" held AS (SELECT w.n, x.* FROM wanted w JOIN segment_day x ON {_FITS}"
    " WHERE x.to_entry < :size AND (x.reopened_at IS NULL OR x.reopened_at >= :size)),"
    f" sifted AS (SELECT w.n, x.* FROM wanted w JOIN segment_day x ON {_FITS}"
    " WHERE x.reopened_at IS NULL AND x.to_entry >= :size AND x.from_entry < :size"
    " AND NOT EXISTS (SELECT 1 FROM held h WHERE h.n = w.n AND h.day = x.day)),"
    f" opened AS (SELECT w.n, x.* FROM wanted w JOIN reading x ON {_FITS} WHERE {_SEEN}"
    " AND NOT EXISTS (SELECT 1 FROM held h WHERE h.n = w.n AND h.day = x.day))"
    " SELECT 'closed' AS kind, n, day, register, file, row_group, row_in_group, to_entry AS entry,"
    " NULL::bigint AS start, NULL::bigint AS value, NULL::text AS provenance, revised, synthetic,"
    " count_value + count_measured_zero + count_declared_zero AS numbers FROM held"
    " UNION ALL SELECT 'sift', n, day, register, file, row_group, row_in_group, NULL, NULL, NULL, NULL, 0,"
    " false, 0 FROM sifted"
    " UNION ALL SELECT 'open', n, day, NULL, NULL, NULL, NULL, entry, start, value, provenance,"
    " (revision > 0)::integer, synthetic, 1 FROM opened WHERE value IS NOT NULL"
    f" UNION ALL SELECT 'conflict', w.n, x.day, NULL, NULL, NULL, NULL, NULL, x.start, NULL, NULL, 0,"
    f" false, 0 FROM wanted w JOIN reading_conflict x ON {_FITS} WHERE {_SEEN}"
).bindparams(
    bindparam("n", type_=ARRAY(Integer)),
    bindparam("series", type_=ARRAY(Text)),
    bindparam("first", type_=ARRAY(Date)),
    bindparam("last", type_=ARRAY(Date)),
    bindparam("size", type_=BigInteger),
)


@dataclass(slots=True)
class _Counts:
    """Counts of one wanted span, boundary included, and what else its readings say."""

    low: int
    high: int
    counts: list[Count] = field(default_factory=list)
    numbers: int = 0
    tally: Tally = field(default_factory=Tally)

    def add(self, one: Count, revised: bool, synthetic: bool) -> None:
        if self.low <= one.at <= self.high:
            self.counts.append(one)
            self.numbers += 1
            self.tally.revised += revised
            self.tally.synthetic |= synthetic
            self.tally.known_between(one.entry, one.entry)


def register_tallies(
    connection: Connection, lines: Sequence[PlanLine], wanted: Sequence[Wanted], as_of: int | None = None
) -> list[tuple[Tally, int]]:
    """For each line and its span of days: a settled tally, and how many of its cells are bridged.

    `sums` are differences by provenance. `counts` are cells of the grid that a difference covers (value) or
    not (missing): a register says nothing of cells that lie between its readings, only of the span. Conflicts
    count where they lie in the span.
    """
    size = NOW if as_of is None else as_of
    events = life_events(connection, sorted({one.series for one in wanted}), as_of)
    spans = [
        _Counts(day_bounds(line.zone, one.first)[0], day_bounds(line.zone, one.last)[0])
        for line, one in zip(lines, wanted, strict=True)
    ]
    parameters = {
        "n": list(range(len(wanted))),
        "series": [one.series for one in wanted],
        "first": [one.first for one in wanted],
        "last": [one.last for one in wanted],
        "size": size,
    }
    places: dict[Location, list[int]] = {}
    for row in connection.execute(_STATEMENT, parameters).mappings():
        n, kind = row["n"], row["kind"]
        span, series = spans[n], wanted[n].series
        if kind == "conflict":
            span.tally.conflicts += span.low <= row["start"] < span.high
        elif kind == "open":
            count = Count(row["start"], row["value"], Provenance(row["provenance"]), row["entry"])
            span.add(count, bool(row["revised"]), row["synthetic"])
        elif kind == "sift" or not _take_ends(span, row, wanted[n].last, events.get(series, ())):
            places.setdefault(Location(row["file"], row["row_group"], row["row_in_group"]), []).append(n)
    for place, stored in read(list(places)):
        for version in unfold(stored):
            if version.value is not None and version.in_force(size):
                for n in places[place]:
                    spans[n].add(_count(version), version.revision > 0, version.synthetic)
    return [
        _settle(line, one, span, events.get(one.series, ()))
        for line, one, span in zip(lines, wanted, spans, strict=True)
    ]


def _count(version: Version) -> Count:
    return Count(version.start, cast("int", version.value), version.provenance, version.entry)


def _take_ends(span: _Counts, row: RowMapping, last: date, events: Sequence[LifeEvent]) -> bool:
    """Take a closed day by its two ends; False where the day itself has to be read."""
    known = cast("Mapping[str, Any] | None", row["register"])
    if known is None:
        return True
    first, final = (Count(at, value, Provenance(how), entry) for at, value, how, entry in known["ends"])
    if row["day"] == last:
        span.add(first, False, row["synthetic"])
        return True
    if not known["steady"] or any(first.at < event.at <= final.at for event in events):
        return False
    for one in (first, final) if final.at > first.at else (first,):
        span.add(one, False, row["synthetic"])
    span.numbers += row["numbers"] - (2 if final.at > first.at else 1)
    span.tally.revised += row["revised"]
    span.tally.known_between(first.entry, row["entry"])
    return True


def _settle(line: PlanLine, wanted: Wanted, span: _Counts, events: Sequence[LifeEvent]) -> tuple[Tally, int]:
    tally = span.tally
    days = days_between(wanted.first, wanted.last, line.step_s)
    expected = sum(len(cells(line.zone, line.step_s, day)) for day in days)
    counts = sorted(span.counts)
    uncovered: list[tuple[int, int]] = []
    for one in differences(counts, events):
        if one.amount is None:
            uncovered.append((one.start, one.end))
        else:
            tally.sums[one.provenance] += one.amount
    if not counts:
        uncovered.append((span.low, span.high))
    else:
        uncovered += [(span.low, counts[0].at), (counts[-1].at, span.high)]
    tally.gaps = [
        Gap(start, end, _cells_in(line, start, end), State.MISSING.value)
        for start, end in uncovered
        if start < end
    ]
    missing = min(sum(gap.cells for gap in tally.gaps), expected)
    covered = expected - missing
    tally.counts = Counter({State.VALUE: covered, State.MISSING: missing})
    tally.settled = {wanted.first + timedelta(days=n) for n in range((wanted.last - wanted.first).days)}
    return tally, max(0, covered - max(0, span.numbers - 1)) if expected else 0


def _cells_in(line: PlanLine, start: int, end: int) -> int:
    return -(-(end - start) // line.step_s) if line.step_s > 0 else 0
