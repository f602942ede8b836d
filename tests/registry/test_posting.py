"""Postings: whole units, two sides, nothing lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import size
from tansuo.quantity.finding import FindingError
from tansuo.registry.posting import Line, balances, post, reverse, trial_balance

Enter = Callable[..., list[Entry]]
UNIT = "t CO2"
DAY = date(2026, 3, 1)


def _allocate(amount: int, to: str = "plant", day: date = DAY) -> object:
    return post("allowance", UNIT, day, [Line("state", "issued", -amount), Line(to, "held", amount)])


def test_a_posting_moves_units_between_accounts(connection: Connection, enter: Enter) -> None:
    enter(_allocate(1000), _allocate(250, "mill"))
    enter(post("allowance", UNIT, DAY, [Line("plant", "held", -300), Line("plant", "surrendered", 300)]))
    held = {(one.subject, one.account): one.amount for one in balances(connection, "allowance")}
    assert held == {
        ("mill", "held"): 250,
        ("plant", "held"): 700,
        ("plant", "surrendered"): 300,
        ("state", "issued"): -1250,
    }
    assert trial_balance(connection, "allowance") == {UNIT: 0}
    assert balances(connection, "certificates") == []


def test_a_mistake_is_reversed_and_stays_visible(connection: Connection, enter: Enter) -> None:
    (wrong,) = enter(_allocate(1000))
    then = size(connection)
    enter(reverse(wrong, DAY, "entered twice"))
    assert {one.amount for one in balances(connection, "allowance")} == {0}
    (held,) = balances(connection, "allowance", subject="plant", as_of=then)
    assert held.amount == 1000


def test_a_balance_counts_up_to_a_day(connection: Connection, enter: Enter) -> None:
    enter(_allocate(10, day=date(2026, 1, 31)), _allocate(5, day=date(2026, 2, 1)))
    days = (date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1))
    found = [
        [one.amount for one in balances(connection, "allowance", account="held", until=day)] for day in days
    ]
    assert found == [[], [10], [15]]


@given(st.lists(st.integers(-1000, 1000), min_size=0, max_size=6))
def test_only_balanced_whole_lines_can_be_posted(amounts: list[int]) -> None:
    lines = [Line("plant", f"account.{n}", amount) for n, amount in enumerate(amounts)]
    balanced = len(amounts) >= 2 and sum(amounts) == 0 and 0 not in amounts
    if balanced:
        assert post("book", UNIT, DAY, lines).type == "posting"
    else:
        with pytest.raises(FindingError):
            post("book", UNIT, DAY, lines)


@pytest.mark.parametrize("amount", [Decimal("0.5"), 1.0, True, 2**53])
def test_what_is_no_whole_amount_is_refused(amount: object) -> None:
    with pytest.raises(FindingError, match="cannot be booked"):
        post("book", UNIT, DAY, [Line("a", "x", amount), Line("b", "x", -1)])  # type: ignore[arg-type]
