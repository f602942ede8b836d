"""Blobs are named by their content; a document is first seen once."""

from hashlib import sha256

import pytest
from sqlalchemy.exc import ProgrammingError

from tansuo.database.connect import SYSTEM, Access, transaction
from tansuo.evidence import ledger
from tansuo.evidence.document import get_blob, put_blob, register_document
from tansuo.evidence.entry import Actor

FIRM = Access("p-1", "enterprise", frozenset({"org-1"}))
PUBLIC = Access("anyone", "public", frozenset())


def test_a_blob_comes_back_as_it_was(written) -> None:
    """
    0  08:00  genesis
    """
    for data in (b"", b"\x00\xff" * 50_000, "收据".encode()):
        name = put_blob(written.connection, data)
        assert name == sha256(data).hexdigest()
        assert put_blob(written.connection, data) == name
        assert get_blob(written.connection, name) == data
    assert get_blob(written.connection, "0" * 64) is None


def test_who_may_read_a_blob_back(kept) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        names = {org: put_blob(connection, org.encode(), org) for org in ("org-1", "org-2", "public", "city")}
    seen = {}
    for access in (SYSTEM, FIRM, PUBLIC):
        with transaction(kept.database, access) as connection:
            seen[access.role] = {org for org, name in names.items() if get_blob(connection, name) is not None}
    assert seen == {"system": set(names), "enterprise": {"org-1", "public"}, "public": {"public"}}


def test_a_firm_keeps_the_same_bytes_as_another_and_neither_learns_of_it(kept) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        put_blob(connection, b"the same invoice", "org-2")
    with transaction(kept.database, FIRM) as connection:
        name = sha256(b"the same invoice").hexdigest()
        assert get_blob(connection, name) is None
        assert put_blob(connection, b"the same invoice", "org-1") == name
        assert get_blob(connection, name) == b"the same invoice"
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction(kept.database, FIRM) as connection:
        put_blob(connection, b"mine", "org-2")


def test_a_document_is_first_seen_once(written) -> None:
    """
    0  08:00  genesis
    """
    connection, clock = written.connection, written.clock
    told = {"region": "321102", "by": Actor("p-7", "laboratory"), "clock": clock, "about": "coal/2026-03"}
    first = register_document(connection, "煤质报告.pdf", "application/pdf", b"%PDF-1.7", "org-1", **told)
    clock.advance(60_000)
    assert (
        register_document(connection, "again.pdf", "application/pdf", b"%PDF-1.7", "org-1", **told) == first
    )
    digest = sha256(b"%PDF-1.7").hexdigest()
    assert (first.type, first.subject, first.org) == ("document", f"document/{digest}", "org-1")
    assert first.body == {
        "blob": digest, "name": "煤质报告.pdf", "media_type": "application/pdf", "bytes": 8,
        "about": "coal/2026-03",
    }  # fmt: skip
    other = register_document(connection, "b.pdf", "application/pdf", b"%PDF-1.7", "org-2", clock=clock)
    assert other.index == first.index + 1
    assert ledger.size(connection) == 3
