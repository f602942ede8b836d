"""Corrected values of a figure: both versions, why and by whom, and whether the figure rests on them."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from tansuo.accounting.corrected import Corrected, corrected
from tansuo.accounting.local_factor import local_factor
from tansuo.monitoring.correction import correct
from tansuo.monitoring.segments import close_days
from tansuo.quantity.state import State
from tansuo.registry.source import Source as Cited
from tansuo.registry.source import Status
from town import CHIEF, CLERK, COAL, POWER, Town

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = "2026-01"


def midnight(day: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=SHANGHAI)


@pytest.fixture
def town(connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    made = Town(connection)
    made.firm("a", "dantu")
    made.days("a", COAL, MONTH, "100.125", without=(9,))
    made.days("a", POWER, MONTH, "10")
    return made


def found(town: Town, quantity: str = "E_fuel", at: int | None = None, **known: int) -> list[Corrected]:
    return corrected(town.connection, town.figure("a", quantity, MONTH, as_of=at), **known)


def test_nothing_was_corrected(town: Town) -> None:
    assert found(town) == []
    town.days("a", COAL, MONTH, "100.125")  # sent again, with the day that lacked: late data, no correction
    assert found(town) == []


def test_a_correction_keeps_both_versions_the_reason_and_both_people(town: Town) -> None:
    before = town.size
    first = found(town)
    entry = town.correct("a/coal", midnight(5), Decimal("90"))
    (one,) = found(town)
    assert first == []
    assert (one.what, one.at, one.day) == ("a/coal", "2026-01-04T16:00:00+00:00", date(2026, 1, 5))
    assert (one.before, one.after, one.unit) == ("100.125", "90.000", "t")
    assert (one.reason, one.people) == ("misread", f"{CLERK.id} + {CHIEF.id}")
    assert one.before_entry is not None and one.before_entry < before <= one.entry == entry.index
    # It is of the coal, and of no other amount.
    assert found(town, "E_power") == []


def test_what_came_after_the_figure_is_told_apart_and_not_known_before(town: Town) -> None:
    town.correct("a/coal", midnight(5), Decimal("90"))
    size = town.size
    town.correct("a/coal", midnight(6), Decimal("80"))
    town.correct("a/coal", midnight(5), Decimal("91"))
    assert [(one.after, one.entry < size) for one in found(town, at=size)] == [
        ("90.000", True), ("80.000", False), ("91.000", False),
    ]  # fmt: skip
    assert [one.after for one in found(town, at=size, as_of=size)] == ["90.000"]
    assert [one.before for one in found(town)] == ["100.125", "100.125", "90.000"]


def test_a_hole_that_a_person_filled_is_corrected_from_nothing(town: Town) -> None:
    town.correct("a/coal", midnight(9), Decimal("50"))
    correct(
        town.connection,
        "a/coal",
        midnight(10),
        State.NOT_OPERATING,
        "stood still",
        None,
        CLERK,
        CHIEF,
        town.clock,
    )
    town.follow()
    filled, stopped = found(town)
    assert (filled.before, filled.before_entry, filled.after) == ("", None, "50.000")
    assert (stopped.before, stopped.after) == ("100.125", "not_operating")


def test_days_of_closed_segments_and_of_other_months_are_told_apart(town: Town) -> None:
    town.days("a", COAL, "2026-02", "7")
    for day in (5, 6, 20):
        town.correct("a/coal", midnight(day), Decimal("90"))
    town.correct("a/coal", midnight(3, 2), Decimal("1"))
    close_days(town.connection, date(2026, 3, 1))
    assert [one.day for one in found(town)] == [date(2026, 1, day) for day in (5, 6, 20)]
    whole = corrected(town.connection, town.figure("a", "E_fuel", "2026-Q1"))
    assert len(whole) == 4


def test_a_sum_names_what_was_corrected_below_it(town: Town) -> None:
    town.correct("a/coal", midnight(5), Decimal("90"))
    total = town.figure("zj.city", "E_fuel", MONTH, relation="reports_for")
    assert [one.what for one in corrected(town.connection, total)] == ["a/coal"]


def test_a_statement_said_again_with_another_value_is_corrected(town: Town) -> None:
    cited = Cited("R-1", Status.OFFICIAL)
    for value in ("23.7", "23.7", "24.1"):
        town.enter(
            local_factor(
                "a.coal", "ncv", MONTH, Decimal(value), "GJ/t", issuer="lab", source=cited, org="a", by=CLERK
            )
        )
    (one,) = found(town)
    assert (one.what, one.at, one.day, one.before, one.after) == (
        "factor.ncv a.coal",
        MONTH,
        None,
        "23.7",
        "24.1",
    )
    assert one.people == CLERK.id and one.before_entry is not None
