"""What a document says of itself and what a walk down its formulas meets: grids, domains, branches, options."""

from datetime import date
from decimal import Decimal

import pytest

from tansuo.methods import Method, branch, first_of, ladder, rung
from tansuo.methods.document import Document, Shape, SourceKey, parts
from tansuo.methods.evaluate import CompiledMethod
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import children, feeds, leaves, nonstandard, taken
from tansuo.quantity.state import Value

from .conftest import BOILER, ROWS, SOURCES, run
from .test_document import HOLE, PIT, YEARS, A, B, G, Json, V, W, of_years, product, spread_over

FC = ("FC", "boiler/2023-01")
GRID = Shape((PIT, HOLE), YEARS)


def summed(of: Json, *over: str) -> Json:
    return {"node": "sum_over", "of": of, "over": list(over), "missing": "refuse"}


def test_the_span_of_a_grid() -> None:
    assert Shape((), ("2023-02",)).period().text == "2023-02"
    for months, end in ((("2023-01", "2023-02"), 3), (("2023-03", "2023-01", "2023-02"), 4)):
        span = Shape((), months).period()
        assert span.text == f"2023-01..2023-0{end - 1}"
        assert (span.start, span.end, span.grain) == (date(2023, 1, 1), date(2023, end, 1), "years")


def test_a_source_is_its_id_and_its_attributes_in_any_order() -> None:
    one, other = SourceKey("a", {"x": "1", "y": "2"}), SourceKey("a", {"y": "2", "x": "1"})
    assert (one, hash(one)) == (other, hash(other))
    assert hash(one) != hash(SourceKey("a", {"x": "1"})) != hash(SourceKey("b", {"x": "1"}))


def test_a_document_says_what_it_is() -> None:
    document = of_years(A)
    assert (document.id, document.edition) == ("q", "1")
    assert document.place_of(("W", "a/b/2021")) == ("a/b", "2021")
    with pytest.raises(ValueError, match=r"^this is no tansuo\.method/1 document but 'x'$"):
        Document({**document.json, "format": "x"})


def test_the_parts_of_a_formula_in_reading_order() -> None:
    assert parts({"node": "quotient", "over": A, "under": B}) == [A, B]
    assert parts(spread_over(A, "by_weight", B)) == [A, B]
    assert parts(spread_over(A, "equal")) == [A]
    assert parts({"node": "first_order_decay", "of": A, "rate": B, "gives": "stock"}) == [A, B]


def test_the_domain_of_a_formula_is_what_its_terms_share() -> None:
    plain = of_years(A)
    wide = {**plain.terms["W"], "keys": {"kind": ["lake", "pit"], "size": ["big"]}}
    document = Document({**plain.json, "terms": {**plain.terms, "U": wide}})
    u = {"node": "term", "symbol": "U"}
    assert (
        document.domain(product(W, u)) == document.domain(product(u, W)) == {"kind": ["pit"], "size": ["big"]}
    )
    assert document.domain(summed(W, "source")) == document.domain(summed(W, "source", "year")) == {}
    assert document.domain({"node": "weighted_mean", "of": W, "weight": W, "over": ["source"]}) == {}
    assert document.domain(summed(W, "year")) == {"kind": ["pit"]}
    assert document.along(GRID, W, ["year"], ("pit", "2021")) == [("pit", "2021"), ("pit", "2022")]


def named(expression: Json, place: str, *over: str) -> list[str]:
    document = of_years(expression, over=list(over), keys={"kind": ["pit"]} if "source" in over else {})
    return [" ".join(cell).strip() for cell in children(document, GRID, ("Q", place))]


def test_a_formula_of_one_source_names_the_cells_of_that_source() -> None:
    years = ["W hole/2021", "W hole/2022"]
    assert named(summed(W, "year"), "hole", "source") == years
    assert named(spread_over(V, "by_weight", W), "hole/2021", "source", "year") == ["V hole", *years]
    decay = {"node": "first_order_decay", "of": W, "rate": V, "gives": "stock"}
    assert named(decay, "hole/2022", "source", "year") == [*years, "V hole"]
    assert named(product(A, summed(W, "source")), "2021", "year") == ["A 2021", "W pit/2021", "W hole/2021"]


def test_what_two_figures_share_is_a_leaf_once_and_hides_nothing_after_it() -> None:
    plain = of_years(product(G, A))
    total = {"symbol": "R", "unit": "t", "expression": summed({"node": "term", "symbol": "Q"}, "year")}
    document = Document({**plain.json, "quantities": [*plain.json["quantities"], total]})
    assert feeds(document, Shape((), YEARS), ("R", "")) == (("G", ""), ("A", "2021"), ("A", "2022"))


def branching() -> CompiledMethod:
    """B tested or plain; C plain or B; E by a factor whose rungs an option opens; nothing asks for "mode"."""
    m = Method("demo", edition="1", title_zh="示", title_en="ex", valid="2020-01/..", source="guide")
    m.option("way", "方式", "way", choices=("own", "table"), default="table")
    m.option("mode", "模式", "mode", choices=("a", "b"), default="a")
    amount = m.activity("FC", "量", "amount", "t", indicator="fuel", keys={"family": "fuel"})
    tested = m.factor("X", "实测", "tested", "1", choose=ladder("measured"))
    steps = ladder(
        rung("own", local=True, when={"way": "own"}), rung("default", table="fuels", column="of", key="fuel")
    )
    of = m.factor("OF", "氧化率", "oxidation", "1", over="source", choose=steps)
    b = m.quantity("B", "乙", "b", "t", first_of(branch("x", amount * tested), branch("y", amount)))
    m.quantity("C", "丙", "c", "t", first_of(branch("p", amount), branch("q", b)))
    m.quantity("E", "戊", "e", "t", amount * of)
    return CompiledMethod(m.data(ROWS, SOURCES))


GIVEN: dict[tuple[str, str], Value] = {FC: Decimal(2)}


def test_only_branches_that_were_taken_are_walked_and_once() -> None:
    made = run(branching(), GIVEN)
    place = FC[1]
    assert leaves(made, ("B", place)) == (FC,)
    assert leaves(made, ("B", place)) is leaves(made, ("B", place))
    assert taken(made, ("B", place)) == {("B", place): "y"}
    assert taken(made, ("C", place)) == {("C", place): "p"}


def test_a_figure_names_only_options_it_asked_for_and_that_were_not_left_as_they_were() -> None:
    local = (LocalValue("OF", Decimal("0.5"), "1", rung="own"),)
    for options, said in (
        ({"way": "own", "mode": "b"}, {"option.way": "own"}),
        ({"way": "table", "mode": "a"}, {}),
        ({"mode": "b"}, {}),
    ):
        made = run(branching(), GIVEN, local=local, options=options)
        assert nonstandard(made, ("E", FC[1])) == said
        assert nonstandard(made, ("B", FC[1])) == {}


def test_an_override_says_what_it_stands_for_or_that_there_is_nothing() -> None:
    local = (LocalValue("OF", Decimal("0.5"), "1", rung="override"),)
    other = SourceKey("boiler", {**BOILER.attributes, "fuel": "peat"})
    for source, replaced in ((BOILER, "fuels/coal/of@2021-01-01"), (other, "—")):
        made = run(branching(), GIVEN, local=local, sources=(source,))
        assert nonstandard(made, ("E", FC[1])) == {"override.OF boiler": f"instead of {replaced}"}
