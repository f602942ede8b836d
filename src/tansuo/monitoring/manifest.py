"""Manifest rows: what a closed meter-day sums to, so that most questions never open a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import numpy as np
import pyarrow as pa

from tansuo.monitoring import tables
from tansuo.monitoring.grid import cells, day_bounds
from tansuo.monitoring.holes import Gap, gaps_of, is_hole
from tansuo.monitoring.kernel import RollUp, roll_up
from tansuo.monitoring.segment_row import ABSENT, PROVENANCES, STATES, unfold
from tansuo.quantity.state import State

COLUMNS = tuple(column.name for column in tables.segment_day.columns)
_COUNTS = tuple(f"count_{state.value}" for state in STATES)


def manifest_rows(packed: Sequence[Mapping[str, object]], batch: pa.RecordBatch) -> list[dict[str, object]]:
    """The manifest row of each packed meter-day, without place and version. `batch` holds the same rows.

    Sums come from the kernel; a provenance of which no cell counts has sum null. A register has its first and
    last count instead, and whether it rose all day with one provenance; a ratio has counts only.
    """
    found = roll_up(batch)
    position = {row: at for at, row in enumerate(found.rows.tolist())}
    rows = []
    for number, one in enumerate(packed):
        row = _common(one)
        if (at := position.get(number)) is not None:
            row.update(_sums(found, at))
        elif one["form"] == "register":
            row["register"] = json.dumps(_register(batch.slice(number, 1).to_pylist()[0]))
        rows.append(row)
    return rows


def _common(one: Mapping[str, object]) -> dict[str, object]:
    runs = list(zip(_plain(one["run_state"]), _plain(one["run_length"]), strict=True))
    entries = cast("Sequence[int]", one["known_entry"])
    superseded = cast("list[dict[str, int]]", one["superseded"])
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row.update(
        series=one["series"],
        day=one["day"],
        org_id=one["org"],
        from_entry=one["from_entry"],
        to_entry=one["to_entry"],
        first_entry=int(min(entries)),
        last_entry=int(max(entries)),
        revised=len({old["offset"] for old in superseded}),
        synthetic=any(cast("Sequence[bool]", one["run_synthetic"])),
    )
    counts = dict.fromkeys(STATES, 0)
    for code, length in runs:
        counts[State.MISSING if code == ABSENT else STATES[code]] += length
    row.update(zip(_COUNTS, counts.values(), strict=True))
    whole = all(code != ABSENT and not is_hole(STATES[code]) for code, _ in runs)
    if not whole and one["offsets"] is None and one["form"] != "register":
        states = [None if code == ABSENT else STATES[code] for code, length in runs for _ in range(length)]
        if gaps := _gaps(one, states):
            row["holes"] = json.dumps(gaps)
    return row


def _plain(column: object) -> list[int]:
    """A column of runs as Python integers."""
    return cast("list[int]", column if isinstance(column, list) else np.asarray(column).tolist())


def _gaps(one: Mapping[str, object], states: Sequence[State | None]) -> list[Gap]:
    zone, step, day = cast("tuple[str, int, date]", (one["zone"], one["step_s"], one["day"]))
    return gaps_of(cells(zone, step, day), day_bounds(zone, day)[1], states)


def _sums(found: RollUp, at: int) -> dict[str, object]:
    return {
        f"sum_{one.value}": int(found.days.sums[one][at])
        for one in PROVENANCES
        if one in found.days.cells and found.days.cells[one][at]
    }


def _register(one: Mapping[str, object]) -> dict[str, object] | None:
    counts = [
        version for version in unfold(one) if version.superseded_at is None and version.value is not None
    ]
    if not counts:
        return None
    numbers = [cast("int", version.value) for version in counts]
    kinds = {version.provenance for version in counts}
    ends = (counts[0], counts[-1])
    return {
        "ends": [[end.start, end.value, end.provenance.value, end.entry] for end in ends],
        "steady": numbers == sorted(numbers) and len(kinds) == 1,
    }
