"""Measured factors: the nearest and narrowest statement counts, on its rung, with its document."""

from decimal import Decimal

from tansuo.accounting.drilldown import factors_of
from tansuo.accounting.figure import Figure
from tansuo.accounting.local_factor import column_of, local_factor, local_terms
from tansuo.evidence.document import register_document
from tansuo.quantity.state import Provenance
from tansuo.registry.source import Source, Status
from tansuo.registry.subject import set_attribute
from town import COAL, HEAT, POWER, Town, general_pack

REPORT = Source("化验报告 2026-01", Status.EXAMPLE, page="1")


def _ncv(figure: Figure) -> tuple[str, str, str]:
    (one,) = [one for one in factors_of(figure) if one.symbol == "NCV"]
    return str(one.chosen.value), one.chosen.rung, one.chosen.citation


def test_which_factors_take_local_values() -> None:
    terms = general_pack().data.terms
    assert {name: column_of(terms[name]) for name in ("NCV", "CC", "HS", "OF", "EF_heat")} == {
        "NCV": "ncv",
        "CC": "cc",
        "HS": "HS",
        "OF": None,
        "EF_heat": "ef",
    }
    assert {term.symbol for term in local_terms(general_pack().data)["factor.ncv"]} == {"NCV", "NCVG"}


def test_a_laboratory_result_takes_the_place_of_the_default(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    town.days("a", COAL, "2026-02", "100")
    default = town.figure("a", "E_fuel", "2026-01")
    document = register_document(
        town.connection, "report.pdf", "application/pdf", b"%PDF", "a", clock=town.clock
    )
    source = Source("化验报告 2026-01", Status.EXAMPLE, "1", str(document.body["blob"]))
    (entry,) = town.enter(
        local_factor(
            "a.coal", "ncv", "2026-01", Decimal("20.908"), "GJ/t", issuer="lab", source=source, org="a"
        )
    )
    january = town.figure("a", "E_fuel", "2026-01")
    assert january.text == "6159.57"  # 3100 × 20.908 × 0.02618 × 0.99 × 44/12
    assert _ncv(january) == ("20.908", "measured", "化验报告 2026-01, 1")
    (use,) = [one for one in factors_of(january) if one.symbol == "NCV"]
    assert use.statement is not None and use.statement.entry == entry.index
    assert use.statement.source is not None and use.statement.source.document == document.body["blob"]
    assert _ncv(town.figure("a", "E_fuel", "2026-02"))[1] == "default"
    again = town.figure("a", "E_fuel", "2026-01", as_of=default.as_of)
    assert again.text == default.text and _ncv(again)[1] == "default"


def test_the_nearest_subject_then_the_shortest_period_counts(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")

    def say(subject: str, period: str, value: str) -> str:
        town.enter(
            local_factor(subject, "ncv", period, Decimal(value), "GJ/t", issuer="lab", source=REPORT, org="a")
        )
        return _ncv(town.figure("a", "E_fuel", "2026-01"))[0]

    assert say("a", "2026", "20.000") == "20.000"
    assert say("a.site", "2026", "21.000") == "21.000"
    assert say("a.coal", "2026", "22.000") == "22.000"
    assert say("a.coal", "2026-01", "23.000") == "23.000"
    assert say("a.coal", "2026-Q1", "24.000") == "23.000"
    assert say("a.coal", "2026-02", "25.000") == "23.000"


def test_a_suppliers_value_stands_below_a_measured_one(town: Town) -> None:
    town.firm("a", "dantu", (COAL, HEAT))
    town.days("a", COAL, "2026-01", "100")
    town.enter(
        local_factor(
            "a.coal", "ncv", "2026-01", Decimal("22"), "GJ/t",
            provenance=Provenance.DECLARED, issuer="mine", source=REPORT, org="a",
        )
    )  # fmt: skip
    figure = town.figure("a", "E_fuel", "2026-01")
    assert _ncv(figure)[:2] == ("22", "supplier")
    assert Provenance.DECLARED in figure.kinds
    town.enter(
        local_factor("a.coal", "ncv", "2026-01", Decimal("21"), "GJ/t", issuer="lab", source=REPORT, org="a")
    )
    assert _ncv(town.figure("a", "E_fuel", "2026-01"))[:2] == ("21", "measured")


def test_a_stated_grid_factor_stands_on_its_own_rung_and_converts_its_unit(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.days("a", POWER, "2026-01", "10")
    assert town.figure("a", "E_power", "2026-01").text == "164.49"
    town.enter(
        local_factor(
            "a", "average", "2026", Decimal("500"), "kg CO2/MWh", rung="stated", issuer="grid", source=REPORT,
            provenance=Provenance.DECLARED, org="a",
        )
    )  # fmt: skip
    assert town.figure("a", "E_power", "2026-01").text == "164.49"


def test_an_invented_factor_marks_the_figure(town: Town) -> None:
    town.firm("a", "dantu", (COAL,), synthetic=False)
    town.days("a", COAL, "2026-01", "100")
    assert not town.figure("a", "E_fuel", "2026-01").synthetic
    town.enter(
        local_factor(
            "a.coal", "cc", "2026-01", Decimal("0.026"), "t C/GJ",
            synthetic=True, issuer="lab", source=REPORT, org="a",
        )
    )  # fmt: skip
    assert town.figure("a", "E_fuel", "2026-01").synthetic
    assert town.figure("zj.city", "E_fuel", "2026-01", "reports_for").synthetic


def test_a_firm_outside_the_official_grids_uses_the_factor_it_states(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.days("a", POWER, "2026-01", "10")
    town.enter(set_attribute("a", "option.grid", "stated", org="a"))
    without = town.figure("a", "E_power", "2026-01")
    assert without.value is None
    assert without.completeness.other_holes == ("EF_grid @ a.power/2026-01",)
    town.enter(
        local_factor(
            "a", "average", "2026", Decimal("500"), "kg CO2/MWh", rung="stated", issuer="grid", source=REPORT,
            provenance=Provenance.DECLARED, org="a",
        )
    )  # fmt: skip
    figure = town.figure("a", "E_power", "2026-01")
    assert figure.text == "155.00"
    (use,) = factors_of(figure)
    assert (use.chosen.rung, use.chosen.original_unit) == ("stated", "kg CO2/MWh")
