"""Periods: how people write them, which days are in, where they begin and end on the clock."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.period import Period

texts = st.one_of(
    st.integers(1990, 2060).map(str),
    st.builds("{}-H{}".format, st.integers(1990, 2060), st.integers(1, 2)),
    st.builds("{}-Q{}".format, st.integers(1990, 2060), st.integers(1, 4)),
    st.builds("{}-{:02d}".format, st.integers(1990, 2060), st.integers(1, 12)),
    st.dates(date(1990, 1, 1), date(2060, 12, 31)).map(date.isoformat),
    st.integers(1990, 2050).map(lambda year: f"{year}/{year + 4}"),
)


@given(texts)
def test_neighbours_meet_without_gap_or_overlap(text: str) -> None:
    period = Period.parse(text)
    assert period.next().start == period.end
    assert period.previous().end == period.start
    assert period.next().previous() == period
    assert period.previous() < period < period.next()
    assert str(period) == text


@given(texts)
def test_days_and_months_make_up_the_whole(text: str) -> None:
    period = Period.parse(text)
    days = period.days()
    assert (days[0], days[-1]) == (period.start, Period.of_day(period.end).previous().start)
    assert all(period.contains(day) for day in days)
    assert not period.contains(period.end)
    if period.grain != "day":
        months = period.by_month()
        assert [day for month in months for day in month.days()] == list(days)
        assert all(period.contains(month) for month in months)


@pytest.mark.parametrize(
    ("text", "start", "end", "grain"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1), "year"),
        ("2026-H2", date(2026, 7, 1), date(2027, 1, 1), "half"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1), "quarter"),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1), "month"),
        ("2026-03-15", date(2026, 3, 15), date(2026, 3, 16), "day"),
        ("2021/2025", date(2021, 1, 1), date(2026, 1, 1), "years"),
    ],
)
def test_a_text_means_these_days(text: str, start: date, end: date, grain: str) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.grain) == (start, end, grain)


def test_a_civil_day_of_shanghai_begins_eight_hours_before_that_of_utc() -> None:
    first, last = Period.parse("2026-03-15").bounds("Asia/Shanghai")
    assert first == datetime(2026, 3, 14, 16, tzinfo=UTC)
    assert last == datetime(2026, 3, 15, 16, tzinfo=UTC)


def test_a_day_of_summer_time_is_as_long_as_it_is() -> None:
    first, last = Period.parse("2026-03-29").bounds("Europe/Berlin")
    assert (last - first).total_seconds() == 23 * 3600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-H3",
        "2026-02-30",
        "2025/2021",
        "2026/2026",
        "2026-3",
        "２０２６",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(text)


def test_a_day_has_no_months() -> None:
    with pytest.raises(ValueError, match="shorter than a month"):
        Period.parse("2026-03-15").by_month()


def test_a_year_contains_its_quarter_but_not_the_other_way_round() -> None:
    year, quarter = Period.parse("2026"), Period.parse("2026-Q4")
    assert year.contains(quarter)
    assert not quarter.contains(year)
    assert quarter.contains(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
