"""What a pack author cannot write down: each wrong formula is refused where it stands, with the reason."""

from collections.abc import Callable

import pytest

from tansuo.methods import Method, ladder, rung, spread, sum_over, weighted_mean
from tansuo.methods.check import check_method
from tansuo.methods.expression import Term
from tansuo.quantity.finding import FindingError

from .conftest import ROWS, SOURCES, Draft, complete, start


def refusal(write: Callable[[], object]) -> str:
    """The code of the single finding with which something is refused."""
    with pytest.raises(FindingError) as error:
        write()
    (finding,) = error.value.findings
    return finding.code.removeprefix("methods.")


def quantity(d: Draft, formula: object, unit: str = "t CO2", **more: object) -> Callable[[], object]:
    return lambda: d.method.quantity("X", "某量", "some", unit, formula, **more)


def test_the_right_formula_is_taken() -> None:
    d = start()
    quantity(d, d.fc * d.ncv * d.cc * d.of * d.k)()
    made = d.method.quantities["X"]
    assert (made.over, made.additivity, dict(made.keys)) == (
        ("source", "month"),
        "flow",
        {"family": ("fuel",)},
    )


def test_a_forgotten_44_12_is_refused() -> None:
    d = start()
    with pytest.raises(FindingError, match="CO2/C"):
        quantity(d, d.fc * d.ncv * d.cc * d.of)()


def test_a_doubled_44_12_is_refused() -> None:
    d = start()
    assert refusal(quantity(d, d.fc * d.ncv * d.cc * d.of * d.k * d.k)) == "other_kind"


def test_a_forgotten_calorific_value_is_refused() -> None:
    d = start()
    assert refusal(quantity(d, d.fc * d.cc * d.of * d.k)) == "other_kind"


def test_unlike_things_are_not_added() -> None:
    d = complete()
    m = d.method
    tce = m.activity("TCE", "综合能耗", "energy", "tce", indicator="tce")
    cold = m.activity("GC", "标况气", "gas at 0 °C", "万Nm3@0C", indicator="gas0")
    warm = m.activity("GW", "气", "gas at 20 °C", "万Nm3@20C", indicator="gas20")
    money = m.activity("V0", "现价", "current", "万元@current", over="", indicator="v0")
    real = m.activity("V1", "可比价", "constant", "万元@2020", over="", indicator="v1")
    assert refusal(quantity(d, d.pe + tce, "MWh")) == "unlike_things"
    assert refusal(quantity(d, cold + warm, "万Nm3@20C")) == "unlike_things"
    assert refusal(quantity(d, money - real, "万元@2020")) == "unlike_things"
    assert refusal(quantity(d, d.fc + d.pe, "t")) == "unlike_things"


def test_one_kind_in_two_sizes_needs_its_conversion_written_out() -> None:
    d = start()
    m = d.method
    kwh = m.activity("PK", "电量", "power", "kWh", indicator="kwh", keys={"family": "power"})
    assert refusal(quantity(d, d.pe + kwh, "MWh")) == "unlike_scales"
    assert refusal(quantity(d, kwh * d.ef)) == "other_scale"
    assert (
        refusal(lambda: m.constant("W", "换算", "to MWh", "MWh/kWh", exactly="1/100")) == "wrong_conversion"
    )
    to_mwh = m.constant("U", "千瓦时化兆瓦时", "kWh to MWh", "MWh/kWh", exactly="1/1000")
    quantity(d, kwh * to_mwh * d.ef)()


def test_a_ratio_is_not_summed_and_a_flow_not_averaged() -> None:
    d = start()
    assert refusal(quantity(d, sum_over(d.of, "source"), "1")) == "ratio_summed"
    assert (
        refusal(quantity(d, sum_over(d.fc, "month") / sum_over(d.ncv, "month"), "t t/GJ")) == "ratio_summed"
    )
    assert refusal(quantity(d, weighted_mean(d.fc, d.fc, "month"), "t")) == "mean_of_flow"


def test_a_ratio_and_an_amount_of_one_unit_are_not_added() -> None:
    d = start()
    share = d.method.activity("S", "份额", "share", "1", indicator="s", additivity="flow")
    assert refusal(quantity(d, share + d.of, "1")) == "ratio_in_sum"


def test_two_amounts_are_not_multiplied() -> None:
    d = start()
    assert refusal(quantity(d, d.fc * d.pe, "t MWh")) == "two_flows"
    other = d.method.activity("FD", "燃料", "fuel", "t", indicator="fd", keys={"family": "fuel"})
    assert refusal(quantity(d, d.fc * other, "t^2")) == "two_flows"


def test_a_term_never_gains_a_dimension_silently() -> None:
    d = start()
    yearly = d.method.activity("G", "年用量", "year's use", "t", over="source", indicator="g")
    monthly = d.method.factor(
        "M", "月因子", "monthly factor", "GJ/t", table="fuels", column="ncv", key="fuel"
    )
    assert refusal(quantity(d, yearly * monthly, "GJ")) == "gains_dimension"
    handed_out = d.method.quantity("GM", "分摊", "by month", "t", spread(yearly, "by_days"), places=2)
    quantity(d, handed_out * monthly, "GJ")()


def test_sums_are_over_dimensions_that_are_there() -> None:
    d = start()
    assert refusal(quantity(d, sum_over(sum_over(d.fc, "source"), "source"), "t")) == "sum_over_absent"
    assert refusal(quantity(d, sum_over(d.fc, ""), "t")) == "sum_over_absent"
    assert refusal(quantity(d, sum_over(d.fc, "month") + sum_over(d.fc, "source"), "t")) == "sum_dimensions"
    assert refusal(lambda: sum_over(d.fc, "month", missing="ignore")) == "sum_over_missing"


def test_different_sources_are_summed_before_they_are_added() -> None:
    d = complete()
    m = d.method
    other = m.activity("FO", "油", "oil", "t", indicator="oil", keys={"family": "oil"})
    assert refusal(quantity(d, d.fc + other, "t")) == "sum_domains"
    assert refusal(quantity(d, d.fc * (other / other), "t")) == "domains_differ"
    quantity(d, sum_over(d.fc, "source") + sum_over(other, "source"), "t")()


def test_direct_and_indirect_are_added_only_when_the_method_says_so() -> None:
    d = complete()
    m = d.method
    both = m.quantities
    total = sum_over(Term("E"), "source month") + sum_over(Term("P"), "source month")
    assert both["Y"].scope == "direct"
    assert refusal(quantity(d, total)) == "direct_and_indirect"
    quantity(d, total, scope="both")()


def test_a_stock_is_summed_over_sources_but_not_over_months() -> None:
    d = start()
    stock = d.method.activity("S", "库存", "stock", "t", indicator="stock", additivity="stock")
    assert refusal(quantity(d, sum_over(stock, "month"), "t")) == "stock_summed"
    quantity(d, sum_over(stock, "source"), "t")()
    assert d.method.quantities["X"].additivity == "stock"


def test_a_stock_change_is_a_flow() -> None:
    m = start().method
    first = m.activity("B", "期初库存", "opening stock", "t", indicator="opening", additivity="stock")
    last = m.activity("L", "期末库存", "closing stock", "t", indicator="closing", additivity="stock")
    bought = m.activity("IN", "购入", "bought", "t", indicator="bought")
    m.quantity("USED", "消耗", "used", "t", bought + first - last)
    assert m.quantities["USED"].additivity == "flow"


def test_a_spread_is_a_formula_of_its_own_with_places() -> None:
    d = start()
    yearly = d.method.activity("G", "年用量", "year's use", "t", over="source", indicator="g")
    assert refusal(quantity(d, spread(yearly, "by_days"), "t")) == "spread_inside"
    assert refusal(quantity(d, spread(yearly, "by_days") * d.of, "t", places=2)) == "spread_inside"
    assert refusal(quantity(d, spread(yearly, "evenly"), "t", places=2)) == "spread_how"
    assert refusal(quantity(d, spread(d.fc, "equal"), "t", places=2)) == "spread_of"
    assert refusal(quantity(d, spread(yearly, yearly), "t", places=2)) == "spread_weight"


def test_numbers_in_a_formula_are_whole_or_declared() -> None:
    d = start()
    assert refusal(lambda: d.fc * 0.98) == "not_a_term"
    assert refusal(lambda: d.fc * -1) == "not_a_term"
    assert refusal(lambda: d.fc * True) == "not_a_term"
    assert refusal(lambda: 3.67 * d.fc) == "not_a_term"
    assert refusal(lambda: d.method.constant("C", "常数", "constant", "1", exactly="3.67")) == "constant_form"
    quantity(d, 2 * d.fc / 3 * (1 - d.of), "t")()


def test_equivalents_carry_the_gwp_set_of_the_method() -> None:
    d = complete()
    m = d.method
    for symbol, unit in (("A", "t CO2e[AR4]"), ("B", "t CO2e"), ("C", "t CO2e[AR5]")):
        m.activity(symbol, symbol, symbol, unit, indicator=symbol)
    found = [one for one in check_method(m.data(ROWS, SOURCES)) if one.code == "methods.other_gwp"]
    assert [one.where["symbol"] for one in found] == ["A", "B"]


def test_declarations_are_checked_where_they_stand() -> None:
    d = start()
    m = d.method
    assert refusal(lambda: m.activity("FC", "又", "again", "t")) == "symbol_twice"
    assert refusal(lambda: m.activity("2C", "某", "some", "t")) == "symbol_form"
    assert refusal(lambda: m.activity("D", "某", "some", "t", over="source day")) == "unknown_dimension"
    assert refusal(lambda: m.activity("D", "某", "some", "吨煤气")) == "quantity.unknown_unit"
    assert refusal(lambda: m.factor("D", "某", "some", "1")) == "rung_without_table"
    assert refusal(quantity(d, d.fc, "t", rounding="up")) == "rounding_form"
    assert refusal(quantity(d, d.fc, "t", parents="sum")) == "parents_form"
    assert refusal(quantity(d, d.fc, "t", missing="zero")) == "sum_over_missing"
    assert refusal(quantity(d, d.fc, "t", additivity="stock")) == "additivity"
    assert refusal(quantity(d, Term("NOT"), "t")) == "unknown_symbol"
    chosen = ladder(rung("national", table="grid", column="ef", when={"grid": "national"}))
    assert refusal(lambda: m.factor("D", "某", "some", "1", choose=chosen)) == "rung_option"
    assert refusal(lambda: m.option("o", "选", "option", choices=("a",), default="b")) == "option_default"
    bad = {"edition": "1", "title_zh": "某", "title_en": "some", "source": "s"}
    assert refusal(lambda: Method("x", valid="2021", **bad)) == "valid_form"


def test_a_flow_may_be_declared_not_to_be_summed() -> None:
    d = start()
    quantity(d, d.fc * d.ncv, "GJ", additivity="ratio")()
    assert (
        refusal(lambda: d.method.quantity("W", "合", "sum", "GJ", sum_over(Term("X"), "month")))
        == "ratio_summed"
    )


def test_two_activities_may_not_claim_the_same_sources() -> None:
    d = complete()
    d.method.activity("FX", "又一", "again", "t", indicator="fuel", keys={"family": "fuel"})
    codes = [one.code for one in check_method(d.method.data(ROWS, SOURCES))]
    assert codes == ["methods.term_unused", "methods.domain_twice"]


def test_a_factor_may_belong_to_some_sources_only_and_so_do_quantities_of_factors_alone() -> None:
    d = start()
    wet = d.method.factor("M_ar", "水分", "moisture", "1", keys={"family": "fuel"}, choose=ladder("measured"))
    d.method.quantity("D", "干物质", "dry share", "1", 1 - wet)
    assert dict(d.method.quantities["D"].keys) == {"family": ("fuel",)}
    assert d.method.data().as_json()["terms"]["M_ar"]["keys"] == {"family": ["fuel"]}  # type: ignore[index]


def test_a_method_that_compares_gwp_sets_names_them_and_no_other() -> None:
    for named, codes in (("AR5 AR6", []), ("AR5", ["methods.other_gwp", "methods.other_gwp"])):
        m = Method("x", edition="1", title_zh="某", title_en="s", valid="2021-01/..", source="s", gwp=named)
        gas = m.activity("M", "气", "gas", "t CH4")
        six = m.factor("G", "潜势", "GWP", "t CO2e[AR6]/t CH4", choose=ladder("measured"))
        m.quantity("E", "排放", "emission", "t CO2e[AR6]", gas * six, places=2, scope="direct")
        assert [one.code for one in check_method(m.data(sources={"s": {}}))] == codes
