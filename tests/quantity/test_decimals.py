"""Decimal rules: strict texts, one rounding by its rule, exact scaling, integer ratios."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.decimals import (
    CONTEXT,
    Ratio,
    parse_decimal,
    plain,
    round_to,
    scaled,
    shortest,
    unscaled,
)

plain_texts = st.from_regex(r"\A-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,12})?\Z")


@given(plain_texts)
def test_a_plain_text_reads_back_as_it_was_written(text: str) -> None:
    value = parse_decimal(text)
    zero = value == 0
    assert plain(value) == (text.removeprefix("-") if zero else text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1.",
        ".5",
        "01",
        "1e3",
        "1E-3",
        "NaN",
        "Infinity",
        "1,000",
        "١٢",
        "１２",
        "1_0",
        "-",
        "--1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no plain decimal"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("value", "places", "even", "up", "floor"),
    [
        ("2.5", 0, "2", "3", "2"),
        ("3.5", 0, "4", "4", "3"),
        ("-2.5", 0, "-2", "-3", "-3"),
        ("0.125", 2, "0.12", "0.13", "0.12"),
        ("2.4549", 2, "2.45", "2.45", "2.45"),
        ("26.7", 3, "26.700", "26.700", "26.700"),
        ("1250", -2, "1200", "1300", "1200"),
    ],
)
def test_rounding_by_each_rule(value: str, places: int, even: str, up: str, floor: str) -> None:
    number = Decimal(value)
    assert plain(round_to(number, places)) == even
    assert plain(round_to(number, places, "half_up")) == up
    assert plain(round_to(number, places, "floor")) == floor


def test_rounding_twice_is_another_number_than_rounding_once() -> None:
    once = round_to(Decimal("2.4549"), 2)
    by_steps = round_to(round_to(Decimal("2.4549"), 3), 2, "half_up")
    assert (once, by_steps) == (Decimal("2.45"), Decimal("2.46"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9), st.integers(0, 8))
def test_half_even_agrees_with_exact_fractions(value: Decimal, places: int) -> None:
    assert Fraction(round_to(value, places)) == Fraction(round(Fraction(value) * 10**places), 10**places)


@given(st.integers(-(10**18), 10**18), st.integers(0, 9))
def test_scaled_integers_round_trip(number: int, decimals: int) -> None:
    assert scaled(unscaled(number, decimals), decimals) == number
    assert scaled(plain(unscaled(number, decimals)), decimals) == number


def test_scaling_never_loses_a_digit() -> None:
    assert scaled("1.230", 2) == 123
    with pytest.raises(ValueError, match="more than 2 decimals"):
        scaled("1.234", 2)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_enters_by_its_shortest_form(number: float) -> None:
    assert float(shortest(number)) == number
    assert "E" not in plain(shortest(number))


def test_what_is_no_number_is_not_shown() -> None:
    for strange in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            shortest(strange)
    with pytest.raises(ValueError, match="not a number"):
        plain(Decimal("NaN"))


def test_a_ratio_keeps_its_integers() -> None:
    assert str(Ratio.parse("44/12")) == "44/12"
    assert Ratio.parse("44/12") == Ratio(44, 12) != Ratio(11, 3)
    assert str(Ratio.parse("12")) == "12"
    for wrong in ("3.667", "44/", "/12", "-44/12", "44/12/1", "0/12", "44/0", ""):
        with pytest.raises(ValueError, match="ratio"):
            Ratio.parse(wrong)


def test_multiply_first_divide_last() -> None:
    """0.165 t C is 0.605 t CO2 exactly, a tie; 44/12 divided first leaves it above the tie and rounds up."""
    carbon = Decimal("0.165")
    divided_first = CONTEXT.multiply(carbon, CONTEXT.divide(Decimal(44), Decimal(12)))
    divided_last = CONTEXT.divide(CONTEXT.multiply(carbon, Decimal(44)), Decimal(12))
    assert divided_last == Decimal("0.605")
    assert round_to(divided_last, 2) == Decimal("0.60")
    assert round_to(divided_first, 2) == Decimal("0.61")


def test_dividing_first_would_be_wrong_this_often() -> None:
    """Every tie of a thousandth of a tonne up to 200 t of carbon: 1,059 wrong roundings in all."""
    wrong = 0
    once = CONTEXT.divide(Decimal(44), Decimal(12))
    for thousandths in range(200_000):
        if thousandths * 11 % 15:
            continue
        carbon = Decimal(thousandths).scaleb(-3)
        last = CONTEXT.divide(CONTEXT.multiply(carbon, Decimal(44)), Decimal(12))
        wrong += round_to(CONTEXT.multiply(carbon, once), 2) != round_to(last, 2)
    assert wrong == 1059
