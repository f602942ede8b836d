"""A commitment stays when what it commits to is erased; whatever happens to the data otherwise is found."""

import hashlib
import itertools

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, ProgrammingError

from tansuo.database.connect import SYSTEM, Access, transaction
from tansuo.evidence import ledger
from tansuo.evidence.check import check
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.erasable import PERSONAL, check_erasable, commitment_of, erase, keep, open_, redactions
from tansuo.evidence.tables import entry as entries
from tansuo.evidence.tables import erasable, erasable_key
from tansuo.quantity.finding import FindingError

PHONE = b"13905110000"
ADMIN = Actor("p-sec", "security_admin")
OWN = Access("p-7", "enterprise_clerk", frozenset({"org-1"}))
COLLEAGUE = Access("p-8", "enterprise_reviewer", frozenset({"org-1"}))
CITY = Access("p-1", "city_manager", None)
SECURITY = Access("p-sec", "security_admin", frozenset())
AUDIT = Access("p-aud", "audit_admin", frozenset())
PUBLIC = Access("public", "public", frozenset())
OTHER_FIRM = Access("p-9", "enterprise_clerk", frozenset({"org-2"}))


def kept_by(connection: Connection, clock, data: bytes = PHONE, person: str = "p-7") -> Entry:
    subject = f"person/{person}" if person else "personal/one"
    draft = Draft(PERSONAL, subject, {"kind": "person" if person else "document"}, org="org-1", by=ADMIN)
    return keep(connection, draft, data, clock, person=person)


@pytest.fixture
def stored(kept) -> Entry:
    """A phone number of p-7, committed."""
    with transaction(kept.database, SYSTEM) as connection:
        return kept_by(connection, kept.clock)


def codes(kept) -> list[str]:
    """What the full check says."""
    with transaction(kept.database, SYSTEM) as connection:
        report = check(connection, further=[lambda one: list(check_erasable(one))])
        return [one.code.removeprefix("evidence.") for one in report.findings]


def test_the_entry_holds_the_commitment_and_nothing_of_the_data(kept, stored: Entry) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        opened = open_(connection, str(stored.body["commitment"]))
        rows = [bytes(row) for row in connection.scalars(select(entries.c.data))]
        sealed = bytes(connection.scalar(select(erasable.c.sealed)))
    assert opened is not None
    assert (opened.data, opened.entry, len(opened.salt)) == (PHONE, stored.index, 16)
    assert hashlib.sha256(opened.salt + PHONE).hexdigest() == stored.body["commitment"]
    assert not any(PHONE in row for row in [*rows, sealed])
    assert codes(kept) == []


def test_equal_data_have_unequal_commitments_and_no_guess_finds_them_without_the_salt(kept) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        one, two = (kept_by(connection, kept.clock) for _ in range(2))
        salt = bytes(connection.scalar(select(erasable_key.c.salt).where(
            erasable_key.c.commitment == one.body["commitment"])))  # fmt: skip
    assert one.body["commitment"] != two.body["commitment"]
    guesses = [b"139051100%02d" % number for number in range(100)]
    assert PHONE in guesses
    # What the thief of the ledger has to go by: the public bytes of the entry, its own salt among them.
    known = [b"", *(bytes(16), one.salt.encode(), one.data)]
    tried = {commitment_of(prefix, guess) for prefix, guess in itertools.product(known, guesses)}
    assert one.body["commitment"] not in tried
    assert one.body["commitment"] in {commitment_of(salt, guess) for guess in guesses}  # with it, at once


def test_an_erasure_takes_data_salt_and_key_and_leaves_every_hash(kept, stored: Entry) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        before = ledger.root_at(connection, stored.index + 1)
        gone = erase(connection, stored, "pipl-47-3", "consent withdrawn", ADMIN, kept.clock, asked_by="p-7")
    with transaction(kept.database, SYSTEM) as connection:
        assert open_(connection, str(stored.body["commitment"])) is None
        assert [connection.execute(select(table)).all() for table in (erasable, erasable_key)] == [[], []]
        assert ledger.root_at(connection, stored.index + 1) == before
        assert redactions(connection, [str(stored.body["commitment"])]) == {stored.body["commitment"]: gone}
    assert (gone.type, gone.org, gone.by) == ("redact", "org-1", ADMIN)
    assert gone.body == {
        "form": "tansuo.redact/1", "commitment": stored.body["commitment"], "entry": stored.index,
        "basis": "pipl-47-3", "reason": "consent withdrawn", "asked_by": "p-7",
    }  # fmt: skip
    assert codes(kept) == []
    with (
        pytest.raises(FindingError, match="was erased by entry"),
        transaction(kept.database, SYSTEM) as connection,
    ):
        erase(connection, stored, "pipl-47-3", "again", ADMIN, kept.clock)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DELETE FROM erasable"], ["personal_missing"]),
        (["DELETE FROM erasable_key"], ["personal_missing"]),
        (["DELETE FROM erasable", "DELETE FROM erasable_key"], ["personal_missing"]),
        (["UPDATE erasable SET sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1)"], ["personal_differs"]),
        (["UPDATE erasable_key SET key = sha256(key)"], ["personal_differs"]),
        (["UPDATE erasable_key SET salt = substring(sha256(salt) from 1 for 16)"], ["personal_differs"]),
        (["UPDATE erasable SET person = 'p-8'"], ["personal_stray"]),
        (["UPDATE erasable_key SET org_id = 'public'"], ["personal_stray"]),
        (["UPDATE erasable SET entry = entry - 1"], ["personal_stray"]),
        (["UPDATE erasable SET commitment = repeat('0', 64)"], ["personal_missing", "personal_stray"]),
    ],
)
def test_what_was_done_to_the_data_is_named(kept, stored: Entry, forge, statements, said) -> None:
    for one in statements:
        forge(one)
    assert codes(kept) == said


def test_a_name_swapped_with_its_own_salt_and_key_is_found(kept, stored: Entry, forge) -> None:
    """The operator seals another name well, under salt and key of his own, in the place of the first."""
    with transaction(kept.database, SYSTEM) as connection:
        other = kept_by(connection, kept.clock, b"another", "p-8")
    ours, theirs = stored.body["commitment"], other.body["commitment"]
    for table, columns in (("erasable", ["sealed"]), ("erasable_key", ["salt", "key"])):
        for column in columns:
            forge(
                f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE commitment = '{theirs}')"
                f" WHERE commitment = '{ours}'"
            )
    assert codes(kept) == ["personal_differs"]


def test_what_was_redacted_and_put_back_is_found(kept, stored: Entry, database) -> None:
    with transaction(database, SYSTEM) as connection:
        rows = {
            table: connection.execute(select(table)).mappings().one() for table in (erasable, erasable_key)
        }
        erase(connection, stored, "pipl-47-1", "over", ADMIN, kept.clock)
    for table, row in rows.items():
        with transaction(database, SYSTEM) as connection:
            connection.execute(table.insert().values(**row))
        assert codes(kept) == ["personal_still_stored"]


def test_a_silent_deletion_is_not_made_good_by_an_erasure(kept, stored: Entry, forge) -> None:
    forge("DELETE FROM erasable_key")
    with (
        pytest.raises(FindingError, match="deleted silently"),
        transaction(kept.database, SYSTEM) as connection,
    ):
        erase(connection, stored, "pipl-47-1", "over", ADMIN, kept.clock)
    assert codes(kept) == ["personal_missing"]


@pytest.mark.parametrize("change", [{"entry": 0}, {"commitment": "0" * 64}])
def test_a_redact_entry_of_nothing_is_found(kept, stored: Entry, change: dict[str, object]) -> None:
    body = {"commitment": stored.body["commitment"], "entry": stored.index, **change}
    with transaction(kept.database, SYSTEM) as connection:
        ledger.append(connection, [Draft("redact", "redact/x", body, org="org-1")], kept.clock)
    assert codes(kept) == ["redact_unknown"]


def test_a_redact_entry_of_another_organisation_erases_nothing(kept, stored: Entry) -> None:
    body = {"commitment": stored.body["commitment"], "entry": stored.index}
    with transaction(kept.database, SYSTEM) as connection:
        ledger.append(connection, [Draft("redact", "redact/x", body, org="org-2")], kept.clock)
    assert codes(kept) == ["redact_unknown"]


def test_who_may_read_a_person_and_who_a_document(kept, stored: Entry) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        scan = kept_by(connection, kept.clock, b"a scan", "")
    seen = {}
    for name, access in {
        "own": OWN, "colleague": COLLEAGUE, "city": CITY, "security": SECURITY, "audit": AUDIT, "public": PUBLIC,
        "other": OTHER_FIRM,
    }.items():  # fmt: skip
        with transaction(kept.database, access) as connection:
            found = [open_(connection, str(one.body["commitment"])) for one in (stored, scan)]
            seen[name] = [one is not None for one in found]
    assert seen == {
        "own": [True, True],
        "colleague": [False, True],
        "city": [False, True],
        "security": [True, False],
        "audit": [False, False],
        "public": [False, False],
        "other": [False, False],
    }


@pytest.mark.parametrize("access", [OWN, CITY, SECURITY, PUBLIC])
def test_nobody_but_the_platform_writes_or_erases(kept, stored: Entry, access: Access) -> None:
    with transaction(kept.database, access) as connection:
        assert connection.execute(erasable_key.delete()).rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(kept.database, access) as connection,
    ):
        kept_row = {
            "commitment": "0" * 64,
            "org_id": "org-1",
            "person": "p-7",
            "salt": bytes(16),
            "key": bytes(32),
        }
        connection.execute(erasable_key.insert().values(**kept_row))
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(kept.database, SYSTEM) as connection,
    ):
        connection.execute(erasable.update().values(person="p-8"))
