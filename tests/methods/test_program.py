"""Evaluation: digits against exact fractions, one rounding, sums against the grid, absence with its names."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.methods import Method, spread, sum_over, weighted_mean
from tansuo.methods.document import Document
from tansuo.methods.evaluate import Calculator, CompiledMethod, Shape, SourceKey
from tansuo.methods.expression import Node
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing, State, Value

from .conftest import BOILER, ROWS, SOURCES, complete, months, run

amounts = st.decimals(min_value=0, max_value=10**8, places=3, allow_nan=False)
rates = st.decimals(min_value=0, max_value=100, places=5, allow_nan=False)


def fresh() -> Method:
    return Method("x", edition="1", title_zh="某", title_en="some", valid="2021-01/..", source="guide")


def half_even(value: Fraction, places: int) -> Decimal:
    return Decimal(round(value * 10**places)).scaleb(-places)


def formula(
    *parts: str, places: int | None = 2, unit: str = "t CO2", parents: str = "sum_unrounded"
) -> CompiledMethod:
    """E = A × B × 44/12 with the three factors in the order ``parts``, and S = Σ E over the months."""
    m = fresh()
    terms: dict[str, Node] = {
        "A": m.activity("A", "甲", "a", "t", over="month", indicator="a"),
        "B": m.factor("B", "乙", "b", "t C/t", over="", table="t", column="b"),
        "K": m.constant("K", "比", "ratio", "t CO2/t C", exactly="44/12"),
    }
    product = terms[parts[0]]
    for part in parts[1:]:
        product = product * terms[part]
    e = m.quantity("E", "排放", "emission", unit, product, places=places, parents=parents)
    m.quantity("S", "合计", "sum", unit, sum_over(e, "month"), places=2)
    return CompiledMethod(m.data())


def figures(
    method: CompiledMethod, over: tuple[str, ...], amounts: list[Value], rate: Value
) -> dict[str, Value]:
    program = method.program(Shape((), over))
    given = {("A", month): amount for month, amount in zip(over, amounts, strict=True)} | {("B", ""): rate}
    found = program.run([given[cell] for cell in program.inputs])
    return {f"{symbol}/{cell}": value for (symbol, cell), value in zip(program.outputs, found, strict=True)}


@given(amounts, rates, st.permutations(["A", "B", "K"]))
def test_a_product_is_exact_wherever_44_12_stands(amount: Decimal, rate: Decimal, order: list[str]) -> None:
    found = figures(formula(*order), ("2023-01",), [amount], rate)
    assert found["E/2023-01"] == half_even(Fraction(amount) * Fraction(rate) * 44 / 12, 2)


def test_the_known_trap_of_dividing_first() -> None:
    """0.165 t C is 0.605 t CO2: 0.60 half to even; with 44/12 divided first it would be 0.61."""
    for order in (("A", "B", "K"), ("K", "A", "B"), ("A", "K", "B")):
        found = figures(formula(*order), ("2023-01",), [Decimal("0.165")], Decimal(1))
        assert plain(found["E/2023-01"]) == "0.60"


@given(st.lists(amounts, min_size=1, max_size=12), rates)
def test_unrounded_children_add_up_exactly_thirds_included(parts: list[Decimal], rate: Decimal) -> None:
    over = months(2023, len(parts))
    exact = sum((Fraction(one) * Fraction(rate) * 44 / 12 for one in parts), Fraction(0))
    for places in (None, 2):
        found = figures(formula("A", "B", "K", places=places), over, list(parts), rate)
        assert found["S/"] == half_even(exact, 2)


@given(st.lists(amounts, min_size=1, max_size=12), rates)
def test_published_children_add_up_to_their_published_parent(parts: list[Decimal], rate: Decimal) -> None:
    over = months(2023, len(parts))
    found = figures(formula("A", "B", "K", parents="sum_published"), over, list(parts), rate)
    assert found["S/"] == sum(found[f"E/{month}"] for month in over)


def test_published_and_unrounded_parents_differ_and_the_method_says_which() -> None:
    parts: list[Value] = [Decimal("0.01")] * 3
    over = months(2023, 3)
    rounded = figures(formula("A", "B", "K", parents="sum_published"), over, parts, Decimal(1))
    exact = figures(formula("A", "B", "K"), over, parts, Decimal(1))
    assert (rounded["E/2023-01"], rounded["S/"]) == (Decimal("0.04"), Decimal("0.12"))
    assert (exact["E/2023-01"], exact["S/"]) == (Decimal("0.04"), Decimal("0.11"))


@pytest.mark.parametrize(
    ("rounding", "expected"), [("half_even", "0.60"), ("half_up", "0.61"), ("floor", "0.60")]
)
def test_rounding_is_the_rule_the_method_states(rounding: str, expected: str) -> None:
    m = fresh()
    a = m.activity("A", "甲", "a", "t C", over="month", indicator="a")
    k = m.constant("K", "比", "ratio", "t CO2/t C", exactly="44/12")
    m.quantity("E", "排放", "emission", "t CO2", a * k, places=2, rounding=rounding)
    program = CompiledMethod(m.data()).program(Shape((), ("2023-01",)))
    assert [plain(one) for one in program.run([Decimal("0.165")])] == [expected]


def test_an_input_is_rounded_to_the_places_its_term_declares(method: CompiledMethod) -> None:
    found = run(method, {("FC", "boiler/2023-01"): Decimal("10.125")})
    assert plain(found.terms[("FC", "boiler/2023-01")]) == "10.12"
    exact = Fraction("10.12") * Fraction("20.908") * Fraction("0.03085") * Fraction("0.99") * 44 / 12
    assert found.quantities[("E", "boiler/2023-01")] == half_even(exact, 2)


def test_vector_of_the_power_guide(method: CompiledMethod) -> None:
    """FC 250,000 t, NCV 20.908, CC 0.03085, OF 99 %: 585,348.21 t CO2, by rational arithmetic."""
    found = run(method, {("FC", "boiler/2023-01"): Decimal(250_000)})
    assert plain(found.quantities[("E", "boiler/2023-01")]) == "585348.21"


def test_ten_of_twelve_months_are_incomplete_not_a_smaller_total(method: CompiledMethod) -> None:
    over = months(2025)
    given: dict[tuple[str, str], Value] = {
        ("FC", f"boiler/{month}"): Decimal(100) for month in over if month not in ("2025-03", "2025-07")
    }
    total = run(method, given, over=over).quantities[("Y", "")]
    assert isinstance(total, Missing)
    assert total.names == ("FC @ boiler/2025-03", "FC @ boiler/2025-07")
    assert total.holes == ("2025-03", "2025-07")


def test_not_operating_is_no_hole_and_needs_no_factor(method: CompiledMethod) -> None:
    over = months(2025, 3)
    given: dict[tuple[str, str], Value] = {("FC", f"boiler/{month}"): Decimal(100) for month in over[:2]}
    given["FC", "boiler/2025-03"] = Missing(State.NOT_OPERATING, "FC", "boiler/2025-03")
    found = run(method, given, over=over).quantities
    assert found[("Y", "")] == 468
    march = found[("E", "boiler/2025-03")]
    assert isinstance(march, Missing)
    assert march.state is State.NOT_OPERATING


def test_a_year_that_does_not_occur_is_said_so_and_is_no_zero(method: CompiledMethod) -> None:
    over = months(2025, 2)
    given: dict[tuple[str, str], Value] = {
        ("FC", f"boiler/{month}"): Missing(State.NOT_OCCURRING, "FC", f"boiler/{month}") for month in over
    }
    total = run(method, given, over=over).quantities[("Y", "")]
    assert isinstance(total, Missing)
    assert total.state is State.NOT_OCCURRING


def test_a_grid_declared_empty_sums_to_zero(method: CompiledMethod) -> None:
    found = run(method, {("FC", "boiler/2023-01"): Decimal(100)})
    assert found.quantities[("Z", "")] == 0


def test_a_difference_passes_over_what_adds_nothing_but_not_over_a_hole() -> None:
    m = fresh()
    a = m.activity("A", "甲", "a", "t", over="month", indicator="a")
    b = m.activity("B", "乙", "b", "t", over="month", indicator="b")
    m.quantity("D", "差", "difference", "t", a - b)
    program = CompiledMethod(m.data()).program(Shape((), ("2023-01",)))
    nothing = Missing(State.NOT_OCCURRING, "B", "2023-01")
    hole = Missing(State.MISSING, "B", "2023-01")
    assert program.run([Decimal(5), Decimal(3)]) == [Decimal(2)]
    assert program.run([Decimal(5), nothing]) == [Decimal(5)]
    assert program.run([Decimal(5), hole]) == [hole]
    assert program.run([nothing, Decimal(3)]) == [Decimal(-3)]


def test_division_by_zero_is_not_estimated_and_says_where() -> None:
    m = fresh()
    a = m.activity("A", "甲", "a", "t CO2", over="month", indicator="a")
    b = m.activity("B", "产量", "output", "t product", over="month", indicator="b")
    m.quantity("I", "强度", "intensity", "t CO2/t product", a / b, places=4)
    program = CompiledMethod(m.data()).program(Shape((), ("2023-01",)))
    for over in (Decimal(1), Decimal(0)):
        (found,) = program.run([over, Decimal(0)])
        assert isinstance(found, Missing)
        assert (found.state, found.what, found.where) == (State.NOT_ESTIMATED, "I (÷ 0)", "2023-01")


@given(st.lists(st.tuples(amounts, rates), min_size=1, max_size=6))
def test_a_weighted_mean_is_that_of_fractions(pairs: list[tuple[Decimal, Decimal]]) -> None:
    m = fresh()
    fc = m.activity("FC", "量", "amount", "t", over="month", indicator="a")
    ncv = m.factor("NCV", "热值", "ncv", "GJ/t", over="month", table="t", column="n")
    m.quantity("M", "均值", "mean", "GJ/t", weighted_mean(ncv, fc, "month"), places=3)
    program = CompiledMethod(m.data()).program(Shape((), months(2023, len(pairs))))
    given = {("FC", month): pair[0] for month, pair in zip(months(2023, len(pairs)), pairs, strict=True)}
    given |= {("NCV", month): pair[1] for month, pair in zip(months(2023, len(pairs)), pairs, strict=True)}
    (found,) = program.run([given[cell] for cell in program.inputs])
    weight = sum(Fraction(amount) for amount, _ in pairs)
    if weight == 0:
        assert isinstance(found, Missing)
    else:
        assert found == half_even(sum(Fraction(a) * Fraction(r) for a, r in pairs) / weight, 3)


@given(
    amounts, st.lists(amounts, min_size=12, max_size=12), st.sampled_from(["equal", "by_days", "by_weight"])
)
def test_the_parts_of_a_spread_add_up_to_the_whole(whole: Decimal, weights: list[Decimal], how: str) -> None:
    m = fresh()
    g = m.activity("G", "年用量", "year's use", "t", over="", indicator="g")
    w = m.activity("W", "产量", "output", "t product", over="month", indicator="w")
    m.quantity("P", "月用量", "month's use", "t", spread(g, w if how == "by_weight" else how), places=3)
    program = CompiledMethod(m.data()).program(Shape((), months(2024)))
    given = {("G", ""): whole} | {("W", month): one for month, one in zip(months(2024), weights, strict=True)}
    found = program.run([given[cell] for cell in program.inputs])
    total = sum(Fraction(one) for one in weights)
    if how == "by_weight" and total == 0:
        assert all(isinstance(one, Missing) for one in found)
        return
    assert sum(found) == whole
    days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    shares = {"equal": [Fraction(1, 12)] * 12, "by_days": [Fraction(one, 366) for one in days]}
    share = shares.get(how) or [Fraction(one) / total for one in weights]
    for part, by in zip(found, share, strict=True):
        assert abs(Fraction(part) - Fraction(whole) * by) <= Fraction(1, 1000)


def test_a_program_asks_for_as_many_values_as_it_has_inputs() -> None:
    program = formula("A", "B", "K").program(Shape((), ("2023-01",)))
    with pytest.raises(ValueError, match="1 values for 2 inputs"):
        program.run([Decimal(1)])


def test_sources_outside_a_domain_are_not_summed() -> None:
    method = CompiledMethod(complete().method.data(ROWS, SOURCES))
    oil = SourceKey("oil", {"family": "oil"})
    found = run(method, {("FC", "boiler/2023-01"): Decimal(100)}, sources=(BOILER, oil))
    assert found.quantities[("Y", "")] == 234
    assert [one.code for one in found.findings] == ["methods.source_unclaimed"]


def test_a_document_with_a_node_that_is_none_is_not_run() -> None:
    document = formula("A", "B", "K").data.as_json()
    for wrong, error in (
        ({"node": "power"}, "unknown node of a formula: 'power'"),
        ({"node": "number"}, "exactly"),
    ):
        broken = {**document, "quantities": [{**document["quantities"][0], "expression": wrong}]}
        with pytest.raises((ValueError, KeyError), match=error):
            Calculator(Document(broken)).program(Shape((), ("2023-01",)))
