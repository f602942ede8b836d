"""Requests: what is computed with a warning, what is not computed at all, and why."""

from decimal import Decimal

import pytest

from tansuo.methods.evaluate import CompiledMethod, Inputs, Shape, SourceKey, evaluate
from tansuo.methods.ladder import LocalValue
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing

from .conftest import BOILER, ROWS, SOURCES, complete, months, run

FC = ("FC", "boiler/2023-01")


def refused(method: CompiledMethod, inputs: Inputs, options: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(FindingError) as error:
        evaluate(method, inputs, options)
    return [one.code.removeprefix("methods.") for one in error.value.findings]


def test_a_value_for_no_cell_of_the_grid_is_refused(method: CompiledMethod) -> None:
    shape = Shape((BOILER,), ("2023-01",))
    for cell in (
        ("FC", "boiler/2023-02"),
        ("FC", "oven/2023-01"),
        ("FCC", "boiler/2023-01"),
        ("NCV", "boiler"),
    ):
        assert refused(method, Inputs(shape, {cell: Decimal(1)})) == ["value_off_grid"]
    assert refused(method, Inputs(shape, {("PE", "boiler/2023-01"): Decimal(1)})) == ["value_off_grid"]


def test_a_value_on_the_grid_that_no_formula_uses_is_no_error() -> None:
    d = complete()
    d.method.activity("H", "工时", "hours", "h", indicator="hours", keys={"family": "fuel"})
    method = CompiledMethod(d.method.data(ROWS, SOURCES))
    assert run(method, {FC: Decimal(1), ("H", "boiler/2023-01"): Decimal(1)}).quantities[("Y", "")] == 2


def test_unknown_options_and_local_values_are_refused(method: CompiledMethod) -> None:
    shape = Shape((BOILER,), ("2023-01",))
    assert refused(method, Inputs(shape, {FC: Decimal(1)}), {"grid": "national"}) == ["unknown_option"]
    for wrong in (
        LocalValue("FC", Decimal(1), "t"),
        LocalValue("OF", Decimal(1), "1"),
        LocalValue("NCV", Decimal(1), "GJ/t", rung="guessed"),
    ):
        assert refused(method, Inputs(shape, {FC: Decimal(1)}, [wrong])) == ["local_unknown"]


def test_a_method_is_not_used_outside_its_validity(method: CompiledMethod) -> None:
    assert refused(method, Inputs(Shape((BOILER,), ("2020-12", "2021-01")), {})) == ["outside_validity"]


def test_a_source_that_two_activities_of_an_indicator_claim_is_refused() -> None:
    d = complete()
    d.method.activity("FX", "煤", "coal", "t", indicator="fuel", keys={"fuel": "coal"})
    method = CompiledMethod(d.method.data(ROWS, SOURCES))
    assert refused(method, Inputs(Shape((BOILER,), ("2023-01",)), {FC: Decimal(1)})) == ["source_twice"]


def test_a_range_gives_a_warning_and_the_figure(method: CompiledMethod) -> None:
    local = (LocalValue("NCV", Decimal(20908), "MJ/t"), LocalValue("CC", Decimal("3085"), "t C/TJ"))
    d = complete()
    terms = d.method.terms
    terms["CC"] = terms["CC"].__class__(
        **{name: getattr(terms["CC"], name) for name in terms["CC"].__slots__} | {"upper": Decimal("0.1")}
    )
    found = run(CompiledMethod(d.method.data(ROWS, SOURCES)), {FC: Decimal(1)}, local=local)
    assert [(one.code, one.severity) for one in found.findings] == [("methods.out_of_range", "warning")]
    assert found.quantities[("E", "boiler/2023-01")] == Decimal("234.14")


def test_a_factor_that_is_not_there_leaves_the_figure_missing_with_its_name(method: CompiledMethod) -> None:
    peat = SourceKey("kiln", {"family": "fuel", "fuel": "peat"})
    found = run(method, {("FC", "kiln/2023-01"): Decimal(1)}, sources=(peat,))
    total = found.quantities[("Y", "")]
    assert isinstance(total, Missing)
    assert total.names == ("CC @ kiln/2023-01", "NCV @ kiln/2023-01", "OF @ kiln")
    assert {one.code for one in found.findings} == {"methods.no_factor"}


def test_the_same_inputs_give_the_same_digits_from_document_and_from_method(method: CompiledMethod) -> None:
    over = months(2023, 3)
    inputs = Inputs(Shape((BOILER,), over), {("FC", f"boiler/{month}"): Decimal("33.33") for month in over})
    assert evaluate(method.data.as_json(), inputs).quantities == evaluate(method, inputs).quantities


def test_another_factor_table_is_another_method_over_the_same_formulas(method: CompiledMethod) -> None:
    changed = [row.__class__(**_fields(row) | {"value": row.value * 2}) for row in ROWS]
    assert run(method, {FC: Decimal(1)}).quantities[("E", "boiler/2023-01")] == Decimal("2.34")
    doubled = run(method.with_factors(changed), {FC: Decimal(1)})
    assert doubled.quantities[("E", "boiler/2023-01")] == Decimal("18.73")


def _fields(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}


def test_programs_are_compiled_once_for_a_grid(method: CompiledMethod) -> None:
    shape = Shape((BOILER,), months(2023))
    same = Shape((SourceKey("boiler", dict(BOILER.attributes)),), months(2023))
    assert method.program(shape) is method.program(same)
    assert method.program(shape) is not method.program(Shape((BOILER,), months(2024)))


def test_unrounded_values_are_kept_beside_the_published_ones(method: CompiledMethod) -> None:
    found = run(method, {FC: Decimal(100)})
    assert found.quantities[("E", "boiler/2023-01")] == Decimal("234.14")
    assert found.unrounded[("E", "boiler/2023-01")] == Decimal("234.1392834")
