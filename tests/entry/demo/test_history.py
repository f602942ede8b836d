"""The calendar of the demo: which frame reaches the gateway on which day, and what happens on the way."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_city import NOW, SINCE
from tansuo.entry.demo.history import Day, calendar, first_day, missed
from tansuo.entry.demo.model import Firm, firms, hour_of, published_month, publishing_day, scenes
from tansuo.monitoring.connectors.hj212.frame import decode

TODAY = NOW.date()


def firm(name: str) -> Firm:
    return next(one for one in firms() if one.id == f"demo.{name}")


def hours(days: list[Day], who: Firm) -> dict[datetime, tuple[date, str]]:
    """By hour: the day its frame arrives and the flag it carries."""
    found: dict[datetime, tuple[date, str]] = {}
    for day in days:
        for frame in day.frames.get(who.device, []):
            seen = decode(frame)
            assert seen.verdict == "accept" and not seen.problems
            assert (seen.header["MN"], seen.header["CN"]) == (who.device, "2061")
            label = seen.data_time
            assert label is not None
            hour = datetime.fromisoformat(f"{label[:8]}T{label[8:]}")
            assert hour not in found
            found[hour] = (day.day, seen.fields[f"{who.sources[0].code}-Flag"])
    return found


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return calendar(NOW, SINCE)


def test_every_firm_sends_every_whole_hour_once(days: list[Day]) -> None:
    whole = (NOW.replace(minute=0) - datetime.combine(SINCE, datetime.min.time())) // timedelta(hours=1)
    counts = {one.id: len(hours(days, one)) for one in firms()}
    assert counts.pop("demo.paper-e") == whole - 41
    assert set(counts.values()) == {whole}
    last = max(hours(days, firm("power-a")))
    assert last == datetime(2026, 5, 21, 8)


def test_no_frame_comes_before_its_day(days: list[Day]) -> None:
    for one in firms():
        assert all(arrives >= hour.date() for hour, (arrives, _) in hours(days, one).items())


def test_the_silent_firm_leaves_a_hole_that_is_never_filled(days: list[Day]) -> None:
    heard = hours(days, firm("paper-e"))
    start = datetime(2026, 3, 20)
    silent = [start + timedelta(hours=n) for n in range(41)]
    assert not set(silent) & heard.keys()
    assert start - timedelta(hours=1) in heard and silent[-1] + timedelta(hours=1) in heard


def test_late_frames_come_nine_days_later_and_in_time_for_publication(days: list[Day]) -> None:
    late = {hour: day for hour, (day, _) in hours(days, firm("metal-g")).items() if day != hour.date()}
    assert len(late) == 18
    assert {day - hour.date() for hour, day in late.items()} == {timedelta(days=9)}
    assert max(late.values()) < publishing_day(date(2026, 4, 1))


def test_flags_say_standing_still_and_broken(days: list[Day]) -> None:
    flags = {one.id: Counter(flag for _, flag in hours(days, one).values()) for one in firms()}
    assert flags["demo.cement-c"]["F"] == 240
    assert flags["demo.power-a"]["F"] == 31
    assert flags["demo.glass-f"]["D"] == 5
    assert all(
        set(one) == {"N"} for name, one in flags.items() if name[5:] not in ("cement-c", "power-a", "glass-f")
    )


def test_a_plant_that_stands_still_burns_nothing() -> None:
    said = hour_of(firm("cement-c"), datetime(2026, 4, 6, 12), TODAY)
    assert said is not None and said.flag == "F"
    assert set(said.values.values()) == {0}


def test_one_hour_is_sent_ten_times_too_high_and_put_right_after_publication(days: list[Day]) -> None:
    ((day, repair),) = [(one.day, repair) for one in days for repair in one.repairs]
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
    again = calendar(NOW, SINCE)
    assert [(one.day, dict(one.frames)) for one in again] == [(one.day, dict(one.frames)) for one in days]


def test_a_short_history_is_the_end_of_the_long_one() -> None:
    long, short = calendar(NOW), calendar(NOW, SINCE)
    assert long[0].day == first_day(TODAY) == date(2026, 2, 1)
    kept = {hour: at for hour, at in hours(long, firm("glass-f")).items() if hour.date() >= SINCE}
    assert kept == hours(short, firm("glass-f"))


def test_an_hour_before_the_history_is_not_put_right() -> None:
    assert not [repair for day in calendar(NOW, date(2026, 5, 1)) for repair in day.repairs]


def test_what_a_device_owes_is_exactly_what_it_has_not_sent() -> None:
    one = firm("food-j")
    owed = list(missed(one, datetime(2026, 5, 20, 22), NOW))
    labels = [decode(frame).data_time for frame in owed]
    since = datetime(2026, 5, 20, 22)
    assert labels == [f"{since + timedelta(hours=n):%Y%m%d%H%M%S}" for n in range(11)]
    assert list(missed(one, datetime(2026, 5, 21, 9), NOW)) == []


@settings(max_examples=25)
@given(now=st.datetimes(datetime(2025, 1, 15), datetime(2031, 12, 31)))
def test_on_any_day_of_any_year_the_scenes_fit_into_the_history(now: datetime) -> None:
    """The demo is started on whatever day it is: nothing may fall before its first day or after its last."""
    today = now.date()
    for scene in scenes():
        begins = scene.first_day(today)
        assert first_day(today) <= begins <= today
        if scene.kind == "correction":
            who = next(one for one in firms() if one.id == scene.firm)
            said = hour_of(who, datetime.combine(begins, datetime.min.time()), today)
            assert said is not None and said.flag == "N"


def test_nobody_in_the_demo_can_be_taken_for_a_real_firm() -> None:
    for one in firms():
        assert one.zh.startswith("演示") and one.en.startswith("Demo ")
        assert one.id.startswith("demo.") and "DEMO" in one.device
