"""An operator replaces a provider's default: the figure says so on its face, and the default stays beside it."""

from decimal import Decimal

import pytest

from tansuo.accounting.drilldown import factors_of
from tansuo.accounting.face import face, is_standard
from tansuo.accounting.local_factor import local_factor, override
from tansuo.accounting.working import working_of
from tansuo.evidence.entry import Entry
from tansuo.quantity.finding import FindingError
from tansuo.registry.source import Source, Status
from tansuo.registry.subject import set_attribute
from town import COAL, GAS, POWER, Town

D = Decimal
CITED = Source("核查意见 2026-7", Status.EXAMPLE, "2")
WHY = "核查机构要求按保守值计"


def replaced(town: Town, subject: str, column: str, value: str, unit: str, period: str = "2026") -> Entry:
    draft = override(subject, column, period, D(value), unit, WHY, issuer="city", source=CITED, org="a")
    return town.enter(draft)[0]


def test_an_override_replaces_a_default_that_stays_visible(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    before = town.figure("a", "E_fuel", "2026-01")
    assert is_standard(before)
    entry = replaced(town, "a.coal", "of", "1", "1")
    made = town.figure("a", "E_fuel", "2026-01")
    # 3100 × 23.736 × 0.02618 × 44/12 = 7063.3430…, with and without 0.99
    assert (before.text, made.text) == ("6992.71", "7063.34")
    (use,) = [one for one in factors_of(made) if one.symbol == "OF"]
    assert use.chosen.status == "override" and use.chosen.rung == "override"
    assert use.chosen.instead_of is not None
    assert (str(use.chosen.instead_of.value), use.chosen.instead_of.status) == ("0.99", "official")
    assert (use.reason, use.chosen.citation) == (WHY, "核查意见 2026-7, 2")
    (mark,) = face(made)
    assert (mark.kind, mark.symbol, mark.value, mark.usual, mark.reason, mark.entry, mark.cells) == (
        "override", "OF", "1 1", "0.99 1", WHY, entry.index, 1,
    )  # fmt: skip
    working = working_of(made)
    (row,) = [one for one in working["factors"] if one["symbol"] == "OF"]
    assert row["statement"] == entry.index and row["reason"] == WHY and row["instead_of"]["value"] == "0.99"
    assert list(working["nonstandard"]) == ["override.OF a.coal"]
    assert town.figure("a", "E_fuel", "2026-01", as_of=before.as_of).text == before.text


def test_a_sum_says_how_many_of_its_parts_are_not_standard(town: Town) -> None:
    for name in ("a", "b"):
        town.firm(name, "dantu", (COAL,))
        town.days(name, COAL, "2026-01", "100")
    replaced(town, "a.coal", "ncv", "26.7", "GJ/t")
    (mark,) = face(town.figure("zj.unit.dantu", "E_fuel", "2026-01", "reports_for"))
    assert (mark.kind, mark.value, mark.usual) == ("member", "1", "2")


def test_a_measured_value_stands_above_an_override(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    replaced(town, "a.coal", "ncv", "26.7", "GJ/t")
    town.enter(local_factor("a.coal", "ncv", "2026-01", D("21"), "GJ/t", issuer="lab", source=CITED, org="a"))
    made = town.figure("a", "E_fuel", "2026-01")
    assert {one.symbol: str(one.chosen.value) for one in factors_of(made)}["NCV"] == "21"
    assert is_standard(made)


def test_by_symbol_one_term_is_meant_and_by_column_all_that_read_it(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.days("a", POWER, "2026-01", "10")
    national = town.figure("a", "T_national", "2026-01").text
    replaced(town, "a", "EF_grid", "0.5", "t CO2/MWh")
    assert town.figure("a", "E_power", "2026-01").text == "155.00"
    assert town.figure("a", "T_national", "2026-01").text == national
    replaced(town, "a", "EF_national", "0.4", "t CO2/MWh")
    assert town.figure("a", "T_national", "2026-01").text == "124.00"


def test_a_value_of_another_kind_of_unit_is_not_meant(town: Town) -> None:
    town.firm("a", "dantu", (COAL, GAS))
    town.days("a", COAL, "2026-01", "100")
    town.days("a", GAS, "2026-01", "1")
    replaced(town, "a", "ncv", "26.7", "GJ/t")
    made = town.figure("a", "E_fuel", "2026-01")
    assert {one.symbol: one.chosen.rung for one in factors_of(made)} == {
        "NCV": "override", "NCVG": "default", "CC": "default", "OF": "default",
    }  # fmt: skip


def test_an_option_that_is_not_the_methods_own_is_said(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.days("a", POWER, "2026-01", "10")
    town.enter(
        set_attribute("a", "option.grid", "regional", org="a"),
        set_attribute("a", "grid_region", "华东", org="a"),
    )
    (mark,) = face(town.figure("a", "E_power", "2026-01"))
    assert (mark.kind, mark.symbol, mark.value, mark.usual) == ("option", "grid", "regional", "national")
    assert is_standard(town.figure("a", "T_national", "2026-01"))


def test_without_a_reason_nothing_is_replaced(town: Town) -> None:
    with pytest.raises(FindingError) as refused:
        override("a.coal", "of", "2026", D(1), "1", "  ", issuer="city", source=CITED, org="a")
    assert refused.value.findings[0].code == "accounting.override_reason"
