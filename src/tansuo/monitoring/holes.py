"""Holes: which cells of the grid nothing usable covers, as ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from tansuo.monitoring.grid import instant
from tansuo.monitoring.reading import Hole
from tansuo.quantity.state import State


class Gap(NamedTuple):
    """A hole in epoch seconds, as the manifest stores it: [start, end), number of cells, state."""

    start: int
    end: int
    cells: int
    state: str


def is_hole(state: State) -> bool:
    """Whether a cell in this state leaves a sum incomplete: neither a number nor a nothing that somebody
    stated."""
    return not state.has_value and not state.adds_nothing


def gaps_of(grid: Sequence[int], end: int, states: Iterable[State | None]) -> list[Gap]:
    """Gaps of one day: `states` gives each cell's state, None where nothing came; `end` is the day's end."""
    edges = [*grid, end]
    found = [
        Gap(start, stop, 1, (state or State.MISSING).value)
        for (start, stop), state in zip(pairwise(edges), states, strict=True)
        if state is None or is_hole(state)
    ]
    return merged(found)


def merged(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps in time order, those of one state that touch joined into one."""
    found: list[Gap] = []
    for gap in sorted(gaps):
        if found and found[-1].end == gap.start and found[-1].state == gap.state:
            found[-1] = Gap(found[-1].start, gap.end, found[-1].cells + gap.cells, gap.state)
        else:
            found.append(gap)
    return found


def as_holes(gaps: Iterable[Gap]) -> tuple[Hole, ...]:
    """Gaps as people read them, joined and in time order."""
    return tuple(
        Hole(instant(gap.start), instant(gap.end), gap.cells, State(gap.state)) for gap in merged(gaps)
    )
