"""The ledger for readers: its spine newest first, what an entry replaced and what replaced it, signed heads.

The spine (index, time, leaf hash) is there for everybody; type, subject and owner only of entries that the
reader may open, which row-level security decides. Everything is asked below one log size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, select

from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.tables import checkpoint, entry, leaf


@dataclass(frozen=True, slots=True)
class Spine:
    """One place of the log; ``type``, ``subject`` and ``org`` are None where the reader may not open it."""

    index: int
    recorded_ms: int
    leaf_hash: bytes
    type: str | None
    subject: str | None
    org: str | None
    supersedes: int | None


def spine(
    connection: Connection,
    size: int,
    *,
    before: int | None = None,
    limit: int = 50,
    of_type: str = "",
    about: str = "",
) -> list[Spine]:
    """At most ``limit`` places of the first ``size``, newest first, below index ``before`` where one is given.

    ``of_type`` keeps one type, ``about`` subjects with that text in their key; either leaves out what the
    reader may not open.
    """
    top = size if before is None else min(before, size)
    # Where nothing is asked of the entries the places are taken first: the joined whole would be read for a few.
    leaves: FromClause = leaf
    if not of_type and not about:
        places = select(leaf).where(leaf.c.index < top)
        leaves = places.order_by(leaf.c.index.desc()).limit(limit).subquery("newest")
    query = spine_query(leaves).where(leaves.c.index < top).order_by(leaves.c.index.desc()).limit(limit)
    if of_type:
        query = query.where(entry.c.type == of_type)
    if about:
        query = query.where(entry.c.subject.contains(about, autoescape=True))
    return spine_rows(connection, query)


def spine_query(leaves: FromClause = leaf) -> Select[Any]:
    """The query of every place of the log, or of ``leaves``; whoever asks it says which and in what order."""
    return select(
        leaves.c.index,
        leaves.c.recorded,
        leaves.c.hash,
        entry.c.type,
        entry.c.subject,
        entry.c.org_id,
        entry.c.supersedes,
    ).select_from(leaves.outerjoin(entry, entry.c.index == leaves.c.index))


def spine_rows(connection: Connection, query: Select[Any]) -> list[Spine]:
    """The places that a ``spine_query`` gives."""
    return [
        Spine(index, recorded, bytes(digest), kind, subject, org, supersedes)
        for index, recorded, digest, kind, subject, org, supersedes in connection.execute(query)
    ]


def place(connection: Connection, index: int, size: int) -> Spine | None:
    """The place ``index`` of the first ``size``; None beyond them."""
    found = spine(connection, size, before=index + 1, limit=1)
    return found[0] if found and found[0].index == index else None


def type_counts(connection: Connection, size: int) -> Mapping[str, int]:
    """How many of the first ``size`` entries that the reader may open are of each type, by type."""
    query = (
        select(entry.c.type, func.count())
        .where(entry.c.index < size)
        .group_by(entry.c.type)
        .order_by(entry.c.type)
    )
    return {kind: count for kind, count in connection.execute(query)}  # noqa: C416 - Row is no pair


def type_count(connection: Connection, kind: str, size: int) -> int:
    """How many of the first ``size`` entries that the reader may open are of type ``kind``."""
    query = select(func.count()).select_from(entry).where(entry.c.type == kind, entry.c.index < size)
    return connection.execute(query).scalar_one()


def replaced_by(connection: Connection, index: int, size: int) -> int | None:
    """The entry below ``size`` that replaced ``index``, where there is one the reader may open."""
    query = select(entry.c.index).where(entry.c.supersedes == index, entry.c.index < size)
    return connection.scalar(query)


def heads(connection: Connection, size: int, *, before: int | None = None, limit: int = 20) -> list[Issued]:
    """Signed heads of at most ``size`` entries, the largest first, below size ``before`` where one is given."""
    query = select(checkpoint).where(checkpoint.c.size <= size)
    if before is not None:
        query = query.where(checkpoint.c.size < before)
    query = query.order_by(checkpoint.c.size.desc()).limit(limit)
    return [Issued(row.size, row.note, row.created) for row in connection.execute(query)]
