"""The steps of a program one by one: what each gives for numbers, for what is missing and at its limits."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import pytest

from tansuo.methods import steps
from tansuo.methods.steps import Step
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.state import Missing, State, Value


def hole(*names: str) -> Missing:
    return Missing.of(Missing(State.MISSING, name, "2023-01") for name in names)


def idle(name: str = "I") -> Missing:
    return Missing(State.NOT_OPERATING, name, "2023-01")


def given(step: Step, *values: Value | int | str) -> Value:
    """The step over these values, under the rules of the evaluator."""
    with localcontext(CONTEXT):
        return step([one if isinstance(one, Missing) else Decimal(one) for one in values])


def every(count: int) -> Sequence[int]:
    return range(count)


def test_a_product_of_any_number_of_slots() -> None:
    for count, expected in ((2, 6), (3, 30), (4, 210), (5, 2310), (6, 30030)):
        values = (2, 3, 5, 7, 11, 13)[:count]
        assert given(steps.multiply([*every(count)]), *values) == expected
        assert given(steps.multiply([*every(count)]), *values[1:], hole("A")) == hole("A")
    assert given(steps.multiply([2, 0]), 2, 3, 5) == 10


@pytest.mark.parametrize(
    ("values", "added", "expected"),
    [
        ((7, 2, 1), 3, 10),
        ((7, 2, 1), 1, 4),
        ((7, 2, 1), 0, -10),
        ((7,), 1, 7),
        ((7,), 0, -7),
        ((7, idle(), 1), 2, 6),
        ((7, 2, idle()), 2, 9),
        ((idle(), 2), 1, -2),
        ((7, idle()), 2, 7),
        ((7, idle()), 0, -7),
        ((7, hole("B"), idle()), 1, hole("B")),
        ((hole("A"), 2, hole("C")), 1, hole("A", "C")),
        ((idle("A"), idle("B")), 1, Missing.of([idle("A"), idle("B")])),
        ((idle("A"),), 0, idle("A")),
    ],
)
def test_a_sum_passes_over_what_adds_nothing_and_not_over_a_hole(
    values: Sequence[Value | int], added: int, expected: Value | int
) -> None:
    assert given(steps.plus_and_minus([*every(len(values))], added), *values) == expected


def test_what_is_taken_away_is_taken_away_one_after_another() -> None:
    """Each difference has 34 digits; what is taken away is not summed first."""
    little = "0." + "0" * 34 + "4"
    assert given(steps.plus_and_minus([0, 1, 2], 1), 1, little, little) == 1


def test_a_quotient_by_zero_names_its_figure() -> None:
    divide = steps.divide([1, 0], "I", "2023-01")
    assert given(divide, 4, 1) == Decimal("0.25")
    for over in (0, 3):
        assert given(divide, 0, over) == Missing(State.NOT_ESTIMATED, "I (÷ 0)", "2023-01")
    assert given(divide, 4, hole("A")) == given(divide, hole("A"), 4) == hole("A")


@pytest.mark.parametrize(
    ("rule", "half", "third"),
    [(ROUND_HALF_EVEN, "0.12", "0.12"), (ROUND_HALF_UP, "0.13", "0.13"), (ROUND_FLOOR, "0.12", "0.12")],
)
def test_a_slot_is_rounded_by_the_rule_over_its_integer(rule: str, half: str, third: str) -> None:
    quantum = Decimal("0.01")
    assert str(given(steps.rounded([0], 1, quantum, rule), "0.125")) == half
    assert str(given(steps.rounded([0], 2, quantum, rule), "0.250")) == half
    assert str(given(steps.rounded([0], 3, quantum, rule), "0.375")) == third
    for under in (1, 3):
        assert given(steps.rounded([0], under, quantum, rule), hole("A")) == hole("A")


def test_the_first_number_is_taken_else_the_first_that_adds_nothing() -> None:
    for values, position in (
        ((5, 6), 0),
        ((hole("A"), 6), 1),
        ((idle(), 6), 1),
        ((hole("A"), idle()), 1),
        ((idle(), hole("A")), 0),
        ((hole("A"), hole("B")), -1),
    ):
        found = [one if isinstance(one, Missing) else Decimal(one) for one in values]
        assert steps.taken(found, [0, 1]) == position
        assert steps.taken([*found[::-1]], [1, 0]) == position
        if position >= 0:
            assert steps.first_of([0, 1])(found) == found[position]


def test_where_all_lack_something_what_all_lack_is_named_else_what_the_last_lacks() -> None:
    three = steps.first_of([2, 0, 1])
    assert given(three, hole("B"), hole("C"), hole("A")) == hole("C")
    assert given(three, hole("A", "B"), hole("B", "C"), hole("B", "D", "A")) == hole("B")
    assert given(three, hole("A", "B"), hole("C", "B", "A"), hole("B", "A")) == hole("A", "B")


BANDS = [{"from": "60", "value": "3"}, {"from": "80", "value": "5"}]


def test_a_band_begins_at_its_bound() -> None:
    below = Missing(State.NOT_ESTIMATED, "s (< 60)", "2023")
    score = steps.band([0], 1, BANDS, "s", "2023")
    third = steps.band([0], 3, BANDS, "s", "2023")
    for value, expected in (("59.9", below), ("60", 3), ("79.9", 3), ("80", 5), (hole("A"), hole("A"))):
        assert given(score, value) == expected
        assert given(third, value if isinstance(value, Missing) else Decimal(value) * 3) == expected
    open_below = steps.band([0], 1, [{"from": "", "value": "1"}, *BANDS], "s", "2023")
    assert [given(open_below, value) for value in (-9, 60, 99)] == [1, 3, 5]


POINTS = [["1", "0"], ["3", "4"], ["7", "-4"]]


def test_lines_run_through_their_points_and_hold_or_end_there() -> None:
    beyond = Missing(State.NOT_ESTIMATED, "s (1 … 7)", "2023")
    hold, refuse = (steps.lines([0], 1, POINTS, how, "s", "2023") for how in ("hold", "refuse"))
    half = steps.lines([0], 2, POINTS, "refuse", "s", "2023")
    for value, expected in (("1", 0), ("2", 2), ("3", 4), ("4", 2), ("6", -2), ("7", -4)):
        assert given(hold, value) == given(refuse, value) == given(half, Decimal(value) * 2) == expected
    assert [given(hold, "0.9"), given(hold, "7.1")] == [0, -4]
    for value in ("0.9", "7.1"):
        assert given(refuse, value) == given(half, Decimal(value) * 2) == beyond
    assert given(hold, hole("A")) == hole("A")
    assert str(given(steps.lines([0], 1, [["0", "0"], ["3", "1"]], "hold", "s", ""), 1)) == "0." + "3" * 34


def test_what_remains_and_what_is_released() -> None:
    assert str(given(steps.remains([0]), 1)) == "0.3678794411714423215955237701614609"
    assert given(steps.remains([0]), hole("k")) == hole("k")
    assert given(steps.released([0, 1]), 8, "0.75") == 2
    assert given(steps.released([0, 1]), 8, hole("k")) == hole("k")
    assert given(steps.released([0, 1]), hole("W"), "0.75") == hole("W")
