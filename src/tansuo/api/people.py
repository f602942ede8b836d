"""People and how they are let in: labels with their role and scope, links that wait, sessions that are open.

A person is a pseudonym, the label; it keeps one role over one subject. Administrators are let in from the
command line of the machine alone, so that no administrator can make another one, or become one of the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from tansuo.api import sessions
from tansuo.api.policy import RoleScope, policy
from tansuo.api.sessions import ABSOLUTE, IDLE
from tansuo.api.tables import session, sign_in_link
from tansuo.evidence.clock import Clock
from tansuo.quantity.finding import Finding, FindingError
from tansuo.registry import subject
from tansuo.registry.subject import KINDS, Subject

ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}", re.ASCII)
ID_DIGITS = 16
"""Digits of a token's hash by which a link is named; the hash opens nothing."""

_KINDS: dict[RoleScope, frozenset[str]] = {
    "city": frozenset({"city", "department"}),
    "unit": frozenset({"assessment_unit"}),
    "enterprise": frozenset({"enterprise"}),
}
_KINDS_OF_ROLE = {
    "laboratory": frozenset({"laboratory"}),
    "department": frozenset({"city", "department"}),
    "verifier": frozenset({"city", "verifier"}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role over a subject; `seen` is their newest session's last use, None if never in."""

    label: str
    role: str
    subject: str
    seen: datetime | None
    open_sessions: int
    waiting_links: int


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A link nobody has used yet and whose time is not over, named by the first digits of its hash."""

    id: str
    label: str
    role: str
    subject: str
    created: datetime
    expires: datetime


def kinds_for(role: str) -> frozenset[str]:
    """Kinds of subjects a role is held over; none for a role without a subject."""
    row = policy().roles[role]
    found = _KINDS_OF_ROLE.get(role)
    if found is not None:
        return found
    kinds = _KINDS.get(row.scope, frozenset())
    return kinds - {"department"} if row.scope == "city" else kinds


def places(connection: Connection) -> list[Subject]:
    """The subjects roles are held over, as a directory of names."""
    wanted = frozenset().union(*(kinds_for(role) for role in policy().roles))
    return [one for kind in sorted(wanted) for one in subject.find(connection, kind=kind)]


def people(connection: Connection, clock: Clock) -> list[Person]:
    """Everybody who has, or had, a link or a session, by label."""
    now = sessions.now(clock)
    open_ = session.c.ended.is_(None) & (session.c.seen > now - IDLE) & (session.c.created > now - ABSOLUTE)
    waiting = sign_in_link.c.used.is_(None) & (sign_in_link.c.expires > now)
    came = select(
        session.c.label, session.c.role, session.c.subject, func.max(session.c.seen),
        func.count().filter(open_),
    ).group_by(session.c.label, session.c.role, session.c.subject)  # fmt: skip
    asked = select(
        sign_in_link.c.label, sign_in_link.c.role, sign_in_link.c.subject, func.count().filter(waiting)
    ).group_by(sign_in_link.c.label, sign_in_link.c.role, sign_in_link.c.subject)
    found = {
        (label, role, over): (seen, count, 0) for label, role, over, seen, count in connection.execute(came)
    }
    for label, role, over, count in connection.execute(asked):
        seen, opened, _ = found.get((label, role, over), (None, 0, 0))
        found[label, role, over] = (seen, opened, count)
    return [
        Person(label, role, over, seen, opened, links)
        for (label, role, over), (seen, opened, links) in sorted(found.items())
    ]


def waiting_links(connection: Connection, clock: Clock) -> list[WaitingLink]:
    """Links that still work, the youngest first."""
    table = sign_in_link
    query = (
        select(table)
        .where(table.c.used.is_(None), table.c.expires > sessions.now(clock))
        .order_by(table.c.created.desc(), table.c.token_hash)
    )
    return [
        WaitingLink(row.token_hash[:ID_DIGITS], row.label, row.role, row.subject, row.created, row.expires)
        for row in connection.execute(query)
    ]


def let_in(
    connection: Connection,
    *,
    role: str,
    over: str,
    label: str,
    life: timedelta,
    clock: Clock,
    administrators: bool = False,
) -> str:
    """The token of a new link for `label`; see `judge` for what is refused."""
    judge(connection, role=role, over=over, label=label, administrators=administrators)
    return sessions.create_link(connection, role=role, subject=over, label=label, life=life, clock=clock)


def judge(connection: Connection, *, role: str, over: str, label: str, administrators: bool) -> None:
    """FindingError where the link may not be made.

    ``api.link_role``: no such role, the public's, or an administrator's without `administrators`.
    ``api.link_subject``: no subject of a kind the role is held over. ``api.link_no_subject``: one for a role that
    has none. ``api.link_label``: no pseudonym.
    ``api.link_person``: the label belongs to somebody with another role or subject.
    """
    if role not in policy().roles or role == "public" or (role in ADMINISTRATORS and not administrators):
        named = [
            one for one in policy().roles if one != "public" and (administrators or one not in ADMINISTRATORS)
        ]
        raise FindingError(Finding("api.link_role", params={"role": role, "roles": ", ".join(named)}))
    kinds = kinds_for(role)
    found = subject.get(connection, over) if over else None
    if over and not kinds:
        raise FindingError(Finding("api.link_no_subject", params={"subject": over, "role": role}))
    if kinds and (found is None or found.kind not in kinds):
        zh, en = zip(*(KINDS.get(one, (one, one)) for one in sorted(kinds)), strict=True)
        params = {
            "subject": over or "—", "role": role, "kinds_zh": "、".join(zh), "kinds_en": " or ".join(en),
        }  # fmt: skip
        raise FindingError(Finding("api.link_subject", params=params))
    if not LABEL.fullmatch(label):
        raise FindingError(Finding("api.link_label", params={"label": label}))
    for known in roles_of(connection, label):
        if known != (role, over):
            raise FindingError(Finding("api.link_person", params={"label": label, "role": known[0]}))


def roles_of(connection: Connection, label: str) -> Collection[tuple[str, str]]:
    """The role of a label with the subject it is held over; none for a label nobody has."""
    return {
        (row.role, row.subject)
        for table in (session, sign_in_link)
        for row in connection.execute(
            select(table.c.role, table.c.subject).where(table.c.label == label).distinct()
        )
    }


def withdraw(connection: Connection, link: str, clock: Clock) -> str | None:
    """Let a waiting link end now; the label it was for, or None where no such link waits."""
    table = sign_in_link
    now = sessions.now(clock)
    found: str | None = connection.execute(
        update(table)
        .where(
            func.left(table.c.token_hash, ID_DIGITS) == link, table.c.used.is_(None), table.c.expires > now
        )
        .values(expires=now)
        .returning(table.c.label)
    ).scalar_one_or_none()
    return found
