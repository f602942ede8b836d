"""Plausibility finds and never changes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from tansuo.monitoring.series import check, period_sum
from tansuo.quantity.finding import render
from tansuo.quantity.period import Period

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
