"""Numbers on a page: grouped for reading, never recomputed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.decimals import plain
from tansuo.reporting.numbers import grouped, percent, short_hash, shown


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("0", "0"),
        ("585348.21", "585,348.21"),
        ("-1234567.80", "−1,234,567.80"),
        ("999", "999"),
        ("1000", "1,000"),
        ("0.5810", "0.5810"),
    ],
)
def test_digits_and_trailing_zeros_stay(text: str, page: str) -> None:
    assert grouped(text) == page


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_grouping_only_adds_separators(value: Decimal) -> None:
    page = grouped(value)
    assert page.replace(",", "").replace("−", "-") == plain(value)


def test_a_value_for_reading_is_rounded_half_even() -> None:
    assert shown(Decimal("2.5"), 0) == "2"
    assert shown(Decimal("3.5"), 0) == "4"
    assert shown(Decimal("123456789012345678901234.5"), 0) == "123,456,789,012,345,678,901,234"


def test_nothing_stays_nothing() -> None:
    assert shown(None, 2) is None
    assert percent(1, 0) is None
    assert percent(Decimal("0"), 4) == "0.0"


def test_a_digest_is_shortened_for_tables_only() -> None:
    assert short_hash("a" * 64) == "a" * 12 + "…"
    assert short_hash("short") == "short"
