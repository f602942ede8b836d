"""Who did what: the ledger's entries by their actor. Of an entry only type, time, actor and index; no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, text

MACHINES = ("service", "system", "")
"""Roles under which the platform itself writes."""

_ACTIONS = text(
    "SELECT index AS place, type, recorded, by FROM (SELECT index, type, recorded,"
    " convert_from(data, 'UTF8')::json -> 'by' AS by FROM entry WHERE index < :before AND type <> 'arrival')"
    " AS found WHERE (:machines OR coalesce(by ->> 'role', '') <> ALL (:roles))"
    " AND (:actor = '' OR by ->> 'id' = :actor) ORDER BY index DESC LIMIT :limit"
).bindparams(bindparam("roles", value=list(MACHINES)))


@dataclass(frozen=True, slots=True)
class Action:
    """One entry somebody made. `session` is the first digits of the session's hash, as the access list has it."""

    index: int
    type: str
    at: datetime
    actor: str
    role: str
    session: str


def actions(
    connection: Connection, *, before: int, actor: str = "", machines: bool = False, limit: int = 50
) -> list[Action]:
    """Entries below `before`, the youngest first, of people or also of the platform itself.

    What devices sent (arrivals) is left out: nobody did it. `connection` needs the platform's own access.
    """
    asked = {"before": before, "actor": actor, "machines": machines, "limit": limit}
    return [
        Action(
            index=row.place,
            type=row.type,
            at=datetime.fromtimestamp(row.recorded / 1000, UTC),
            actor=row.by.get("id", ""),
            role=row.by.get("role", ""),
            session=row.by.get("session", ""),
        )
        for row in connection.execute(_ACTIONS, asked)
    ]
