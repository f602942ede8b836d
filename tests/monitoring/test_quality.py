"""Plausibility finds and never changes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tansuo.evidence.rebuild import check_projections
from tansuo.monitoring.lookup import day_readings
from tansuo.monitoring.quarantine import redrive_draft
from tansuo.monitoring.series import check, period_sum
from tansuo.quantity.period import Period
from tansuo.quantity.state import State
from tansuo.quantity.wording import render

DAY = date(2026, 3, 1)


def found(river, line, numbers: str) -> list[tuple[str, str]]:
    """Codes and values of the findings on a day that starts with these numbers."""
    river.plan(line)
    at = datetime.combine(DAY, datetime.min.time())
    river.hours(DAY, list(enumerate(numbers.split())), line.series)
    assert at + timedelta(hours=1) > at
    findings = check(river.connection, line, Period.of_day(DAY))
    assert all(one.severity == "warning" and "{" not in render(one, "zh") for one in findings)
    return [(one.code.removeprefix("monitoring."), str(one.params["value"])) for one in findings]


def test_limits_are_exact_whatever_the_decimals(river, line) -> None:
    limited = line(lower="0.05", upper="9.95", decimals=1)
    assert found(river, limited, "0.0 0.1 9.9 10.0") == [("below_lower", "0.0"), ("above_upper", "10.0")]
    assert period_sum(river.connection, limited, Period.of_day(DAY)).partial == Decimal("20.0")


def test_jumps_between_neighbours(river, line) -> None:
    assert found(river, line(attributes={"largest_change": "5"}), "1 6 12 7 1") == [
        ("large_change", "12"),
        ("large_change", "1"),
    ]


def test_a_value_that_stands_still(river, line) -> None:
    assert found(river, line(attributes={"stuck_after": "3"}), "0 0 0 0 4 4 5 5 5 5") == [("stuck", "5")]


def stopped(say, text: str | None, hour: int = 0):
    """What a device says of one hour with the mark F."""
    at = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=hour)
    return say("kiln.power", at, text, flag="F")._replace(channel="hj212")


@pytest.mark.parametrize("form", ["interval_amount", "rate"])
def test_a_stopped_source_with_an_amount_is_a_hole_that_says_so(river, line, say, form: str) -> None:
    one = line(channel="hj212", form=form, unit="kW" if form == "rate" else "kWh", decimals=1)
    river.plan(one)
    numbers = {0: "0", 1: "0.0", 2: None, 3: "5.0", 4: "-0.1", 5: "0.0004"}
    arrival = river.arrive(*(stopped(say, numbers.get(hour, "0"), hour) for hour in range(24)))
    for _ in range(2):
        total = period_sum(river.connection, one, Period.of_day(DAY))
        assert total.total is None, "the day is not complete: what was sent is in no sum"
        assert total.counts == {State.NOT_OPERATING: 21, State.MISSING: 3}
        assert [hole.cells for hole in total.holes] == [3]
        found = check(river.connection, one, Period.of_day(DAY))
        assert [(x.code, x.severity, x.params["value"]) for x in found] == [
            ("monitoring.stopped_with_value", "warning", number) for number in ("5.0", "-0.1", "0.0004")
        ]
        assert (found[0].where["series"], found[0].where["entry"], found[0].where["frame"]) == (
            "kiln.power", arrival.index, 3,
        )  # fmt: skip
        assert found[0].where["time"] == "2026-02-28T19:00:00+00:00"
        for language in ("zh", "en"):
            assert "5.0" in render(found[0], language) and "{" not in render(found[0], language)
        assert [x.flag for x in day_readings(river.connection, "kiln.power", DAY)] == ["F"] * 24
        assert check_projections(river.connection, [river.projection]) == []
        river.close(DAY + timedelta(days=1))


def test_it_is_said_until_somebody_decides(river, line, say) -> None:
    one = line(channel="hj212", step_s=86_400)
    river.plan(one)
    river.arrive(stopped(say, "7"))
    known = river.size
    assert period_sum(river.connection, one, Period.of_day(DAY)).total is None
    river.correct("kiln.power", datetime.fromisoformat("2026-03-01T00:00:00+08:00"), State.NOT_OPERATING)
    assert check(river.connection, one, Period.of_day(DAY)) == []
    assert period_sum(river.connection, one, Period.of_day(DAY)).complete
    assert [x.params["value"] for x in check(river.connection, one, Period.of_day(DAY), known)] == ["7"]


def test_it_is_said_of_what_comes_out_of_quarantine_too(river, line, say) -> None:
    river.arrive(stopped(say, "7"))
    one = line(channel="hj212")
    river.plan(one)
    river.write(redrive_draft())
    river.project()
    assert [x.params["value"] for x in check(river.connection, one, Period.of_day(DAY))] == ["7"]


@pytest.mark.parametrize("form", ["register", "ratio"])
def test_a_count_or_a_temperature_contradicts_no_stop(river, line, say, form: str) -> None:
    one = line(channel="hj212", form=form, unit="kWh" if form == "register" else "°C")
    river.plan(one)
    river.arrive(stopped(say, "7"))
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert reading.state is State.NOT_OPERATING
    assert check(river.connection, one, Period.of_day(DAY)) == []
