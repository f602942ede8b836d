"""Amounts that come as statements: they reach the evaluator where no meter does, with their own provenance."""

from decimal import Decimal

from tansuo.accounting.activity_data import PREFIX
from tansuo.accounting.drilldown import amounts_of
from tansuo.evidence.entry import Draft
from tansuo.quantity.state import Provenance, State
from tansuo.registry.relation import relate
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, state_
from tansuo.registry.subject import declare
from town import COAL, HEAT, Town

D = Decimal


def said(value: Decimal | State, period: str = "2026-01", unit: str = "GJ", **more: object) -> Draft:
    usual: dict[str, object] = {
        "provenance": Provenance.DECLARED, "issuer": "a", "org": "a", "source": Source("盘存表", Status.EXAMPLE),
    }  # fmt: skip
    return state_("a.heat", f"{PREFIX}heat_purchased", period, value, unit, **{**usual, **more})  # type: ignore[arg-type]


def firm(town: Town) -> None:
    """A firm with metered coal and a heat supply that nobody meters."""
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    attributes = HEAT.attributes
    town.enter(
        declare("a.heat", "emission_source", "热", "Heat", attributes=attributes, org="a", synthetic=True),
        relate("a.heat", "part_of", "a.site", org="a"),
    )


def test_a_declared_amount_counts_and_says_that_it_is_declared(town: Town) -> None:
    firm(town)
    before = town.figure("a", "E_heat", "2026-01")
    assert before.value is None and before.completeness.incomplete_months == ("2026-01",)
    (entry,) = town.enter(said(D("1234.5")))
    made = town.figure("a", "E_heat", "2026-01")
    assert made.text == "135.80"  # 1234.5 GJ × 0.11
    assert made.by_kind == {Provenance.DECLARED: D("135.80")}
    assert made.completeness.complete and made.completeness.expected == 0
    (amount,) = amounts_of(made)
    assert amount.activity.statement is not None and amount.activity.statement.entry == entry.index
    assert town.figure("a", "E_heat", "2026-01", as_of=before.as_of).value is None


def test_the_higher_stage_then_the_later_entry_counts(town: Town) -> None:
    firm(town)
    town.enter(said(D("10"), stage=Stage.APPROVED), said(D("20")), said(D("30"), issuer="b"))
    assert town.figure("a", "E_heat", "2026-01").text == "1.10"
    town.enter(said(D("40"), stage=Stage.APPROVED, issuer="b"))
    assert town.figure("a", "E_heat", "2026-01").text == "4.40"


def test_only_the_month_itself_is_meant_and_units_are_converted(town: Town) -> None:
    firm(town)
    town.enter(said(D("12"), "2026"), said(D("3000"), "2026-02", "MJ"))
    assert town.figure("a", "E_heat", "2026-01").value is None
    assert town.figure("a", "E_heat", "2026-02").text == "0.33"
    town.enter(said(D("3"), unit="t"))
    assert town.figure("a", "E_heat", "2026-01").value is None


def test_a_state_says_why_there_is_no_number(town: Town) -> None:
    firm(town)
    town.enter(said(State.NOT_OCCURRING))
    assert town.figure("a", "E_heat", "2026-01").completeness.complete
    town.enter(said(State.NOT_ESTIMATED))
    assert not town.figure("a", "E_heat", "2026-01").completeness.complete


def test_a_statement_never_mends_a_meter(town: Town) -> None:
    town.firm("a", "dantu", (HEAT,))
    town.days("a", HEAT, "2026-01", "100", without=(7,))
    town.enter(said(D("9999")))
    made = town.figure("a", "E_heat", "2026-01")
    assert made.value is None and made.partial == D("330.00")


def test_an_invented_amount_marks_the_figure(town: Town) -> None:
    town.firm("a", "dantu", (COAL,), synthetic=False)
    town.enter(
        declare("a.heat", "emission_source", "热", "Heat", attributes=HEAT.attributes, org="a"),
        relate("a.heat", "part_of", "a.site", org="a"),
        said(D("10")),
    )
    assert not town.figure("a", "E_heat", "2026-01").synthetic
    town.enter(said(D("11"), synthetic=True))
    assert town.figure("a", "E_heat", "2026-01").synthetic
