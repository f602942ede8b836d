"""Subjects: opaque ids, dated attributes, and answers that stay what they were."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import size
from tansuo.quantity.finding import FindingError
from tansuo.registry.source import Source, Status
from tansuo.registry.subject import attributes, declare, find, get, new_id, set_attribute

Enter = Callable[..., list[Entry]]


def test_a_declared_subject_is_found_by_kind_owner_and_attribute(
    connection: Connection, enter: Enter
) -> None:
    source = Source("营业执照", Status.EXAMPLE, page="1")
    enter(
        declare(
            "demo.a",
            "enterprise",
            "演示电厂A",
            "Demo power plant A",
            attributes={"industry": "4411"},
            org="demo.a",
            region="321112",
            synthetic=True,
            source=source,
        ),
        declare("demo.b", "enterprise", "演示纸业B", "Demo paper mill B", attributes={"industry": "2221"}),
    )
    found = get(connection, "demo.a")
    assert found is not None
    assert (found.name_zh, found.org, found.region, found.synthetic) == (
        "演示电厂A",
        "demo.a",
        "321112",
        True,
    )
    assert found.source == source
    assert [one.id for one in find(connection, kind="enterprise")] == ["demo.a", "demo.b"]
    assert [one.id for one in find(connection, attribute=("industry", "2221"))] == ["demo.b"]
    assert [one.id for one in find(connection, org="demo.a")] == ["demo.a"]
    assert find(connection, kind="city") == []
    assert get(connection, "nobody") is None


def test_an_attribute_holds_over_its_days_only(connection: Connection, enter: Enter) -> None:
    enter(declare("x", "enterprise", "甲", "X", attributes={"code": "old"}))
    enter(set_attribute("x", "code", "new", valid_from=date(2026, 3, 1)))
    assert _code(connection, date(2026, 2, 28)) == "old"
    assert _code(connection, date(2026, 3, 1)) == "new"
    latest = get(connection, "x")
    assert latest is not None and latest.attributes == {"code": "new"}


def test_a_span_in_the_middle_leaves_both_sides_standing(connection: Connection, enter: Enter) -> None:
    first, _ = enter(
        declare("x", "enterprise", "甲", "X", attributes={"code": "always"}),
        set_attribute("x", "code", "may", valid_from=date(2026, 5, 1), valid_to=date(2026, 6, 1)),
    )
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [_code(connection, day) for day in days] == ["always", "may", "may", "always"]
    spans = attributes(connection, ["x"], name="code")
    assert [one.valid_from for one in spans] == [None, date(2026, 5, 1), date(2026, 6, 1)]
    assert [one.entry for one in spans if one.value == "always"] == [first.index, first.index]


def test_none_ends_an_attribute(connection: Connection, enter: Enter) -> None:
    enter(
        declare("x", "enterprise", "甲", "X", attributes={"code": "1"}),
        set_attribute("x", "code", None, valid_from=date(2026, 3, 1)),
    )
    assert _code(connection, date(2026, 2, 28)) == "1"
    assert _code(connection, date(2026, 3, 1)) is None


def test_a_dated_name_is_the_name_of_that_day(connection: Connection, enter: Enter) -> None:
    enter(
        declare("x", "enterprise", "旧名", "Old name"),
        set_attribute("x", "name_zh", "新名", valid_from=date(2026, 3, 1)),
    )
    names = [get(connection, "x", on=day) for day in (date(2026, 2, 1), date(2026, 4, 1))]
    assert [one.name_zh for one in names if one] == ["旧名", "新名"]


def test_as_of_an_older_size_nothing_changes(connection: Connection, enter: Enter) -> None:
    enter(declare("x", "enterprise", "甲", "X", attributes={"code": "1"}))
    then = size(connection)
    enter(
        set_attribute("x", "code", "2"),
        declare("x", "enterprise", "乙", "Y", synthetic=True),
        declare("y", "enterprise", "丙", "Z"),
    )
    old, new = get(connection, "x", as_of=then), get(connection, "x")
    assert old is not None and new is not None
    assert (old.name_zh, old.attributes, old.synthetic) == ("甲", {"code": "1"}, False)
    assert (new.name_zh, new.attributes, new.synthetic) == ("乙", {"code": "2"}, True)
    assert [one.id for one in find(connection, as_of=then)] == ["x"]


def test_a_subject_that_has_ended_is_not_found_on_a_later_day(connection: Connection, enter: Enter) -> None:
    enter(declare("x", "facility", "机组", "Unit", valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 1)))
    assert get(connection, "x", on=date(2025, 12, 31)) is not None
    assert get(connection, "x", on=date(2026, 1, 1)) is None
    assert get(connection, "x") is not None


@pytest.mark.parametrize("bad", ["", " x", "厂", "a/b", "a,b", "." + "x" * 3])
def test_an_id_that_cannot_be_one_is_refused(bad: str) -> None:
    with pytest.raises(FindingError) as caught:
        declare(bad, "enterprise", "甲", "X")
    assert caught.value.findings[0].code == "registry.bad_identifier"


def test_an_unknown_kind_and_an_empty_span_are_refused() -> None:
    with pytest.raises(FindingError, match="no kind of subject"):
        declare("x", "factory", "甲", "X")
    with pytest.raises(FindingError, match="is empty"):
        declare("x", "facility", "甲", "X", valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 1))


def test_fresh_ids_say_nothing_and_never_meet() -> None:
    made = {new_id("meter") for _ in range(100)}
    assert len(made) == 100
    assert all(one.startswith("meter.") and len(one) == 22 for one in made)


def _code(connection: Connection, day: date) -> str | None:
    found = get(connection, "x", on=day)
    assert found is not None
    return found.attributes.get("code")
