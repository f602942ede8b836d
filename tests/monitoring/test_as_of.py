"""Late, corrected, conflicting, closed at any moment: every ledger size gives the model's answer."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tansuo.evidence.rebuild import check_projections
from tansuo.monitoring.grid import day_bounds, instant
from tansuo.monitoring.series import curve, period_sum
from tansuo.quantity.period import Period
from tansuo.quantity.state import State

FIRST, DAYS, STEP = date(2026, 3, 7), 3, 6 * 300
"""Three days with half-hour cells; in New York the second of them has 23 hours."""


class Row(NamedTuple):
    """Cell of the grid, and the number sent for it (None: the field was empty)."""

    cell: int
    number: int | None


class Arrival(NamedTuple):
    """Rows of one arrival, with or without a reason."""

    rows: list[Row]
    reason: bool


class Correction(NamedTuple):
    """A decision about one cell."""

    row: Row


class Close(NamedTuple):
    """So many days are closed."""

    days: int


@dataclass
class Model:
    """The rule of the module docstring of `acceptance`, in plain Python over (cell, number, from, until)."""

    known: dict[int, list[list[Any]]] = field(default_factory=dict)
    conflicts: list[list[Any]] = field(default_factory=list)

    def take(self, entry: int, rows: list[Row], reason: bool, decided: bool) -> None:
        """One entry at a time. What is said is a number and whether a person declared it."""
        here: set[int] = set()
        for cell, number in rows:
            versions, said = self.known.setdefault(cell, []), (number, decided)
            if versions and versions[-1][0] == said and not decided:
                self._settle(entry, cell, reason)
                continue
            fills = bool(versions) and versions[-1][0][0] is None and number is not None
            if not versions or decided or (cell not in here and (reason or fills)):
                if versions:
                    versions[-1][2] = entry
                versions.append([said, entry, None])
                here.add(cell)
                self._settle(entry, cell, reason or decided)
            elif [cell, said] not in [one[:2] for one in self.conflicts]:
                self.conflicts.append([cell, said, entry, None])

    def _settle(self, entry: int, cell: int, reason: bool) -> None:
        """A reason settles what waits of other entries."""
        for one in self.conflicts:
            if reason and one[0] == cell and one[2] != entry and one[3] is None:
                one[3] = entry

    def at(self, size: int, cells: range) -> tuple[int, int, int, int]:
        """Sum, cells with a number, cells revised, conflicts, as known at a ledger size."""
        total = numbers = revised = 0
        for cell in cells:
            for n, ((number, _), since, until) in enumerate(self.known.get(cell, [])):
                if since < size and (until is None or until >= size):
                    total, numbers = total + (number or 0), numbers + (number is not None)
                    revised += n > 0
        open_ = [c for c, _, since, until in self.conflicts
                 if c in cells and since < size and (until is None or until >= size)]  # fmt: skip
        return total, numbers, revised, len(open_)


CELLS = st.one_of(st.sampled_from([0, 47, 48, 60]), st.integers(0, DAYS * 46 - 1))
"""A few cells are favoured, so that the same time is spoken of again and again."""
ROWS = st.builds(Row, CELLS, st.one_of(st.none(), st.integers(-3, 3)))
EVENTS = st.lists(
    st.one_of(
        st.builds(Arrival, st.lists(ROWS, min_size=1, max_size=8), st.booleans()),
        st.builds(Correction, ROWS),
        st.builds(Close, st.integers(1, DAYS)),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=EVENTS,
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York"]),
    side=st.sampled_from(["start", "end"]),
    batch=st.sampled_from([1, 3, 500]),
)
def test_every_size_gives_what_was_known_then(rivers, line, say, events, zone, side, batch) -> None:
    with rivers() as river:
        one = line(step_s=STEP, zone=zone, label=side, decimals=1)
        river.plan(one)
        first, _ = day_bounds(zone, FIRST)
        bounds = [day_bounds(zone, FIRST + timedelta(days=n)) for n in range(DAYS)]
        model = Model()

        def label(cell: int) -> datetime:
            at = instant(first + STEP * (cell + (side == "end")))
            return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

        for event in events:
            match event:
                case Arrival(rows, reason):
                    found = [
                        say(one.stream, label(row.cell), None if row.number is None else str(row.number))
                        for row in rows
                    ]
                    entry = river.arrive(*found, reason="re-read" if reason else None, project=batch == 1)
                    model.take(entry.index, rows, reason, decided=False)
                case Correction(row):
                    value = State.MISSING if row.number is None else Decimal(row.number)
                    river.project(batch)
                    start = instant(first + STEP * row.cell).astimezone(UTC)
                    entry = river.correct(one.series, start, value)
                    model.take(entry.index, [row], True, decided=True)
                case Close(days):
                    river.project(batch)
                    river.close(FIRST + timedelta(days=days))
        river.project(batch)

        spans = [range((low - first) // STEP, (high - first) // STEP) for low, high in bounds]
        for size in [*range(2, river.size + 1), None]:
            at = river.size if size is None else size
            days = curve(river.connection, one.series, FIRST, FIRST + timedelta(days=DAYS), size)
            for n, (span, found) in enumerate(zip(spans, days, strict=True)):
                single = period_sum(river.connection, one, Period.of_day(FIRST + timedelta(days=n)), size)
                assert found == single
                total, numbers, revised, conflicts = model.at(at, span)
                assert (found.partial is not None) == (numbers > 0)
                assert found.partial is None or found.partial == total
                assert found.expected == len(span)
                missing = found.counts.get(State.MISSING, 0)
                assert len(span) - missing == numbers
                assert sum(hole.cells for hole in found.holes) == missing
                assert (found.revised, found.conflicts) == (revised, conflicts)
            whole = period_sum(river.connection, one, Period.parse("2026-03"), size)
            total, numbers, revised, conflicts = model.at(at, range(10_000))
            assert whole.partial == (total if numbers else None)
            assert (whole.revised, whole.conflicts) == (revised, conflicts)
            assert sum(hole.cells for hole in whole.holes) == whole.expected - numbers
        assert check_projections(river.connection, [river.projection]) == []
