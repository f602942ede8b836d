"""Rules of the evaluator on documents as they may be written: fields left out, fields of their own."""

from decimal import Decimal
from typing import Any

import pytest

from tansuo.methods import Method, branch, first_of, ladder, ratio, rung
from tansuo.methods.document import Document, Shape, SourceKey
from tansuo.methods.evaluate import Calculator, CompiledMethod, Inputs, evaluate
from tansuo.methods.ladder import LocalValue
from tansuo.quantity.finding import FindingError

from .conftest import BOILER, ROWS, SOURCES, SUPPLY, complete, run

FC = ("FC", "boiler/2023-01")


def plain_method() -> Method:
    return Method("demo", edition="1", title_zh="示", title_en="ex", valid="2020-01/..", source="guide")


def of_boilers(grain: str = "month", **terms: dict[str, Any]) -> Document:
    """A method over A of every source and T of the whole grid; T alone stands in a formula."""
    return Document(
        {
            "format": "tansuo.method/1",
            "id": "demo",
            "valid": "2020-01/..",
            "edition": "1",
            "grain": grain,
            "factors": [],
            "options": {},
            "terms": {
                "T": {"kind": "activity", "unit": "t"},
                "A": {"kind": "activity", "unit": "t", "over": ["source"]},
                **terms,
            },
            "quantities": [
                {
                    "symbol": "Q",
                    "unit": "t",
                    "expression": {"node": "term", "symbol": "T"},
                    "parents": "sum_unrounded",
                }
            ],
        }
    )


def test_an_activity_may_be_of_the_whole_grid_and_of_sources_of_any_kind() -> None:
    rest: dict[str, Any] = {"kind": "activity", "unit": "t"}
    document = of_boilers(R=rest, B={**rest, "over": ["source"]})
    shape = Shape((BOILER, SUPPLY), ("2023-01",))
    made = Calculator(document).run(
        Inputs(shape, {("T", ""): Decimal(3), ("R", ""): Decimal(4), ("A", "boiler"): Decimal(5)}), {}
    )
    assert made.quantities == {("Q", ""): Decimal(3)}
    assert made.terms == {("T", ""): Decimal(3)}
    with pytest.raises(FindingError) as refused:
        Calculator(document).run(Inputs(shape, {("R", "boiler"): Decimal(4)}), {})
    assert [one.code for one in refused.value.findings] == ["methods.value_off_grid"]


def test_only_activities_of_one_indicator_claim_a_source_twice() -> None:
    other: dict[str, Any] = {"kind": "activity", "unit": "t", "over": ["source"], "indicator": "mass"}
    shape = Shape((BOILER,), ("2023-01",))
    Calculator(of_boilers(B=other)).run(Inputs(shape, {}), {})
    with pytest.raises(FindingError) as refused:
        Calculator(of_boilers(B=other, C=other)).run(Inputs(shape, {}), {})
    (found,) = refused.value.findings
    assert found.code == "methods.source_twice"
    assert found.params == {"one": "B", "other": "C", "keys": "family=fuel, fuel=coal"}


def test_years_with_a_gap_are_computed_where_nothing_decays() -> None:
    shape = Shape((), ("2021", "2023"))
    made = Calculator(of_boilers("year")).run(Inputs(shape, {("T", ""): Decimal(3)}), {})
    assert made.quantities == {("Q", ""): Decimal(3)}


def test_an_input_is_rounded_by_the_rule_of_its_own_term() -> None:
    for rule, expected in (("half_even", "10.12"), ("half_up", "10.13"), ("floor", "10.12")):
        term = {"kind": "activity", "unit": "t", "places": 2, "rounding": rule}
        made = Calculator(of_boilers(T=term)).run(
            Inputs(Shape((), ("2023-01",)), {("T", ""): Decimal("10.125")}), {}
        )
        assert (made.terms["T", ""], made.quantities["Q", ""]) == (Decimal(expected), Decimal(expected))
    unsaid = Calculator(of_boilers(T={"kind": "activity", "unit": "t", "places": 2}))
    made = unsaid.run(Inputs(Shape((), ("2023-01",)), {("T", ""): Decimal("10.125")}), {})
    assert (made.terms["T", ""], made.quantities["Q", ""]) == (Decimal("10.12"), Decimal("10.12"))
    assert unsaid.program(Shape((), ("2023-01",))).run([Decimal("10.125")]) == [Decimal("10.12")]


def test_a_factor_of_each_month_is_that_of_the_month() -> None:
    over = ("2022-12", "2023-01")
    values = {("PE", f"supply/{month}"): Decimal(100) for month in over}
    method = CompiledMethod(complete().method.data(ROWS, SOURCES))
    made = run(method, values, sources=(SUPPLY,), over=over)
    assert made.terms["EF", "2022-12"] == Decimal("0.5366")
    assert made.terms["EF", "2023-01"] == Decimal("0.5306")
    assert made.quantities["Z", ""] == 107
    valid = {place: (one.valid_from, one.unit) for (_, place), one in made.chosen.items()}
    assert valid == {"2022-12": ("2022-01-01", "t CO2/MWh"), "2023-01": ("2023-01-01", "t CO2/MWh")}


def test_a_test_of_one_source_is_for_that_source(method: CompiledMethod) -> None:
    oven = SourceKey("oven", BOILER.attributes)
    local = (LocalValue("NCV", Decimal(25), "GJ/t", source="oven"),)
    values = {FC: Decimal(1), ("FC", "oven/2023-01"): Decimal(1)}
    made = run(method, values, sources=(BOILER, oven), local=local)
    assert made.terms["NCV", "oven/2023-01"] == 25
    assert made.terms["NCV", "boiler/2023-01"] == Decimal("20.908")


def test_an_option_opens_another_rung_of_a_factor() -> None:
    m = plain_method()
    m.option("way", "方式", "way", choices=("own", "table"), default="table")
    of = m.factor("OF", "氧化率", "oxidation", "1", over="source", table="fuels", column="of", key="fuel",
                  choose=ladder(rung("own", local=True, when={"way": "own"}),
                                rung("default", table="fuels", column="of", key="fuel")))  # fmt: skip
    amount = m.activity("FC", "量", "amount", "t", indicator="fuel", keys={"family": "fuel"})
    m.quantity("E", "产物", "product", "t", amount * of)
    method = CompiledMethod(m.data(ROWS, SOURCES))
    local = (LocalValue("OF", Decimal("0.5"), "1", rung="own"),)
    for options, expected in (({}, "0.99"), ({"way": "own"}, "0.5"), ({"way": "table"}, "0.99")):
        made = run(method, {FC: Decimal(1)}, local=local, options=options)
        assert made.quantities["E", "boiler/2023-01"] == Decimal(expected)


def test_a_figure_out_of_its_range_is_said_with_the_value_and_the_range() -> None:
    m = plain_method()
    amount = m.activity("FC", "量", "amount", "t", indicator="fuel", keys={"family": "fuel"}, upper="9")
    m.quantity("E", "半数", "half", "t", amount * ratio("1/2"), upper="3", places=2)
    made = run(CompiledMethod(m.data((), SOURCES)), {FC: Decimal("10.001")})
    assert [(one.where["symbol"], one.params) for one in made.findings] == [
        ("FC", {"value": "10.001", "unit": "t", "lower": "−∞", "upper": "9"}),
        ("E", {"value": "5.00", "unit": "t", "lower": "−∞", "upper": "3"}),
    ]
    assert made.unrounded["E", "boiler/2023-01"] == Decimal("5.0005")
    assert made.quantities["E", "boiler/2023-01"] == Decimal("5.00")


def test_a_method_ends_where_its_validity_ends() -> None:
    method = CompiledMethod(complete().method.data(ROWS, SOURCES))
    assert evaluate(method, Inputs(Shape((BOILER,), ("2031-01",)), {})).quantities


def test_a_factor_that_one_figure_cannot_do_without_is_reported_though_another_can() -> None:
    m = plain_method()
    amount = m.activity("FC", "量", "amount", "t", indicator="fuel", keys={"family": "fuel"})
    tested = m.factor("X", "实测", "tested", "1", choose=ladder("measured"))
    m.quantity("A", "必需", "needs it", "t", amount * tested)
    m.quantity("B", "可无", "does without", "t", first_of(branch("x", amount * tested), branch("y", amount)))
    made = run(CompiledMethod(m.data((), SOURCES)), {FC: Decimal(2)})
    assert [(one.code, one.where["symbol"]) for one in made.findings] == [("methods.no_factor", "X")]
    assert made.quantities["B", "boiler/2023-01"] == 2
