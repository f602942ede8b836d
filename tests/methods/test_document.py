"""Documents as they are hashed, run as they stand: each formula below is the JSON itself."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tansuo.methods.document import Document, Shape, SourceKey
from tansuo.methods.evaluate import Calculator, CompiledMethod, Inputs, Outcome
from tansuo.methods.lineage import children, taken
from tansuo.quantity.state import Missing, State, Value

from .conftest import run

Json = dict[str, Any]
A, B, G, V, W = ({"node": "term", "symbol": symbol} for symbol in "ABGVW")
YEARS = ("2021", "2022")
PIT = SourceKey("pit", {"kind": "pit"})
HOLE = SourceKey("hole", {"kind": "pit", "size": "big"})


def number(exactly: str) -> Json:
    return {"node": "number", "exactly": exactly}


def product(*of: Json) -> Json:
    return {"node": "product", "of": list(of)}


def of_years(expression: Json, **fields: object) -> Document:
    """A method of one quantity Q over A and B (each year), G, and of the pits V and W (each year)."""
    yearly: Json = {"kind": "activity", "unit": "t", "over": ["year"], "additivity": "flow"}
    quantity = {
        "symbol": "Q",
        "unit": "t",
        "expression": expression,
        "over": ["year"],
        "parents": "sum_unrounded",
    }
    return Document(
        {
            "format": "tansuo.method/1", "id": "q", "edition": "1", "valid": "2000-01/..", "source": "guide",
            "gwp": "", "grain": "year", "factors": [], "sources": {},
            "options": {"way": {"choices": ["a", "b"], "default": "a"}},
            "terms": {
                "A": yearly, "B": yearly, "G": {**yearly, "over": []},
                "V": {**yearly, "over": ["source"], "keys": {"kind": ["pit"]}},
                "W": {**yearly, "over": ["source", "year"], "keys": {"kind": ["pit"]}},
            },
            "quantities": [{**quantity, **fields}],
        }
    )  # fmt: skip


def outcome(document: Document, values: Mapping[str, Value], years: tuple[str, ...] = YEARS) -> Outcome:
    """The method run over A and B of each year and W of one pit; a value is named "A 2021"."""
    given: dict[tuple[str, str], Value] = {}
    for name, value in values.items():
        symbol, _, year = name.partition(" ")
        given[symbol, f"pit/{year}" if symbol == "W" else year] = value
    return Calculator(document).run(Inputs(Shape((PIT,), years), given), {})


GIVEN: dict[str, Value] = {f"{symbol} {year}": Decimal(number) for symbol, year, number in (
    ("A", "2021", 3), ("A", "2022", 5), ("B", "2021", 7), ("B", "2022", 11), ("W", "2021", 2), ("W", "2022", 4),
)}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            {"node": "quotient", "over": product(A, number("44/12")), "under": B},
            "1.571428571428571428571428571428571",
        ),
        (
            product(
                A, B, {"node": "sum", "of": [{"sign": "+", "of": A}, {"sign": "-", "of": B}]}, number("2")
            ),
            "-168",
        ),
        (
            product(
                A,
                {"node": "sum_over", "of": W, "over": ["source"], "missing": "refuse"},
            ),
            "6",
        ),
    ],
)
def test_everything_is_multiplied_first_and_divided_once(expression: Json, expected: str) -> None:
    assert outcome(of_years(expression), GIVEN).quantities["Q", "2021"] == Decimal(expected)


def test_a_sum_over_sources_inside_another_sum_asks_nothing_of_them() -> None:
    inner = {"node": "sum_over", "of": W, "over": ["source"], "missing": "refuse"}
    whole = {"node": "sum_over", "of": product(A, inner), "over": ["year"], "missing": "refuse"}
    assert outcome(of_years(whole, over=[]), GIVEN).quantities["Q", ""] == 3 * 2 + 5 * 4


def test_of_branches_without_a_number_one_that_adds_nothing_is_taken() -> None:
    ladder = {"node": "first_of", "branches": [{"name": "one", "of": A}, {"name": "two", "of": B}]}
    idle = Missing(State.NOT_OPERATING, "B", "2021")
    made = outcome(of_years(ladder), {"B 2021": idle}, ("2021",))
    assert (made.quantities["Q", "2021"], made.taken) == (idle, {("Q", "2021"): "two"})


def test_where_no_branch_is_open_there_is_no_value() -> None:
    ladder = {"node": "first_of", "branches": [{"name": "one", "of": A, "when": {"way": "b"}}]}
    made = outcome(of_years(ladder), GIVEN)
    assert made.quantities["Q", "2021"] == Missing(State.NOT_ESTIMATED, "Q", "2021")
    assert made.taken == {}


def test_a_line_between_points_of_what_is_missing_is_missing() -> None:
    line = {"node": "piecewise", "of": A, "points": [["0", "0"], ["4", "8"]], "unit": "1", "beyond": "hold"}
    made = outcome(of_years(line), {"A 2021": Decimal(3)})
    assert made.quantities == {
        ("Q", "2021"): Decimal(6),
        ("Q", "2022"): Missing(State.MISSING, "A", "2022"),
    }


MEAN = {"node": "weighted_mean", "of": A, "weight": B, "over": ["year"]}
SHARE = {"node": "spread", "of": A, "how": "by_weight", "weight": B}
DECAY = {"node": "first_order_decay", "of": A, "rate": B, "gives": "stock"}


@pytest.mark.parametrize(
    ("expression", "over", "place", "named"),
    [
        (MEAN, [], "", "A 2021, B 2021, A 2022, B 2022"),
        (SHARE, ["year"], "2022", "A 2022, B 2021, B 2022"),
        (DECAY, ["year"], "2021", "A 2021, B 2021"),
        (DECAY, ["year"], "2022", "A 2021, A 2022, B 2022"),
    ],
)
def test_a_formula_names_the_cells_it_reads(
    expression: Json, over: list[str], place: str, named: str
) -> None:
    found = children(of_years(expression, over=over), Shape((), YEARS), ("Q", place))
    assert ", ".join(" ".join(cell) for cell in found) == named


def test_a_figure_without_a_ladder_of_formulas_takes_no_branch(method: CompiledMethod) -> None:
    assert taken(run(method, {("FC", "boiler/2023-01"): Decimal(1)}), ("Y", "")) == {}


def decimals(made: Outcome, places: int = 12) -> list[str]:
    """The figures in order, cut to so many places."""
    return [
        str(round(one, places)) if isinstance(one, Decimal) else str(one) for one in made.quantities.values()
    ]


def spread_over(of: Json, how: str, weight: Json | None = None) -> Json:
    return {"node": "spread", "of": of, "how": how, "weight": weight}


THREE = ("2022", "2023", "2024")
SPREAD: dict[str, Value] = {
    "G": Decimal(10),
    "B 2022": Decimal(1),
    "B 2023": Decimal(0),
    "B 2024": Decimal(6),
}


@pytest.mark.parametrize(
    ("expression", "shares"),
    [
        (spread_over(G, "equal"), ["3.33", "3.34", "3.33"]),
        (spread_over(G, "by_days"), ["3.33", "3.33", "3.34"]),  # 365, 365 and 366 of 1096 days
        (spread_over(G, "by_weight", B), ["1.43", "0.00", "8.57"]),
        (spread_over(G, "by_weight", product(B, number("1/3"))), ["1.43", "0.00", "8.57"]),
        (spread_over(product(G, number("1/2")), "equal"), ["1.67", "1.66", "1.67"]),
        (spread_over(product(G, number("1/7")), "by_weight", B), ["0.20", "0.00", "1.23"]),
    ],
)
def test_a_share_is_what_the_rounded_running_total_grows_by(expression: Json, shares: list[str]) -> None:
    made = outcome(of_years(expression, places=2, rounding="half_even"), SPREAD, THREE)
    assert [str(one) for one in made.quantities.values()] == shares


@pytest.mark.parametrize(
    ("rule", "shares"),
    [("half_even", ["0.02", "0.03"]), ("half_up", ["0.03", "0.02"]), ("floor", ["0.02", "0.03"])],
)
def test_a_running_total_is_rounded_by_the_rule_of_its_quantity(rule: str, shares: list[str]) -> None:
    made = outcome(of_years(spread_over(G, "equal"), places=2, rounding=rule), {"G": Decimal("0.05")})
    assert [str(one) for one in made.quantities.values()] == shares


def of_pits(expression: Json, values: Mapping[tuple[str, str], Value], **fields: object) -> Outcome:
    """Q of the two pits in each year; the years of the grid in no order."""
    document = of_years(expression, over=["source", "year"], keys={"kind": ["pit"]}, **fields)
    shape = Shape((PIT, HOLE, SourceKey("lake", {"kind": "lake"})), ("2022", "2021", "2023"))
    return Calculator(document).run(Inputs(shape, values), {})


PITS: dict[tuple[str, str], Value] = {
    ("V", "pit"): Decimal("0.5"), ("V", "hole"): Decimal("0.25"),
    ("W", "pit/2021"): Decimal(8), ("W", "pit/2022"): Decimal(0), ("W", "pit/2023"): Decimal(2),
    ("W", "hole/2021"): Decimal(1), ("W", "hole/2022"): Decimal(3), ("W", "hole/2023"): Decimal(0),
}  # fmt: skip


def test_each_source_is_spread_by_its_own_weights() -> None:
    made = of_pits(spread_over(V, "by_weight", W), PITS, places=3, rounding="half_even")
    assert {place: str(one) for (_, place), one in made.quantities.items()} == {
        "pit/2022": "0.000", "pit/2021": "0.400", "pit/2023": "0.100",
        "hole/2022": "0.188", "hole/2021": "0.062", "hole/2023": "0.000",
    }  # fmt: skip


def test_each_source_decays_by_itself_and_each_rate_too() -> None:
    """Against the recurrence stock = stock of the year before × e^-k + deposit, written out."""

    def decay(rate: Json, gives: str, of: Json = W) -> Json:
        return {"node": "first_order_decay", "of": of, "rate": rate, "gives": gives}

    def gone(k: str, *deposits: str) -> tuple[Decimal, Decimal]:
        kept, stock, released = (-Decimal(k)).exp(), Decimal(0), Decimal(0)
        for one in deposits:
            stock, released = stock * kept + Decimal(one), stock * (1 - kept)
        return stock, released

    tenth = number("1/10")
    both = {"node": "sum", "of": [
        {"sign": "+", "of": decay(V, "stock")}, {"sign": "-", "of": decay(tenth, "released")},
        {"sign": "+", "of": decay(V, "stock", product(W, number("1/2")))},
    ]}  # fmt: skip
    made = of_pits(both, PITS)
    for pit, rate, deposits in (("pit", "0.5", "802"), ("hole", "0.25", "130")):
        for upto, year in enumerate(("2021", "2022", "2023"), 1):
            stock, _ = gone(rate, *deposits[:upto])
            _, released = gone("0.1", *deposits[:upto])
            found = made.quantities["Q", f"{pit}/{year}"]
            assert isinstance(found, Decimal)
            assert abs(found - (stock + stock / 2 - released)) < Decimal("1e-25")
    assert len(made.quantities) == 6


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # A is 3 and 5, B 7 and 11: the exact fraction of the first year
        (product(A, number("1/2")), "1.500000000000"),
        ({"node": "sum", "of": [
            {"sign": "+", "of": product(A, number("1/3"))}, {"sign": "-", "of": product(B, number("1/2"))},
            {"sign": "+", "of": A},
        ]}, "0.500000000000"),
        ({"node": "sum", "of": [{"sign": "-", "of": A}]}, "-3"),
        ({"node": "sum", "of": [{"sign": "-", "of": A}, {"sign": "-", "of": B}]}, "-10"),
        ({"node": "quotient", "over": A, "under": {
            "node": "quotient", "over": B, "under": product(A, number("1/3")),
        }}, "0.428571428571"),
        ({"node": "quotient", "over": number("2/3"), "under": A}, "0.222222222222"),
        ({"node": "quotient", "over": A, "under": number("2/3")}, "4.500000000000"),
        ({"node": "quotient", "over": product(A, number("2/3")), "under": product(B, number("4/5"))},
         "0.357142857143"),
        ({"node": "weights", "of": [
            {"weight": "0.3", "of": A}, {"weight": "0.7", "of": product(B, number("1/2"))},
        ]}, "3.350000000000"),
        ({"node": "weighted_mean", "of": product(A, number("44/12")), "weight": product(B, number("1/2")),
          "over": ["year"]}, "15.481481481481"),
        (product(number("44/12"), number("3/11")), "1.000000000000"),
        (product(A, {"node": "quotient", "over": B, "under": A}), "7"),
        ({"node": "quotient", "over": {"node": "quotient", "over": A, "under": B}, "under": A}, "0.142857142857"),
        ({"node": "quotient", "over": product(A, number("1/2")), "under": B}, "0.214285714286"),
        (number("3"), "3"),
        (product(A, B, A, B), "441"),
    ],
)  # fmt: skip
def test_formulas_by_hand(expression: Json, expected: str) -> None:
    made = outcome(of_years(expression), GIVEN)
    found, wanted = made.quantities["Q", "2021"], Decimal(expected)
    assert isinstance(found, Decimal)
    assert round(found, 12) == wanted


def test_a_sum_takes_only_the_sources_it_asks_for() -> None:
    given: dict[tuple[str, str], Value] = {("W", "pit/2021"): Decimal(8), ("W", "hole/2021"): Decimal(1)}

    def summed(**where: list[str]) -> Value:
        expression = {"node": "sum_over", "of": W, "over": ["source"], "missing": "refuse", "where": where}
        inputs = Inputs(Shape((PIT, HOLE), ("2021",)), given)
        return Calculator(of_years(expression)).run(inputs, {}).quantities["Q", "2021"]

    assert (summed(), summed(size=["big"]), summed(size=["small"])) == (9, 1, 0)


def test_where_no_branch_has_a_value_none_is_taken() -> None:
    halves = [
        {"name": name, "of": product(of, number(ratio))}
        for name, of, ratio in (("a", A, "1/2"), ("b", B, "1/3"))
    ]
    ladder = {"node": "first_of", "branches": halves}
    hole = Missing(State.MISSING, "B", "2022")
    made = outcome(of_years(ladder), {"B 2021": Decimal(9), "B 2022": hole})
    assert made.taken == {("Q", "2021"): "b", ("Q", "2022"): ""}
    assert made.quantities == {("Q", "2021"): Decimal(3), ("Q", "2022"): hole}
    assert outcome(of_years(ladder), {"A 2021": Decimal(9)}, ("2021",)).quantities["Q", "2021"] == Decimal(
        "4.5"
    )


def test_below_the_first_band_and_beyond_the_points_the_figure_and_its_place_are_named() -> None:
    half = product(A, number("1/2"))
    band = {
        "node": "bands",
        "of": half,
        "steps": [{"from": "2", "value": "1"}, {"from": "2.5", "value": "4"}],
        "unit": "1",
    }
    line = {
        "node": "piecewise",
        "of": half,
        "points": [["2", "0"], ["4", "8"]],
        "unit": "1",
        "beyond": "refuse",
    }
    for expression, name, score in ((band, "Q (< 2)", 4), (line, "Q (2 … 4)", 2)):
        assert outcome(of_years(expression), GIVEN).quantities == {
            ("Q", "2021"): Missing(State.NOT_ESTIMATED, name, "2021"),
            ("Q", "2022"): Decimal(score),
        }


def test_a_figure_is_rounded_half_to_even_where_no_rule_is_said() -> None:
    made = outcome(of_years(product(A, number("1/8")), places=2), GIVEN)
    assert [str(one) for one in made.quantities.values()] == ["0.38", "0.62"]
    published = outcome(of_years(product(A, number("1/8")), places=2, parents="sum_published"), GIVEN)
    assert published.quantities == made.quantities


def test_a_sum_of_fractions_is_exact_whatever_divides_them() -> None:
    large = 10**17 + 3
    both = [{"sign": "+", "of": product(A, number(f"1/{under}"))} for under in (3, large)]
    found = outcome(of_years({"node": "sum", "of": both}), GIVEN).quantities["Q", "2021"]
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - 1 - Fraction(3, large)) < Fraction(1, 10**32)
