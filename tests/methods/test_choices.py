"""Ladders of formulas, scores, weights and decay: what they mean, what they refuse, how they are written."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.methods import (
    Method,
    bands,
    branch,
    first_of,
    first_order_decay,
    ladder,
    piecewise,
    ratio,
    sum_over,
    weights,
)
from tansuo.methods.calculation import figures
from tansuo.methods.document import Shape, SourceKey
from tansuo.methods.evaluate import CompiledMethod, Evaluation, Inputs, evaluate, from_document
from tansuo.methods.expression import Node
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import feeds, nonstandard
from tansuo.methods.render import branch_word, latex, mathml, spoken, text, worked_line
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State, Value

COAL = (SourceKey("boiler", {"family": "coal"}),)


def method(grain: str = "month") -> Method:
    return Method(
        "x",
        edition="1",
        title_zh="例",
        title_en="example",
        valid="1950-01/..",
        source="text",
        grain="year" if grain == "year" else "month",
    )


def run(
    data: MethodData,
    values: Mapping[tuple[str, str], Value],
    *,
    months: Sequence[str] = ("2023-01",),
    sources: Sequence[SourceKey] = COAL,
    local: Sequence[LocalValue] = (),
    options: Mapping[str, str] | None = None,
) -> Evaluation:
    """The method, read back from its document, run over the values."""
    made = from_document(data.as_json())
    return evaluate(made, Inputs(Shape(tuple(sources), tuple(months)), values, local), options)


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(FindingError) as caught:
        make()
    (finding,) = caught.value.findings
    assert str(finding).count("{") == 0
    return finding.code.removeprefix("methods.")


def carbon() -> tuple[Method, Node]:
    """Carbon as received: from a test where there is one, else from the heat and a default."""
    m = method()
    m.option("basis", "基准", "basis", choices=("tested", "default_only"), default="tested")
    fuel = m.activity("FC", "消耗量", "fuel", "t", indicator="fuel", keys={"family": "coal"})
    tested = m.factor("C_ad", "空干基元素碳", "carbon, air dried", "t C/t", choose=ladder("measured"))
    heat = m.factor("NCV", "热值", "heat", "GJ/t", table="fuels", column="ncv", key="=coal")
    content = m.constant("CC", "含碳量", "carbon of heat", "t C/GJ", exactly="3085/100000")
    content_ar = m.quantity(
        "C_ar",
        "收到基元素碳",
        "carbon as received",
        "t C/t",
        first_of(
            branch("element_test", tested * ratio("9/10"), when={"basis": "tested"}),
            branch("default", heat * content),
        ),
        places=4,
        parents="sum_published",
    )
    k = m.constant("K", "碳到二氧化碳", "C to CO2", "t CO2/t C", exactly="44/12")
    m.quantity("E", "排放量", "emission", "t CO2", sum_over(fuel * content_ar * k, "source month"), places=2)
    return m, content_ar


ROWS = (
    FactorRow(
        "fuels/coal/ncv@2020-01-01",
        "fuels",
        "coal",
        "ncv",
        Decimal("26.7"),
        "GJ/t",
        Period.parse("2020-01").start,
        None,
    ),
)


def test_the_first_branch_with_a_value_is_taken_and_named() -> None:
    data = carbon()[0].data(ROWS)
    values: dict[tuple[str, str], Value] = {("FC", "boiler/2023-01"): Decimal(1000)}
    test = LocalValue("C_ad", Decimal("0.6"), "t C/t")
    measured, default = run(data, values, local=[test]), run(data, values)
    at = ("C_ar", "boiler/2023-01")
    assert (measured.quantities[at], measured.taken[at]) == (Decimal("0.5400"), "element_test")
    assert measured.quantities["E", ""] == Decimal("1980.00")
    assert (default.quantities[at], default.taken[at]) == (
        Decimal("0.8237"),
        "default",
    )  # 26.7 × 0.03085 = 0.823695
    # Only what was used is what a figure rests on, and what a branch lacked is nothing to report.
    leaves = feeds(default.document, default.inputs.shape, ("E", ""), default.taken)
    assert {symbol for symbol, _ in leaves} == {"FC", "NCV"}
    assert not default.findings
    assert "[default] 26.7 GJ/t" in worked_line(default, "C_ar", "boiler/2023-01")
    (figure,) = figures(default, quantities=["E"])
    assert figure["branches"] == {"C_ar boiler/2023-01": "default"}
    assert "nonstandard" not in figure


def test_an_option_closes_a_branch_and_the_figure_says_so_on_its_face() -> None:
    data = carbon()[0].data(ROWS)
    values: dict[tuple[str, str], Value] = {("FC", "boiler/2023-01"): Decimal(1000)}
    test = LocalValue("C_ad", Decimal("0.6"), "t C/t")
    made = run(data, values, local=[test], options={"basis": "default_only"})
    assert made.taken["C_ar", "boiler/2023-01"] == "default"
    assert nonstandard(made, ("E", "")) == {"option.basis": "default_only"}
    assert nonstandard(run(data, values, local=[test]), ("E", "")) == {}


def test_where_no_branch_has_a_value_the_last_resort_is_named() -> None:
    made = run(carbon()[0].data(ROWS), {("FC", "boiler/2019-12"): Decimal(1)}, months=["2019-12"])
    found = made.quantities["C_ar", "boiler/2019-12"]
    assert isinstance(found, Missing)
    assert found.names == ("NCV @ boiler/2019-12",)
    assert [one.code for one in made.findings] == ["methods.no_factor"]  # of NCV, the last resort


def test_what_every_branch_lacks_is_named_alone() -> None:
    m = carbon()[0]
    fuel, tested, heat = m["FC"], m["C_ad"], m["NCV"]
    ladder_ = first_of(branch("a", fuel * tested), branch("b", fuel * heat * m["CC"]))
    m.quantity("C_total", "", "", "t C", ladder_)
    made = run(m.data(ROWS), {})
    found = made.quantities["C_total", "boiler/2023-01"]
    assert isinstance(found, Missing)
    assert found.names == ("FC @ boiler/2023-01",)


def test_a_month_without_operation_takes_a_branch_and_adds_nothing() -> None:
    made = run(
        carbon()[0].data(ROWS),
        {("FC", "boiler/2023-01"): Missing(State.NOT_OPERATING, "FC", "boiler/2023-01")},
    )
    assert isinstance(made.quantities["E", ""], Missing)
    assert made.quantities["E", ""].state is State.NOT_OPERATING


def test_an_override_replaces_a_default_and_leaves_it_visible() -> None:
    data = carbon()[0].data(ROWS)
    own = LocalValue("NCV", Decimal("25.1"), "GJ/t", rung="override", citation="ruling 7")
    made = run(data, {("FC", "boiler/2023-01"): Decimal(1000)}, local=[own])
    chosen = made.chosen["NCV", "boiler/2023-01"]
    assert (chosen.rung, chosen.status, chosen.value) == ("override", "override", Decimal("25.1"))
    assert chosen.instead_of is not None
    assert (chosen.instead_of.factor_id, chosen.instead_of.value) == (ROWS[0].id, Decimal("26.7"))
    (figure,) = figures(made, quantities=["E"])
    assert figure["nonstandard"] == {"override.NCV boiler/2023-01": f"instead of {ROWS[0].id}"}


def test_nobody_edits_a_constant_of_the_method() -> None:
    own = LocalValue("CC", Decimal("0.03"), "t C/GJ", rung="override")
    with pytest.raises(FindingError) as caught:
        run(carbon()[0].data(ROWS), {("FC", "boiler/2023-01"): Decimal(1)}, local=[own])
    assert [one.code for one in caught.value.findings] == ["methods.constant_is_fixed"]


def test_a_ladder_of_formulas_is_a_whole_quantity_with_like_branches() -> None:
    m, content = carbon()
    heat = m["NCV"]
    assert refused(lambda: first_of(branch("only", heat))) == "branches"
    assert refused(lambda: first_of(branch("a", heat), branch("a", heat))) == "branches"
    inside = first_of(branch("a", content), branch("b", content)) * m["K"]
    assert refused(lambda: m.quantity("X", "", "", "t CO2/t", inside)) == "first_of_inside"
    unlike = first_of(branch("a", content), branch("b", heat))
    assert refused(lambda: m.quantity("X", "", "", "t C/t", unlike)) == "unlike_things"


def score(expression: Callable[[Node], Node], value: str, *, over: str = "") -> Value:
    m = method()
    x = m.factor("x", "指标值", "value", "%", over=over, choose=ladder("stated"))
    m.quantity("s", "得分", "score", "1", expression(x))
    made = run(m.data(), {}, sources=(), local=[LocalValue("x", Decimal(value), "%", rung="stated")])
    return made.quantities["s", ""]


@pytest.mark.parametrize(
    ("value", "points"),
    [("-5", "0"), ("59.999", "0"), ("60", "3"), ("79.9", "3"), ("80", "5"), ("1000", "5")],
)
def test_bands_are_half_open_and_reach_to_both_ends(value: str, points: str) -> None:
    assert score(lambda x: bands(x, ("", "0"), ("60", "3"), ("80", "5")), value) == Decimal(points)


def test_below_a_first_bound_there_is_no_score() -> None:
    found = score(lambda x: bands(x, ("60", "3"), ("80", "5")), "10")
    assert isinstance(found, Missing)
    assert found.names == ("s (< 60)",)


def test_a_bound_is_reached_exactly_however_the_value_was_divided() -> None:
    def third(x: Node) -> Node:
        return bands(x * ratio("1/3"), ("", "0"), ("20", "1"), unit="1")

    assert score(third, "60") == Decimal(1)
    assert score(third, "59.9999999999999999999999999999") == Decimal(0)


@pytest.mark.parametrize(
    ("value", "points"),
    [("-1", "0"), ("0", "0"), ("30", "1.5"), ("60", "3"), ("70", "3.5"), ("100", "5"), ("101", "5")],
)
def test_between_points_run_straight_lines_and_beyond_the_ends_hold(value: str, points: str) -> None:
    assert score(lambda x: piecewise(x, ("0", "0"), ("60", "3"), ("100", "5")), value) == Decimal(points)


def test_beyond_the_points_a_line_may_refuse() -> None:
    assert isinstance(score(lambda x: piecewise(x, ("0", "0"), ("60", "3"), beyond="refuse"), "61"), Missing)


@given(st.integers(0, 99), st.integers(1, 7))
def test_lines_are_what_rational_arithmetic_gives(value: int, parts: int) -> None:
    found = score(lambda x: piecewise(x * ratio(f"1/{parts}"), ("0", "1"), ("100", "8")), str(value))
    exact = 1 + Fraction(value, parts) * Fraction(7, 100)
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - exact) < Fraction(1, 10**30)


def test_scores_are_built_in_order() -> None:
    x = carbon()[1]
    assert refused(lambda: bands(x, ("60", "3"), ("60", "5"))) == "node_order"
    assert refused(lambda: bands(x, ("60", "3"), ("", "5"))) == "node_order"
    assert refused(lambda: piecewise(x, ("60", "3"))) == "node_order"
    assert refused(lambda: piecewise(x, ("0", "0"), ("1", "1"), beyond="extend")) == "piecewise_beyond"
    assert refused(lambda: bands(x, ("", "0.5x"))) == "node_number"


def test_weights_add_up_or_are_refused() -> None:
    m = method()
    a, b = (m.factor(name, "", "", "1", over="", choose=ladder("stated")) for name in "ab")
    assert refused(lambda: weights(("0.3", a), ("0.6", b))) == "weights_total"
    m.quantity("s", "得分", "score", "1", weights(("0.3", a), ("0.7", b)))
    m.quantity("h", "百分制", "of hundred", "1", weights(("30", a), ("70", b), total="100"), places=1)
    local = [
        LocalValue(name, Decimal(value), "1", rung="stated") for name, value in (("a", "80"), ("b", "90.5"))
    ]
    made = run(m.data(), {}, sources=(), local=local)
    assert (made.quantities["s", ""], made.quantities["h", ""]) == (Decimal("87.35"), Decimal("8735.0"))
    missing = run(m.data(), {}, sources=(), local=local[:1]).quantities["s", ""]
    assert isinstance(missing, Missing)  # what is not known is not weighted as zero


def test_amounts_are_not_weighted() -> None:
    m, _ = carbon()
    total = sum_over(m["FC"], "source month")
    assert refused(lambda: m.quantity("X", "", "", "t", weights(("1", total)))) == "weights_of_flow"


def landfill(gives: str = "released") -> MethodData:
    m = method("year")
    waste = m.activity("W", "填埋量", "landfilled", "t", indicator="waste", keys={"kind": "waste"}, lower="0")
    k = m.factor("k", "衰减率", "rate", "1", over="source", choose=ladder("stated"))
    decomposable = m.constant("F_doc", "可分解有机碳", "decomposable carbon", "t C/t", exactly="75/1000")
    kept = m.quantity("D", "沉积的可分解有机碳", "decomposable carbon deposited", "t C", waste * decomposable)
    m.quantity("R", "当年分解", "decomposed", "t C", first_order_decay(kept, k, gives))
    half = m.constant("F", "甲烷比例", "share of methane", "t CH4/t C", exactly="2/3")
    left = m.constant("OX", "氧化因子", "what is not oxidised", "1", exactly="9/10")
    m.quantity("CH4", "甲烷排放量", "methane", "t CH4", m["R"] * half * left, places=4)
    return m.data()


DUMP = (SourceKey("site", {"kind": "waste"}),)
K = [LocalValue("k", Decimal("0.17"), "1", rung="stated")]


def test_first_order_decay_gives_the_published_vector() -> None:
    """1,000 t in year 0, DOC 0.15 (half of it decomposes), k 0.17, F 0.5, OX 0.1; IPCC 2006, volume 5, chapter 3."""
    years = ["2000", "2001", "2002", "2003", "2004"]
    values: dict[tuple[str, str], Value] = {("W", f"site/{year}"): Decimal(0) for year in years}
    values["W", "site/2000"] = Decimal(1000)
    made = run(landfill(), values, months=years, sources=DUMP, local=K)
    found = [str(made.quantities["CH4", f"site/{year}"]) for year in years]
    assert found == ["0.0000", "7.0351", "5.9353", "5.0074", "4.2245"]


def test_what_is_left_and_what_was_released_add_up_to_what_was_deposited() -> None:
    years = [str(year) for year in range(1990, 2000)]
    values: dict[tuple[str, str], Value] = {
        ("W", f"site/{year}"): Decimal(int(year) - 1900) for year in years
    }
    released = run(landfill(), values, months=years, sources=DUMP, local=K)
    stock = run(landfill("stock"), values, months=years, sources=DUMP, local=K)
    gone = sum(Fraction(released.quantities["R", f"site/{year}"]) for year in years)  # type: ignore[arg-type]
    deposited = sum(Fraction(released.quantities["D", f"site/{year}"]) for year in years)  # type: ignore[arg-type]
    left = Fraction(stock.quantities["R", "site/1999"])  # type: ignore[arg-type]
    assert abs(gone + left - deposited) < Fraction(1, 10**25)


def test_decay_needs_every_year_and_a_hole_stays_a_hole() -> None:
    values: dict[tuple[str, str], Value] = {("W", "site/2000"): Decimal(1)}
    with pytest.raises(FindingError) as caught:
        run(landfill(), values, months=["2000", "2002"], sources=DUMP, local=K)
    assert "methods.years_apart" in {one.code for one in caught.value.findings}
    made = run(landfill(), values, months=["2000", "2001", "2002"], sources=DUMP, local=K)
    assert made.quantities["CH4", "site/2001"] == Decimal("0.0070")
    assert isinstance(made.quantities["CH4", "site/2002"], Missing)


def test_a_method_of_years_takes_no_months() -> None:
    with pytest.raises(FindingError) as caught:
        run(landfill(), {}, months=["2000-01"], sources=DUMP, local=K)
    assert "methods.other_grain" in {one.code for one in caught.value.findings}
    assert (
        refused(lambda: method("year").activity("W", "", "", "t", over="source month")) == "unknown_dimension"
    )


def test_decay_is_of_a_flow_by_years_at_a_pure_rate() -> None:
    m = method("year")
    waste = m.activity("W", "", "", "t", keys={"kind": "waste"})
    rate = m.factor("k", "", "", "1", choose=ladder("stated"))
    assert refused(lambda: m.quantity("R", "", "", "t", first_order_decay(waste, rate))) == "decay_rate"
    assert refused(lambda: first_order_decay(waste, rate, "half")) == "decay_gives"
    monthly, content = carbon()
    assert (
        refused(lambda: monthly.quantity("R", "", "", "t C/t", first_order_decay(content, ratio("1/2"))))
        == "decay_of"
    )


def test_a_sum_may_take_only_some_sources() -> None:
    m = method()
    fuel = m.activity("FC", "", "", "t", keys={"family": "coal"})
    m.quantity("all", "", "", "t", sum_over(fuel, "source month"))
    m.quantity("sinter", "", "", "t", sum_over(fuel, "source month", where={"process": "sinter"}))
    sources = [SourceKey("a", {"family": "coal", "process": "sinter"}), SourceKey("b", {"family": "coal"})]
    values: dict[tuple[str, str], Value] = {("FC", "a/2023-01"): Decimal(2), ("FC", "b/2023-01"): Decimal(3)}
    made = run(m.data(), values, sources=sources)
    assert (made.quantities["all", ""], made.quantities["sinter", ""]) == (Decimal(5), Decimal(2))
    assert feeds(made.document, made.inputs.shape, ("sinter", "")) == (("FC", "a/2023-01"),)
    of_months = m.quantity("by_month", "", "", "t", sum_over(fuel, "source"))
    assert refused(
        lambda: m.quantity("X", "", "", "t", sum_over(of_months, "month", where={"process": "x"}))
    ) == ("where_without_source")
    nowhere = sum_over(fuel, "source month", where={"family": "gas"})
    assert refused(lambda: m.quantity("X", "", "", "t", nowhere)) == "domains_differ"


def test_every_kind_of_node_is_written_in_words_latex_and_mathml() -> None:
    m, content = carbon()
    made = {
        "first_of": first_of(branch("a_b", content), branch("b", content)),
        "bands": bands(content, ("", "0"), ("0.6", "3")),
        "piecewise": piecewise(content, ("0", "0"), ("1", "5")),
        "weights": weights(("0.4", content), ("0.6", content)),
        "decay": first_order_decay(m["FC"], content),
        "stock": first_order_decay(m["FC"], content, "stock"),
        "where": sum_over(m["FC"], "source month", where={"process": "sinter"}),
    }
    said = {name: text(node) for name, node in made.items()}
    assert said == {
        "first_of": "[a_b] C_ar；否则 [b] C_ar",
        "bands": "分档(C_ar: −∞ → 0; 0.6 → 3)",
        "piecewise": "分段线性(C_ar: 0 → 0; 1 → 5)",
        "weights": "0.4 × C_ar + 0.6 × C_ar",
        "decay": "FC (一阶衰减，当年释放, k = C_ar)",
        "stock": "FC (一阶衰减，年末存量, k = C_ar)",
        "where": "Σ(各排放源、各月; process = sinter) FC",
    }
    assert text(made["first_of"], "en") == "[a_b] C_ar; else [b] C_ar"
    data = m.data()
    for node in made.values():
        assert latex(node, data).count("{") == latex(node, data).count("}")
        assert mathml(node, data).count("<mrow>") == mathml(node, data).count("</mrow>")
    assert (
        latex(made["bands"])
        == r"\begin{cases} 0 & C_{\text{ar}} < 0.6 \\ 3 & 0.6 \le C_{\text{ar}} \end{cases}"
    )
    assert r"e^{-" in latex(made["decay"])


def test_programs_are_kept_apart_by_the_options_that_choose_branches() -> None:
    compiled = CompiledMethod(carbon()[0].data(ROWS))
    shape = Shape(COAL, ("2023-01",))
    assert compiled.program(shape) is compiled.program(shape, {"basis": "tested"})
    assert compiled.program(shape) is not compiled.program(shape, {"basis": "default_only"})


def test_branches_have_a_chinese_name_that_no_fingerprint_knows() -> None:
    plain, named = carbon()[0], carbon()[0]
    ladder_ = first_of(
        branch("element_test", named["C_ad"], zh="元素碳实测"), branch("default", named["NCV"] * named["CC"])
    )
    assert (
        first_of(branch("element_test", plain["C_ad"]), branch("default", plain["NCV"] * plain["CC"]))
        == ladder_
    )
    named.quantity("C_2", "", "", "t C/t", ladder_)
    words = {"branches": named.branch_names}
    assert named.branch_names == {"element_test": "元素碳实测"}
    assert text(ladder_, "zh", words) == "[元素碳实测] C_ad；否则 [default] NCV × CC"
    assert text(ladder_, "en", words) == "[element_test] C_ad; else [default] NCV × CC"
    assert "<mtext>元素碳实测 element_test</mtext>" in mathml(spoken(ladder_, words))
    assert branch_word("default", words, "zh") == "default"
