"""Whether a firm is heard of, by the lines of its plan that are in force and by readings of the past alone."""

from datetime import UTC, date, datetime, timedelta

from tansuo.monitoring import plan
from tansuo.monitoring.freshness import freshness

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in the city


def state(river, now: datetime = NOW) -> tuple[str, datetime | None]:
    """What is known of the one firm."""
    (found,) = freshness(river.connection, plan.lines(river.connection), now).values()
    return found.state, found.newest


def test_the_pace_of_the_plan_in_force_decides(river, line) -> None:
    river.plan(
        line("a.day", step_s=86_400, valid_to=DAY),
        line("a.hour", valid_from=DAY),
        line("a.live", step_s=60, valid_from=DAY + timedelta(days=1)),
    )
    river.hours(DAY, [(11, "1")], "a.hour")
    eleven = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert state(river) == ("online", eleven)
    assert state(river, NOW + timedelta(hours=6)) == ("delayed", eleven)
    assert state(river, NOW + timedelta(days=2)) == ("silent", eleven)
    assert state(river, NOW - timedelta(days=1)) == ("none", None)


def test_a_reading_of_a_time_to_come_says_nothing(river, line) -> None:
    river.plan(line("a.hour"))
    river.hours(DAY, [(20, "1")], "a.hour")
    assert state(river) == ("none", None)
    river.hours(DAY, [(10, "1")], "a.hour")
    assert state(river) == ("online", datetime(2026, 3, 2, 2, tzinfo=UTC))
