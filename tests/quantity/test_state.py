"""Missing is a value: it propagates, keeps its names, and never becomes a zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.state import Missing, State

ABSENT = [state for state in State if not state.has_value]
absences = st.builds(
    Missing,
    st.sampled_from(ABSENT),
    st.sampled_from(["FC", "NCV", "PE"]),
    st.sampled_from(["a/2025-01", "a/2025-03", "b/2025-07"]),
)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)


@given(absences, numbers)
def test_arithmetic_with_a_number_in_any_order_is_missing(absent: Missing, number: Decimal) -> None:
    for result in (
        absent + number,
        number + absent,
        absent - number,
        number - absent,
        absent * number,
        number * absent,
        absent / number if number else absent / 1,
        number / absent,
        -absent,
        abs(absent),
        absent + 0,
        0 * absent,
    ):
        assert result == absent


@given(absences, absences, absences)
def test_several_absences_keep_every_name_in_any_order(one: Missing, two: Missing, three: Missing) -> None:
    total = one + two + three
    assert set(total.names) == {*one.names, *two.names, *three.names}
    assert total == three + (two + one)
    assert total + total == total


@given(absences)
def test_it_equals_no_number_and_has_no_truth_value(absent: Missing) -> None:
    assert absent != 0
    assert absent != Decimal(0)
    assert absent not in (0, Decimal("0.00"), None, "")
    with pytest.raises(TypeError):
        bool(absent)
    with pytest.raises(TypeError):
        sorted([absent, Decimal(1)])
    with pytest.raises(TypeError):
        absent + "text"


def test_a_hole_outweighs_what_adds_nothing_in_a_sum() -> None:
    nothing = Missing(State.NOT_OPERATING, "FC", "a/2025-01")
    hole = Missing(State.MISSING, "FC", "b/2025-02")
    assert (nothing + hole).state is State.MISSING
    assert (nothing + hole).holes == ("2025-02",)


def test_what_does_not_occur_needs_no_factor() -> None:
    nothing = Missing(State.NOT_OCCURRING, "FC", "a/2025-01")
    factor = Missing(State.MISSING, "NCV", "a/2025-01")
    assert nothing * factor == nothing
    assert factor * nothing == nothing


def test_a_state_with_a_value_is_not_missing() -> None:
    for state in (State.VALUE, State.MEASURED_ZERO, State.DECLARED_ZERO):
        with pytest.raises(ValueError, match="has a value"):
            Missing(state, "FC", "a/2025-01")


def test_rounding_leaves_it_missing() -> None:
    absent = Missing(State.CONFIDENTIAL, "FC", "a/2025-01")
    assert absent.quantize(Decimal("0.01")) is absent
    assert str(absent) == "confidential: FC @ a/2025-01"
