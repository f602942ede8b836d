"""Changes and shares: exact decimals, a named base, and nothing where there is nothing to divide."""

from decimal import Decimal

import pytest

from tansuo.accounting.enterprises import percent_of, same_period_last_year
from tansuo.quantity.period import Period


@pytest.mark.parametrize(
    ("value", "base", "percent"),
    [("110", "100", "10.0"), ("95.05", "100", "-5.0"), ("100.25", "100", "0.2"), ("0", "40", "-100.0")],
)
def test_a_change_is_of_its_base_half_to_even(value: str, base: str, percent: str) -> None:
    assert percent_of(Decimal(value), Decimal(base)) == Decimal(percent)


@pytest.mark.parametrize(
    ("value", "base"), [(None, Decimal(1)), (Decimal(1), None), (Decimal(1), Decimal(0))]
)
def test_there_is_no_percentage_of_nothing(value: Decimal | None, base: Decimal | None) -> None:
    assert percent_of(value, base) is None


@pytest.mark.parametrize(
    ("period", "before"),
    [("2026-04", "2025-04"), ("2026-Q1", "2025-Q1"), ("2026-H2", "2025-H2"), ("2026", "2025")],
)
def test_the_same_period_of_last_year_keeps_its_form(period: str, before: str) -> None:
    found = same_period_last_year(Period.parse(period))
    assert found is not None and found.text == before


def test_a_span_of_several_years_has_no_last_year() -> None:
    assert same_period_last_year(Period.parse("2021/2025")) is None
