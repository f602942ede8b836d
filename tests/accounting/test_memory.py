"""What is remembered is what would be computed: equal to a fresh inventory after anything that can happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.memory import Memory
from tansuo.database.connect import Access, admit
from tansuo.evidence.entry import Draft
from tansuo.monitoring.segments import close_days
from tansuo.registry.case import step
from tansuo.registry.relation import part, relate
from tansuo.registry.source import Source, Status
from tansuo.registry.subject import set_attribute
from town import COAL, POWER, Town, general_pack

MONTHS = ("2026-01", "2026-02")
FIRMS = ("a", "b")
LAB = Source("化验报告", Status.EXAMPLE)


@pytest.fixture
def memory(town: Town) -> Memory:
    """A town of two firms with two months of readings, everything in it remembered."""
    for name in FIRMS:
        town.firm(name, "dantu")
        for month in MONTHS:
            town.days(name, COAL, month, "100", without=[9] if (name, month) == ("a", "2026-01") else [])
            town.days(name, POWER, month, "10")
    made = Memory()
    figures(town, made)
    return made


def cells(town: Town) -> list[Cell]:
    """Months and the span of both, of firms, unit and city."""
    wanted = [
        town.cell(name, quantity, period)
        for name in FIRMS
        for quantity in ("E_fuel", "E_power")
        for period in (*MONTHS, "2026-Q1")
    ]
    return wanted + [
        town.cell(name, quantity, period, "reports_for")
        for name in ("zj.unit.dantu", "zj.city")
        for quantity in ("E_fuel", "E_power")
        for period in (*MONTHS, "2026-Q1")
    ]


def figures(town: Town, memory: Memory | None, as_of: int | None = None) -> list[Figure]:
    """Everything, by an inventory with the memory."""
    return Inventory(town.connection, as_of, memory).figures(cells(town))


def said(figure: Figure) -> tuple[object, ...]:
    """Everything a figure says."""
    return (
        figure.cell, figure.text, figure.unit, figure.missing, figure.partial, dict(figure.by_kind),
        figure.kinds, figure.completeness, figure.synthetic, figure.method.listing, figure.as_of, figure.org,
        figure.unrounded, figure.input_digest,
    )  # fmt: skip


def late_reading(town: Town) -> None:
    town.send("a", [("f01001", datetime(2026, 1, 9), "100", "N")])


def conflict(town: Town) -> None:
    town.send("b", [("f01001", datetime(2026, 2, 3), "77", "N")])


def correction(town: Town) -> None:
    town.correct("b/coal", datetime(2026, 1, 4, 16, tzinfo=UTC), Decimal("90.5"))


def laboratory(town: Town) -> None:
    draft = local_factor(
        "a.coal", "ncv", "2026-01", Decimal("20.908"), "GJ/t", issuer="lab", source=LAB, org="a"
    )
    town.enter(draft)


def option(town: Town) -> None:
    town.enter(set_attribute("zj.city", "option.grid", "provincial"))


def source_leaves(town: Town) -> None:
    town.enter(part("a.power", "part_of", "a.site", org="a"))


def share(town: Town) -> None:
    town.enter(relate("b", "reports_for", "zj.unit.dantu", "0.5", org="b"))


def plan(town: Town) -> None:
    lines = [town.line("b", one, since=date(2026, 1, 1)) for one in (COAL, POWER)]
    town.plan("b", [replace(lines[0], valid_from=date(2026, 1, 15)), lines[1]])


def method(town: Town) -> None:
    pack = general_pack()
    town.publish(replace(pack, data=replace(pack.data, edition="2099")), "new edition")


def days_closed(town: Town) -> None:
    close_days(town.connection, date(2026, 2, 20))


def closed_day_reopened(town: Town) -> None:
    close_days(town.connection, date(2026, 2, 20))
    late_reading(town)
    close_days(town.connection, date(2026, 2, 20))


CHANGES = (
    late_reading, conflict, correction, laboratory, option, source_leaves, share, plan, method, days_closed,
    closed_day_reopened,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_after_any_change_the_memory_says_what_a_fresh_inventory_says(
    change: Callable[[Town], None], town: Town, memory: Memory
) -> None:
    before = town.size
    old = [said(one) for one in figures(town, None)]
    change(town)
    for _ in range(2):  # the second time nearly everything is remembered
        now = [said(one) for one in figures(town, memory)]
        assert now == [said(one) for one in figures(town, None)]
    assert [said(one) for one in figures(town, memory, before)] == old
    assert [said(one) for one in figures(town, memory)] == now
    assert change is days_closed or [one[:-1] for one in now] != [one[:-1] for one in old]


def test_changes_one_after_the_other(town: Town, memory: Memory) -> None:
    sizes = [town.size]
    for change in (late_reading, laboratory, correction, days_closed, share, conflict):
        change(town)
        sizes.append(town.size)
        assert [said(one) for one in figures(town, memory)] == [said(one) for one in figures(town, None)]
    for as_of in reversed(sizes):
        fresh = [said(one) for one in figures(town, None, as_of)]
        assert [said(one) for one in figures(town, memory, as_of)] == fresh


def kept(town: Town, memory: Memory, before: list[Figure]) -> set[tuple[str, str]]:
    """Subject and period of what was not computed again."""
    now = figures(town, memory)
    same = {one.cell for one, old in zip(now, before, strict=True) if one.bound is old.bound}
    return {(cell.subject, cell.period) for cell in same if not cell.relation}


def test_only_what_an_entry_touches_is_computed_again(town: Town, memory: Memory) -> None:
    before = figures(town, memory)
    town.send("a", [("f01001", datetime(2026, 1, 9), "100", "N")])
    every = {(name, period) for name in FIRMS for period in (*MONTHS, "2026-Q1")}
    assert kept(town, memory, before) == every - {("a", "2026-01"), ("a", "2026-Q1")}


def test_the_first_count_of_a_month_ends_the_month_before(town: Town) -> None:
    town.firm("r", "dantu", (COAL,))
    line = town.line("r", COAL, since=date(2026, 1, 1), form="register", series="r/count")
    town.plan("r", [line])
    counts = [("f01001", datetime(2026, 1, day), f"{day}00", "N") for day in range(1, 32)]
    town.send("r", counts)
    memory, cell = Memory(), town.cell("r", "E_fuel", "2026-01")
    assert Inventory(town.connection, None, memory).figures([cell])[0].value is None
    town.send("r", [("f01001", datetime(2026, 2, 1), "3200", "N")])
    fresh = Inventory(town.connection).figures([cell])[0]
    assert fresh.value is not None
    assert said(Inventory(town.connection, None, memory).figures([cell])[0]) == said(fresh)


def test_what_nobody_computes_from_touches_nothing(town: Town, memory: Memory) -> None:
    before = figures(town, memory)
    town.enter(step("x", "report", "a", "报送", "Report", step="open", role="enterprise_clerk"))
    assert len(kept(town, memory, before)) == len(FIRMS) * 3


def test_an_entry_of_a_kind_nobody_has_thought_of_touches_everything(town: Town, memory: Memory) -> None:
    before = figures(town, memory)
    town.enter(Draft("novelty", "novelty/1", {"what": "?"}))
    assert kept(town, memory, before) == set()


def test_a_reader_of_a_part_of_the_city_is_given_nothing_from_memory(town: Town, memory: Memory) -> None:
    before = Inventory(town.connection, None, memory).figures([town.cell("a", "E_fuel", "2026-02")])
    admit(town.connection, Access("a.clerk", "enterprise_clerk", frozenset({"a"})))
    again = Inventory(town.connection, None, memory).figures([town.cell("a", "E_fuel", "2026-02")])
    assert again[0].bound is not before[0].bound


def test_what_was_asked_for_longest_ago_is_forgotten_first(town: Town, memory: Memory) -> None:
    small = Memory(most=1)
    cell, other = town.cell("a", "E_fuel", "2026-02"), town.cell("b", "E_fuel", "2026-02")
    first = Inventory(town.connection, None, small).figures([cell])[0]
    assert Inventory(town.connection, None, small).figures([cell])[0].bound is first.bound
    Inventory(town.connection, None, small).figures([other])
    assert Inventory(town.connection, None, small).figures([cell])[0].bound is not first.bound
