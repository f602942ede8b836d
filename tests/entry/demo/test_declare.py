"""What the demo declares: on every day one series counts for each source, and a replaced meter keeps its use."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.compose import projections
from tansuo.entry.demo.declare import calibrated_before, plan_of, swap_of
from tansuo.entry.demo.history import Extent, calendar
from tansuo.entry.demo.load import Loader
from tansuo.entry.demo.model import Firm, firms
from tansuo.entry.demo.numbers import first_count
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.series import period_sum
from tansuo.quantity.decimals import unscaled
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.relation import relations

NOW = datetime(2026, 5, 21, 9, 40)
TODAY = NOW.date()
WHOLE = Extent.whole(TODAY)
SWAPPED = next(firm for firm in firms() if swap_of(firm, TODAY) is not None)


@pytest.mark.parametrize("firm", firms(), ids=lambda firm: firm.id)
def test_on_every_day_exactly_one_series_counts_for_each_source(firm: Firm) -> None:
    found = swap_of(firm, TODAY)
    lines = plan_of(firm, WHOLE, found[1] if found else None)
    assert plan.judge(firm.id, lines) == []
    counting = [line for line in lines if line.authoritative]
    for source in firm.sources:
        mine = [line for line in counting if line.source == f"{firm.id}.{source.id}"]
        for day in (WHOLE.since, WHOLE.hours_since - timedelta(days=1), WHOLE.hours_since, TODAY):
            (one,) = [line for line in mine if line.covers(day)]
            assert one.stream.startswith("2061:" if day >= WHOLE.hours_since else "2031:")


def test_every_number_that_a_device_sends_has_a_line_in_its_plan() -> None:
    lines = {line.key: line for firm in firms() for line in plan_of(firm, WHOLE)}
    for day in calendar(NOW, WHOLE):
        if day.day not in (WHOLE.since, WHOLE.hours_since - timedelta(days=1), WHOLE.hours_since, TODAY):
            continue
        for _, frame in day.frames:
            seen = decode(frame)
            for code in seen.values:
                assert ("hj212", seen.header["MN"], f"{seen.header['CN']}:{code}:Cou") in lines


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 5, 21), date(2031, 1, 1)])
def test_every_meter_was_calibrated_within_a_year(day: date) -> None:
    for firm in firms():
        for source in firm.sources:
            assert day - timedelta(days=365) <= calibrated_before(firm, source, day) < day


@pytest.fixture
def swapped(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A city of one firm, whose power meter is replaced 25 days ago; before the last 30 days by the day."""
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    extent = Extent(TODAY - timedelta(days=40), TODAY - timedelta(days=30), (SWAPPED,))
    Loader(database, projections(), tmp_path, NOW, extent).run()
    return database


def test_what_was_used_goes_on_over_a_replaced_meter(swapped: Database) -> None:
    found = swap_of(SWAPPED, TODAY)
    assert found is not None
    source, at = found
    series = f"{SWAPPED.id}/{source.id}/hour"
    with transaction(swapped, SYSTEM) as connection:
        before, after = plan.lines(connection, series=series)
        measured = relations(connection, "measured_by", a=[f"{SWAPPED.id}.{source.id}"])
        meters = {one.id for one in subject.find(connection, kind="meter")}
        sums = [
            period_sum(connection, line, Period.of_day(at.date() + timedelta(days=offset)))
            for line, offset in ((before, -1), (after, 0), (after, 1))
        ]
    assert (before.meter, after.meter) == (f"{before.source}.meter", f"{before.source}.meter2")
    assert before.valid_to == after.valid_from == at.date()
    assert {one.b for one in measured} == {before.meter, after.meter} <= meters
    for offset, one in zip((-1, 0, 1), sums, strict=True):
        day = datetime.combine(at.date() + timedelta(days=offset), datetime.min.time())
        used = first_count(SWAPPED, source, day + timedelta(days=1)) - first_count(SWAPPED, source, day)
        assert one.total == unscaled(used, source.decimals) > Decimal()
        assert not one.holes and not one.bridged
