"""From a figure down: what its formula names, what it rests on, of which kinds."""

from decimal import Decimal

import pytest

from tansuo.methods.evaluate import CompiledMethod, Evaluation, Inputs, Shape, evaluate
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import children, factors, feeds, kinds
from tansuo.quantity.state import Missing, Provenance, State

from .conftest import BOILER, SUPPLY, months

GIVEN = {("FC", "boiler/2023-01"): Decimal(100), ("FC", "boiler/2023-02"): Decimal(90)}


@pytest.fixture
def evaluation(method: CompiledMethod) -> Evaluation:
    local = [LocalValue("NCV", Decimal(21), "GJ/t", month="2023-02")]
    provenance = {("FC", "boiler/2023-02"): frozenset({Provenance.ESTIMATED})}
    shape = Shape((BOILER, SUPPLY), months(2023, 2))
    return evaluate(method, Inputs(shape, GIVEN, local, provenance=provenance))


def test_one_level_down_is_what_the_formula_names(evaluation: Evaluation) -> None:
    data, shape = evaluation.document, evaluation.inputs.shape
    assert children(data, shape, ("Y", "")) == (("E", "boiler/2023-01"), ("E", "boiler/2023-02"))
    assert children(data, shape, ("E", "boiler/2023-01")) == (
        ("FC", "boiler/2023-01"),
        ("NCV", "boiler/2023-01"),
        ("CC", "boiler/2023-01"),
        ("OF", "boiler"),
    )
    assert children(data, shape, ("FC", "boiler/2023-01")) == ()


def test_the_leaves_are_activities_and_factors_each_once(evaluation: Evaluation) -> None:
    leaves = feeds(evaluation.document, evaluation.inputs.shape, ("Y", ""))
    assert len(leaves) == len(set(leaves)) == 7
    assert leaves[0] == ("FC", "boiler/2023-01")
    assert ("OF", "boiler") in leaves
    assert all(cell in evaluation.terms for cell in leaves)


def test_kinds_are_those_of_the_inputs_taken_together(evaluation: Evaluation) -> None:
    measured, default = Provenance.MEASURED, Provenance.DEFAULT
    assert kinds(evaluation, ("E", "boiler/2023-01")) == {measured, default}
    assert kinds(evaluation, ("E", "boiler/2023-02")) == {Provenance.ESTIMATED, measured, default}
    assert kinds(evaluation, ("P", "supply/2023-01")) == {default}


def test_missing_inputs_tell_no_kind(method: CompiledMethod) -> None:
    hole = Missing(State.MISSING, "PE", "supply/2030-01")
    found = evaluate(method, Inputs(Shape((SUPPLY,), ("2030-01",)), {("PE", "supply/2030-01"): hole}))
    assert kinds(found, ("P", "supply/2030-01")) == frozenset()


def test_the_factors_a_figure_rests_on(evaluation: Evaluation) -> None:
    used = factors(evaluation, ("E", "boiler/2023-02"))
    assert {cell[0]: one.rung for cell, one in used.items()} == {
        "NCV": "measured",
        "CC": "default",
        "OF": "default",
    }


def test_cells_read_back_as_places(method: CompiledMethod) -> None:
    assert method.document.place_of(("E", "a/b/2023-01")) == ("a/b", "2023-01")
    assert method.document.place_of(("OF", "boiler")) == ("boiler", "")
    assert method.document.place_of(("EF", "2023-01")) == ("", "2023-01")
    assert method.document.place_of(("Y", "")) == ("", "")
    with pytest.raises(KeyError):
        method.document.place_of(("NOT", ""))
