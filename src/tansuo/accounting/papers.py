"""Documents of an enterprise and where each is used: in a statement, an attribute, a correction, or as a file of
readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from tansuo.accounting.figure import Figure
from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import Entry, read_entry
from tansuo.evidence.erasable import PERSONAL, redacted_below, redacted_by
from tansuo.evidence.tables import entry
from tansuo.registry import tables

UseKind = Literal["statement", "attribute", "correction", "life_event", "readings"]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a document: by which entry, for what (an indicator, an attribute, a series, a file's name),
    and of which subject and period."""

    kind: UseKind
    entry: int
    what: str
    about: str
    period: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as its entry states it, with its uses, oldest first. A sealed one bears personal data: its
    ``sha256`` is a salted commitment, its name is sealed with it, and ``redacted`` is the entry that erased it."""

    entry: int
    recorded_ms: int
    sha256: str
    name: str
    media_type: str
    bytes: int
    kind: str
    about: str
    title_zh: str
    title_en: str
    org: str
    by: str
    role: str
    fields: Mapping[str, str]
    uses: tuple[Use, ...]
    sealed: bool = False
    redacted: int | None = None


def papers(connection: Connection, org: str, size: int) -> list[Paper]:
    """Documents of an organisation registered below a ledger size, newest first. Files of readings are among
    them, as the bytes an arrival names."""
    uses = _uses(connection, org, size)
    found = [_paper(one, uses) for one in _entries(connection, org, size, "document")]
    found += [
        _sealed(one, uses, redacted_by(connection, one, size))
        for one in _entries(connection, org, size, PERSONAL)
        if one.body["kind"] == "document"
    ]
    known = {one.sha256 for one in found}
    for one in _entries(connection, org, size, "arrival"):
        if one.body.get("channel") == "file" and str(one.body["document"]) not in known:
            found.append(_file(one, uses))
            known.add(str(one.body["document"]))
    return sorted(found, key=lambda one: -one.entry)


def _entries(connection: Connection, org: str, size: int, kind: str) -> list[Entry]:
    query = (
        select(entry.c.index, entry.c.data)
        .where(entry.c.type == kind, entry.c.org_id == org, entry.c.index < size)
        .order_by(entry.c.index)
    )
    return [read_entry(index, bytes(data)) for index, data in connection.execute(query)]


def _paper(one: Entry, uses: Mapping[str, list[Use]]) -> Paper:
    body: Mapping[str, Any] = one.body
    name, digest = str(body["name"]), str(body["blob"])
    title: Mapping[str, str] = body.get("title") or {"zh": name, "en": name}
    return Paper(
        entry=one.index,
        recorded_ms=one.recorded_ms,
        sha256=digest,
        name=name,
        media_type=str(body["media_type"]),
        bytes=int(body["bytes"]),
        kind=str(body.get("kind", "")),
        about=str(body.get("about", "")),
        title_zh=title["zh"],
        title_en=title["en"],
        org=one.org,
        by=one.by.id,
        role=one.by.role,
        fields={key: str(value) for key, value in body.get("fields", {}).items()},
        uses=tuple(uses.get(digest, ())),
    )


def _sealed(one: Entry, uses: Mapping[str, list[Use]], redacted: int | None) -> Paper:
    """A document that bears personal data: nothing of it but what its entry says."""
    digest = str(one.body["commitment"])
    return Paper(
        entry=one.index,
        recorded_ms=one.recorded_ms,
        sha256=digest,
        name="",
        media_type=str(one.body["media_type"]),
        bytes=int(str(one.body["bytes"])),
        kind=str(one.body["of"]),
        about=str(one.body["about"]),
        title_zh="含个人信息的文件",
        title_en="A document that bears personal data",
        org=one.org,
        by=one.by.id,
        role=one.by.role,
        fields={},
        uses=tuple(uses.get(digest, ())),
        sealed=True,
        redacted=redacted,
    )


def _file(one: Entry, uses: Mapping[str, list[Use]]) -> Paper:
    """A file of readings, as its arrival states it."""
    name, digest = str(one.body["name"]), str(one.body["document"])
    return Paper(
        entry=one.index,
        recorded_ms=one.recorded_ms,
        sha256=digest,
        name=name,
        media_type="application/octet-stream",
        bytes=int(str(one.body.get("bytes", 0))),
        kind="readings",
        about="",
        title_zh=name,
        title_en=name,
        org=one.org,
        by=one.by.id,
        role=one.by.role,
        fields={},
        uses=tuple(uses.get(digest, ())),
    )


def _uses(connection: Connection, org: str, size: int) -> dict[str, list[Use]]:
    """Uses by the document's SHA-256, each list in the order of the entries."""
    found: list[tuple[str, Use]] = [
        *_statements(connection, org, size),
        *_attributes(connection, org, size),
        *_corrections(connection, org, size),
        *(
            (str(one.body["document"]), Use("readings", one.index, str(one.body["name"]), ""))
            for one in _entries(connection, org, size, "arrival")
            if one.body.get("channel") == "file"
        ),
    ]
    by_digest: dict[str, list[Use]] = {}
    for digest, use in sorted(found, key=lambda pair: pair[1].entry):
        by_digest.setdefault(digest, []).append(use)
    return by_digest


def _statements(connection: Connection, org: str, size: int) -> list[tuple[str, Use]]:
    table = tables.statement
    query = select(table.c.entry, table.c.indicator, table.c.subject, table.c.period, table.c.source).where(
        visible(table, size), table.c.org_id == org, table.c.source.isnot(None)
    )
    return [
        (row.source["document"], Use("statement", row.entry, row.indicator, row.subject, row.period))
        for row in connection.execute(query)
        if row.source.get("document")
    ]


def _attributes(connection: Connection, org: str, size: int) -> list[tuple[str, Use]]:
    table = tables.subject_attribute
    query = select(table.c.stated_by, table.c.name, table.c.subject, table.c.source).where(
        visible(table, size), table.c.org_id == org, table.c.source.isnot(None)
    )
    return [
        (row.source["document"], Use("attribute", row.stated_by, row.name, row.subject))
        for row in connection.execute(query)
        if row.source.get("document")
    ]


def _corrections(connection: Connection, org: str, size: int) -> list[tuple[str, Use]]:
    found = []
    for one in _entries(connection, org, size, "correction"):
        digest = str((one.why or {}).get("document") or "")
        if digest:
            kind: UseKind = "life_event" if "life_event" in one.body else "correction"
            found.append((digest, Use(kind, one.index, str(one.body["series"]), "")))
    return found


def erased_reports(connection: Connection, figure: Figure, size: int) -> dict[str, int]:
    """Of the laboratory reports behind a figure's own values that were erased below a ledger size, by document, the
    ``redact`` entry."""
    tested = [one.tested for one in figure.bound.locals] if figure.bound is not None else []
    reports = {one.test.document for each in tested if each is not None for one in each.analyses}
    return redacted_below(connection, sorted(reports - {""}), size)
