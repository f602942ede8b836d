"""Server-side sessions and one-time sign-in links.

Tokens are 256 random bits; the database keeps only their SHA-256. A session ends after 30 minutes without
use or 8 hours in all, whichever comes first. A link works once, within its time, and is redeemed by POST.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update

from tansuo.api.tables import session, sign_in_link
from tansuo.evidence.clock import Clock, SystemClock

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
LINK_LIFE = timedelta(hours=24)
FRESH = timedelta(minutes=15)
"""So long after sign-in what binds the city or a firm may still be done; activity does not prolong it."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: the role and the subject whose scope it has."""

    role: str
    subject: str
    label: str
    form_token: str
    token_hash: str
    opened: datetime
    language: str = "zh"


def now(clock: Clock | None) -> datetime:
    """The present by the platform's clock, in UTC."""
    return datetime.fromtimestamp((clock or SystemClock()).now_ms() / 1000, UTC)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_link(
    connection: Connection,
    *,
    role: str,
    subject: str,
    label: str,
    life: timedelta = LINK_LIFE,
    clock: Clock | None = None,
) -> str:
    """A new one-time token for `role` over `subject`; the caller prints it once, it is stored only as a hash."""
    token = secrets.token_urlsafe(32)
    moment = now(clock)
    connection.execute(
        insert(sign_in_link).values(
            token_hash=_hash(token),
            role=role,
            subject=subject,
            label=label,
            created=moment,
            expires=moment + life,
        )
    )
    return token


def peek_link(connection: Connection, token: str, clock: Clock | None = None) -> tuple[str, str] | None:
    """(role, label) of a link that still works; None for one unknown, used or expired (one answer for all)."""
    row = connection.execute(
        select(sign_in_link.c.role, sign_in_link.c.label).where(
            sign_in_link.c.token_hash == _hash(token),
            sign_in_link.c.used.is_(None),
            sign_in_link.c.expires > now(clock),
        )
    ).one_or_none()
    return None if row is None else (row.role, row.label)


def redeem_link(
    connection: Connection, token: str, clock: Clock | None = None, language: str = "zh"
) -> str | None:
    """Use the link up and open a session; returns the session token, or None if the link no longer works.

    `language` (zh or en) is the one it is opened in.
    """
    moment = now(clock)
    row = connection.execute(
        update(sign_in_link)
        .where(
            sign_in_link.c.token_hash == _hash(token),
            sign_in_link.c.used.is_(None),
            sign_in_link.c.expires > moment,
        )
        .values(used=moment)
        .returning(sign_in_link.c.role, sign_in_link.c.subject, sign_in_link.c.label)
    ).one_or_none()
    if row is None:
        return None
    opened = secrets.token_urlsafe(32)
    connection.execute(
        insert(session).values(
            token_hash=_hash(opened),
            role=row.role,
            subject=row.subject,
            label=row.label,
            form_token=secrets.token_urlsafe(24),
            language=language,
            created=moment,
            seen=moment,
        )
    )
    return opened


def _open(token_hash: str, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a session is open."""
    return (
        session.c.token_hash == token_hash,
        session.c.ended.is_(None),
        session.c.seen > moment - IDLE,
        session.c.created > moment - ABSOLUTE,
    )


def is_open(connection: Connection, token_hash: str, clock: Clock | None = None) -> bool:
    """Whether a session is still open; asking does not count as use."""
    query = select(session.c.token_hash).where(*_open(token_hash, now(clock)))
    return connection.execute(query).one_or_none() is not None


def current(connection: Connection, token: str, clock: Clock | None = None) -> Session | None:
    """The session of this cookie, its idle clock reset; None when there is none or its time is over."""
    moment = now(clock)
    row = connection.execute(
        update(session).where(*_open(_hash(token), moment)).values(seen=moment).returning(session)
    ).one_or_none()
    if row is None:
        return None
    return Session(
        row.role, row.subject, row.label, row.form_token, row.token_hash, row.created, row.language
    )


def is_fresh(opened: datetime, clock: Clock | None = None) -> bool:
    """Whether a session opened at `opened` is at most `FRESH` old."""
    return now(clock) - opened <= FRESH


def end(connection: Connection, token_hash: str, clock: Clock | None = None) -> None:
    """Close one session at once."""
    connection.execute(update(session).where(session.c.token_hash == token_hash).values(ended=now(clock)))


def end_all(connection: Connection, label: str, clock: Clock | None = None) -> int:
    """Close every session of one person; returns how many were open."""
    return connection.execute(
        update(session).where(session.c.label == label, session.c.ended.is_(None)).values(ended=now(clock))
    ).rowcount
