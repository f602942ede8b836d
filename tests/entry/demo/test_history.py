"""The calendar of the demo: which frame reaches the gateway on which day, and what happens on the way."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_city import EXTENT, FIRMS, NOW, SINCE
from tansuo.entry.demo.history import Day, Extent, calendar, count_of, missed, owed, repairs
from tansuo.entry.demo.model import Firm, firms, published_month, publishing_day
from tansuo.entry.demo.numbers import hour_of
from tansuo.entry.demo.scenes import scenes
from tansuo.monitoring.connectors.hj212.frame import decode

TODAY = NOW.date()


def firm(name: str) -> Firm:
    return next(one for one in firms() if one.id == f"demo.{name}")


def hours(days: list[Day], who: Firm) -> dict[datetime, tuple[date, str]]:
    """By hour: the day its frame arrives and the flag it carries."""
    found: dict[datetime, tuple[date, str]] = {}
    for day in days:
        for _, frame in day.frames:
            if f"MN={who.device};".encode() not in frame or b"CN=2061;" not in frame:
                continue
            seen = decode(frame)
            assert seen.verdict == "accept" and not seen.problems
            label = seen.data_time
            assert label is not None
            hour = datetime.fromisoformat(f"{label[:8]}T{label[8:]}")
            assert hour not in found
            found[hour] = (day.day, seen.fields[f"{who.sources[0].code}-Flag"])
    return found


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return list(calendar(NOW, EXTENT))


def test_every_firm_sends_every_whole_hour_once(days: list[Day]) -> None:
    whole = (NOW.replace(minute=0) - datetime.combine(SINCE, datetime.min.time())) // timedelta(hours=1)
    counts = {one.id: len(hours(days, one)) for one in FIRMS}
    assert counts.pop("demo.paper-e") == whole - 41
    assert set(counts.values()) == {whole}
    last = max(hours(days, firm("power-a")))
    assert last == datetime(2026, 5, 21, 8)


def test_no_frame_comes_before_its_day(days: list[Day]) -> None:
    for one in FIRMS:
        assert all(arrives >= hour.date() for hour, (arrives, _) in hours(days, one).items())


def test_the_silent_firm_leaves_a_hole_that_is_never_filled(days: list[Day]) -> None:
    heard = hours(days, firm("paper-e"))
    start = datetime(2026, 3, 20)
    silent = [start + timedelta(hours=n) for n in range(41)]
    assert not set(silent) & heard.keys()
    assert start - timedelta(hours=1) in heard and silent[-1] + timedelta(hours=1) in heard


def test_late_frames_come_nine_days_later_and_in_time_for_publication(days: list[Day]) -> None:
    ended = timedelta(hours=1)  # a frame comes when its hour is over, the last of a day with the next day
    came = {hour: day for hour, (day, _) in hours(days, firm("metal-g")).items()}
    late = {hour: day for hour, day in came.items() if day != (hour + ended).date()}
    assert len(late) == 18
    assert {day - hour.date() for hour, day in late.items()} == {timedelta(days=9)}
    assert max(late.values()) < publishing_day(date(2026, 4, 1))


def test_flags_say_standing_still_and_broken(days: list[Day]) -> None:
    flags = {one.id: Counter(flag for _, flag in hours(days, one).values()) for one in FIRMS}
    assert flags["demo.cement-c"]["F"] == 240
    assert flags["demo.power-a"]["F"] == 31
    assert flags["demo.glass-f"]["D"] == 5
    assert all(
        set(one) == {"N"} for name, one in flags.items() if name[5:] not in ("cement-c", "power-a", "glass-f")
    )


def test_a_plant_that_stands_still_burns_nothing() -> None:
    said = hour_of(firm("cement-c"), datetime(2026, 4, 6, 12), TODAY)
    assert said is not None and set(said.flags.values()) == {"F"}
    assert set(said.values.values()) == {0}


def test_one_hour_is_sent_ten_times_too_high_and_put_right_after_publication() -> None:
    ((day, repair),) = repairs(TODAY, EXTENT)
    assert (repair.firm.id, repair.source.id, repair.start) == (
        "demo.chemical-d",
        "heat",
        datetime(2026, 4, 14),
    )
    assert published_month(TODAY) == date(2026, 4, 1)
    assert day > publishing_day(date(2026, 4, 1))
    said = hour_of(repair.firm, repair.start, TODAY)
    assert said is not None
    sent = Decimal(said.values["heat"]).scaleb(-repair.source.decimals)
    assert sent == repair.value * 10
    neighbours = [
        Decimal(other.values["heat"]).scaleb(-repair.source.decimals)
        for n in (1, 2, 3)
        if (other := hour_of(repair.firm, repair.start + timedelta(hours=n), TODAY)) is not None
    ]
    assert all(repair.value / 2 < one < repair.value * 2 for one in neighbours)


def test_the_same_present_gives_the_same_frames(days: list[Day]) -> None:
    assert list(calendar(NOW, EXTENT)) == days


def test_a_short_history_is_the_end_of_the_long_one() -> None:
    long = list(calendar(NOW, Extent(date(2026, 2, 1), date(2026, 2, 1), FIRMS)))
    short = list(calendar(NOW, EXTENT))
    assert long[0].day == date(2026, 2, 1)
    kept = {hour: at for hour, at in hours(long, firm("glass-f")).items() if hour.date() >= SINCE}
    assert kept == hours(short, firm("glass-f"))


def test_an_hour_before_the_history_is_not_put_right() -> None:
    assert not list(repairs(TODAY, Extent(date(2026, 5, 1), date(2026, 5, 1), FIRMS)))


def test_what_a_device_owes_is_exactly_what_it_has_not_sent() -> None:
    one = firm("food-j")
    since = datetime(2026, 5, 20, 22)
    hours_owed = [said.start for said in missed(one, since, NOW)]
    assert hours_owed == [since + timedelta(hours=n) for n in range(11)]
    assert list(missed(one, datetime(2026, 5, 21, 9), NOW)) == []


@settings(max_examples=25)
@given(now=st.datetimes(datetime(2025, 1, 15), datetime(2031, 12, 31)))
def test_on_any_day_of_any_year_the_scenes_fit_into_the_history(now: datetime) -> None:
    """The demo is started on whatever day it is: nothing may fall before its first day or after its last."""
    today = now.date()
    for scene in scenes():
        begins = scene.first_day(today)
        whole = Extent.whole(today)
        assert whole.since <= begins <= today
        assert begins >= whole.hours_since or scene.kind in ("silent", "late", "stopped")
        if scene.kind == "correction":
            who = next(one for one in firms() if one.id == scene.firm)
            said = hour_of(who, datetime.combine(begins, datetime.min.time()), today)
            assert said is not None and set(said.flags.values()) == {"N"}


WHOLE = Extent.whole(TODAY)


@pytest.fixture(scope="module")
def whole() -> list[Day]:
    """The history of all firms over all months."""
    return list(calendar(NOW, WHOLE))


def test_two_years_end_today_in_about_a_hundred_thousand_frames(whole: list[Day]) -> None:
    assert (whole[0].day, whole[-1].day) == (date(2024, 5, 1), TODAY)
    assert 95_000 < count_of(whole) < 110_000


def test_a_device_reports_by_the_day_or_by_the_hour_and_never_both(whole: list[Day]) -> None:
    said: dict[tuple[str, date], set[str]] = {}
    for day in whole:
        for _, frame in day.frames:
            seen = decode(frame)
            assert seen.verdict == "accept" and not seen.problems
            about = date.fromisoformat(str(seen.data_time)[:8])
            said.setdefault((seen.header["MN"], about), set()).add(seen.header["CN"])
    assert {day for (_, day), ways in said.items() if ways == {"2031"}} == {
        WHOLE.since + timedelta(days=n) for n in range((WHOLE.hours_since - WHOLE.since).days)
    }
    assert all(
        ways == ({"2061"} if day >= WHOLE.hours_since else {"2031"}) for (_, day), ways in said.items()
    )


def test_frames_come_in_the_order_of_their_arrival(whole: list[Day]) -> None:
    times = [sent for day in whole for sent, _ in day.frames]
    assert times == sorted(times)


def test_a_device_keeps_what_it_owes_until_it_is_asked(whole: list[Day]) -> None:
    who = firm("metal-aj")
    start = datetime.combine(TODAY - timedelta(days=3), datetime.min.time())
    kept = {start + timedelta(hours=n) for n in range(4)}
    assert not kept & hours(whole, who).keys()
    assert {said.start for said in owed(who, TODAY)} == kept
