"""Methods as published: a pack's document is a blob, its fingerprint an entry, and no pack's Python is run.

An entry of type ``method`` names the document and the wording by SHA-256. Which method is in force for a
period is a question about one log size: the latest published edition whose months contain the period.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping, func, select

from tansuo.accounting import tables
from tansuo.accounting.wording import refuse
from tansuo.evidence import canonical
from tansuo.evidence.as_of import visible
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import get_blob, put_blob
from tansuo.evidence.entry import PUBLIC, SYSTEM_ACTOR, Actor, Draft, Entry
from tansuo.evidence.ledger import append, history
from tansuo.methods.pack import Pack
from tansuo.methods.term import MethodData, method_data
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period

METHOD = "method"


@dataclass(frozen=True, slots=True)
class Listing:
    """One published edition of a method: names, months of validity, hashes, the entry that published it."""

    id: str
    edition: str
    fingerprint: str
    wording: str
    valid: str
    title_zh: str
    title_en: str
    entry: int

    def covers(self, period: Period) -> bool:
        """Whether the whole of ``period`` lies in the months the edition may be used for."""
        first, _, last = self.valid.partition("/")
        begins = date.fromisoformat(f"{first}-01")
        return begins <= period.start and (last == ".." or period.end <= date.fromisoformat(f"{last}-01"))


class ReadableMethod(Protocol):
    """A method with its wording, published or not: all that formulas, factors and cases are read from."""

    @property
    def data(self) -> MethodData:
        """What computes."""

    @property
    def words(self) -> Mapping[str, Any]:
        """What people read."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical document."""


@dataclass(frozen=True, slots=True)
class StoredMethod:
    """A published method with its document read: ``data`` is what computes, ``words`` is what people read."""

    listing: Listing
    data: MethodData
    words: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The method's id, stable over editions."""
        return self.listing.id

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical document."""
        return self.listing.fingerprint


def publish_method(
    connection: Connection, pack: Pack, *, by: Actor = SYSTEM_ACTOR, clock: Clock, reason: str = ""
) -> Entry:
    """Publish a pack as an entry of type ``method``; the entry in force if it is this very pack already.

    A changed document of an edition that is in force replaces it, and then ``reason`` says why
    (FindingError ``accounting.method_reason`` without one).
    """
    subject = f"method/{pack.data.id}/{pack.data.edition}"
    known = history(connection, subject)
    words = canonical.encode(pack.wording())
    if known and known[-1].body["fingerprint"] == pack.fingerprint:
        if known[-1].body["wording"] == sha256(words).hexdigest():
            return known[-1]
        reason = reason or "wording"
    if known and not reason:
        raise refuse("method_reason", method=pack.data.id, edition=pack.data.edition)
    put_blob(connection, pack.canonical, PUBLIC)
    body: dict[str, object] = {
        "id": pack.data.id,
        "edition": pack.data.edition,
        "valid": pack.data.valid,
        "fingerprint": pack.fingerprint,
        "wording": put_blob(connection, words, PUBLIC),
        "title": pack.wording()["title"],
        "pack": pack.id,
    }
    why = {"code": "method_changed", "text": reason} if known else None
    draft = Draft(METHOD, subject, body, supersedes=known[-1].index if known else None, why=why, by=by)
    return append(connection, [draft], clock)[0]


def listings(connection: Connection, method: str | None = None, as_of: int | None = None) -> list[Listing]:
    """Published editions in force, oldest entry first."""
    table = tables.method
    query = select(table).where(visible(table, as_of)).order_by(table.c.entry)
    if method is not None:
        query = query.where(table.c.id == method)
    return [listing_of(row) for row in connection.execute(query).mappings()]


def main_listing(connection: Connection, method: str, as_of: int | None = None) -> Listing | None:
    """The newest edition of ``method``; of a city that has not published it, whatever it published last."""
    found = listings(connection, as_of=as_of)
    return next((one for one in reversed(found) if one.id == method), found[-1] if found else None)


def editions(connection: Connection, method: str, as_of: int | None = None) -> list[Listing]:
    """Every document ever published of a method below a log size, those since replaced among them, oldest first."""
    table = tables.method
    query = select(table).where(table.c.id == method).order_by(table.c.entry)
    if as_of is not None:
        query = query.where(table.c.entry < as_of)
    return [listing_of(row) for row in connection.execute(query).mappings()]


def usage(connection: Connection, as_of: int | None = None) -> dict[str, tuple[int, int]]:
    """Fingerprint → (figures published by it and in force, their subjects), of what the reader may see."""
    table = tables.figure
    by = table.c.body["fingerprint"].astext
    query = (
        select(by, func.count(), func.count(table.c.subject.distinct()))
        .where(visible(table, as_of))
        .group_by(by)
    )
    return {name: (figures, subjects) for name, figures, subjects in connection.execute(query)}


def in_force(connection: Connection, method: str, period: Period, as_of: int | None = None) -> StoredMethod:
    """The method ``method`` for ``period`` as known at ``as_of``; FindingError where none was published.

    Of several editions whose months contain the period the one published last holds.
    """
    return Editions(connection, as_of).in_force(method, period)


class Editions:
    """Methods as known at one log size; what has been read and hashed is kept for further periods."""

    def __init__(self, connection: Connection, as_of: int | None) -> None:
        self.connection = connection
        self.as_of = as_of
        self._listings: dict[str, list[Listing]] = {}
        self._loaded: dict[int, StoredMethod] = {}

    def in_force(self, method: str, period: Period) -> StoredMethod:
        """As ``in_force``."""
        if method not in self._listings:
            self._listings[method] = listings(self.connection, method, self.as_of)
        fitting = [one for one in self._listings[method] if one.covers(period)]
        if not fitting:
            raise refuse("no_method", method=method, period=period.text)
        found = fitting[-1]
        if found.entry not in self._loaded:
            self._loaded[found.entry] = _load(self.connection, found)
        return self._loaded[found.entry]


def by_fingerprint(connection: Connection, fingerprint: str, as_of: int | None = None) -> StoredMethod:
    """The method whose document has this SHA-256; FindingError where it was never published."""
    table = tables.method
    query = select(table).where(table.c.fingerprint == fingerprint).order_by(table.c.entry.desc()).limit(1)
    if as_of is not None:
        query = query.where(table.c.entry < as_of)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise refuse("no_method", method=fingerprint[:12], period="")
    return _load(connection, listing_of(row))


def _load(connection: Connection, listing: Listing) -> StoredMethod:
    document = _blob(connection, listing, listing.fingerprint)
    words = _blob(connection, listing, listing.wording)
    return StoredMethod(listing, _data(document), json.loads(words))


def _blob(connection: Connection, listing: Listing, name: str) -> bytes:
    """The bytes of a document; what the database gives back is hashed every time, not trusted."""
    data = get_blob(connection, name)
    if data is None or sha256(data).hexdigest() != name:
        raise refuse("method_bytes", method=listing.id, edition=listing.edition, blob=name[:12])
    return data


@lru_cache(maxsize=64)
def _data(document: bytes) -> MethodData:
    read = canonical.decode(document)
    assert isinstance(read, dict)
    return method_data(read)


def listing_of(row: RowMapping) -> Listing:
    """The listing that a row of the table ``method`` is."""
    return Listing(
        id=row["id"],
        edition=row["edition"],
        fingerprint=row["fingerprint"],
        wording=row["wording"],
        valid=row["valid"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        entry=row["entry"],
    )


def check_method(connection: Connection, entry: Entry) -> list[Finding]:
    """What is wrong with a method's entry: ``accounting.method_bytes`` where its document or wording is not there."""
    body: Mapping[str, Any] = entry.body
    found = []
    for name in (str(body["fingerprint"]), str(body["wording"])):
        data = get_blob(connection, name)
        if data is None or sha256(data).hexdigest() != name:
            params = {"method": str(body["id"]), "edition": str(body["edition"]), "blob": name[:12]}
            found.append(Finding("accounting.method_bytes", {"entry": entry.index}, params))
    return found


def method_rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Rows of the table ``method`` that entries of type ``method`` make."""
    rows: list[dict[str, Any]] = []
    for entry in entries:
        body: Mapping[str, Any] = entry.body
        rows.append(
            {
                "id": body["id"],
                "edition": body["edition"],
                "fingerprint": body["fingerprint"],
                "wording": body["wording"],
                "valid": body["valid"],
                "title_zh": body["title"]["zh"],
                "title_en": body["title"]["en"],
                "org_id": entry.org,
                "entry": entry.index,
            }
        )
    return rows
