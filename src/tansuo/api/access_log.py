"""Who came in, who was refused, who let whom in: events added as they happen, read by two administrators.

They are no entries of the ledger: an address is personal data and must be erasable. The application's database
role may add and read, never change or delete; what the business decides stands in the ledger with its actor.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fastapi import Request
from sqlalchemy import Connection, func, insert, select

from tansuo.api.attempts import address_of
from tansuo.api.policy import Viewer
from tansuo.api.tables import access_event
from tansuo.evidence.clock import Clock

Kind = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "refused",
    "link_made",
    "link_withdrawn",
    "sessions_ended",
    "personal_opened",
]
KINDS: tuple[Kind, ...] = (
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "refused",
    "link_made",
    "link_withdrawn",
    "sessions_ended",
    "personal_opened",
)
LONGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One event. `about` is the person concerned where another one acted; `detail` a code, never a token."""

    id: int
    at: datetime
    kind: str
    actor: str
    role: str
    session: str
    address: str
    operation: str
    about: str
    detail: str


def note(
    connection: Connection,
    clock: Clock,
    kind: Kind,
    *,
    by: Viewer | None = None,
    address: str = "",
    operation: str = "",
    about: str = "",
    detail: str = "",
) -> None:
    """Add one event, in the caller's transaction; it needs the access of the platform itself."""
    known = by is not None and by.signed_in
    connection.execute(
        insert(access_event)
        .values(
            at=datetime.fromtimestamp(clock.now_ms() / 1000, UTC),
            kind=kind,
            actor=by.label if by is not None and known else "",
            role=by.role if by is not None and known else "",
            session=(by.session or "")[:16] if by is not None else "",
            address=address,
            operation=operation,
            about=about,
            detail=detail,
        )
        .inline()
    )


def note_request(
    connection: Connection,
    request: Request,
    kind: Kind,
    by: Viewer,
    operation: str,
    *,
    about: str = "",
    detail: str = "",
) -> None:
    """Add one event about a request, with the address it came from."""
    clock: Clock = request.app.state.clock
    note(
        connection, clock, kind, by=by, address=address_of(request), operation=operation, about=about,
        detail=detail,
    )  # fmt: skip


def events(
    connection: Connection,
    *,
    kinds: Collection[str] | None = None,
    actor: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AccessEvent]:
    """Events, the youngest first, older than the one numbered `before`; of `actor` also those about them."""
    table = access_event
    query = select(table).order_by(table.c.id.desc()).limit(min(limit, LONGEST_PAGE))
    if kinds is not None:
        query = query.where(table.c.kind.in_(sorted(kinds)))
    if actor is not None:
        query = query.where((table.c.actor == actor) | (table.c.about == actor))
    if before is not None:
        query = query.where(table.c.id < before)
    return [AccessEvent(**row) for row in connection.execute(query).mappings()]


def counts(connection: Connection, since: datetime) -> dict[str, int]:
    """How many events of each kind there were from `since` on; a kind without any is 0."""
    table = access_event
    query = select(table.c.kind, func.count()).where(table.c.at >= since).group_by(table.c.kind)
    found: dict[str, int] = {kind: count for kind, count in connection.execute(query)}  # noqa: C416 - Row
    return {kind: found.get(kind, 0) for kind in KINDS}
