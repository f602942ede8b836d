"""The question every figure stands on: what did this series sum to, as known at this ledger size?"""

from datetime import UTC, date, datetime
from decimal import Decimal

from tansuo.monitoring.lookup import line_of
from tansuo.monitoring.series import day_readings, period_sum
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

DAY = date(2026, 3, 1)


def utc(hour: int, day: int = 1) -> datetime:
    """An hour of a March day in Shanghai, as UTC."""
    return datetime.fromisoformat(f"2026-03-{day:02d}T{hour:02d}:00:00+08:00").astimezone(UTC)


def test_five_rows_as_first_known_and_as_now_known(river, line) -> None:
    """Hours 0, 1, 3; then hour 2 late, hour 1 corrected to 40, hour 4.

    The peer keeps the old value of hour 1 and never counts hour 2 (background: MyEMS five-row test).
    """
    river.plan(line())
    river.hours(DAY, [(0, "100"), (1, "100"), (3, "100")])
    first_known = river.size
    river.hours(DAY, [(2, "100")])
    river.correct("kiln.power", utc(1), Decimal(40))
    river.hours(DAY, [(4, "100")])

    asked = (river.connection, line_of(river.connection, "kiln.power"), Period.of_day(DAY))
    for closed in (False, True):
        if closed:
            assert river.close(date(2026, 3, 2)) == 1
        then, now = period_sum(*asked, first_known), period_sum(*asked)
        assert then.partial == Decimal(300)
        assert now.partial == Decimal(440)
        assert (then.total, now.total) == (None, None), "19 hours of the day are missing: not a total"
        assert (then.counts[State.VALUE], now.counts[State.VALUE]) == (3, 5)
        assert [hole.start for hole in then.holes] == [utc(2), utc(4)]
        assert [(hole.start, hole.end, hole.cells) for hole in now.holes] == [(utc(5), utc(0, 2), 19)]
        assert now.by_provenance == {Provenance.MEASURED: 400, Provenance.DECLARED: 40}
        assert (then.revised, now.revised) == (0, 1)

        hour_one = day_readings(river.connection, "kiln.power", DAY)[1]
        assert (hour_one.value, hour_one.provenance) == (40, Provenance.DECLARED)
        assert [old.value for old in hour_one.superseded] == [100]
        assert day_readings(river.connection, "kiln.power", DAY, first_known)[1].superseded == ()
