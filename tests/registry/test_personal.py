"""Particulars of people beside the ledger, and their erasure by two people; a hold stands in its way."""

import pytest
from sqlalchemy import Connection, select

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor
from tansuo.evidence.erasable import check_erasable
from tansuo.evidence.projection import catch_up
from tansuo.evidence.tables import entry, erasable
from tansuo.quantity.finding import FindingError
from tansuo.registry import hold, personal
from tansuo.registry.projection import PROJECTION

CLOCK = SimulatedClock(1_772_323_200_000)
FIRST, SECOND = Actor("s.one", "security_admin"), Actor("a.two", "audit_admin")
PERSON, ORG = "dantu.clerk", "demo.firm"
FIELDS = {"name": "示例人员甲", "phone": "13900000000", "certificate": "JY-0001"}
AUDITOR = Actor("a.one", "audit_admin")


@pytest.fixture
def opened(enter, connection: Connection) -> Connection:
    """A ledger; whatever is entered is followed by the registry when `erasures` are asked for."""
    personal.store(connection, PERSON, ORG, FIELDS, FIRST, CLOCK)
    return connection


def asked(connection: Connection, **about: object) -> str:
    about = about or {"person": PERSON}
    made = personal.ask(connection, "pipl-47-3", "consent withdrawn", FIRST, CLOCK, **about)
    catch_up(connection, [PROJECTION])
    return str(made.body["id"])


def kept_of(connection: Connection, person: str = PERSON) -> list[personal.Particulars]:
    return personal.opened(connection, personal.versions(connection, person))


def code(refused: pytest.ExceptionInfo[FindingError]) -> str:
    return refused.value.findings[0].code


def test_equal_particulars_are_kept_once_and_new_ones_replace_them(opened: Connection) -> None:
    before = ledger.size(opened)
    again = personal.store(opened, PERSON, ORG, {**FIELDS, "email": "  "}, FIRST, CLOCK)
    assert ledger.size(opened) == before
    changed = personal.store(
        opened, PERSON, ORG, {"name": "示例人员甲", "phone": "13911111111"}, FIRST, CLOCK
    )
    assert (changed.supersedes, changed.subject) == (again.index, f"person/{PERSON}")
    assert [one.fields["phone"] for one in kept_of(opened)] == ["13900000000", "13911111111"]
    assert [(one.current, one.redacted) for one in personal.items(opened)] == [(False, None), (True, None)]
    assert kept_of(opened, "dantu.reviewer") == []


def test_no_entry_holds_a_word_of_it(opened: Connection) -> None:
    asked(opened)
    rows = [bytes(row).decode() for row in opened.scalars(select(entry.c.data))]
    assert not any(value in row for row in rows for value in FIELDS.values())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"birthday": "1990-01-01"}, "registry.personal_field"),
        ({"name": "x" * 201}, "registry.personal_field"),
        ({"name": "a\nb"}, "registry.personal_field"),
        ({"name": "  "}, "registry.personal_empty"),
        ({}, "registry.personal_empty"),
    ],
)
def test_nothing_but_the_list_is_kept(opened: Connection, fields: dict[str, str], said: str) -> None:
    with pytest.raises(FindingError) as refused:
        personal.store(opened, PERSON, ORG, fields, FIRST, CLOCK)
    assert code(refused) == said


def test_one_asks_another_confirms_and_every_version_is_gone(opened: Connection) -> None:
    personal.store(opened, PERSON, ORG, {"name": "示例人员甲"}, FIRST, CLOCK)
    scan = personal.keep_document(opened, "示例人员甲.pdf", "application/pdf", b"%PDF", ORG, FIRST, CLOCK)
    name = asked(opened)
    with pytest.raises(FindingError) as refused:
        personal.confirm(opened, name, FIRST, CLOCK)
    assert code(refused) == "registry.erasure_second_person"
    personal.confirm(opened, name, SECOND, CLOCK)
    catch_up(opened, [PROJECTION])
    assert kept_of(opened) == []
    found = personal.items(opened)
    gone = [one.redacted for one in found[:2]]
    assert [one and (one.body["case"], one.body["asked_by"], one.by.id) for one in gone] == [
        (name, "s.one", "a.two")
    ] * 2
    assert found[2].redacted is None
    assert personal.open_document(opened, found[2].commitment) == ("示例人员甲.pdf", b"%PDF")
    (one,) = personal.erasures(opened, person=PERSON)
    assert (one.state, one.redacted) == ("erased", tuple(redact.index for redact in gone if redact))
    assert personal.erasures(opened, waiting=True) == []
    assert list(check_erasable(opened)) == []
    with pytest.raises(FindingError) as refused:
        personal.confirm(opened, name, SECOND, CLOCK)
    assert code(refused) == "registry.erasure_step"
    # The document by its entry.
    personal.confirm(opened, asked(opened, entry=scan.index), SECOND, CLOCK)
    assert personal.open_document(opened, found[2].commitment) is None
    # Whoever comes again is kept anew.
    personal.store(opened, PERSON, ORG, FIELDS, FIRST, CLOCK)
    assert len(kept_of(opened)) == 1
    assert list(check_erasable(opened)) == []


def test_a_hold_refuses_the_erasure_and_nothing_of_it_has_happened(opened: Connection) -> None:
    name = asked(opened)
    held = hold.place(opened, ORG, ORG, "case 7", AUDITOR, CLOCK)
    before = ledger.size(opened)
    with pytest.raises(FindingError) as refused, opened.begin_nested():
        personal.confirm(opened, name, SECOND, CLOCK)
    assert code(refused) == "registry.held"
    assert (ledger.size(opened), len(kept_of(opened))) == (before, 1)
    hold.ask_release(opened, str(held.body["id"]), "over", AUDITOR, CLOCK)
    hold.confirm_release(opened, str(held.body["id"]), Actor("c.one", "city_manager"), CLOCK)
    personal.confirm(opened, name, SECOND, CLOCK)
    assert opened.execute(select(erasable)).all() == []


def test_a_request_is_declined_with_a_reason(opened: Connection) -> None:
    name = asked(opened)
    personal.decline(opened, name, "the period of keeping is not over", SECOND, CLOCK)
    catch_up(opened, [PROJECTION])
    (one,) = personal.erasures(opened)
    assert (one.state, one.said, one.redacted) == ("declined", "the period of keeping is not over", ())
    assert len(kept_of(opened)) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"basis": "because"}, "registry.erasure_basis"),
        ({"reason": "  "}, "registry.erasure_reason"),
        ({"reason": "示例人员甲 has left"}, "registry.erasure_reason_names"),
        ({"reason": "the number 13900000000"}, "registry.erasure_reason_names"),
        ({"person": "nobody.here"}, "registry.nothing_to_erase"),
        ({"person": "", "entry": 0}, "registry.nothing_to_erase"),
    ],
)
def test_what_is_no_request(opened: Connection, change: dict[str, object], said: str) -> None:
    wanted = {"basis": "pipl-47-1", "reason": "has left", "person": PERSON, **change}
    with pytest.raises(FindingError) as refused:
        personal.ask(opened, wanted.pop("basis"), wanted.pop("reason"), FIRST, CLOCK, **wanted)
    assert code(refused) == said


def test_there_is_no_such_request(opened: Connection) -> None:
    for step in (lambda: personal.confirm(opened, "erasure-0", SECOND, CLOCK),
                 lambda: personal.decline(opened, "erasure-0", "no", SECOND, CLOCK)):  # fmt: skip
        with pytest.raises(FindingError) as refused:
            step()
        assert code(refused) == "registry.no_erasure"
