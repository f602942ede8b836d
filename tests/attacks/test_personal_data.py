"""The operator against people: a datum deleted silently, a name swapped, a number guessed from its commitment."""

import secrets
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from attacked import Platform, Root
from tansuo.database.connect import SYSTEM, owner_transaction, transaction
from tansuo.evidence import canonical
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.erasable import open_
from tansuo.evidence.tables import entry, erasable, erasable_key, leaf
from tansuo.registry import personal

PERSON, NAME, PHONE = "town.inspector", "示例人员甲", "13900007731"
ADMIN, AUDITOR = Actor("s.one", "security_admin"), Actor("a.two", "audit_admin")


@pytest.fixture
def kept(platform: Platform) -> Entry:
    """The inspector's name and telephone, under a signed head that outside witnesses have cosigned."""
    with platform.act() as town:
        made = personal.store(
            town.connection, PERSON, "a", {"name": NAME, "phone": PHONE}, ADMIN, platform.clock
        )
    platform.head()
    platform.cosigned()
    assert platform.check().sound
    return made


def said(platform: Platform) -> set[str]:
    return {one.code.removeprefix("evidence.") for one in platform.check().findings}


@pytest.mark.parametrize("tables", [["erasable"], ["erasable_key"], ["erasable", "erasable_key"]])
def test_personal_data_deleted_silently_are_missed_by_the_check(
    platform: Platform, root: Root, kept: Entry, tables: list[str]
) -> None:
    root.run(*(f"DELETE FROM {one}" for one in tables))
    assert said(platform) == {"personal_missing"}


def test_a_lawful_erasure_leaves_every_head_and_witness_content(platform: Platform, kept: Entry) -> None:
    signed = platform.size
    before = platform.note(signed)
    with platform.act() as town:
        asked = personal.ask(town.connection, "pipl-47-3", "withdrawn", ADMIN, platform.clock, person=PERSON)
        personal.confirm(town.connection, str(asked.body["id"]), AUDITOR, platform.clock)
    platform.head()
    platform.cosigned()
    assert platform.check().sound
    assert platform.note(signed) == before
    assert platform.prove(signed, platform.size) != []


def test_the_name_behind_a_pseudonym_cannot_be_swapped(platform: Platform, root: Root, kept: Entry) -> None:
    ours = str(kept.body["commitment"])
    with transaction(platform.database, SYSTEM) as connection:
        downloaded = open_(connection, ours)
    assert downloaded is not None
    # Sealed well: a salt and a key of the operator's own, under the commitment that stands in the ledger.
    salt, key = secrets.token_bytes(16), secrets.token_bytes(32)
    data = canonical.encode({"form": personal.PERSON_FORM, "name": "示例人员乙"})
    sealed = AESGCM(key).encrypt(bytes(12), data, ours.encode())
    with owner_transaction(platform.database) as owner:
        owner.execute(erasable.update().values(sealed=sealed))
        owner.execute(erasable_key.update().values(salt=salt, key=key))
    assert said(platform) == {"personal_differs"}
    # What the person took along still opens the entry that the witnesses have seen.
    assert sha256(downloaded.salt + downloaded.data).hexdigest() == ours
    # Under a commitment of his own it is a row that no entry knows, and the one that was known is missed.
    theirs = sha256(salt + data).hexdigest()
    sealed = AESGCM(key).encrypt(bytes(12), data, theirs.encode())
    with owner_transaction(platform.database) as owner:
        owner.execute(erasable.update().values(sealed=sealed, commitment=theirs))
        owner.execute(erasable_key.update().values(commitment=theirs))
    assert said(platform) == {"personal_missing", "personal_stray"}


def test_another_name_entered_openly_stands_in_the_ledger_with_its_author(
    platform: Platform, kept: Entry
) -> None:
    with platform.act() as town:
        swapped = personal.store(town.connection, PERSON, "a", {"name": "示例人员乙"}, ADMIN, platform.clock)
        names = [
            one.fields["name"]
            for one in personal.opened(town.connection, personal.versions(town.connection, PERSON))
        ]
    assert (swapped.by.id, swapped.supersedes, names) == ("s.one", kept.index, [NAME, "示例人员乙"])
    assert platform.check().sound


def public_bytes(connection: Connection) -> list[bytes]:
    """Everything of the ledger that a thief of it, or any mirror, has: entries and leaf hashes."""
    rows = [bytes(row) for row in connection.scalars(select(entry.c.data))]
    return rows + [bytes(row) for row in connection.scalars(select(leaf.c.hash))]


def test_a_number_cannot_be_guessed_from_its_commitment(platform: Platform, kept: Entry) -> None:
    with transaction(platform.database, SYSTEM) as connection:
        known = public_bytes(connection)
        opened = open_(connection, str(kept.body["commitment"]))
    assert opened is not None
    guesses = [
        canonical.encode({"form": personal.PERSON_FORM, "name": NAME, "phone": f"1390000{number:04}"})
        for number in range(10_000)
    ]
    assert opened.data in guesses  # the thief even knows the name
    for salt in (b"", bytes(16), kept.salt.encode(), kept.leaf_hash[:16]):
        assert kept.body["commitment"] not in {sha256(salt + one).hexdigest() for one in guesses}
    assert not any(opened.salt in row or opened.salt.hex().encode() in row for row in known)
    # The salt is what stands between: with it the number is found at once.
    assert kept.body["commitment"] in {sha256(opened.salt + one).hexdigest() for one in guesses}
