"""The roll-up kernel: hour and day sums of meter-days, in integers, over Arrow batches of segment rows.

Nothing is grouped and nothing is sorted: the cells of an hour lie side by side. Every cell is added first,
and what does not count (a carried-forward hole, a value of another provenance) is taken out again by runs, so
that the cost is that of reading the list. Sums are exact: int64 where it provably cannot overflow (no stored
integer is beyond LARGEST), Python integers where it might. NumPy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tansuo.monitoring.reading import LARGEST
from tansuo.monitoring.segment_row import PROVENANCES, STATES, IntArray
from tansuo.quantity.state import Provenance, State

HOUR = 3600
COLUMNS = ("form", "step_s", "start", "values", "run_length", "run_state", "run_provenance")
"""The columns of a segment that the kernel reads."""

ADDITIVE = ("interval_amount", "rate")
"""Forms whose stored integers may be added up; a register is differenced, a ratio is never summed."""

Sums = npt.NDArray[np.int64] | npt.NDArray[np.object_]
Numbers = TypeVar("Numbers", npt.NDArray[np.int64], Sums)

_VALUED = np.array([state.has_value for state in STATES] + [False])
_MISSING = STATES.index(State.MISSING)


@dataclass(frozen=True, slots=True)
class Bins:
    """Sums and numbers of counted cells of the same bins (hours or days), by provenance.

    Only provenances that occur are there; a bin without a counted cell of one has sum 0 and 0 cells.
    """

    sums: dict[Provenance, Sums]
    cells: dict[Provenance, IntArray]


@dataclass(frozen=True, slots=True)
class RollUp:
    """Hour and day sums of one batch.

    `rows` are the numbers of the batch's rows that could be summed; `days` has one bin for each of them and
    `states` (rows × STATES) how many of the day's cells are in each state, absent ones counted as missing.
    `hours` has the hours of rows whose step is at most an hour: `hour_row` is the position in `rows`,
    `hour_start` its first second (UTC epoch), counted in elapsed hours from midnight.
    """

    rows: IntArray
    days: Bins
    states: IntArray
    hours: Bins
    hour_row: IntArray
    hour_start: IntArray


def roll_up(batch: pa.RecordBatch) -> RollUp:
    """Hour and day sums of the additive rows of a batch of segment rows with (at least) `COLUMNS`.

    Integers stay in the unit and decimals of their row; a rate is summed as it is, to be multiplied by its
    step once. Rows of registers and ratios, and rows without a cell, are left out.
    """
    rows = _summable(batch)
    if len(rows) < batch.num_rows:
        batch = batch.take(pa.array(rows))
    count = len(rows)
    lists = batch.column("values")
    edge = lists.offsets.to_numpy().astype(np.int64)
    # Offsets of a sliced list begin above zero; cells and edges are made to begin together.
    cells: Sums = lists.values.to_numpy()[edge[0] : edge[-1]]
    edge = edge - edge[0]
    length = np.diff(edge)
    step = batch.column("step_s").to_numpy().astype(np.int64)
    hourly = (step > 0) & (step <= HOUR)
    per_row = np.where(hourly, -(-length * step // HOUR), 1)
    row_of = np.repeat(np.arange(count), per_row)
    number = np.arange(len(row_of)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    first = edge[row_of] + np.where(hourly[row_of], -(-number * HOUR // np.maximum(step, 1)[row_of]), 0)

    runs = _Runs(batch)
    base = runs.base(count)
    counted = np.diff(first, append=len(cells))
    if count and int(counted.max()) * LARGEST >= 2**63:
        cells = cells.astype(object)
    hours = _by_provenance(_added(cells, first), counted, base[row_of])
    runs.take_out(cells, first, base, hours)
    day_of, longest = np.cumsum(per_row) - per_row, int(per_row.max(initial=0))
    days = Bins(
        {one: _added(_wide(sums, longest), day_of) for one, sums in hours.sums.items()},
        {one: _added(found, day_of) for one, found in hours.cells.items()},
    )
    kept = hourly[row_of]
    return RollUp(
        rows,
        days,
        runs.states(count),
        hours
        if kept.all()
        else Bins(
            {one: sums[kept] for one, sums in hours.sums.items()},
            {one: found[kept] for one, found in hours.cells.items()},
        ),
        row_of[kept],
        (batch.column("start").to_numpy()[row_of] + number * HOUR)[kept],
    )


def _summable(batch: pa.RecordBatch) -> IntArray:
    additive = np.array([form in ADDITIVE for form in batch.column("form").to_pylist()], bool)
    filled = np.diff(batch.column("values").offsets.to_numpy()) > 0
    return np.flatnonzero(additive & filled)


def _added(numbers: Numbers, first: IntArray) -> Numbers:
    """Sums of the stretches of `numbers` that begin at `first` (rising, none empty)."""
    return np.add.reduceat(numbers, first) if len(first) else numbers[:0]


def _wide(sums: Sums, many: int) -> Sums:
    """`sums` as Python integers where `many` of them might not fit 64 bits together."""
    if sums.dtype == object or not len(sums):
        return sums
    largest = max(abs(int(sums.max())), abs(int(sums.min())))
    return sums.astype(object) if largest * many >= 2**63 else sums


def _by_provenance(added: Sums, counted: IntArray, base: IntArray) -> Bins:
    """All bins under the base provenance of their row; bins of other rows hold nothing of it."""
    if (base == base[:1]).all():
        one = PROVENANCES[base[0] if len(base) else 0]
        return Bins({one: added}, {one: counted})
    codes = np.unique(base).tolist()
    return Bins(
        {PROVENANCES[code]: np.where(base == code, added, 0) for code in codes},
        {PROVENANCES[code]: np.where(base == code, counted, 0) for code in codes},
    )


class _Runs:
    """The quality runs of a batch, one after the other, each with its row. Together they cover every cell."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.length = _flat(batch, "run_length")
        self.begin = np.cumsum(self.length) - self.length
        self.state = _flat(batch, "run_state")
        self.provenance = _flat(batch, "run_provenance")
        sizes = np.diff(batch.column("run_length").offsets.to_numpy())
        self.row = np.repeat(np.arange(batch.num_rows), sizes)
        # State code -1 (absent) picks the last element, which is False.
        self.valued = _VALUED[self.state]

    def base(self, count: int) -> IntArray:
        """The provenance of the first run of each row that has a number; measured where none has."""
        base = np.zeros(count, np.int64)
        rows, provenances = self.row[self.valued], self.provenance[self.valued]
        base[rows[::-1]] = provenances[::-1]
        return base

    def take_out(
        self,
        cells: Sums,
        first: IntArray,
        base: IntArray,
        bins: Bins,
    ) -> None:
        """Take cells that do not count under their row's base out of its bins, and add them to their own."""
        odd = ~self.valued | (self.provenance != base[self.row])
        if not odd.any():
            return
        length = self.length[odd]
        before = np.cumsum(length) - length
        cell = np.arange(length.sum()) + np.repeat(self.begin[odd] - before, length)
        at = np.searchsorted(first, cell, side="right") - 1
        number = cells[cell]
        under = np.repeat(base[self.row[odd]], length)
        for one in list(bins.sums):
            chosen = slice(None) if len(bins.sums) == 1 else under == PROVENANCES.index(one)
            np.subtract.at(bins.sums[one], at[chosen], number[chosen])
            np.subtract.at(bins.cells[one], at[chosen], 1)
        if not self.valued[odd].any():
            return
        own = np.repeat(np.where(self.valued[odd], self.provenance[odd], -1), length)
        for code in np.unique(own[own >= 0]).tolist():
            mine, one = own == code, PROVENANCES[code]
            if one not in bins.sums:
                nothing = np.zeros_like(next(iter(bins.sums.values())))
                bins.sums[one], bins.cells[one] = nothing, np.zeros(len(first), np.int64)
            np.add.at(bins.sums[one], at[mine], number[mine])
            np.add.at(bins.cells[one], at[mine], 1)

    def states(self, count: int) -> IntArray:
        """How many cells of each row are in each state."""
        found = np.zeros((count, len(STATES)), np.int64)
        np.add.at(found, (self.row, np.where(self.state < 0, _MISSING, self.state)), self.length)
        return found


def _flat(batch: pa.RecordBatch, name: str) -> IntArray:
    flat: IntArray = batch.column(name).flatten().to_numpy().astype(np.int64)
    return flat
