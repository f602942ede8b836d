"""One tree, several readings: symbols, words, LaTeX, MathML, and the worked line."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from tansuo.methods import spread, sum_over, weighted_mean
from tansuo.methods.evaluate import CompiledMethod
from tansuo.methods.expression import Node
from tansuo.methods.render import grouped, latex, mathml, missing_text, text, worked_line
from tansuo.quantity.state import Missing, State, Value

from .conftest import BOILER, ROWS, SOURCES, SUPPLY, Draft, complete, months, run, start

WORDS = {
    "terms": {
        "FC": {"zh": "燃料消耗量", "en": "fuel burnt"},
        "NCV": {"zh": "低位发热量", "en": "calorific value"},
    }
}


@pytest.fixture
def d() -> Draft:
    return start()


def test_text_in_symbols_and_in_words(d: Draft) -> None:
    product = d.fc * d.ncv
    assert text(product) == "FC × NCV"
    assert text(product, "zh", WORDS) == "燃料消耗量 × 低位发热量"
    assert text(product, "en", WORDS) == "fuel burnt × calorific value"


def test_brackets_stand_where_they_are_needed(d: Draft) -> None:
    assert text((d.fc + d.fc - d.fc) * (1 - d.of)) == "(FC + FC − FC) × (1 − OF)"
    assert text(d.fc / (d.ncv * d.cc)) == "FC ÷ (NCV × CC)"
    assert text((d.fc + d.fc) / d.ncv) == "(FC + FC) ÷ NCV"
    assert text(d.fc - (d.fc + d.fc)) == "FC − FC − FC"
    assert text(d.fc - (d.fc - d.fc)) == "FC − FC + FC"


def test_sums_means_and_spreads_say_over_what(d: Draft) -> None:
    assert text(sum_over(d.fc, "source month"), "en") == "Σ(sources and months) FC"
    assert text(sum_over(d.fc, "month"), "zh") == "Σ(各月) FC"
    assert text(weighted_mean(d.ncv, d.fc, "month"), "en") == "Σ(months) (NCV × FC) ÷ Σ(months) FC"
    assert text(spread(d.fc, "by_days"), "zh") == "FC (按天数分摊)"
    assert text(spread(d.fc, d.pe), "en") == "FC (spread in proportion to PE)"


def test_latex_carries_indices_from_what_a_term_varies_over(d: Draft) -> None:
    data = d.method.data()
    assert latex(d.fc * d.of * d.k, data) == r"\mathit{FC}_{i,m} \times \mathit{OF}_{i} \times \frac{44}{12}"
    assert latex(d.fc / d.ncv) == r"\frac{\mathit{FC}}{\mathit{NCV}}"
    assert latex(sum_over(d.fc, "source month")) == r"\sum_{i,m} \mathit{FC}"
    assert latex(sum_over(d.fc, "month") * d.of) == r"\left(\sum_{m} \mathit{FC}\right) \times \mathit{OF}"


def every_kind(d: Draft) -> list[Node]:
    return [
        d.fc * d.ncv / (d.cc * d.k) * (1 - d.of),
        sum_over(d.fc, "source") - sum_over(d.pe, "source month"),
        weighted_mean(d.ncv, d.fc, "month"),
        spread(d.fc, "equal"),
        spread(d.fc, "by_days"),
        spread(d.fc, d.pe),
    ]


def test_mathml_is_well_formed_and_holds_every_symbol(d: Draft) -> None:
    data = d.method.data()
    for node in every_kind(d):
        for method in (None, data):
            root = ElementTree.fromstring(mathml(node, method, left="E_x"))
            assert root.tag == "math"
            written = "".join(root.itertext())
            assert written.startswith("Ex")
            assert "FC" in written
            assert latex(node, method).count("{") == latex(node, method).count("}")


def test_mathml_lets_no_markup_through() -> None:
    assert "<script" not in mathml(start().fc, None, left="E_<script>")


def test_the_worked_line_puts_numbers_and_units_for_symbols(method: CompiledMethod) -> None:
    found = run(method, {("FC", "boiler/2023-01"): Decimal(286_500)})
    assert worked_line(found, "E", "boiler/2023-01") == (
        "286,500.00 t × 20.908 GJ/t × 0.03085 t C/GJ × 0.99 × 44/12 = 670,809.05 t CO2"
    )


def test_a_sum_shows_its_terms_and_a_long_one_its_ends(method: CompiledMethod) -> None:
    given: dict[tuple[str, str], Value] = {("FC", f"boiler/{month}"): Decimal(100) for month in months(2023)}
    short = run(method, dict(list(given.items())[:2]), over=months(2023, 2))
    assert worked_line(short, "Y", "", "en") == "234.139283… t CO2 + 234.139283… t CO2 = 468 t CO2"
    other = BOILER.__class__("second", BOILER.attributes)
    twice = given | {("FC", cell.replace("boiler", "second")): value for (_, cell), value in given.items()}
    long = worked_line(run(method, twice, sources=(BOILER, other), over=months(2023)), "Y", "", "en")
    assert long.count("t CO2 +") == 3
    assert "… (24 terms)" in long
    assert long.endswith("= 5,619 t CO2")


def test_what_is_missing_is_named_in_its_place(method: CompiledMethod) -> None:
    found = run(method, {("FC", "boiler/2023-01"): Decimal(100)}, over=months(2023, 3))
    line = worked_line(found, "Y", "", "zh")
    assert line.endswith("= 不完整：2023-02、2023-03")
    assert worked_line(found, "Y", "", "en").endswith("= incomplete: 2023-02, 2023-03")
    assert worked_line(found, "E", "boiler/2023-02", "en").startswith("[incomplete: 2023-02] × 20.908 GJ/t")


def test_states_are_said_in_both_languages() -> None:
    said = {
        state: missing_text(Missing(state, "FC", "a/2023-01"), "en") for state in State if not state.has_value
    }
    assert said[State.NOT_OCCURRING] == "not occurring (NO)"
    assert said[State.MISSING] == "incomplete: 2023-01"
    assert missing_text(Missing(State.NOT_OPERATING, "FC", "a/2023-01"), "zh") == "未运行"
    assert len(set(said.values())) == len(said)


def test_every_formula_of_a_method_has_a_worked_line(method: CompiledMethod) -> None:
    found = run(
        method,
        {("FC", "boiler/2023-01"): Decimal(1), ("PE", "supply/2023-01"): Decimal("12.5")},
        sources=(BOILER, SUPPLY),
    )
    lines = {cell: worked_line(found, *cell, "en") for cell in found.quantities}
    assert lines["P", "supply/2023-01"] == "12.5 MWh × 0.5306 t CO2/MWh = 6.63 t CO2"
    assert all(" = " in line for line in lines.values())


def test_means_and_spreads_are_worked_out_too() -> None:
    d = complete()
    m = d.method
    m.quantity("N", "均值", "mean", "GJ/t", weighted_mean(d.ncv, d.fc, "month"), places=3)
    g = m.activity("G", "年用量", "year's use", "t", over="source", indicator="g", keys={"family": "fuel"})
    m.quantity("H", "月用量", "month's use", "t", spread(g, "by_days"), places=2)
    compiled = CompiledMethod(m.data(ROWS, SOURCES))
    given: dict[tuple[str, str], Value] = {
        ("FC", f"boiler/{month}"): Decimal(100) for month in months(2023, 2)
    }
    given["G", "boiler"] = Decimal(59)
    found = run(compiled, given, over=months(2023, 2))
    assert worked_line(found, "H", "boiler/2023-01") == "59 t × 31/59 = 31.00 t"
    assert worked_line(found, "N", "boiler") == (
        "(20.908 GJ/t × 100.00 t + 20.908 GJ/t × 100.00 t) ÷ (100.00 t + 100.00 t) = 20.908 GJ/t"
    )


def test_numbers_are_grouped_with_all_their_decimals() -> None:
    assert grouped(Decimal("1234567.890")) == "1,234,567.890"
    assert grouped(Decimal("-0.00")) == "0.00"
