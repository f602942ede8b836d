"""Why two figures differ: parts that add up to the gap, whatever changed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tansuo.accounting.explain import Explanation, explain
from tansuo.accounting.local_factor import local_factor
from tansuo.quantity.finding import FindingError
from tansuo.registry.relation import part, relate
from tansuo.registry.source import Source, Status
from tansuo.registry.subject import declare
from town import COAL, GAS, POWER, Town

SOURCE = Source("化验报告", Status.EXAMPLE)


def _closed(one: Explanation) -> bool:
    parts = sum((each.added for each in one.parts), Decimal())
    return parts == one.gap == one.second - one.first == sum(one.by_kind().values(), Decimal())


def test_a_late_reading_and_a_laboratory_result(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100", without=[9])
    first = town.figure("a", "E_fuel", "2026-01")
    town.send("a", [("f01001", datetime(2026, 1, 9), "100", "N")])
    second = town.figure("a", "E_fuel", "2026-01")
    why = explain(first, second)
    assert why.basis == "known" and _closed(why)
    assert [(one.kind, one.symbol, one.before, one.after) for one in why.parts] == [
        ("activity", "FC", "3000.000", "3100.000")
    ]
    town.enter(
        local_factor(
            "a.coal", "ncv", "2026-01", Decimal("20.908"), "GJ/t", issuer="lab", source=SOURCE, org="a"
        )
    )
    third = town.figure("a", "E_fuel", "2026-01")
    why = explain(second, third)
    assert why.basis == "value" and _closed(why)
    (only,) = why.parts
    assert (only.kind, only.symbol, str(only.added)) == ("factor", "NCV", "-833.14")
    assert only.before.endswith("default)") and only.after.endswith("measured)")
    assert _closed(explain(first, third)) and set(explain(first, third).by_kind()) == {"activity", "factor"}
    back = explain(third, second)
    assert back.gap == -why.gap and _closed(back)


def test_a_source_that_came_and_one_that_left_are_the_boundary(town: Town) -> None:
    town.firm("a", "dantu", (COAL, GAS))
    town.days("a", COAL, "2026-01", "100")
    town.days("a", GAS, "2026-01", "1")
    both = town.figure("a", "E_fuel", "2026-01")
    town.enter(part("a.gas", "part_of", "a.site", org="a"))
    one = town.figure("a", "E_fuel", "2026-01")
    left = explain(both, one)
    assert _closed(left) and list(left.by_kind()) == ["boundary"] and str(left.gap) == "-671.15"
    came = explain(one, both)
    assert _closed(came) and list(came.by_kind()) == ["boundary"] and str(came.gap) == "671.15"


def test_the_gap_of_a_sum_is_that_of_its_children(town: Town) -> None:
    for name in ("a", "b"):
        town.firm(name, "dantu", (COAL,))
        town.days(name, COAL, "2026-01", "100")
    first = town.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for")
    town.firm("c", "dantu", (COAL,))
    town.days("c", COAL, "2026-01", "50")
    town.enter(relate("b", "reports_for", "zj.unit.dantu", "0.5", org="b"))
    second = town.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for")
    why = explain(first, second)
    assert _closed(why)
    assert {one.place: one.kind for one in why.parts} == {
        "b": "child",
        "c": "child",
        "": "rounding",
    }
    city = [
        town.figure("zj.city", "E_fuel", "2026-01", "reports_for", as_of=one.as_of) for one in (first, second)
    ]
    assert _closed(explain(*city))


def test_two_months_of_a_firm_are_compared_source_by_source(town: Town) -> None:
    town.firm("a", "dantu", (COAL, GAS))
    town.days("a", COAL, "2026-01", "100")
    town.days("a", GAS, "2026-01", "1")
    town.days("a", COAL, "2026-02", "100")
    town.days("a", GAS, "2026-02", "2")
    january, february = (town.figure("a", "E_fuel", month) for month in ("2026-01", "2026-02"))
    why = explain(january, february)
    assert why.basis == "value" and _closed(why)
    assert {(one.kind, one.place) for one in why.parts if one.kind == "activity"} == {
        ("activity", "a.coal/2026-01"),
        ("activity", "a.gas/2026-01"),
    }
    coal = next(one for one in why.parts if one.place == "a.coal/2026-01")
    assert (coal.before, coal.after, coal.added < 0) == ("3100.00", "2800.00", True)
    assert explain(february, january).gap == -why.gap


def test_figures_that_cannot_be_compared_are_refused(town: Town) -> None:
    town.firm("a", "dantu", (COAL, POWER))
    town.days("a", COAL, "2026-01", "100")
    january, power = town.figure("a", "E_fuel", "2026-01"), town.figure("a", "E_power", "2026-01")
    for other in (town.figure("a", "E_fuel", "2026-Q1"), power):
        with pytest.raises(FindingError, match="cannot be compared"):
            explain(january, other)
    with pytest.raises(FindingError, match="Nothing is known"):
        explain(power, power)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    amounts=st.lists(st.integers(0, 10**6), min_size=4, max_size=4),
    ncv=st.integers(15_000, 30_000),
    carbon=st.integers(2_000, 3_500),
)
def test_whatever_changes_nothing_is_left_over(town: Town, amounts: list[int], ncv: int, carbon: int) -> None:
    point = town.connection.begin_nested()
    town.firm("a", "dantu", (COAL, GAS))
    jan = datetime(2026, 1, 1)
    sent = [f"{Decimal(number) / 1000:.3f}" for number in amounts]
    town.send("a", [("f01001", jan, sent[0], "N"), ("f02001", jan, sent[1], "N")])
    first = town.figure("a", "E_fuel", "2026-01")
    later = jan.replace(day=2)
    town.send("a", [("f01001", later, sent[2], "N"), ("f02001", later, sent[3], "S")])
    for column, value, unit in (
        ("ncv", Decimal(ncv) / 1000, "GJ/t"),
        ("cc", Decimal(carbon) / 100000, "t C/GJ"),
    ):
        town.enter(
            local_factor("a.coal", column, "2026-01", value, unit, issuer="lab", source=SOURCE, org="a")
        )
    town.enter(
        declare(
            "a.boiler", "emission_source", "炉", "Boiler", org="a", valid_from=date(2026, 1, 1),
            attributes={"family": "solid_liquid", "fuel": "柴油"},
        ),
        relate("a.boiler", "part_of", "a.site", org="a"),
    )  # fmt: skip
    assert _closed(explain(first, town.figure("a", "E_fuel", "2026-01")))
    point.rollback()
