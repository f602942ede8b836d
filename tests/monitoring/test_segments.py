"""Closing days: files first, then the manifest; moved rows, seen by whom they concern."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from tansuo.database.connect import SYSTEM, Access, transaction
from tansuo.evidence.clock import SimulatedClock
from tansuo.monitoring import segment_file
from tansuo.monitoring.segments import close_days
from tansuo.monitoring.series import day_readings, latest, period_sum
from tansuo.quantity.period import Period

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
MARCH = Period.parse("2026-03")


def versions_of(river) -> list[tuple[int, int, int | None]]:
    """Version, last entry and reopening entry of the manifest rows of DAY."""
    rows = river.connection.execute(
        text("SELECT version, to_entry, reopened_at FROM segment_day WHERE day = :day ORDER BY version"),
        {"day": DAY},
    )
    return [tuple(row) for row in rows]


def open_rows(river) -> int:
    return river.connection.execute(text("SELECT count(*) FROM reading")).scalar_one()


def test_a_late_reading_opens_the_day_and_the_next_close_makes_a_new_version(river, line) -> None:
    river.plan(line())
    first = river.hours(DAY, [(0, "1"), (1, "2")])
    assert (river.close(NEXT), open_rows(river)) == (1, 0)
    assert versions_of(river) == [(1, first.index, None)]
    assert river.close(NEXT) == 0, "nothing is open, nothing is written"
    again = river.hours(DAY, [(0, "1")])
    assert (again.index, open_rows(river)) == (3, 0), "a duplicate opens nothing"
    late = river.hours(DAY, [(2, "4")])
    assert open_rows(river) == 3
    assert versions_of(river) == [(1, first.index, late.index)]
    assert river.close(NEXT) == 1
    assert versions_of(river) == [(1, first.index, late.index), (2, late.index, None)]
    sums = [period_sum(river.connection, line(), MARCH, size).partial for size in range(2, 6)]
    assert sums == [None, 3, 3, 7]
    assert len(list(river.folder.glob("2026-03-*.parquet"))) == 2, "the version that was cited stays"


def test_an_old_size_is_answered_from_the_manifest_alone(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(0, "1")])
    river.close(NEXT)
    size = river.size
    river.hours(DAY, [(1, "2")])
    river.close(NEXT)
    for file in river.folder.iterdir():
        file.unlink()
    assert period_sum(river.connection, line(), MARCH, size).partial == 1
    assert period_sum(river.connection, line(), MARCH).partial == 3
    with pytest.raises(FileNotFoundError):
        day_readings(river.connection, "kiln.power", DAY)


def test_days_that_are_not_over_stay_open(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(0, "1")])
    river.hours(NEXT, [(0, "2")])
    assert (river.close(NEXT), open_rows(river)) == (1, 1)
    assert latest(river.connection, ["kiln.power", "nobody's"])["kiln.power"].value == 2
    assert latest(river.connection, ["kiln.power"], 3)["kiln.power"].value == 1
    river.close(date(2026, 4, 1))
    assert latest(river.connection, ["kiln.power"])["kiln.power"].value == 2


def test_one_file_a_month_and_a_row_group_for_every_512_days(river, line, say) -> None:
    names = [f"m{n:02d}" for n in range(20)]
    river.plan(*(line(name, step_s=86_400) for name in names))
    found = [say(name, datetime(2026, 3, day), "1") for name in names for day in range(1, 29)]
    river.arrive(*found)
    river.hours(date(2026, 4, 1), [(0, "5")], "m00")
    assert river.close(date(2026, 5, 1)) == 20 * 28 + 1
    files = sorted(river.folder.iterdir())
    assert [file.name[:7] for file in files] == ["2026-03", "2026-04"]
    sizes = [batch.num_rows for batch in segment_file.batches(files[0], ["series"])]
    assert sizes == [512, 48]
    assert period_sum(river.connection, line("m19", step_s=86_400), MARCH).partial == 28
    (reading,) = day_readings(river.connection, "m19", date(2026, 3, 28))
    assert reading.value == 1


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken():
        yield segment_file.table_of([])
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        segment_file.write(broken(), tmp_path, "2026-03")
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_names_files_relative_to_the_home(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(0, "1")])
    close_days(river.connection, NEXT)
    (name,) = river.connection.execute(text("SELECT file FROM segment_day")).scalars()
    assert not Path(name).is_absolute() and (segment_file.segments_home() / name).is_file()
    assert day_readings(river.connection, "kiln.power", DAY)[0].value == 1


def test_a_firm_sees_its_own_readings_only(database, river_in, line, tmp_path) -> None:
    with transaction(database, SYSTEM) as connection:
        river = river_in(connection, tmp_path, SimulatedClock(1_772_300_000_000))
        for org in ("firm.a", "firm.b"):
            river.plan(line(f"{org}.power", org=org))
            river.hours(DAY, [(0, "1")], f"{org}.power")
            river.hours(DAY, [(0, "2")], f"{org}.power")
            river.hours(NEXT, [(0, "1")], f"{org}.power")
        river.close(NEXT)
    lines = [line(f"{org}.power", org=org) for org in ("firm.a", "firm.b")]
    with transaction(database, Access("eve", "enterprise", frozenset({"firm.a"}))) as connection:
        assert [period_sum(connection, one, MARCH).partial for one in lines] == [Decimal(2), None]
        assert list(latest(connection, ["firm.a.power", "firm.b.power"])) == ["firm.a.power"]
        for table in ("reading", "reading_conflict", "segment_day", "plan_line", "monitoring_finding"):
            orgs = connection.execute(text(f"SELECT DISTINCT org_id FROM {table}")).scalars().all()
            assert orgs == ["firm.a"], table
