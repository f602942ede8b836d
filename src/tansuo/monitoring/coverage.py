"""Coverage 完整性: what came of what the plan expects, by civil day and by month, and what came late.

Only days that are over are judged; the present one is "running", those to come are "future". A day is late
when a reading of it was first known more than `late_after` after the day's end: 24 hours, for a series by the day
eight days, since who sends once a day is not missed within the week. Both thresholds are proposals of ours: no
standard that we have read sets one for all quantities. Series from files have no hour at which they
were due, so nothing of them is late. Readings that a person stated are not late; they are corrections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, text

from tansuo.evidence.ledger import recorded_many
from tansuo.monitoring.grid import day_bounds, instant
from tansuo.monitoring.lookup import versions
from tansuo.monitoring.plan import MONTHLY, PlanLine
from tansuo.monitoring.reading import PeriodSum
from tansuo.monitoring.series import curve
from tansuo.monitoring.tally import NOW
from tansuo.quantity.state import Provenance, State

LATE_AFTER = timedelta(hours=24)
LATE_STEPS = 8
"""Late is what comes more than 24 hours, and more than so many steps of its series, after its day."""

_YOUNGEST_LATE = text(
    "SELECT w.series, x.day FROM unnest(:series, :zone, :late) AS w(series, zone, late) CROSS JOIN LATERAL ("
    " SELECT * FROM (SELECT day, last_entry AS entry FROM segment_day s WHERE s.series = w.series"
    " AND s.reopened_at IS NULL AND s.day >= :first AND s.day < :last"
    " UNION ALL SELECT day, max(entry) FROM reading r WHERE r.series = w.series"
    " AND r.day >= :first AND r.day < :last GROUP BY day) AS days OFFSET 0) AS x"
    " JOIN leaf ON leaf.index = x.entry WHERE leaf.recorded"
    " > extract(epoch FROM (x.day + 1)::timestamp AT TIME ZONE w.zone) * 1000 + w.late"
    " ORDER BY w.series, x.day"
).bindparams(
    bindparam("series", type_=ARRAY(Text)),
    bindparam("zone", type_=ARRAY(Text)),
    bindparam("first", type_=Date),
    bindparam("last", type_=Date),
    bindparam("late", type_=ARRAY(BigInteger)),
)

Standing = Literal[
    "complete",
    "late",
    "estimated",
    "not_operating",
    "incomplete",
    "missing",
    "running",
    "future",
    "not_planned",
]
"""How a day or month stands. Of several that hold, the first of: missing (all of it), incomplete, not_operating
(all of it), estimated (a part was not measured but declared, estimated, …), late, complete."""


@dataclass(frozen=True, slots=True)
class Late:
    """Readings of one series and day that first became known by one entry, too late; `delay` is the longest."""

    series: str
    day: date
    entry: int
    recorded_ms: int
    readings: int
    first: datetime
    last: datetime
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source's plan expects of one activity over a day or month, and what of it came.

    Counts are of readings. `expected` None: no grid. `received` have a number or a state that adds nothing
    (among them `not_operating`); `missing` is what lacks. `kinds`: how the amounts came to be. `late` None:
    nothing is due at an hour. `running`: the period is not over, and only its days that are over are counted.
    `series` are those the plan names then.
    """

    period: str
    standing: Standing
    series: tuple[str, ...] = ()
    expected: int | None = None
    received: int = 0
    missing: int = 0
    not_operating: int = 0
    late: int | None = None
    revised: int = 0
    conflicts: int = 0
    kinds: frozenset[Provenance] = frozenset()
    running: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An activity (indicator) of a source with its days in order; `lines` are the plan's, newest last."""

    source: str
    indicator: str
    lines: tuple[PlanLine, ...]
    days: tuple[Coverage, ...]

    def months(self) -> tuple[Coverage, ...]:
        """The days joined by month."""
        grouped = groupby(self.days, key=lambda one: one.period[:7])
        return tuple(_joined(month, list(days)) for month, days in grouped)


def coverage(
    connection: Connection,
    lines: Sequence[PlanLine],
    first: date,
    last: date,
    today: date,
    as_of: int | None = None,
) -> list[Row]:
    """Coverage of the civil days [first, last) by source and indicator, in their order.

    `today` is the civil day that is not over. Ratios, which do not sum, are left out. Days on which the plan
    names no series of it are "not_planned".
    """
    rows = []
    late = Counter[tuple[str, date]]()
    for each in late_readings(connection, lines, first, last, as_of):
        late[each.series, each.day] += each.readings
    for (source, indicator), held in _by_source(lines).items():
        days: dict[date, list[Coverage]] = {}
        for line in held:
            for one in curve(connection, line.series, first, last, as_of):
                day = one.period.start
                days.setdefault(day, []).append(_day(line, day, one, late[line.series, day], today))
        monthly = all(line.step_s == MONTHLY for line in held)
        made = tuple(
            _joined(day.isoformat(), days.get(day, []))
            for day in (first + timedelta(days=number) for number in range((last - first).days))
            if not monthly or day.day == 1
        )
        rows.append(Row(source, indicator, tuple(held), made))
    return rows


def late_readings(
    connection: Connection, lines: Sequence[PlanLine], first: date, last: date, as_of: int | None = None
) -> list[Late]:
    """What of the civil days [first, last) became known too late, by series, day and entry.

    Only days whose youngest reading came late are opened.
    """
    timed = {line.series: line for line in lines if line.channel != "file" and line.step_s > 0}
    parameters = {
        "series": list(timed),
        "zone": [line.zone for line in timed.values()],
        "first": first,
        "last": last,
        "late": [_late_ms(line) for line in timed.values()],
    }
    size = NOW if as_of is None else as_of
    found: list[Late] = []
    for row in connection.execute(_YOUNGEST_LATE, parameters).all():
        found += _late_of(connection, timed[row.series], row.day, size)
    return found


def _late_of(connection: Connection, line: PlanLine, day: date, size: int) -> list[Late]:
    """The first versions of a day's readings that came too late, those of one entry together."""
    firsts: dict[int, tuple[int, Provenance]] = {}
    for one in versions(connection, line.series, day, day + timedelta(days=1)):
        if one.entry < size:
            firsts.setdefault(one.start, (one.entry, one.provenance))
    sent = [(entry, start) for start, (entry, kind) in firsts.items() if kind is not Provenance.DECLARED]
    recorded = recorded_many(connection, {entry for entry, _ in sent})
    due = _due_ms(line, day)
    found = []
    for entry, group in groupby(sorted(sent), key=lambda pair: pair[0]):
        if recorded[entry] <= due:
            continue
        starts = [start for _, start in group]
        delay = timedelta(milliseconds=recorded[entry] - due) + late_after(line)
        found.append(
            Late(
                line.series, day, entry, recorded[entry], len(starts), instant(starts[0]), instant(starts[-1]),
                delay,
            )
        )  # fmt: skip
    return found


def _due_ms(line: PlanLine, day: date) -> int:
    """When the last reading of a day must be known at the latest, in ms since 1970."""
    return day_bounds(line.zone, day)[1] * 1000 + _late_ms(line)


def late_after(line: PlanLine) -> timedelta:
    """How long after the end of its day a reading of the series is late."""
    return max(LATE_AFTER, LATE_STEPS * timedelta(seconds=max(line.step_s, 0)))


def _late_ms(line: PlanLine) -> int:
    return int(late_after(line).total_seconds()) * 1000


def _by_source(lines: Sequence[PlanLine]) -> dict[tuple[str, str], list[PlanLine]]:
    """One line of each series that sums, by source and indicator; the line that began last stands for all."""
    newest: dict[str, PlanLine] = {}
    for line in sorted(lines, key=lambda one: (one.valid_from, one.series)):
        if line.form != "ratio":
            newest[line.series] = line
    found: dict[tuple[str, str], list[PlanLine]] = {}
    for line in sorted(
        newest.values(), key=lambda one: (one.source, one.indicator, one.valid_from, one.series)
    ):
        found.setdefault((line.source, line.indicator), []).append(line)
    return found


def _day(line: PlanLine, day: date, one: PeriodSum, late: int, today: date) -> Coverage:
    """One series on one day (of a monthly series: in one month)."""
    untimed = line.channel == "file" or line.step_s <= 0
    running = one.period.end > today
    if running and day > today:
        return Coverage(day.isoformat(), "future", (line.series,), running=True)
    received = sum(count for state, count in one.counts.items() if state.has_value or state.adds_nothing)
    return Coverage(
        period=day.isoformat(),
        standing="running",
        series=(line.series,),
        expected=one.expected,
        received=received,
        missing=0 if one.expected is None or running else max(0, one.expected - received),
        not_operating=one.counts.get(State.NOT_OPERATING, 0),
        late=None if untimed else late,
        revised=one.revised,
        conflicts=one.conflicts,
        kinds=frozenset(one.by_provenance),
        running=running,
    )


def _joined(period: str, parts: Sequence[Coverage]) -> Coverage:
    """Several series, or several days, in one; of what is running only the parts that are over count."""
    planned = [one for one in parts if one.standing != "not_planned"]
    if not planned:
        return Coverage(period, "not_planned")
    over = [one for one in planned if not one.running]
    counted = over or planned
    ahead = all(one.standing == "future" for one in planned)
    gridded = [one.expected for one in counted if one.expected is not None]
    timed = [one.late for one in counted if one.late is not None]
    made = Coverage(
        period=period,
        standing="future" if ahead else "running",
        series=tuple(dict.fromkeys(name for one in planned for name in one.series)),
        expected=sum(gridded) if gridded else None,
        received=sum(one.received for one in counted),
        missing=sum(one.missing for one in counted),
        not_operating=sum(one.not_operating for one in counted),
        late=sum(timed) if timed else None,
        revised=sum(one.revised for one in counted),
        conflicts=sum(one.conflicts for one in counted),
        kinds=frozenset().union(*(one.kinds for one in counted)),
        running=len(over) < len(planned),
    )
    return replace(made, standing=_standing(made)) if over else made


def _standing(one: Coverage) -> Standing:
    if one.missing:
        return "incomplete" if one.received else "missing"
    if one.expected and one.not_operating == one.expected:
        return "not_operating"
    if one.kinds - {Provenance.MEASURED}:
        return "estimated"
    return "late" if one.late else "complete"
