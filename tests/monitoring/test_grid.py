"""Cells and labels, with clocks that change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.grid import Placed, ambiguous, cell_end, cells, civil_day, day_bounds, instant, place
from tansuo.monitoring.plan import IRREGULAR, MONTHLY

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def test_a_value_labelled_midnight_at_its_end_belongs_to_the_day_before() -> None:
    placed = place(SHANGHAI, 3600, "end", False, datetime(2026, 3, 2))
    assert placed == Placed(day_bounds(SHANGHAI, date(2026, 3, 2))[0] - 3600, date(2026, 3, 1))
    assert place(SHANGHAI, 900, "end", False, datetime(2017, 1, 1, 0, 15)).day == date(2017, 1, 1)


def test_days_on_which_the_clock_changes_have_23_and_25_hours() -> None:
    assert [len(cells(NEW_YORK, 3600, day)) for day in (SPRING, AUTUMN)] == [23, 25]
    assert [len(cells(NEW_YORK, 900, day)) for day in (SPRING, AUTUMN)] == [92, 100]
    assert [len(cells(NEW_YORK, 21_600, day)) for day in (SPRING, AUTUMN)] == [4, 4]
    assert [len(cells(NEW_YORK, 86_400, day)) for day in (SPRING, AUTUMN)] == [1, 1]


def test_a_time_the_clock_jumps_over_has_no_cell() -> None:
    assert place(NEW_YORK, 3600, "start", False, datetime(2026, 3, 8, 2)) == "nonexistent_time"
    two, three = (place(NEW_YORK, 3600, "end", False, datetime(2026, 3, 8, hour)) for hour in (1, 3))
    assert isinstance(two, Placed) and isinstance(three, Placed)
    assert three.start - two.start == 3600, "one hour passes between 1 and 3 o'clock that night"


def test_a_time_that_comes_twice_is_the_earlier_one_first() -> None:
    label = datetime(2026, 11, 1, 1)
    assert ambiguous(NEW_YORK, label) and not ambiguous(SHANGHAI, label)
    first, second = (place(NEW_YORK, 3600, "start", False, label, later) for later in (False, True))
    assert isinstance(first, Placed) and isinstance(second, Placed)
    assert second.start - first.start == 3600


def test_a_day_longer_or_shorter_is_one_daily_cell() -> None:
    line = _Line(86_400, NEW_YORK)
    for day, hours in ((SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)):
        (start,) = cells(NEW_YORK, 86_400, day)
        assert cell_end(line, start, day) - start == hours * 3600


def test_months() -> None:
    march = date(2026, 3, 1)
    assert cells(SHANGHAI, MONTHLY, march) == (day_bounds(SHANGHAI, march)[0],)
    assert cells(SHANGHAI, MONTHLY, date(2026, 3, 2)) == ()
    for label, side in (((2026, 3, 1), "start"), ((2026, 3, 31), "end"), ((2026, 4, 1), "end")):
        assert place(SHANGHAI, MONTHLY, side, False, datetime(*label)).day == march
    assert (
        cell_end(_Line(MONTHLY), day_bounds(SHANGHAI, march)[0], march)
        == day_bounds(SHANGHAI, date(2026, 4, 1))[0]
    )


def test_off_the_grid() -> None:
    label = datetime(2026, 3, 1, 0, 7)
    assert place(SHANGHAI, 900, "start", False, label) == "off_grid"
    assert place(SHANGHAI, IRREGULAR, "start", False, label) == Placed(1772294820, label.date())
    assert isinstance(place(SHANGHAI, 900, "start", True, label), Placed), (
        "a register may be read at any time"
    )
    assert place(SHANGHAI, 60, "start", False, label.replace(microsecond=1)) == "subsecond_time"


@given(
    zone=st.sampled_from([SHANGHAI, NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    day=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    step=st.sampled_from([60, 300, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]),
    side=st.sampled_from(["start", "end"]),
)
def test_every_cell_is_found_by_its_label(zone: str, day: date, step: int, side: str) -> None:
    grid = cells(zone, step, day)
    assert all(civil_day(zone, start) == day for start in grid)
    ends = [*grid[1:], day_bounds(zone, day)[1]]
    met: set[datetime] = set()
    for start, end in zip(grid, ends, strict=True):
        assert cell_end(_Line(step, zone), start, day) == end
        label = instant(start if side == "start" else end).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if side == "end" and step > 3600:
            label = instant(start).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(seconds=step)
        found = place(zone, step, side, False, label, label in met and ambiguous(zone, label))
        if ambiguous(zone, label) and label not in met and found != Placed(start, day):
            # The first cell of the pair lies on the day before or is labelled by another cell's end.
            found = place(zone, step, side, False, label, True)
        assert found == Placed(start, day)
        met.add(label)


class _Line:
    form, label = "interval_amount", "start"

    def __init__(self, step_s: int, zone: str = SHANGHAI) -> None:
        self.step_s, self.zone = step_s, zone


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK])
def test_days_follow_one_another_without_gap(zone: str) -> None:
    day = date(2026, 1, 1)
    for _ in range(365):
        after = day + timedelta(days=1)
        assert day_bounds(zone, day)[1] == day_bounds(zone, after)[0]
        day = after
