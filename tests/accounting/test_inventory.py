"""Figures: pure functions of cell, method and log size; holes stay holes; roll-ups add what may be added."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tansuo.accounting.figure import Cell, read_cell
from tansuo.accounting.inventory import Inventory, known_size
from tansuo.database.connect import Access, admit
from tansuo.evidence.ledger import append
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Provenance, State
from tansuo.registry.relation import part, relate
from tansuo.registry.subject import declare, set_attribute
from town import COAL, GAS, GENERAL, HEAT, POWER, Town


def test_fuel_power_and_heat_of_one_month(town: Town) -> None:
    town.firm("a", "dantu", (COAL, GAS, POWER, HEAT))
    town.days("a", COAL, "2026-01", "100.000")
    town.days("a", GAS, "2026-01", "1.000")
    town.days("a", POWER, "2026-01", "10.000")
    town.days("a", HEAT, "2026-01", "20.000")
    found = {
        name: town.figure("a", name, "2026-01") for name in ("E_fuel", "E_power", "E_heat", "E_indirect")
    }
    assert {name: one.text for name, one in found.items()} == {
        "E_fuel": "7663.86",  # 3100 t → 6992.71 t CO2, 31 万Nm3 → 671.15 t CO2
        "E_power": "164.49",  # 310 MWh × 0.5306
        "E_heat": "68.20",  # 620 GJ × 0.11
        "E_indirect": "232.69",
    }
    fuel = found["E_fuel"]
    assert (fuel.unit, fuel.quantity.scope, found["E_power"].quantity.scope) == (
        "t CO2",
        "direct",
        "indirect",
    )
    assert fuel.synthetic and fuel.completeness.complete
    assert fuel.kinds == {Provenance.MEASURED, Provenance.DEFAULT}
    assert fuel.by_kind == {Provenance.MEASURED: fuel.value}
    one_source = town.figure("a.gas", "E_g", "2026-01")
    assert one_source.text == "671.15"
    assert town.figure("a.site", "E_fuel", "2026-01").text == "7663.86"


def test_ten_of_twelve_months_is_incomplete_and_never_a_smaller_total(town: Town) -> None:
    town.firm("a", "dantu", (COAL,), since=date(2025, 1, 1))
    for month in range(1, 13):
        if month not in (3, 7):
            town.days("a", COAL, f"2025-{month:02d}", "100.000")
    year = town.figure("a", "E_fuel", "2025")
    assert year.value is None and year.missing is not None
    assert year.completeness.text("en") == "incomplete: 2025-03, 2025-07"
    assert year.completeness.text("zh") == "不完整：2025-03、2025-07"
    months = [town.figure("a", "E_fuel", f"2025-{month:02d}") for month in range(1, 13)]
    assert [one.value is None for one in months] == [month in (3, 7) for month in range(1, 13)]
    assert year.partial == sum(one.value for one in months if one.value is not None)
    for month in ("2025-03", "2025-07"):
        town.days("a", COAL, month, "100.000")
    whole = town.figure("a", "E_fuel", "2025")
    assert whole.value == sum(
        town.figure("a", "E_fuel", f"2025-{month:02d}").value or pytest.fail() for month in range(1, 13)
    )


def test_what_does_not_occur_is_neither_zero_nor_a_hole(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "0.000")
    zero = town.figure("a", "E_fuel", "2026-01")
    assert zero.text == "0.00"
    heat = town.figure("a", "E_heat", "2026-01")
    assert heat.value is None and heat.missing is not None
    assert heat.missing.state is State.NOT_OCCURRING and heat.completeness.complete
    town.firm("empty", "dantu", ())
    nothing = town.figure("empty", "E_fuel", "2026-01")
    assert nothing.missing is not None and nothing.missing.state is State.NOT_ESTIMATED


def test_a_month_that_the_plan_covers_in_part_is_not_complete(town: Town) -> None:
    town.firm("a", "dantu", (COAL,), since=date(2026, 1, 11))
    town.days("a", COAL, "2026-01", "100.000")
    figure = town.figure("a", "E_fuel", "2026-01")
    assert figure.value is None
    (cell,) = figure.completeness.cells
    assert cell.unplanned == ((date(2026, 1, 1), date(2026, 1, 11)),)
    assert figure.partial == town.figure("a", "E_s", "2026-01").partial
    assert str(figure.partial) == "4737.00"


def test_kinds_add_up_to_the_figure(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100.000", without=[5, 6, 7])
    town.days(
        "a", COAL, "2026-01", "33.333", without=[d for d in range(1, 32) if d not in (5, 6, 7)], flag="S"
    )
    figure = town.figure("a", "E_fuel", "2026-01")
    assert figure.value is not None
    assert set(figure.by_kind) == {Provenance.MEASURED, Provenance.DECLARED}
    assert sum(figure.by_kind.values()) == figure.value
    assert abs(figure.by_kind[Provenance.DECLARED] - Decimal("225.57")) < Decimal("0.02")
    assert figure.kinds == {Provenance.MEASURED, Provenance.DECLARED, Provenance.DEFAULT}


def test_an_option_is_chosen_by_the_nearest_subject(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.days("a", POWER, "2026-01", "10.000")
    assert town.figure("a", "E_power", "2026-01").text == "164.49"
    town.enter(set_attribute("zj.city", "option.grid", "provincial"))
    provincial = town.figure("a", "E_power", "2026-01")
    assert provincial.text == "180.64"  # 310 × 0.5827
    town.enter(set_attribute("a", "option.grid", "regional", org="a"))
    assert town.figure("a", "E_power", "2026-01").text == "170.50"  # 310 × 0.5500
    assert town.figure("a", "E_power", "2026-01", as_of=provincial.as_of).text == "180.64"


@pytest.fixture
def three(town: Town) -> Town:
    """Three firms in two units: a and b complete in January, c with a hole in its electricity."""
    for name, unit, amount in (("a", "dantu", "100"), ("b", "dantu", "50"), ("c", "xinqu", "10")):
        town.firm(name, unit)
        town.days(name, COAL, "2026-01", amount)
        town.days(name, POWER, "2026-01", "10", without=[3] if name == "c" else [])
    return town


def test_a_roll_up_is_the_sum_of_its_enterprises(three: Town) -> None:
    firms = {name: three.figure(name, "E_fuel", "2026-01").value for name in "abc"}
    dantu = three.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for")
    city = three.figure("zj.city", "E_fuel", "2026-01", "reports_for")
    assert firms["a"] is not None and firms["b"] is not None and firms["c"] is not None
    assert dantu.value == firms["a"] + firms["b"]
    assert city.value == dantu.value + firms["c"]
    assert {child.subject: child.contribution for child in dantu.children} == {
        "a": firms["a"], "b": firms["b"],
    }  # fmt: skip
    filled = {child.subject for child in city.children if child.contribution is not None}
    assert filled == {"zj.unit.dantu", "zj.unit.xinqu"} and len(city.children) == 8
    assert city.completeness.members == (3, 3) and city.synthetic
    assert sum(city.by_kind.values()) == city.value


def test_a_hole_in_one_firm_is_named_in_every_sum_above_it(three: Town) -> None:
    city = three.figure("zj.city", "E_power", "2026-01", "reports_for")
    assert city.value is None and city.missing is not None
    assert city.completeness.incomplete_months == ("2026-01",)
    assert city.completeness.members == (3, 2)
    assert city.missing.names == ("PE @ c.power/2026-01",)
    assert str(city.partial) == "488.16"  # 164.49 + 164.49 + 300 MWh × 0.5306
    dantu = three.figure("zj.unit.dantu", "E_power", "2026-01", "reports_for")
    assert dantu.text == "328.98"
    empty = three.figure("zj.unit.jurong", "E_power", "2026-01", "reports_for")
    assert empty.missing is not None and empty.missing.state is State.NOT_OCCURRING


def test_a_firm_that_moves_counts_for_each_unit_in_its_months(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100.000")
    town.days("a", COAL, "2026-02", "100.000")
    town.days("a", COAL, "2026-03", "100.000")
    moved = date(2026, 3, 1)
    town.enter(
        part("a", "reports_for", "zj.unit.dantu", moved, org="a"),
        relate("a", "reports_for", "zj.unit.xinqu", "0.5", moved, org="a"),
        relate("a", "reports_for", "zj.unit.jurong", "0.5", moved, org="a"),
    )
    quarter = {
        unit: town.figure(f"zj.unit.{unit}", "E_fuel", "2026-Q1", "reports_for").value
        for unit in ("dantu", "xinqu", "jurong")
    }
    months = {month: town.figure("a", "E_fuel", month).value for month in ("2026-01", "2026-02", "2026-03")}
    assert quarter["dantu"] == months["2026-01"] + months["2026-02"]
    assert quarter["xinqu"] is not None and months["2026-03"] is not None
    assert abs(quarter["xinqu"] - months["2026-03"] / 2) <= Decimal("0.005")
    whole = town.figure("zj.city", "E_fuel", "2026-Q1", "reports_for")
    assert abs(whole.value - town.figure("a", "E_fuel", "2026-Q1").value) <= Decimal("0.01")


def test_an_unstated_share_makes_the_sum_unknown(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100.000")
    town.enter(relate("a", "reports_for", "zj.unit.dantu", None, org="a"))
    rolled = town.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for")
    assert rolled.value is None and rolled.partial is None
    assert "share @ a" in rolled.completeness.other_holes


def test_the_same_size_gives_the_same_figure_whatever_comes_later(three: Town) -> None:
    cells = [
        three.cell("a", "E_fuel", "2026-01"),
        three.cell("c", "E_power", "2026-01"),
        three.cell("zj.city", "E_power", "2026-01", "reports_for"),
        three.cell("zj.city", "T_national", "2026-Q1", "reports_for"),
    ]
    then = three.size
    before = [(one.text, one.partial, one.input_digest) for one in three.figures(cells)]
    three.send("c", [("e01001", _day(3), "10", "N")])
    three.days("a", COAL, "2026-02", "100")
    three.enter(set_attribute("zj.city", "option.grid", "provincial"))
    three.enter(part("b", "reports_for", "zj.unit.dantu", date(2026, 1, 1), org="b"))
    assert [(one.text, one.partial, one.input_digest) for one in three.figures(cells, then)] == before
    now = [(one.text, one.partial, one.input_digest) for one in three.figures(cells)]
    assert all(old != new for old, new in zip(before[1:], now[1:], strict=True))
    assert now[0] == before[0]


def test_a_figure_does_not_depend_on_what_is_asked_with_it(three: Town) -> None:
    cells = [three.cell(name, "E_fuel", "2026-01") for name in "abc"]
    cells += [three.cell("zj.city", "E_fuel", text, "reports_for") for text in ("2026-01", "2026")]
    together = [(one.text, one.partial, one.input_digest) for one in three.figures(cells)]
    alone = [
        (one.text, one.partial, one.input_digest) for one in (three.figures([cell])[0] for cell in cells)
    ]
    assert together == alone


def test_what_cannot_be_a_figure_is_refused_by_name(three: Town) -> None:
    refused = {
        "no_quantity": Cell("a", "E_nothing", "2026-01", GENERAL),
        "no_method": Cell("a", "E_fuel", "2026-01", "unknown"),
        "no_subject": Cell("nobody", "E_fuel", "2026-01", GENERAL),
        "day_figure": Cell("a", "E_fuel", "2026-01-05", GENERAL),
        "not_one_value": Cell("a", "E_s", "2026-Q1", GENERAL),
        "not_additive": Cell("zj.city", "NCV_mean", "2026-01", GENERAL, "reports_for"),
    }
    for code, cell in refused.items():
        with pytest.raises(FindingError) as caught:
            three.figures([cell])
        assert caught.value.findings[0].code == f"accounting.{code}"
    with pytest.raises(FindingError, match="come to log size"):
        Inventory(three.connection, three.size + 1)
    append(three.connection, [declare("later", "city", "后来", "Later")], three.clock)
    assert known_size(three.connection) == three.size - 1


def test_a_reader_of_a_part_gets_no_sum_over_the_whole(three: Town) -> None:
    admit(three.connection, Access("a.user", "enterprise", frozenset({"a"})))
    assert three.figure("a", "E_fuel", "2026-01").text == "6992.71"
    with pytest.raises(FindingError, match="needs sight of every child"):
        three.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for")


def test_a_cell_reads_back_from_its_json() -> None:
    for cell in (Cell("a", "E", "2026", "m"), Cell("a", "E", "2026", "m", "reports_for")):
        assert read_cell(cell.as_json()) == cell
    assert str(Cell("a", "E", "2026", "m", "reports_for")) == "E of a over reports_for in 2026 by m"


def _day(day: int) -> datetime:
    return datetime(2026, 1, day)
