"""From a request to its viewer: cookie → session → role and scope → the policy row of the operation."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request
from sqlalchemy import Connection

from tansuo.accounting.inventory import Inventory
from tansuo.accounting.memory import Memory
from tansuo.api import access_log, sessions
from tansuo.api.policy import PUBLIC, Rule, Viewer, policy
from tansuo.api.problems import Problem, not_found, refused
from tansuo.api.site import over_tls
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence.clock import Clock
from tansuo.evidence.ledger import size
from tansuo.evidence.moment import recorded_at, size_on, zone_of
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.registry import relation, subject

COOKIE = "tansuo"
SECURE_COOKIE = "__Host-tansuo"
FORM_HEADER = "X-Tansuo-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_FIRST, _LAST = date(1970, 1, 1), date(2199, 12, 31)

Index = Annotated[int, Path(ge=0, le=2**53)]
"""An entry's index, or a record's place in an arrival; anything else is a path that leads nowhere."""

Day = Annotated[date, Path(ge=_FIRST, le=_LAST)]
"""A civil day in a path."""


def database_of(request: Request) -> Database:
    """The database the application was made with."""
    database: Database = request.app.state.database
    return database


def clock_of(request: Request) -> Clock:
    """The clock the application was made with."""
    clock: Clock = request.app.state.clock
    return clock


def cookie_name(request: Request) -> str:
    """Over TLS the cookie is host-bound and secure; plain HTTP is for this machine and demos."""
    return SECURE_COOKIE if over_tls(request) else COOKIE


def scope_orgs(connection: Connection, role: str, subject_id: str, day: date) -> frozenset[str] | None:
    """The organisations a role may see on `day`: all of the city, those that report for a unit, itself, or none."""
    reach = policy().roles[role].scope
    if reach == "city":
        return None
    if reach == "unit":
        children = relation.children(connection, subject_id, "reports_for", day)
        return frozenset(child.subject for child in children)
    return frozenset({subject_id}) if reach == "enterprise" else frozenset()


def viewer_of(request: Request) -> Viewer:
    """Who is asking; the public when there is no valid session, or one of a role that is no more."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return PUBLIC
    clock = clock_of(request)
    with transaction(database_of(request), SYSTEM) as connection:
        found = sessions.current(connection, token, clock)
        if found is None or found.role not in policy().roles:
            return PUBLIC
        today = datetime.fromtimestamp(clock.now_ms() / 1000, ZoneInfo(zone_of(connection))).date()
        orgs = scope_orgs(connection, found.role, found.subject, today)
    return Viewer(
        found.role,
        found.label,
        found.subject,
        orgs,
        found.token_hash,
        found.form_token,
        found.opened,
        found.language,
    )


def _own_request(request: Request, viewer: Viewer) -> None:
    """403 for what changes something in a session without naming the session's token: no page of ours sent it.

    Forms carry the token in a field, which their endpoint compares.
    """
    if not viewer.signed_in or request.method in SAFE or not request.url.path.startswith("/api/"):
        return
    sent = request.headers.get(FORM_HEADER, "")
    if not secrets.compare_digest(sent.encode(), viewer.form_token.encode()):
        raise Problem(403, [Finding("api.session_token", params={"header": FORM_HEADER})])


def require(operation: str) -> Callable[[Request], Viewer]:
    """The dependency that every endpoint has: the viewer, once the policy row allows the operation."""
    rule = policy().rules[operation]

    def allowed(request: Request) -> Viewer:
        viewer = viewer_of(request)
        try:
            _own_request(request, viewer)
            _judge(request, viewer, rule)
        except Problem as problem:
            if viewer.signed_in:
                _note_refusal(request, viewer, operation, problem)
            raise
        return viewer

    return allowed


def _judge(request: Request, viewer: Viewer, rule: Rule) -> None:
    """401 or 403 unless the policy row lets the viewer call the operation now."""
    operation = rule.operation
    if rule.allows(viewer.role):
        if rule.fresh and (viewer.opened is None or not sessions.is_fresh(viewer.opened, clock_of(request))):
            minutes = int(sessions.FRESH.total_seconds()) // 60
            params: dict[str, str | int] = {"operation": operation, "minutes": minutes}
            raise Problem(403, [Finding("api.sign_in_again", params=params)])
        return
    if not viewer.signed_in:
        raise Problem(401, [Finding("api.sign_in_needed", params={"operation": operation})])
    role = policy().roles[viewer.role]
    allowed = [policy().roles[name] for name in sorted(rule.roles or ())]
    said = {
        "role_zh": role.zh, "role_en": role.en, "operation": operation,
        "allowed_zh": "、".join(one.zh for one in allowed), "allowed_en": ", ".join(one.en for one in allowed),
    }  # fmt: skip
    raise Problem(403, [Finding("api.role_refused", params=said)])


def _note_refusal(request: Request, viewer: Viewer, operation: str, problem: Problem) -> None:
    """Keep that somebody with a session tried what they may not; strangers would only fill the list."""
    with transaction(database_of(request), SYSTEM) as connection:
        access_log.note_request(
            connection, request, "refused", viewer, operation, detail=problem.findings[0].code
        )


@contextmanager
def reading(request: Request, viewer: Viewer) -> Iterator[Connection]:
    """A transaction that sees what the viewer may see."""
    with transaction(database_of(request), viewer.access) as connection:
        yield connection


@contextmanager
def summing(request: Request) -> Iterator[Connection]:
    """A transaction that sees every organisation, for sums over the city; rows of others never leave it."""
    with transaction(database_of(request), SYSTEM) as connection:
        yield connection


def computing(request: Request, viewer: Viewer, *, roll_up: bool) -> AbstractContextManager[Connection]:
    """For one figure: the viewer's own access, unless it is a sum over others, who are seen only in the sum."""
    return summing(request) if roll_up else reading(request, viewer)


def memory_of(request: Request) -> Memory:
    """What the application remembers of what it evaluated; see `accounting.memory`."""
    memory: Memory = request.app.state.memory
    return memory


def inventory_of(request: Request, connection: Connection, size: int | None) -> Inventory:
    """The inventory of a ledger size; with the whole city in view it evaluates only what has changed."""
    return Inventory(connection, size, memory_of(request))


def own(viewer: Viewer, org: str, what: str, name: str) -> None:
    """404 unless `org` lies in the viewer's scope; the same answer as for a thing that does not exist."""
    if not viewer.sees(org):
        raise not_found(what, name)


def own_subject(connection: Connection, viewer: Viewer, name: str, what: str, as_of: int | None) -> None:
    """404 unless there is a subject `name` in the viewer's scope. Asked before anything else is judged."""
    found = subject.get(connection, name, as_of=as_of)
    if found is None or not viewer.sees(found.org):
        raise not_found(what, name)


def period_of(text: str) -> Period:
    """A period that can have figures; 422 for text that is none, a day, or years nobody has figures of."""
    try:
        found = Period.parse(text)
    except (ValueError, OverflowError):
        raise refused("bad_period", value=text) from None
    if found.start < _FIRST or found.end > _LAST:
        raise refused("bad_period", value=text)
    if found.grain == "day":
        raise Problem(422, [Finding("accounting.day_figure", params={"period": text})])
    return found


def month_of(text: str) -> Period:
    """A month such as 2026-10; 422 for any other text or period."""
    found = period_of(text)
    if found.grain != "month":
        raise refused("bad_period", value=text)
    return found


class AsOfQuery:
    """The as-of point of a request: `as_of` (a ledger size, which wins) or `known_on` (a day), else now."""

    def __init__(
        self,
        as_of: Annotated[int | None, Query(ge=1, description="Ledger size to look from")] = None,
        known_on: Annotated[
            date | None, Query(ge=_FIRST, le=_LAST, description="Day whose end to look from")
        ] = None,
    ) -> None:
        self.as_of = as_of
        self.known_on = known_on

    @property
    def fixed(self) -> bool:
        """Whether the request names a past point."""
        return self.as_of is not None or self.known_on is not None

    def size(self, connection: Connection) -> int:
        """The ledger size meant. 422 for a size the ledger has not reached or a day before it began."""
        now = size(connection)
        if self.as_of is not None:
            if self.as_of > now:
                raise refused("beyond_ledger", asked=str(self.as_of), size=now)
            return self.as_of
        if self.known_on is not None:
            zone = zone_of(connection)
            found = size_on(connection, self.known_on, zone)
            if not found:
                began = recorded_at(connection, 1, zone)
                day = began.date().isoformat() if began else "—"
                raise refused("before_ledger", day=self.known_on.isoformat(), began=day)
            return found
        return now


Moment = Annotated[AsOfQuery, Depends()]
