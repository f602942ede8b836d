"""Documents as they are hashed, run as they stand: each formula below is the JSON itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tansuo.methods.document import Document, Shape, SourceKey
from tansuo.methods.evaluate import Calculator, CompiledMethod, Inputs, Outcome
from tansuo.methods.lineage import children, taken
from tansuo.quantity.state import Missing, State, Value

from .conftest import run

Json = dict[str, Any]
A, B, W = ({"node": "term", "symbol": symbol} for symbol in "ABW")
YEARS = ("2021", "2022")
PIT = SourceKey("pit", {"kind": "pit"})


def number(exactly: str) -> Json:
    return {"node": "number", "exactly": exactly}


def product(*of: Json) -> Json:
    return {"node": "product", "of": list(of)}


def of_years(expression: Json, **fields: object) -> Document:
    """A method of one quantity Q over A and B (each year) and W (of the pits, each year)."""
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
                "A": yearly, "B": yearly,
                "W": {**yearly, "over": ["source", "year"], "keys": {"kind": ["pit"]}},
            },
            "quantities": [{**quantity, **fields}],
        }
    )  # fmt: skip


def outcome(document: Document, values: Mapping[str, Value], years: tuple[str, ...] = YEARS) -> Outcome:
    """The method run over A and B of each year and W of one pit; a value is named "A 2021"."""
    given: dict[tuple[str, str], Value] = {}
    for name, value in values.items():
        symbol, year = name.split()
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
