"""Blobs and documents: content too large for an entry, kept once, named by its SHA-256."""

from hashlib import sha256

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.evidence.clock import Clock, SystemClock
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft, Entry
from tansuo.evidence.ledger import append, history
from tansuo.evidence.tables import blob

CITY = "city"
"""The organisation of what concerns no single enterprise and is not for everybody either."""


def put_blob(connection: Connection, data: bytes, org: str = CITY) -> str:
    """Keep ``data`` as received and return its SHA-256 in hex; kept once for each organisation.

    ``org`` decides who may read it back: ``public`` for everybody, ``city`` for readers of the whole city.
    """
    name = sha256(data).hexdigest()
    row = {"sha256": name, "org_id": org, "size": len(data), "data": data}
    connection.execute(insert(blob).values(row).on_conflict_do_nothing())
    return name


def get_blob(connection: Connection, name: str) -> bytes | None:
    """The bytes named by SHA-256 ``name``; None where there are none, or none this reader may open."""
    found = connection.scalar(select(blob.c.data).where(blob.c.sha256 == name).limit(1))
    return None if found is None else bytes(found)


def register_document(
    connection: Connection,
    name: str,
    media_type: str,
    data: bytes,
    org: str,
    *,
    region: str = "",
    by: Actor = SYSTEM_ACTOR,
    clock: Clock | None = None,
    about: str = "",
) -> Entry:
    """Keep a document and state when it was first seen, as an entry of type ``document``.

    ``about`` is the subject it belongs to, if any. The same bytes of the same organisation are seen first
    only once: a second call returns the first entry.
    """
    digest = put_blob(connection, data, org)
    subject = f"document/{digest}"
    for known in history(connection, subject):
        if known.org == org:
            return known
    body: dict[str, object] = {
        "blob": digest, "name": name, "media_type": media_type, "bytes": len(data), "about": about,
    }  # fmt: skip
    draft = Draft("document", subject, body, org=org, region=region, by=by)
    return append(connection, [draft], clock or SystemClock())[0]
