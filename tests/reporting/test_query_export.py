"""What a spreadsheet makes of an export: no formula, no lost digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.decimals import plain, shortest
from tansuo.reporting.query_export import guarded, keeps


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+1-2", "'+1-2"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-12.50", "-12.50"),
        ("-1e3", "'-1e3"),
        ("12.50", "12.50"),
        ("镇江", "镇江"),
        ("", ""),
    ],
)
def test_text_that_looks_like_a_formula_is_guarded_and_numbers_are_not(text: str, written: str) -> None:
    assert guarded(text) == written


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4127.32", True),
        ("0.1", True),
        ("-0.30", True),
        ("0", True),
        ("999999999999999", True),
        ("1234567890123456", False),
        ("0.1234567890123456", False),
        ("123456789012.3456", False),
        ("00.5", False),
        ("1e5", False),
        ("", False),
        ("NaN", False),
    ],
)
def test_only_what_a_spreadsheet_keeps_is_a_number(text: str, kept: bool) -> None:
    assert keeps(text) is kept


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**13), max_value=10**13, places=4))
def test_a_number_in_a_cell_reads_back_to_the_same_decimal(value: object) -> None:
    text = plain(value)  # type: ignore[arg-type]
    if keeps(text):
        back = shortest(float(f"{float(text):.15g}"))
        assert back == value
