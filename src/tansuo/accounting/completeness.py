"""Completeness 完整性: which of the amounts a figure needs are there, against the monitoring plan's grid.

A month is complete when every activity that the figure rests on has every reading the plan expects, or a
state that adds nothing. What is not there is named by activity, source, month and number of readings; it is
never a smaller total.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tansuo.accounting.activity_data import Activity
from tansuo.monitoring.reading import Hole
from tansuo.quantity.state import Missing, State

CellStatus = Literal["complete", "incomplete", "nothing", "absent"]
"""All readings there; some; nothing to add (NO, IE, not operating); no series, or nothing usable in it."""


@dataclass(frozen=True, slots=True)
class CellState:
    """One amount a figure needs. ``expected`` and ``present`` count readings (None: no grid to count on).

    ``holes`` are spans of missing readings in UTC, ``unplanned`` spans of days without a series; ``reason``
    is what the amount is missing for, "" when it is not.
    """

    term: str
    source: str
    month: str
    status: CellStatus
    expected: int | None
    present: int
    holes: tuple[Hole, ...]
    unplanned: tuple[tuple[date, date], ...]
    revised: int
    conflicts: int
    reason: str = ""

    @property
    def is_hole(self) -> bool:
        """Whether something is missing here."""
        return self.status in ("incomplete", "absent")


@dataclass(frozen=True, slots=True)
class Completeness:
    """The cells a figure needs, over ``months``; ``other_holes`` names what else it lacks (a factor).

    For a roll-up ``cells`` is empty and ``members`` says how many children there are and how many complete.
    """

    months: tuple[str, ...]
    cells: tuple[CellState, ...]
    other_holes: tuple[str, ...] = ()
    hole_months: tuple[str, ...] = ()
    members: tuple[int, int] | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.incomplete_months and not self.other_holes

    @property
    def incomplete_months(self) -> tuple[str, ...]:
        """Months in which something is missing, in order."""
        return tuple(sorted({*self.hole_months, *(one.month for one in self.cells if one.is_hole)}))

    @property
    def expected(self) -> int:
        """Readings expected, over all cells that have a grid."""
        return sum(one.expected for one in self.cells if one.expected is not None)

    @property
    def present(self) -> int:
        """Readings that are there, over all cells that have a grid."""
        return sum(one.present for one in self.cells if one.expected is not None)

    def text(self, language: Literal["zh", "en"]) -> str:
        """``complete``, or ``incomplete: 2026-03, 2026-07`` with every month and whatever else is missing."""
        if self.complete:
            return "完整" if language == "zh" else "complete"
        named = [*self.incomplete_months, *self.other_holes]
        return "不完整：" + "、".join(named) if language == "zh" else "incomplete: " + ", ".join(named)

    def as_json(self) -> dict[str, object]:
        """What a receipt says: counts, the months and cells with holes, how many readings each lacks."""
        body: dict[str, object] = {
            "complete": self.complete,
            "months": list(self.months),
            "incomplete": list(self.incomplete_months),
            "expected": self.expected,
            "present": self.present,
            "holes": [_hole(one) for one in self.cells if one.is_hole],
            "other": list(self.other_holes),
        }
        if self.members is not None:
            body["members"] = {"expected": self.members[0], "complete": self.members[1]}
        return body


def _hole(one: CellState) -> dict[str, object]:
    missing = None if one.expected is None else one.expected - one.present
    return {
        "term": one.term, "source": one.source, "month": one.month, "readings": missing, "reason": one.reason,
    }  # fmt: skip


_USABLE = frozenset(state for state in State if state.has_value or state.adds_nothing)


def cell_state(one: Activity) -> CellState:
    """The state of one amount."""
    gridded = [part for part in one.sums if part.expected is not None]
    expected = sum(part.expected for part in gridded if part.expected is not None) if gridded else None
    present = sum(count for part in gridded for state, count in part.counts.items() if state in _USABLE)
    return CellState(
        term=one.term,
        source=one.source,
        month=one.month,
        status=_status(one),
        expected=expected,
        present=present,
        holes=tuple(hole for part in one.sums for hole in part.holes),
        unplanned=one.unplanned,
        revised=sum(part.revised for part in one.sums),
        conflicts=sum(part.conflicts for part in one.sums),
        reason=one.value.what if isinstance(one.value, Missing) else "",
    )


def _status(one: Activity) -> CellStatus:
    if not isinstance(one.value, Missing):
        return "complete"
    if one.value.state.adds_nothing:
        return "nothing"
    return "absent" if one.known is None else "incomplete"


def of_activities(
    months: Sequence[str], activities: Iterable[Activity], missing: Missing | None, terms: Iterable[str]
) -> Completeness:
    """Completeness of a figure from the amounts it rests on; ``missing`` is what the evaluator found absent.

    Holes that are no activity (``terms`` lists those) are factors that no rung of a ladder gave: they are
    named in ``other_holes`` with their month.
    """
    known = set(terms)
    others: list[str] = []
    for part in missing.parts if missing is not None else ():
        if part.state.adds_nothing or part.what.partition(" ")[0] in known:
            continue
        others.append(f"{part.what} @ {part.where}")
    cells = tuple(cell_state(one) for one in activities)
    return Completeness(tuple(months), cells, tuple(dict.fromkeys(others)))


def of_members(months: Sequence[str], members: Mapping[str, Completeness | None]) -> Completeness:
    """Completeness of a roll-up from that of the children that have anything to give.

    A member that is None could not be counted (its share is not stated). Members of members are counted, not
    the roll-ups between: of a city ``members`` is the number of enterprises.
    """
    holes: set[str] = set()
    others: list[str] = []
    expected = complete = 0
    for name, one in members.items():
        if one is None:
            others.append(f"share @ {name}")
            expected += 1
            continue
        below, whole = one.members or (1, 1 if one.complete else 0)
        expected += below
        complete += whole
        holes.update(one.incomplete_months)
        others.extend(f"{hole} @ {name}" for hole in one.other_holes)
    return Completeness(tuple(months), (), tuple(others), tuple(sorted(holes)), (expected, complete))


def first_hole(cells: Iterable[CellState]) -> datetime | None:
    """Where the earliest missing reading begins, in UTC; None where none is missing."""
    return min((hole.start for one in cells for hole in one.holes), default=None)
