"""The registry's tables are a reading of the ledger: rebuilt, they are the same, row for row."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.ledger import size
from tansuo.evidence.rebuild import check_projections
from tansuo.registry import statement, subject
from tansuo.registry.projection import PROJECTION
from tansuo.registry.relation import part, relate, relations
from tansuo.registry.statement import state_
from tansuo.registry.subject import declare, set_attribute
from tansuo.registry.zhenjiang import seeds

Enter = Callable[..., list[Entry]]
START = date(2026, 1, 1)

_spans = st.tuples(st.none() | st.integers(0, 20), st.none() | st.integers(1, 10))


def _days(span: tuple[int | None, int | None]) -> tuple[date | None, date | None]:
    first, length = span
    begin = None if first is None else START + timedelta(days=first)
    return begin, None if length is None else (begin or START) + timedelta(days=length)


def _coded(value: str | None, span: tuple[int | None, int | None]) -> Draft:
    first, last = _days(span)
    return set_attribute("x", "code", value, valid_from=first, valid_to=last)


def _related(share: str, span: tuple[int | None, int | None]) -> Draft:
    return relate("x", "reports_for", "u", share, *_days(span))


_changes = st.one_of(
    st.builds(_coded, st.none() | st.sampled_from("abc"), _spans),
    st.builds(_related, st.sampled_from(["1", "0.5"]), _spans),
    st.builds(lambda span: part("x", "reports_for", "u", *_days(span)), _spans),
    st.builds(
        lambda value: state_("x", "coal", "2026-01", Decimal(value), "t", issuer="x"), st.integers(0, 5)
    ),
    st.builds(lambda name: declare("x", "enterprise", name, "X"), st.sampled_from("甲乙丙")),
)


def _known(connection: Connection, as_of: int | None) -> object:
    return (
        subject.find(connection, as_of=as_of),
        [subject.find(connection, as_of=as_of, on=START + timedelta(days=n)) for n in range(-1, 32, 4)],
        relations(connection, "reports_for", as_of=as_of),
        statement.find(connection, as_of=as_of),
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_changes, min_size=1, max_size=8))
def test_as_of_never_changes_and_a_rebuild_is_equal(
    connection: Connection, enter: Enter, changes: list[Draft]
) -> None:
    savepoint = connection.begin_nested()
    seen: dict[int, object] = {}
    for change in changes:
        seen[size(connection)] = _known(connection, None)
        enter(change)
    for then, known in seen.items():
        assert _known(connection, then) == known
    assert check_projections(connection, [PROJECTION]) == []
    savepoint.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(_spans, st.sampled_from("abc")), min_size=1, max_size=6))
def test_on_every_day_the_last_word_that_covers_it_holds(
    connection: Connection, enter: Enter, said: list[tuple[tuple[int | None, int | None], str]]
) -> None:
    savepoint = connection.begin_nested()
    enter(declare("x", "enterprise", "甲", "X"))
    for span, value in said:
        first, last = _days(span)
        enter(set_attribute("x", "code", value, valid_from=first, valid_to=last))
    for number in range(-1, 32):
        day = START + timedelta(days=number)
        covering = [
            value
            for (first, last), value in ((_days(span), value) for span, value in said)
            if (first is None or first <= day) and (last is None or day < last)
        ]
        found = subject.get(connection, "x", on=day)
        assert found is not None
        assert found.attributes.get("code") == (covering[-1] if covering else None)
    savepoint.rollback()


def test_a_changed_row_is_found_by_rebuilding(connection: Connection, enter: Enter) -> None:
    enter(*seeds())
    assert check_projections(connection, [PROJECTION]) == []
    connection.execute(
        text("UPDATE statement SET value = 5017.05 WHERE indicator = 'gdp' AND value = 5017.04")
    )
    (finding,) = check_projections(connection, [PROJECTION])
    assert finding.code == "evidence.projection_differs"
    assert finding.where["table"] == "statement"
