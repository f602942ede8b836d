"""Corrections: two persons, a reason, both values kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tansuo.evidence.entry import Actor
from tansuo.monitoring.correction import correct
from tansuo.monitoring.series import day_readings, period_sum
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

DAY = date(2026, 3, 1)
NINE = datetime(2026, 3, 1, 1, tzinfo=UTC)
CLERK, CHIEF = Actor("clerk"), Actor("chief")


def test_what_a_correction_must_have(river, line) -> None:
    river.plan(line(decimals=1))

    def refused(
        *,
        series: str = "kiln.power",
        start: datetime = NINE,
        value: Decimal | State = Decimal(1),
        reason: str = "misread",
        second: Actor = CHIEF,
    ) -> str:
        before = river.size
        with pytest.raises(FindingError) as found:
            correct(river.connection, series, start, value, reason, None, CLERK, second, river.clock)
        assert river.size == before, "a refused correction leaves no entry"
        return found.value.findings[0].code.removeprefix("monitoring.")

    assert refused(second=CLERK) == "no_second_person"
    assert refused(second=Actor("")) == "no_second_person"
    assert refused(reason="  ") == "no_reason"
    assert refused(series="nobody's") == "unknown_series"
    assert refused(start=NINE.replace(year=2019)) == "unknown_series", "before the plan's first day"
    assert refused(start=NINE.replace(minute=1)) == "off_grid"
    assert refused(value=Decimal("0.25")) == "too_many_decimals"
    assert refused(value=Decimal(10) ** 20) == "too_large"
    assert refused(value=State.MEASURED_ZERO) == "state_has_value"


def test_a_correction_says_who_and_why_and_a_second_one_replaces_it(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(9, "100")])
    first = river.correct("kiln.power", NINE, Decimal(40))
    assert (first.type, first.org, first.by.id) == ("correction", "firm.a", "clerk")
    assert first.why == {"reason": "misread"} and first.body["second_by"] == "chief"
    second = river.correct("kiln.power", NINE, State.MISSING)
    assert second.supersedes == first.index
    found = [
        period_sum(river.connection, line(), Period.of_day(DAY), size).partial
        for size in (first.index, first.index + 1, second.index + 1)
    ]
    assert found == [100, 40, None]
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert [one.value for one in reading.superseded] == [100, 40]
    assert (reading.state, reading.arrival, reading.entry) == (State.MISSING, second.index, second.index)


def test_a_cell_that_never_had_a_reading_may_be_stated(river, line) -> None:
    river.plan(line(step_s=86_400))
    river.correct("kiln.power", datetime(2026, 2, 28, 16, tzinfo=UTC), Decimal(0))
    found = period_sum(river.connection, line(step_s=86_400), Period.of_day(DAY))
    assert (found.total, found.counts) == (0, {State.DECLARED_ZERO: 1})
    assert (found.revised, found.by_provenance) == (0, {Provenance.DECLARED: 0})
