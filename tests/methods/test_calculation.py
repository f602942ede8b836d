"""Inputs as JSON and figures back as JSON: decimal strings, exact conversions, all that is wrong named."""

import json
from decimal import Decimal

import pytest

from tansuo.methods.calculation import figures, read_inputs
from tansuo.methods.evaluate import CompiledMethod, evaluate
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing, Provenance, State

GIVEN = {
    "enterprise": {"id": "a", "attributes": {"province": "江苏"}},
    "sources": [
        {"id": "boiler", "attributes": {"family": "fuel", "fuel": "coal"}},
        {"id": "supply", "attributes": {"family": "power"}},
    ],
    "months": ["2023-01", "2023-02"],
    "values": {
        "FC": {
            "boiler/2023-01": {"value": "0.025", "unit": "万t", "provenance": "estimated"},
            "boiler/2023-02": "250.00",
        },
        "PE": {
            "supply/2023-01": {"value": "12500", "unit": "千瓦时"},
            "supply/2023-02": {"state": "not_operating"},
        },
    },
    "local": [
        {"symbol": "NCV", "source": "boiler", "value": "5000", "unit": "kcal/kg", "citation": "report 7"}
    ],
}


def refused(method: CompiledMethod, **change: object) -> list[str]:
    with pytest.raises(FindingError) as error:
        read_inputs({**GIVEN, **change}, method.data)
    return [one.code.removeprefix("methods.") for one in error.value.findings]


def test_inputs_are_read_with_units_states_and_provenance(method: CompiledMethod) -> None:
    inputs, options = read_inputs(GIVEN, method.data)
    assert options == {}
    assert inputs.values[("FC", "boiler/2023-01")] == Decimal(250)
    assert inputs.values[("PE", "supply/2023-01")] == Decimal("12.5")
    absent = inputs.values[("PE", "supply/2023-02")]
    assert isinstance(absent, Missing)
    assert absent.state is State.NOT_OPERATING
    assert inputs.provenance == {("FC", "boiler/2023-01"): frozenset({Provenance.ESTIMATED})}
    assert inputs.attributes == {"province": "江苏"}
    assert inputs.local[0].value == 5000


def test_a_declared_zero_is_a_value(method: CompiledMethod) -> None:
    zero = {"FC": {"boiler/2023-01": {"state": "measured_zero"}}}
    inputs, _ = read_inputs({**GIVEN, "values": zero}, method.data)
    assert inputs.values[("FC", "boiler/2023-01")] == 0


def test_figures_are_decimal_strings_with_unit_kind_rung_and_worked_line(method: CompiledMethod) -> None:
    evaluation = evaluate(method, *read_inputs(GIVEN, method.data))
    listed = json.loads(json.dumps(figures(evaluation)))
    by_cell = {(one["quantity"], one["cell"]): one for one in listed}
    first = by_cell[("E", "boiler/2023-01")]
    assert (first["value"], first["unit"], first["scope"]) == ("586.08", "t CO2", "direct")
    assert first["kind"] == ["default", "estimated", "measured"]
    assert first["formula"] == "E = FC × NCV × CC × OF × K"
    assert first["worked"] == "250.00 t × 20.934 GJ/t × 0.03085 t C/GJ × 0.99 × 44/12 = 586.08 t CO2"
    rungs = {one["symbol"]: (one["rung"], one["status"]) for one in first["factors"]}
    assert rungs == {
        "NCV": ("measured", "local"),
        "CC": ("default", "official"),
        "OF": ("default", "official"),
    }
    assert by_cell[("Z", "")]["value"] == "7"


def test_a_missing_figure_is_null_with_its_state_and_names(method: CompiledMethod) -> None:
    values = {"FC": {"boiler/2023-01": "1"}, "PE": GIVEN["values"]["PE"]}
    evaluation = evaluate(method, *read_inputs({**GIVEN, "values": values}, method.data))
    (total,) = figures(evaluation, quantities=["Y"])
    assert (total["value"], total["state"]) == (None, "missing")
    assert total["missing"] == ["FC @ boiler/2023-02"]
    assert (total["zh"], total["en"]) == ("不完整：2023-02", "incomplete: 2023-02")


def test_what_the_firm_has_no_source_of_does_not_occur_and_is_no_zero(method: CompiledMethod) -> None:
    values = {"PE": GIVEN["values"]["PE"]}
    changed = {**GIVEN, "sources": GIVEN["sources"][1:], "values": values, "local": []}
    burnt, bought = figures(evaluate(method, *read_inputs(changed, method.data)), quantities=["Y", "Z"])
    assert (burnt["quantity"], burnt["value"], burnt["state"]) == ("Y", None, "not_occurring")
    assert burnt["missing"] == ["Y @ 2023-01, 2023-02"]
    assert bought["value"] == "7"


def test_without_any_source_nothing_is_estimated(method: CompiledMethod) -> None:
    evaluation = evaluate(method, *read_inputs({"months": ["2023-01"]}, method.data))
    (burnt,) = figures(evaluation, quantities=["Y"])
    assert (burnt["value"], burnt["state"]) == (None, "not_estimated")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (1.5, "input_value"),
        (15, "input_value"),
        ("1,5", "input_value"),
        ({"value": "1", "unit": "GJ"}, "quantity.different_kinds"),
        ({"value": "1", "unit": "煤"}, "quantity.unknown_unit"),
        ({"value": "1", "provenance": "guessed"}, "input_value"),
        ({"state": "value"}, "input_value"),
        ({"state": "lost"}, "input_value"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_by_symbol_and_cell(
    method: CompiledMethod, given: object, code: str
) -> None:
    with pytest.raises(FindingError) as error:
        read_inputs({**GIVEN, "values": {"FC": {"boiler/2023-01": given}}}, method.data)
    (finding,) = error.value.findings
    assert finding.code.removeprefix("methods.") == code
    assert finding.where == {"symbol": "FC", "cell": "boiler/2023-01"}


def test_values_are_for_activities_only(method: CompiledMethod) -> None:
    assert (
        refused(method, values={"NCV": {"boiler": "1"}, "FCC": {"boiler/2023-01": "1"}})
        == ["input_symbol"] * 2
    )


def test_local_values_are_complete(method: CompiledMethod) -> None:
    wrong = [
        {"symbol": "NCV", "value": "x", "unit": "GJ/t"},
        {"symbol": "NCV", "unit": "GJ/t"},
        {"symbol": "NCV", "value": "1", "unit": "GJ/t", "boiler": "b"},
    ]
    assert refused(method, local=wrong) == ["input_local"] * 3


def test_the_form_is_judged_before_the_content(method: CompiledMethod) -> None:
    assert refused(method, months=[]) == ["input_no_months"]
    assert refused(method, months=["2023-13"]) == ["input_period"]
    assert refused(method, surprise=1) == ["input_unknown"]
