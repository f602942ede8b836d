"""The question every figure stands on: what did this series sum to, as known at this ledger size?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tansuo.monitoring.amounts import amount
from tansuo.monitoring.lookup import line_of
from tansuo.monitoring.plan import IRREGULAR, MONTHLY
from tansuo.monitoring.series import curve, day_readings, month_sums, period_sum, period_sums
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State

DAY = date(2026, 3, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc(hour: int, day: int = 1) -> datetime:
    """An hour of a March day in Shanghai, as UTC."""
    return datetime.fromisoformat(f"2026-03-{day:02d}T{hour:02d}:00:00+08:00").astimezone(UTC)


def test_five_rows_as_first_known_and_as_now_known(river, line) -> None:
    """Hours 0, 1, 3; then hour 2 late, hour 1 corrected to 40, hour 4.

    The peer keeps the old value of hour 1 and never counts hour 2.
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


def test_ten_of_twelve_months_are_not_a_total(river, line, say) -> None:
    coal = line("coal", step_s=MONTHLY, unit="t", decimals=2)
    river.plan(coal)
    months = [month for month in range(1, 13) if month not in (3, 7)]
    river.arrive(*(say("coal", datetime(2026, month, 1), "10.5") for month in months))
    for _ in range(2):
        year = period_sum(river.connection, coal, Period.parse("2026"))
        assert (year.total, year.partial, year.expected) == (None, Decimal("105.0"), 12)
        assert [(hole.start.astimezone(SHANGHAI).month, hole.cells) for hole in year.holes] == [
            (3, 1),
            (7, 1),
        ]
        value = year.value()
        assert isinstance(value, Missing) and value.where == "2026"
        by_month = month_sums(river.connection, [coal], Period.parse("2026"))
        assert [one.period.start.month for one in by_month if one.total is None] == [3, 7]
        assert [one.total for one in by_month if one.complete] == [Decimal("10.50")] * 10
        assert len(curve(river.connection, "coal", date(2026, 1, 1), date(2027, 1, 1))) == 12
        river.close(date(2027, 1, 1))
    with pytest.raises(FindingError) as refused:
        period_sum(river.connection, coal, Period.of_day(DAY))
    assert refused.value.findings[0].code == "monitoring.period_too_short"


def test_not_operating_is_not_missing(river, line, say) -> None:
    one = line(step_s=21_600)
    river.plan(one)
    at = datetime(2026, 3, 1)
    stopped = State.NOT_OPERATING
    river.arrive(
        say("kiln.power", at, "0"),
        say("kiln.power", at.replace(hour=6), None, state=stopped),
        say("kiln.power", at.replace(hour=12), "5", provenance=Provenance.SUBSTITUTED),
        say("kiln.power", at.replace(hour=18), None, state=stopped),
        say("kiln.power", at.replace(day=2), "0", provenance=Provenance.DECLARED),
        say("kiln.power", at.replace(day=2, hour=6), None, state=State.NOT_ESTIMATED),
        say("kiln.power", at.replace(day=2, hour=12), None),
        *(say("kiln.power", at.replace(day=3, hour=hour), None, state=stopped) for hour in (0, 6, 12, 18)),
    )
    for _ in range(2):
        first, second, third, fourth = curve(river.connection, one.series, DAY, date(2026, 3, 5))
        assert (first.total, first.holes) == (5, ())
        assert first.by_provenance == {Provenance.MEASURED: 0, Provenance.SUBSTITUTED: 5}
        assert first.counts == {State.VALUE: 1, State.MEASURED_ZERO: 1, stopped: 2}
        assert (second.total, second.partial) == (None, 0)
        assert second.counts == {State.DECLARED_ZERO: 1, State.NOT_ESTIMATED: 1, State.MISSING: 2}
        assert [(hole.cells, hole.state) for hole in second.holes] == [
            (1, State.NOT_ESTIMATED), (2, State.MISSING),
        ]  # fmt: skip
        assert (third.total, third.by_provenance) == (0, {}), (
            "stopped all day: nothing was used, and we know it"
        )
        assert (fourth.total, fourth.partial, fourth.first_arrival) == (None, None, None)
        river.close(date(2026, 3, 5))


def test_a_rate_is_multiplied_by_its_step_and_divided_once(river, line, say) -> None:
    feed = line("feed", form="rate", unit="t/h", step_s=1200, decimals=1)
    power = line("power", form="rate", unit="MW", attributes={"amount_unit": "kWh"}, decimals=3)
    river.plan(feed, power)
    at = datetime(2026, 3, 1)
    river.arrive(*(say("feed", at + timedelta(minutes=20 * n), "0.1") for n in range(72)))
    river.arrive(*(say("power", at + timedelta(hours=n), "1.001") for n in range(24)))
    for _ in range(2):
        found = period_sums(river.connection, [feed, power], Period.of_day(DAY))
        assert [(one.total, one.unit) for one in found] == [(Decimal("2.4"), "t"), (Decimal(24_024), "kWh")]
        river.close(date(2026, 3, 2))
    assert amount(feed, 1) == Decimal("0.03333333333333333333333333333333333"), "34 digits, half to even"


def test_a_ratio_is_never_summed(river, line, say) -> None:
    ratio = line("ncv", form="ratio", unit="GJ/t", decimals=3)
    river.plan(ratio)
    river.arrive(say("ncv", datetime(2026, 3, 1), "20.908"))
    for close in (False, True):
        if close:
            assert river.close(date(2026, 3, 2)) == 1
        with pytest.raises(FindingError) as refused:
            period_sum(river.connection, ratio, Period.of_day(DAY))
        assert refused.value.findings[0].code == "monitoring.ratio_not_summed"
        assert [one.value for one in day_readings(river.connection, "ncv", DAY)] == [Decimal("20.908")]


def test_deliveries_have_no_grid_and_all_count(river, line, say) -> None:
    scale = line("scale", step_s=IRREGULAR, unit="t", decimals=2)
    river.plan(scale)
    at = datetime(2026, 3, 1, 9, 13, 5)
    river.arrive(*(say("scale", at + timedelta(hours=7 * n, seconds=n), "31.25") for n in range(5)))
    for _ in range(2):
        found = period_sum(river.connection, scale, Period.parse("2026-03"))
        assert (found.total, found.expected, found.holes) == (Decimal("156.25"), None, ())
        assert period_sum(river.connection, scale, Period.parse("2026-04")).partial is None
        assert day_readings(river.connection, "scale", DAY)[1].start.minute == 13
        river.close(date(2026, 4, 1))
    river.arrive(say("scale", datetime(2026, 3, 9, 7), None))
    found = period_sum(river.connection, scale, Period.parse("2026-03"))
    assert (found.total, found.partial, found.complete) == (None, Decimal("156.25"), False), (
        "a load unweighed"
    )


def test_only_the_days_on_which_a_line_is_valid_are_expected(river, line, say) -> None:
    old = line(step_s=86_400, valid_to=date(2026, 3, 11))
    new = line(step_s=86_400, valid_from=date(2026, 3, 11), device="new", attributes={})
    river.plan(old, new)
    river.arrive(*(say("kiln.power", datetime(2026, 3, day), "1") for day in range(1, 11)))
    march = Period.parse("2026-03")
    first, second = period_sums(river.connection, [old, new], march)
    assert (first.total, first.expected) == (10, 10)
    assert (second.total, second.expected, second.holes[0].cells) == (None, 21, 21)
    none = period_sum(river.connection, old, Period.parse("2027"))
    assert (none.expected, none.total, none.holes, none.complete) == (0, None, (), False)


def test_a_months_sums_are_those_of_its_days(river, line, say) -> None:
    """Over a night on which the clock is put forward, partly closed, with label at the end."""
    one = line(zone="America/New_York", label="end", decimals=1)
    river.plan(one)
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 3, 1, tzinfo=zone).astimezone(UTC)
    labels = [
        (start + timedelta(hours=n + 1)).astimezone(zone).replace(tzinfo=None) for n in range(31 * 24 - 1)
    ]
    river.arrive(*(say(one.series, label, f"{n}.5") for n, label in enumerate(labels)))
    river.close(date(2026, 3, 12))
    march = period_sum(river.connection, one, Period.parse("2026-03"))
    days = curve(river.connection, one.series, DAY, date(2026, 4, 1))
    assert march.total == sum(n for n in range(743)) + Decimal(743) / 2
    assert sum(day.total for day in days if day.total is not None) == march.total
    assert {day.expected for day in days} == {23, 24} and march.expected == 743
    (month,) = month_sums(river.connection, [one], Period.parse("2026-03"))
    assert month == march


def test_synthetic_stays_synthetic(river, line, say) -> None:
    river.plan(line("a", synthetic=True), line("b"))
    at = datetime(2026, 3, 1)
    river.arrive(
        say("a", at, "1"), say("b", at, "1"), say("b", at.replace(day=2), "1")._replace(synthetic=True)
    )
    day = Period.of_day(DAY)
    for _ in range(2):
        plain = period_sums(river.connection, [line("a", synthetic=True), line("b")], day)
        assert [one.synthetic for one in plain] == [True, False]
        assert period_sum(river.connection, line("b"), Period.parse("2026-03")).synthetic
        river.close(date(2026, 4, 1))
