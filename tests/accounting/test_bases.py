"""Bases of an enterprise: which method applies on which day, what it says, and two of them explained to the end."""

from datetime import date
from decimal import Decimal

import pytest

from tansuo.accounting.bases import Basis, bases_of, choose_basis, figures_of, head, rungs
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.reconcile import Reconciliation, like, reconcile
from tansuo.methods.pack import load_pack
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.registry.source import Source, Status
from town import COAL, GENERAL, HEAT, POWER, ROOT, Town

D = Decimal
MONTH = Period.parse("2026-01")
GUIDELINE = "cn_guideline_common_2013"


def at(town: Town, period: Period = MONTH) -> list[Basis]:
    return bases_of(Inventory(town.connection), "a", period)


@pytest.fixture
def firm(town: Town) -> Town:
    """A firm with coal, power and heat, and two methods published."""
    town.publish(load_pack(ROOT / "packs" / GUIDELINE))
    town.firm("a", "dantu", (COAL, POWER, HEAT))
    for source, amount in ((COAL, "100"), (POWER, "10"), (HEAT, "50")):
        town.days("a", source, "2026-01", amount)
    return town


def test_every_firm_has_the_general_basis(firm: Town) -> None:
    assert [(one.code, one.method, one.total) for one in at(firm)] == [("general", GENERAL, "T_national")]


def test_a_basis_holds_over_its_days_and_the_nearest_counts(firm: Town) -> None:
    begins = date(2026, 1, 1)
    firm.enter(choose_basis("zj.city", "guideline", "nobody_published_this"))
    firm.enter(choose_basis("a", "guideline", GUIDELINE, valid_from=begins, org="a"))
    assert [(one.code, one.method, one.total) for one in at(firm)] == [
        ("guideline", GUIDELINE, "E"), ("general", GENERAL, "T_national"),
    ]  # fmt: skip
    before = at(firm, Period.parse("2025-12"))[0]
    assert before.stored is None and [one.code for one in before.problems] == ["accounting.no_method"]
    assert figures_of(Inventory(firm.connection), "a", MONTH, before) == ([], list(before.problems))


def test_what_applied_is_asked_of_the_ledger_as_it_was(firm: Town) -> None:
    size = firm.size
    firm.enter(choose_basis("a", "guideline", GUIDELINE, org="a"))
    assert len(at(firm)) == 2
    assert len(bases_of(Inventory(firm.connection, size), "a", MONTH)) == 1


def test_the_total_may_be_named(firm: Town) -> None:
    firm.enter(choose_basis("a", "guideline", f"{GUIDELINE}#E_direct", org="a"))
    assert at(firm)[0].total == "E_direct"
    firm.enter(choose_basis("a", "guideline", f"{GUIDELINE}#E_nothing", org="a"))
    assert [one.code for one in at(firm)[0].problems] == ["accounting.no_quantity"]


def test_a_code_that_is_no_basis_is_refused() -> None:
    with pytest.raises(FindingError):
        choose_basis("a", "astrology", GENERAL)


def _both(town: Town, first: str, second: str) -> Reconciliation:
    made = Inventory(town.connection).figures(
        [Cell("a", first, "2026-01", GENERAL), Cell("a", second, "2026-01", GUIDELINE)]
    )
    return reconcile(made[0], made[1])


def test_two_bases_are_explained_to_the_last_hundredth(firm: Town) -> None:
    """The older default set has another calorific value, carbon and oxidation of coal; heat is counted alike."""
    found = _both(firm, "T_national", "E_CO2")
    by = {line.source: line for line in found.lines}
    # general: 3100 × 23.736 × 0.02618 × 0.99 × 44/12; guideline of 2013 by its own defaults
    assert found.first.value is not None and found.second.value is not None
    assert by["a.coal"].first.added == D("6992.71")
    assert by["a.coal"].why == ("factor",)
    assert by["a.heat"].why == ("same",) and by["a.heat"].difference == 0
    total = sum((line.difference for line in found.lines), D()) + found.left
    assert total == found.difference == found.second.value - found.first.value
    symbols = {used.symbol for used in by["a.coal"].first.factors}
    assert symbols == {"NCV", "CC", "OF"}


def test_what_one_basis_does_not_count_is_its_boundary(firm: Town) -> None:
    found = _both(firm, "E_fuel", "E_CO2")
    by = {line.source: line for line in found.lines}
    assert by["a.power"].why == ("boundary",) and by["a.power"].first.added is None
    assert by["a.power"].difference == by["a.power"].second.added


def test_units_of_two_bases_are_made_alike(firm: Town) -> None:
    inventory = Inventory(firm.connection)
    general, guideline = inventory.method(GENERAL, MONTH), inventory.method(GUIDELINE, MONTH)
    assert (head(general), head(guideline)) == ("T_national", "E")
    assert like(general, "T_national", guideline, "E") == ("T_national", "E_CO2")


def test_where_factors_come_from_is_counted(firm: Town) -> None:
    def coal() -> Figure:
        return firm.figure("a", "E_fuel", "2026-01")

    assert (rungs(coal()).local, rungs(coal()).default) == (0, 3)
    cited = Source("R", Status.EXAMPLE)
    firm.enter(local_factor("a.coal", "ncv", "2026-01", D("21"), "GJ/t", issuer="lab", source=cited, org="a"))
    assert (rungs(coal()).local, rungs(coal()).default, rungs(coal()).override) == (1, 2, 0)
