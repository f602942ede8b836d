"""One meter-day as one row: a list of integers, and beside it, as runs, everything a list of integers loses.

The list has one integer for every cell of the day, so that a sum needs no grouping; a cell without a number
carries the one before forward (the delta is zero and costs nothing) and a run says that it does not count.
Irregular series, and registers read at odd times, have one integer a reading and a list of offsets instead.
Superseded versions are kept beside, so that the row answers for every ledger size there ever was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tansuo.monitoring.grid import cells, day_bounds
from tansuo.monitoring.reading import LARGEST, Version
from tansuo.quantity.state import Provenance, State

IntArray = npt.NDArray[np.int64]

STATES: tuple[State, ...] = tuple(State)
PROVENANCES: tuple[Provenance, ...] = tuple(Provenance)
ABSENT = -1
"""State code of a cell about which nothing ever came; the others are positions in STATES."""

_STATE_CODE = {state.value: code for code, state in enumerate(STATES)}
_PROVENANCE_CODE = {provenance.value: code for code, provenance in enumerate(PROVENANCES)}


def _list(kind: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("element", kind, nullable=False))


_OLD = pa.struct(
    [
        ("offset", pa.int32()),
        ("value", pa.int64()),
        ("state", pa.int8()),
        ("provenance", pa.int8()),
        ("flag", pa.string()),
        ("synthetic", pa.bool_()),
        ("arrival", pa.int64()),
        ("record", pa.int32()),
        ("revision", pa.int32()),
        ("entry", pa.int64()),
        ("superseded_at", pa.int64()),
    ]
)

SCHEMA = pa.schema(
    [
        ("series", pa.string()),
        ("day", pa.date32()),
        ("org", pa.string()),
        ("zone", pa.string()),
        ("form", pa.string()),
        ("label", pa.string()),
        ("unit", pa.string()),
        ("step_s", pa.int32()),
        ("decimals", pa.int8()),
        ("start", pa.int64()),
        ("from_entry", pa.int64()),
        ("to_entry", pa.int64()),
        ("values", _list(pa.int64())),
        ("offsets", _list(pa.int32())),
        ("run_start", _list(pa.int32())),
        ("run_length", _list(pa.int32())),
        ("run_state", _list(pa.int8())),
        ("run_provenance", _list(pa.int8())),
        ("run_synthetic", _list(pa.bool_())),
        ("run_flag", _list(pa.string())),
        ("known_start", _list(pa.int32())),
        ("known_length", _list(pa.int32())),
        ("known_entry", _list(pa.int64())),
        ("known_arrival", _list(pa.int64())),
        ("records", _list(pa.int32())),
        ("superseded", pa.list_(pa.field("element", _OLD, nullable=False))),
    ],
    metadata={
        "tansuo.segment": "1",
        "tansuo.states": ",".join(STATES),
        "tansuo.provenances": ",".join(PROVENANCES),
    },
)
"""Columns of a segment. `start` is the first second of the day (UTC epoch); integers are in 10^-decimals of
`unit`; run and known lists say (start, length, …) in cells; codes are positions in the lists of the metadata,
-1 is a cell about which nothing came."""

DELTA_PACKED = (
    "values",
    "offsets",
    "run_start",
    "run_length",
    "known_start",
    "known_length",
    "known_entry",
    "known_arrival",
    "records",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What of its plan line a meter-day keeps, so that a segment can be read without a plan."""

    series: str
    org: str
    zone: str
    form: str
    label: str
    unit: str
    step_s: int
    decimals: int


class Versions(NamedTuple):
    """All accepted versions of one meter-day as columns, ordered by (start, entry, arrival, record)."""

    start: Sequence[int]
    value: Sequence[int | None]
    state: Sequence[str]
    provenance: Sequence[str]
    flag: Sequence[str]
    synthetic: Sequence[bool]
    arrival: Sequence[int]
    record: Sequence[int]
    revision: Sequence[int]
    entry: Sequence[int]
    superseded_at: Sequence[int | None]


def pack(kind: Kind, day: date, versions: Versions) -> dict[str, object]:
    """The segment row of a meter-day; `unfold` gives the versions back. ValueError for an integer in force
    beyond LARGEST: the kernel counts on there being none."""
    first, _ = day_bounds(kind.zone, day)
    grid = cells(kind.zone, kind.step_s, day)
    if len(versions.start) == len(grid) == 1 and grid[0] == versions.start[0]:
        return _single(kind, day, versions, first)
    starts = np.array(versions.start, np.int64)
    live = np.array([one is None for one in versions.superseded_at], bool)
    at = _cells_of(starts, grid)
    if at is None:
        at = np.cumsum(live) - 1
        size, offsets = int(live.sum()), (starts[live] - first).tolist()
    else:
        size, offsets = len(grid), None
    rows = np.flatnonzero(live).tolist()
    cell = at[live]
    columns = _Cells(size)
    columns.state[cell] = [_STATE_CODE[versions.state[row]] for row in rows]
    columns.provenance[cell] = [_PROVENANCE_CODE[versions.provenance[row]] for row in rows]
    columns.synthetic[cell] = [versions.synthetic[row] for row in rows]
    flags: dict[str, int] = {"": 0}
    columns.flag[cell] = [flags.setdefault(versions.flag[row], len(flags)) for row in rows]
    numbers = [versions.value[row] for row in rows]
    valued = np.array([one is not None for one in numbers], bool)
    columns.value[cell[valued]] = [one for one in numbers if one is not None]
    if (np.abs(columns.value) > LARGEST).any():
        raise ValueError(f"{kind.series} on {day}: an integer beyond {LARGEST}, which no reading may have")
    named = list(flags)
    runs = _runs(columns.state, columns.provenance, columns.synthetic, columns.flag)
    entry = _carried(_spread(size, cell, [versions.entry[row] for row in rows]), cell)
    arrival = _carried(_spread(size, cell, [versions.arrival[row] for row in rows]), cell)
    known = _runs(entry, arrival)
    return {
        "series": kind.series, "day": day, "org": kind.org, "zone": kind.zone, "form": kind.form,
        "label": kind.label, "unit": kind.unit, "step_s": kind.step_s, "decimals": kind.decimals,
        "start": first,
        "from_entry": min(versions.entry),
        "to_entry": max(versions.entry),
        "values": _carried(columns.value, cell[valued]),
        "offsets": offsets,
        "run_start": runs,
        "run_length": np.diff(runs, append=size),
        "run_state": columns.state[runs],
        "run_provenance": columns.provenance[runs],
        "run_synthetic": columns.synthetic[runs].astype(bool),
        "run_flag": [named[one] for one in columns.flag[runs]],
        "known_start": known,
        "known_length": np.diff(known, append=size),
        "known_entry": entry[known],
        "known_arrival": arrival[known],
        "records": _carried(_spread(size, cell, [versions.record[row] for row in rows]), cell),
        "superseded": [
            _old(versions, row, int(starts[row]) - first) for row in np.flatnonzero(~live).tolist()
        ],
    }  # fmt: skip


def _single(kind: Kind, day: date, versions: Versions, first: int) -> dict[str, object]:
    """`pack` of a day that has one cell and one version of it: a series by the day, of which there are many."""
    assert versions.superseded_at[0] is None  # what supersedes a version is of the same day
    value = versions.value[0]
    if value is not None and abs(value) > LARGEST:
        raise ValueError(f"{kind.series} on {day}: an integer beyond {LARGEST}, which no reading may have")
    return {
        "series": kind.series, "day": day, "org": kind.org, "zone": kind.zone, "form": kind.form,
        "label": kind.label, "unit": kind.unit, "step_s": kind.step_s, "decimals": kind.decimals,
        "start": first,
        "from_entry": versions.entry[0],
        "to_entry": versions.entry[0],
        "values": [0 if value is None else value],
        "offsets": None,
        "run_start": [0],
        "run_length": [1],
        "run_state": [_STATE_CODE[versions.state[0]]],
        "run_provenance": [_PROVENANCE_CODE[versions.provenance[0]]],
        "run_synthetic": [versions.synthetic[0]],
        "run_flag": [versions.flag[0]],
        "known_start": [0],
        "known_length": [1],
        "known_entry": [versions.entry[0]],
        "known_arrival": [versions.arrival[0]],
        "records": [versions.record[0]],
        "superseded": [],
    }  # fmt: skip


class _Cells:
    """Columns of a day's cells before they are written down; absent until somebody says otherwise."""

    def __init__(self, size: int) -> None:
        self.value = np.zeros(size, np.int64)
        self.state = np.full(size, ABSENT, np.int64)
        self.provenance = np.zeros(size, np.int64)
        self.synthetic = np.zeros(size, np.int64)
        self.flag = np.zeros(size, np.int64)


def _cells_of(starts: IntArray, grid: Sequence[int]) -> IntArray | None:
    """The cell of each start; None where one lies beside the grid, or there is no grid."""
    if not grid:
        return None
    edges = np.array(grid, np.int64)
    found = np.searchsorted(edges, starts)
    if (found == len(edges)).any() or (edges[found] != starts).any():
        return None
    return found.astype(np.int64)


def _spread(size: int, cell: IntArray, numbers: Sequence[int]) -> IntArray:
    spread = np.zeros(size, np.int64)
    spread[cell] = numbers
    return spread


def _carried(column: IntArray, filled: IntArray) -> IntArray:
    """`column` with each cell that is not filled carrying the one before forward (the first one back)."""
    if not len(filled):
        return column
    source = np.full(len(column), -1, np.int64)
    source[filled] = filled
    np.maximum.accumulate(source, out=source)
    return column[np.where(source < 0, filled[0], source)]


def _runs(*columns: IntArray) -> IntArray:
    """Where a run of cells equal in every column begins."""
    changed = np.zeros(len(columns[0]), bool)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


def _old(versions: Versions, row: int, offset: int) -> dict[str, object]:
    return {
        "offset": offset,
        "value": versions.value[row],
        "state": _STATE_CODE[versions.state[row]],
        "provenance": _PROVENANCE_CODE[versions.provenance[row]],
        "flag": versions.flag[row],
        "synthetic": versions.synthetic[row],
        "arrival": versions.arrival[row],
        "record": versions.record[row],
        "revision": versions.revision[row],
        "entry": versions.entry[row],
        "superseded_at": versions.superseded_at[row],
    }


def unfold(row: Mapping[str, object]) -> list[Version]:
    """Every version a segment row holds, ordered by start and revision; the reverse of `pack`."""
    return sorted(_versions(row), key=lambda one: (one.start, one.revision))


def _versions(row: Mapping[str, object]) -> Iterator[Version]:
    plain: Mapping[str, list[int]] = row  # type: ignore[assignment]
    day: date = row["day"]  # type: ignore[assignment]
    series, org = str(row["series"]), str(row["org"])
    first, step = _integer(row["start"]), _integer(row["step_s"])
    old: list[dict[str, object]] = row["superseded"]  # type: ignore[assignment]
    before: dict[int, int] = {}
    for one in old:
        start = first + _integer(one["offset"])
        before[start] = before.get(start, 0) + 1
        yield Version(
            series=series,
            start=start,
            value=one["value"],  # type: ignore[arg-type]
            state=STATES[_integer(one["state"])],
            provenance=PROVENANCES[_integer(one["provenance"])],
            flag=str(one["flag"]),
            synthetic=bool(one["synthetic"]),
            arrival=_integer(one["arrival"]),
            record=_integer(one["record"]),
            revision=_integer(one["revision"]),
            entry=_integer(one["entry"]),
            superseded_at=_integer(one["superseded_at"]),
            org=org,
        )
    values, records = plain["values"], plain["records"]
    if row["offsets"] is None:
        starts: Sequence[int] = cells(str(row["zone"]), step, day)
    else:
        starts = [first + offset for offset in plain["offsets"]]
    known = np.repeat(np.arange(len(plain["known_start"])), plain["known_length"]).tolist()
    entries, arrivals = plain["known_entry"], plain["known_arrival"]
    runs = zip(
        plain["run_start"],
        plain["run_length"],
        plain["run_state"],
        plain["run_provenance"],
        plain["run_synthetic"],
        plain["run_flag"],
        strict=True,
    )
    for begin, length, code, provenance, synthetic, flag in runs:
        if code == ABSENT:
            continue
        state = STATES[code]
        for cell in range(begin, begin + length):
            yield Version(
                series=series,
                start=starts[cell],
                value=values[cell] if state.has_value else None,
                state=state,
                provenance=PROVENANCES[provenance],
                flag=str(flag),
                synthetic=bool(synthetic),
                arrival=arrivals[known[cell]],
                record=records[cell],
                revision=before.get(starts[cell], 0),
                entry=entries[known[cell]],
                superseded_at=None,
                org=org,
            )


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value
