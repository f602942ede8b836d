"""Relations: dated, many-to-many, with shares that nobody invents."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import size
from tansuo.quantity.finding import FindingError
from tansuo.registry.relation import children, judge_shares, parents, part, relate, relations

Enter = Callable[..., list[Entry]]
DAY = date(2026, 3, 1)


def test_children_and_parents_of_a_day(connection: Connection, enter: Enter) -> None:
    enter(
        relate("plant", "reports_for", "north", "1", date(2020, 1, 1), date(2026, 1, 1)),
        relate("plant", "reports_for", "south", "1", date(2026, 1, 1)),
        relate("mill", "reports_for", "south"),
    )
    assert [one.subject for one in children(connection, "south", "reports_for", DAY)] == ["mill", "plant"]
    assert [one.subject for one in children(connection, "south", "reports_for", date(2025, 12, 31))] == [
        "mill"
    ]
    assert [one.b for one in parents(connection, "plant", "reports_for", date(2025, 12, 31))] == ["north"]
    assert children(connection, "south", "part_of", DAY) == []


def test_walking_down_multiplies_shares(connection: Connection, enter: Enter) -> None:
    enter(
        relate("north", "reports_for", "city"),
        relate("south", "reports_for", "city"),
        relate("plant", "reports_for", "north", "0.6"),
        relate("plant", "reports_for", "south", "0.4"),
        relate("boiler", "reports_for", "plant", "0.5"),
    )
    deep = children(connection, "city", "reports_for", DAY, deep=True)
    found = [(one.subject, one.parent, one.depth, one.share) for one in deep if one.depth > 1]
    assert found == [
        ("plant", "north", 2, Decimal("0.6")),
        ("plant", "south", 2, Decimal("0.4")),
        ("boiler", "plant", 3, Decimal("0.30")),
        ("boiler", "plant", 3, Decimal("0.20")),
    ]
    assert [one.subject for one in children(connection, "city", "reports_for", DAY)] == ["north", "south"]


def test_a_share_that_nobody_stated_stays_unstated(connection: Connection, enter: Enter) -> None:
    enter(relate("area", "belongs_to", "east", None), relate("site", "belongs_to", "area", "0.5"))
    assert [one.share for one in children(connection, "east", "belongs_to", DAY, deep=True)] == [None, None]


def test_parting_ends_a_relation_and_as_of_keeps_it(connection: Connection, enter: Enter) -> None:
    enter(relate("plant", "reports_for", "north"))
    before = size(connection)
    enter(part("plant", "reports_for", "north", date(2026, 3, 1)))
    assert children(connection, "north", "reports_for", DAY) == []
    assert len(children(connection, "north", "reports_for", date(2026, 2, 28))) == 1
    assert len(children(connection, "north", "reports_for", DAY, as_of=before)) == 1


def test_a_restated_share_replaces_the_one_before(connection: Connection, enter: Enter) -> None:
    enter(relate("plant", "reports_for", "north", "0.3"))
    enter(relate("plant", "reports_for", "north", "0.7", date(2026, 1, 1)))
    spans = relations(connection, "reports_for", a=["plant"])
    assert [(one.share, one.valid_from, one.valid_to) for one in spans] == [
        (Decimal("0.3"), None, date(2026, 1, 1)),
        (Decimal("0.7"), date(2026, 1, 1), None),
    ]


def test_a_circle_is_named_and_not_followed_for_ever(connection: Connection, enter: Enter) -> None:
    enter(relate("a", "part_of", "b"), relate("b", "part_of", "a"))
    with pytest.raises(FindingError, match="runs in a circle at a"):
        children(connection, "a", "part_of", DAY, deep=True)


def test_shares_that_count_something_twice_are_found(connection: Connection, enter: Enter) -> None:
    enter(
        relate("plant", "reports_for", "north", "0.7"),
        relate("plant", "reports_for", "south", "0.4"),
        relate("mill", "reports_for", "north", "0.5"),
        relate("mill", "reports_for", "south", "0.5"),
    )
    (finding,) = judge_shares(connection, "reports_for", DAY)
    assert finding.code == "registry.shares_above_one"
    assert finding.params["subject"] == "plant" and finding.params["total"] == "1.1"


@pytest.mark.parametrize("share", ["0", "-0.1", "1.01", "1e-1", "half", ""])
def test_a_share_outside_its_limits_is_refused(share: str) -> None:
    with pytest.raises(FindingError):
        relate("plant", "reports_for", "north", share)


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(FindingError, match="is no relation"):
        relate("plant", "owns", "north")
