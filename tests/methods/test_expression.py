"""The tree and its JSON form: what is written reads back as the same tree, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.methods.expression import (
    Node,
    Number,
    Product,
    Quotient,
    Spread,
    Sum,
    SumOver,
    Term,
    WeightedMean,
    symbols,
)
from tansuo.methods.tree_json import from_json, to_json
from tansuo.quantity.decimals import Ratio

dims = st.sampled_from([("source",), ("month",), ("source", "month")])
leaves = st.one_of(
    st.sampled_from(["FC", "NCV", "E_燃烧"]).map(Term),
    st.builds(Ratio, st.integers(1, 99), st.integers(1, 99)).map(Number),
)


def larger(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=4).map(tuple)
    signed = st.lists(st.tuples(st.sampled_from([1, -1]), nodes), min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Product, several),
        st.builds(Quotient, nodes, nodes),
        st.builds(Sum, signed),
        st.builds(SumOver, nodes, dims),
        st.builds(WeightedMean, nodes, nodes, dims),
        st.builds(Spread, nodes, st.sampled_from(["equal", "by_days"])),
        st.builds(Spread, nodes, st.just("by_weight"), nodes),
    )


trees = st.recursive(leaves, larger, max_leaves=12)


@given(trees)
def test_a_tree_reads_back_from_its_json(tree: Node) -> None:
    assert from_json(to_json(tree)) == tree


@given(trees)
def test_every_symbol_is_found(tree: Node) -> None:
    written = str(to_json(tree))
    assert set(symbols(tree)) == {name for name in ("FC", "NCV", "E_燃烧") if f"'{name}'" in written}


@pytest.mark.parametrize(
    "data",
    [
        None,
        "FC",
        {"node": "term"},
        {"node": "call", "of": []},
        {"node": "term", "symbol": "FC", "value": "1"},
        {"node": "number", "exactly": "3.67"},
        {"node": "sum_over", "of": {"node": "term", "symbol": "FC"}, "over": ["month"], "missing": "zero"},
        {"node": "sum", "of": [{"sign": "*", "of": {"node": "term", "symbol": "FC"}}]},
    ],
)
def test_anything_else_is_no_formula(data: object) -> None:
    with pytest.raises((ValueError, KeyError)):
        from_json(data)


def test_operators_build_flat_products_and_sums() -> None:
    a, b, c = Term("A"), Term("B"), Term("C")
    assert a * b * c == Product((a, b, c)) == a * (b * c)
    assert a + b - c == Sum(((1, a), (1, b), (-1, c)))
    assert a - (b - c) == Sum(((1, a), (-1, b), (1, c)))
    assert 1 - a == Sum(((1, Number(Ratio(1, 1))), (-1, a)))
    assert 2 / a == Quotient(Number(Ratio(2, 1)), a)
