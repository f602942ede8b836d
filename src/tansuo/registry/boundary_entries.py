"""Boundaries as entries: the file a document, each shape the geometry of its subject, withdrawn in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from tansuo.evidence.clock import Clock
from tansuo.evidence.document import CITY, register_document
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.ledger import append, history
from tansuo.quantity.finding import Finding, FindingError
from tansuo.registry.boundaries import Judged, judge
from tansuo.registry.subject import Subject, declare, find

KINDS = ("division", "assessment_unit")
"""Kinds of subjects that may have a boundary."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What came of a file: its judgement, the document's entry, and an entry a boundary."""

    judged: Judged
    document: Entry
    entries: tuple[Entry, ...]


def bounded(connection: Connection, as_of: int | None = None) -> list[Subject]:
    """The subjects that may have a boundary, as known at a log size."""
    return [one for kind in KINDS for one in find(connection, kind=kind, as_of=as_of)]


def examine(connection: Connection, data: bytes) -> Judged:
    """What ``adopt`` would take. FindingErrors of ``boundaries.judge``; those of the features where none of them can
    be taken."""
    judged = judge(data, bounded(connection))
    if not judged.boundaries:
        raise FindingError(Finding("registry.boundary_none"), *judged.findings)
    return judged


def adopt(connection: Connection, data: bytes, name: str, *, by: Actor, clock: Clock) -> Adopted:
    """Give the subjects that a GeoJSON file names their boundaries; what it cannot give is in the findings.

    FindingErrors as ``examine``.
    """
    judged = examine(connection, data)
    document = register_document(
        connection, name, "application/geo+json", data, CITY, by=by, clock=clock, about="boundaries"
    )
    digest = str(document.body["blob"])
    drafts = [
        _restated(connection, one.subject, one.shape, by, f"{name} #{one.feature}", digest)
        for one in judged.boundaries
    ]
    return Adopted(judged, document, tuple(append(connection, drafts, clock)))


def withdraw(connection: Connection, *, by: Actor, clock: Clock, reason: str) -> list[Entry]:
    """Take every boundary back; the older entries keep them. Nothing where none is in force."""
    held = [one for one in bounded(connection) if one.geometry is not None]
    drafts = [_restated(connection, one, None, by, reason) for one in held]
    return append(connection, drafts, clock) if drafts else []


def _restated(
    connection: Connection,
    old: Subject,
    shape: dict[str, Any] | None,
    by: Actor,
    reason: str,
    document: str = "",
) -> Draft:
    """The subject declared again as it stands, but for its geometry; attributes keep what was said of them."""
    standing = history(connection, f"subject/{old.id}")[-1]
    body: Mapping[str, Any] = standing.body
    why = {"code": "boundary", "text": reason, **({"document": document} if document else {})}
    return declare(
        old.id,
        old.kind,
        body["name"]["zh"],
        body["name"]["en"],
        org=old.org,
        region=old.region,
        geometry=shape,
        synthetic=old.synthetic,
        valid_from=old.valid_from,
        valid_to=old.valid_to,
        source=old.source,
        by=by,
        supersedes=standing.index,
        why=why,
    )
