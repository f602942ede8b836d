"""Registers: differences of counts, gaps bridged, falls refused, life events declared."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tansuo.evidence.entry import Actor
from tansuo.monitoring.correction import declare_life_event
from tansuo.monitoring.grid import day_bounds, instant
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.registers import Count, LifeEvent, differences
from tansuo.monitoring.series import check, curve, month_sums, period_sum
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

CLERK, CHIEF = Actor("clerk"), Actor("chief")
DAY = date(2026, 3, 1)
ZONE = "Asia/Shanghai"


def counts(*numbers: int) -> list[Count]:
    """Counts an hour apart."""
    return [Count(3600 * n, number, Provenance.MEASURED, 1) for n, number in enumerate(numbers)]


def amounts(found: list[Count], *events: LifeEvent) -> list[int | None]:
    """The amounts between neighbouring counts."""
    return [one.amount for one in differences(found, events)]


def test_differences_and_life_events() -> None:
    assert amounts(counts(5, 7, 7, 12)) == [2, 0, 5]
    assert amounts(counts(99_998, 3)) == [None], "a falling count is no amount at all"
    assert amounts(counts(99_998, 3), LifeEvent(1800, "rollover", 100_000, 0)) == [5]
    swap = (LifeEvent(900, "replaced", 120, 4_000), LifeEvent(1800, "replaced", 4_010, 0))
    assert amounts(counts(100, 6), *swap) == [20 + 10 + 6]
    assert amounts(counts(100, 6), LifeEvent(900, "reset", 90, 0)) == [None], "the old run must rise too"
    assert amounts(counts(1, 2, 3), LifeEvent(3600, "reset", 9, 0)) == [8 + 2, 1]


def test_a_difference_is_as_good_as_the_worse_count() -> None:
    one, other = counts(1, 2)
    declared = other._replace(provenance=Provenance.DECLARED)
    assert [found.provenance for found in differences([one, declared], ())] == [Provenance.DECLARED]
    assert [found.provenance for found in differences([declared, one], ())] == [Provenance.DECLARED]


def hourly(river, hours: dict[int, int]) -> None:
    """Counts at hours since the beginning of March."""
    midnight = datetime(2026, 3, 1)
    river.arrive(
        *(_said(midnight + timedelta(hours=hour), str(count)) for hour, count in sorted(hours.items()))
    )


def _said(label: datetime, text: str) -> Measurement:
    return Measurement("file", "book", "kiln.power", label, text, "", 0)


def test_a_gap_inside_is_bridged_and_a_gap_over_the_edge_belongs_to_neither_side(river, line) -> None:
    one = line(form="register")
    river.plan(one)
    hourly(river, {0: 100, 5: 150, 23: 330, 26: 360, 48: 580})
    for closed in (False, True):
        if closed:
            assert river.close(date(2026, 3, 4)) == 3
        first, second = curve(river.connection, one.series, DAY, date(2026, 3, 3))
        assert first.partial == 230 and first.total is None
        assert [(hole.start, hole.cells) for hole in first.holes] == [(_utc(23), 1)]
        assert first.counts == {State.VALUE: 23, State.MISSING: 1} and first.bridged == 21
        assert second.partial == 220 and [hole.cells for hole in second.holes] == [2]
        both = period_sum(river.connection, one, Period.parse("2026-03"))
        assert both.partial == 480, "the night between the days is known for the month"


def test_the_count_at_midnight_closes_the_day(river, line) -> None:
    one = line(form="register")
    river.plan(one)
    hourly(river, {hour: 10 * hour for hour in range(49)})
    for closed in (False, True):
        if closed:
            river.close(date(2026, 3, 4))
        for day in curve(river.connection, one.series, DAY, date(2026, 3, 3)):
            assert (day.total, day.expected, day.holes, day.bridged) == (240, 24, (), 0)


def test_a_falling_count_is_a_hole_with_a_finding_until_the_new_meter_is_declared(river, line) -> None:
    one = line(form="register", decimals=1)
    river.plan(one)
    hourly(river, {hour: 10 * hour if hour < 10 else 10 * (hour - 10) for hour in range(25)})
    period = Period.of_day(DAY)
    then = period_sum(river.connection, one, period)
    assert (then.total, then.partial) == (None, 90 + 140)
    assert [(hole.start, hole.cells) for hole in then.holes] == [(_utc(9), 1)]
    assert [finding.code for finding in check(river.connection, one, period)] == [
        "monitoring.register_decreased"
    ]
    river.close(date(2026, 3, 3))
    assert period_sum(river.connection, one, period) == then
    size = river.size

    stated = (one.series, _utc(9) + timedelta(minutes=30), "replaced", Decimal("93.5"), Decimal("-1"))
    declare_life_event(river.connection, *stated, "new meter", None, CLERK, CHIEF, river.clock)
    river.project()
    now = period_sum(river.connection, one, period)
    assert now.total == Decimal("90") + (Decimal("3.5") + 1) + 140
    assert check(river.connection, one, period) == []
    assert period_sum(river.connection, one, period, size) == then


def test_who_may_declare_what(river, line) -> None:
    river.plan(line(form="register"), line("plain"))
    at, numbers = _utc(9), (Decimal(1), Decimal(0))

    def refused(series: str, kind: str, second: Actor = CHIEF, reason: str = "swap") -> str:
        with pytest.raises(FindingError) as found:
            declare_life_event(
                river.connection, series, at, kind, *numbers, reason, None, CLERK, second, river.clock
            )
        return found.value.findings[0].code

    assert refused("kiln.power", "explosion") == "monitoring.life_event_kind"
    assert refused("plain", "reset") == "monitoring.life_event_kind"
    assert refused("kiln.power", "reset", CLERK) == "monitoring.no_second_person"
    assert refused("kiln.power", "reset", reason=" ") == "monitoring.no_reason"
    assert refused("nobody's", "reset") == "monitoring.unknown_series"


def test_a_scripted_year_with_twelve_events(river, line) -> None:
    """Each month the register rolls over, is reset or replaced; the year's total is exact all the same."""
    one = line(form="register", step_s=86_400)
    river.plan(one)
    true_use, count, run = 0, 99_000, 0
    labels: dict[datetime, int] = {}
    events: list[tuple[datetime, str, int, int]] = []
    day = datetime(2026, 1, 1)
    while day <= datetime(2027, 1, 1):
        labels[day] = count
        used = 70 + (day.day * 37) % 50
        if day.day == 15:
            kind = ("rollover", "reset", "replaced")[day.month % 3]
            before = used // 3
            last, first = (100_000, 0) if kind == "rollover" else (count + before, 500 * run)
            before = last - count
            events.append((day + timedelta(hours=7), kind, last, first))
            count, used, run = first + used, before + used, run + 1
        else:
            count += used
        true_use += used if day < datetime(2027, 1, 1) else 0
        day += timedelta(days=1)
    river.arrive(*(_said(label, str(number)) for label, number in labels.items()))
    assert len(events) == 12
    year = Period.parse("2026")
    assert period_sum(river.connection, one, year).total is None
    river.close(date(2026, 8, 1))
    for label, kind, last, first in events:
        at = label.replace(tzinfo=UTC) - timedelta(hours=8)
        declare_life_event(
            river.connection, one.series, at, kind, Decimal(last), Decimal(first), "log", None, CLERK, CHIEF,
            river.clock,
        )  # fmt: skip
    river.project()
    assert period_sum(river.connection, one, year).total == true_use
    months = month_sums(river.connection, [one], year)
    assert sum(month.total for month in months if month.total is not None) == true_use


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(
        st.dictionaries(
            st.integers(0, 80), st.one_of(st.none(), st.integers(0, 60)), min_size=1, max_size=12
        ),
        min_size=1,
        max_size=5,
    ),
    close=st.integers(0, 5),
    event=st.one_of(st.none(), st.tuples(st.integers(0, 160), st.integers(0, 60), st.integers(0, 60))),
)
def test_closed_or_open_at_any_size_is_the_plain_sum(rivers, line, sent, close, event) -> None:
    with rivers() as river:
        one = line(form="register")
        river.plan(one)
        for n, hours in enumerate(sent):
            found = [
                _said(datetime(2026, 3, 1) + timedelta(hours=hour), str(number))._replace(
                    text=None if number is None else str(number)
                )
                for hour, number in hours.items()
            ]
            river.arrive(*found, reason="read again")
            if n + 1 == close:
                river.close(date(2026, 3, 5))
        if event is not None:
            at, last, first = event
            declare_life_event(
                river.connection, one.series, _utc(0) + timedelta(minutes=30 * at), "reset", Decimal(last),
                Decimal(first), "log", None, CLERK, CHIEF, river.clock,
            )  # fmt: skip
            river.project()
        for size in [*range(2, river.size + 1), None]:
            known: dict[int, int | None] = {}
            for n, hours in enumerate(sent):
                if size is None or 2 + n < size:
                    known.update(hours)
            events = []
            if event is not None and (size is None or size == river.size):
                events = [LifeEvent(_epoch(0) + 1800 * event[0], "reset", event[1], event[2])]
            for span in ("2026-03-01", "2026-03-02", "2026-03"):
                period = Period.parse(span)
                low, high = (day_bounds(ZONE, day)[0] for day in (period.start, period.end))
                there = [
                    Count(_epoch(hour), number, Provenance.MEASURED, 0)
                    for hour, number in sorted(known.items())
                    if number is not None and low <= _epoch(hour) <= high
                ]
                good = [step for step in differences(there, events) if step.amount is not None]
                result = period_sum(river.connection, one, period, size)
                covered = sum(step.end - step.start for step in good) // 3600
                assert result.counts.get(State.VALUE, 0) == covered
                assert result.partial == (sum(step.amount or 0 for step in good) if covered else None)
                assert sum(hole.cells for hole in result.holes) == (result.expected or 0) - covered


def _epoch(hour: int) -> int:
    return day_bounds(ZONE, DAY)[0] + 3600 * hour


def _utc(hour: int) -> datetime:
    return instant(_epoch(hour))
