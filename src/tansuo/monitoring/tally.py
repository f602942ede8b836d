"""Tallies: what many series hold over many days at one ledger size, fetched in one statement.

One statement means one snapshot: a day that is closed by another process meanwhile is counted once, in one
place or the other. Closed days answer from the manifest as long as nothing younger than the wanted size is in
them; days with something younger are named for sifting, entry by entry; open days are counted in the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Integer, RowMapping, Text, bindparam, text

from tansuo.monitoring.holes import Gap, is_hole
from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_file import Location, read
from tansuo.monitoring.segment_row import PROVENANCES, STATES, unfold
from tansuo.monitoring.tables import COUNTS, SUMS
from tansuo.quantity.state import Provenance, State

NOW = 2**62
"""A ledger size beyond every entry: as now known."""


class Wanted(NamedTuple):
    """A series over civil days [first, last)."""

    series: str
    first: date
    last: date


@dataclass(slots=True)
class Tally:
    """Sums (stored integers) by provenance, cells by state, and what is needed to name the holes.

    `settled` are days whose absent cells are already among `counts` and `gaps`; on the others `covered` holds
    the cells that are no hole and `unusable` those with a state that is one, other than missing.
    """

    sums: Counter[Provenance] = field(default_factory=Counter)
    counts: Counter[State] = field(default_factory=Counter)
    gaps: list[Gap] = field(default_factory=list)
    settled: set[date] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    unusable: dict[int, State] = field(default_factory=dict)
    revised: int = 0
    conflicts: int = 0
    synthetic: bool = False
    first: int | None = None
    last: int | None = None

    def known_between(self, first: int | None, last: int | None) -> None:
        """Widen the span of ledger indexes at which the readings in force became known."""
        if first is not None and (self.first is None or first < self.first):
            self.first = first
        if last is not None and (self.last is None or last > self.last):
            self.last = last

    def add(self, one: Version) -> None:
        """Count one reading in force of a day that is not settled."""
        self.counts[one.state] += 1
        if one.value is not None:
            self.sums[one.provenance] += one.value
        if not is_hole(one.state):
            self.covered.add(one.start)
        elif one.state is not State.MISSING:
            self.unusable[one.start] = one.state
        self.revised += one.revision > 0
        self.synthetic |= one.synthetic
        self.known_between(one.entry, one.entry)


Key = tuple[int, date | None]
"""Position in the list of what is wanted, and the day where a tally a day is asked for."""

_ODD_HOLES = tuple(one for one in STATES if is_hole(one) and one is not State.MISSING)
_FITS = "x.series = w.series AND x.day >= w.first AND x.day < w.last"


def _select(kind: str, source: str, by_day: bool, **given: str) -> str:
    """One branch of the union: columns not given are null."""
    day = "day" if by_day else "NULL::date"
    columns = {
        "days": "NULL::date[]", "holes": "NULL::jsonb",
        "revised": "NULL::bigint", "synthetic": "NULL::boolean",
        "first": "NULL::bigint", "last": "NULL::bigint", "covered": "NULL::bigint[]",
        **{f"odd_{state.value}": "NULL::bigint[]" for state in _ODD_HOLES},
        "file": "NULL::text", "row_group": "NULL::integer", "row_in_group": "NULL::integer",
        **dict.fromkeys(SUMS, "NULL::numeric"),
        **dict.fromkeys(COUNTS, "NULL::bigint"),
        "day": day, **given,
    }  # fmt: skip
    listed = ", ".join(f"{expression} AS {name}" for name, expression in sorted(columns.items()))
    grouped = "" if kind == "sift" else f" GROUP BY n{', day' if by_day else ''}"
    return f"SELECT '{kind}' AS kind, n, {listed} FROM {source}{grouped}"  # noqa: S608 - our own names only


def _statement(by_day: bool) -> str:
    covering = ", ".join(f"'{one.value}'" for one in STATES if not is_hole(one))
    held = _select(
        "held", "held", by_day,
        days="array_agg(day)", holes="jsonb_agg(holes) FILTER (WHERE holes IS NOT NULL)",
        revised="sum(revised)", synthetic="bool_or(synthetic)", first="min(first_entry)",
        last="max(last_entry)",
        **{name: f"sum({name})" for name in (*SUMS, *COUNTS)},
    )  # fmt: skip
    opened = _select(
        "open", "opened", by_day,
        revised="count(*) FILTER (WHERE revision > 0)", synthetic="bool_or(synthetic)",
        first="min(entry)", last="max(entry)",
        covered=f"array_agg(start) FILTER (WHERE state IN ({covering}))",
        **{
            f"odd_{one.value}": f"array_agg(start) FILTER (WHERE state = '{one.value}')" for one in _ODD_HOLES
        },
        **{
            name: f"sum(value) FILTER (WHERE provenance = '{one.value}')"
            for name, one in zip(SUMS, PROVENANCES, strict=True)
        },
        **{
            name: f"count(*) FILTER (WHERE state = '{one.value}')"
            for name, one in zip(COUNTS, STATES, strict=True)
        },
    )  # fmt: skip
    sift = _select(
        "sift", "sifted", by_day, day="day", file="file", row_group="row_group", row_in_group="row_in_group"
    )
    disputed = _select("conflict", "disputed", by_day, revised="count(*)")
    seen = "x.entry < :size AND (x.superseded_at IS NULL OR x.superseded_at >= :size)"
    held_by = "{0}.to_entry < :size AND ({0}.reopened_at IS NULL OR {0}.reopened_at >= :size)"
    # Only names of our own tables and columns are put together here; values are bound.
    not_held = (
        "NOT EXISTS (SELECT 1 FROM segment_day h WHERE h.series = x.series AND h.day = x.day"  # noqa: S608
        f" AND {held_by.format('h')})"
    )
    younger = "x.reopened_at IS NULL AND x.to_entry >= :size AND x.from_entry < :size"
    return (
        "WITH wanted AS (SELECT * FROM unnest(:n, :series, :first, :last) AS w(n, series, first, last)),"  # noqa: S608
        f" held AS ({_each('segment_day', held_by.format('x'))}),"
        f" sifted AS ({_each('segment_day', f'{younger} AND {not_held}')}),"
        f" opened AS ({_each('reading', f'{seen} AND {not_held}')}),"
        f" disputed AS ({_each('reading_conflict', seen)})"
        f" {held} UNION ALL {opened} UNION ALL {sift} UNION ALL {disputed}"
    )


def _each(table: str, condition: str) -> str:
    """Rows of ``table`` for every wanted span, looked up by the table's key one span after the other.

    OFFSET 0 keeps the planner from joining: it takes the row-level security of these tables to hide nearly
    everything, and would then compare every wanted span with every row.
    """
    return (
        "SELECT w.n, x.* FROM wanted w CROSS JOIN LATERAL"  # noqa: S608 - our own names only
        f" (SELECT * FROM {table} x WHERE {_FITS} AND {condition} OFFSET 0) x"
    )


_BOUND = (
    bindparam("n", type_=ARRAY(Integer)),
    bindparam("series", type_=ARRAY(Text)),
    bindparam("first", type_=ARRAY(Date)),
    bindparam("last", type_=ARRAY(Date)),
    bindparam("size", type_=BigInteger),
)
_WHOLE = text(_statement(False)).bindparams(*_BOUND)
_DAILY = text(_statement(True)).bindparams(*_BOUND)


def tallies(
    connection: Connection, wanted: Sequence[Wanted], as_of: int | None = None, *, by_day: bool = False
) -> dict[Key, Tally]:
    """A tally for each of `wanted` (by day where asked) that holds anything at a ledger size.

    Keys are (position in `wanted`, day or None). Absent cells of open days are not counted here: only the
    caller knows the grid.
    """
    found: dict[Key, Tally] = {}
    places: dict[Location, tuple[int, date]] = {}
    parameters = {
        "n": list(range(len(wanted))),
        "series": [one.series for one in wanted],
        "first": [one.first for one in wanted],
        "last": [one.last for one in wanted],
        "size": NOW if as_of is None else as_of,
    }
    for row in connection.execute(_DAILY if by_day else _WHOLE, parameters).mappings():
        if row["kind"] == "sift":
            places[Location(row["file"], row["row_group"], row["row_in_group"])] = (row["n"], row["day"])
            continue
        tally = found.setdefault((row["n"], row["day"]), Tally())
        if row["kind"] == "conflict":
            tally.conflicts += row["revised"]
        else:
            _take(tally, row)
    size = parameters["size"]
    for place, stored in read(list(places)):
        n, day = places[place]
        tally = found.setdefault((n, day if by_day else None), Tally())
        for version in unfold(stored):
            if version.in_force(cast("int", size)):
                tally.add(version)
    return found


def _take(tally: Tally, row: RowMapping) -> None:
    for one, name in zip(PROVENANCES, SUMS, strict=True):
        total: Decimal | None = row[name]
        if total is not None:
            tally.sums[one] += int(total)
    for state, name in zip(STATES, COUNTS, strict=True):
        if row[name]:
            tally.counts[state] += int(row[name])
    for day_holes in row["holes"] or ():
        tally.gaps.extend(Gap(*hole) for hole in day_holes)
    tally.settled.update(row["days"] or ())
    tally.covered.update(row["covered"] or ())
    for state in _ODD_HOLES:
        tally.unusable.update(dict.fromkeys(row[f"odd_{state.value}"] or (), state))
    tally.revised += int(row["revised"])
    tally.synthetic |= row["synthetic"]
    tally.known_between(row["first"], row["last"])
