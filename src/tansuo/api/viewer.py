"""From a request to its viewer: cookie → session → role and scope → the policy row of the operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlalchemy import Connection

from tansuo.api import sessions
from tansuo.api.policy import PUBLIC, Viewer, policy
from tansuo.api.problems import Problem, not_found
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence.ledger import get, size
from tansuo.evidence.moment import size_on
from tansuo.quantity.finding import Finding
from tansuo.registry import relation

COOKIE = "tansuo"
SECURE_COOKIE = "__Host-tansuo"


def database_of(request: Request) -> Database:
    """The database the application was made with."""
    database: Database = request.app.state.database
    return database


def cookie_name(request: Request) -> str:
    """Over TLS the cookie is host-bound and secure; plain HTTP is for this machine and demos."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def scope_orgs(connection: Connection, role: str, subject: str) -> frozenset[str] | None:
    """The organisations a role may see: all of the city, those that report for a unit, itself, or none."""
    reach = policy().roles[role].scope
    if reach == "city":
        return None
    if reach == "unit":
        children = relation.children(connection, subject, "reports_for", date.today())  # noqa: DTZ011
        return frozenset(child.subject for child in children)
    return frozenset({subject}) if reach == "enterprise" else frozenset()


def viewer_of(request: Request) -> Viewer:
    """Who is asking; the public when there is no valid session."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return PUBLIC
    with transaction(database_of(request), SYSTEM) as connection:
        found = sessions.current(connection, token)
        if found is None:
            return PUBLIC
        orgs = scope_orgs(connection, found.role, found.subject)
    return Viewer(found.role, found.label, found.subject, orgs, found.token_hash, found.form_token)


def require(operation: str) -> Callable[[Request], Viewer]:
    """The dependency that every endpoint has: the viewer, once the policy row allows the operation."""
    rule = policy().rules[operation]

    def allowed(request: Request) -> Viewer:
        viewer = viewer_of(request)
        if rule.allows(viewer.role):
            return viewer
        if not viewer.signed_in:
            raise Problem(401, [Finding("api.sign_in_needed", params={"operation": operation})])
        names = ", ".join(sorted(rule.roles or ()))
        raise Problem(
            403,
            [
                Finding(
                    "api.role_refused",
                    params={"role": viewer.role, "operation": operation, "allowed": names},
                )
            ],
        )

    return allowed


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


def own(viewer: Viewer, org: str, what: str, name: str) -> None:
    """404 unless `org` lies in the viewer's scope; the same answer as for a thing that does not exist."""
    if not viewer.sees(org):
        raise not_found(what, name)


class AsOfQuery:
    """The as-of point of a request: `as_of` (a ledger size) or `known_on` (a day), else now."""

    def __init__(
        self,
        as_of: Annotated[int | None, Query(ge=1, description="Ledger size to look from")] = None,
        known_on: Annotated[date | None, Query(description="Day whose end to look from")] = None,
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
                raise self._refused("as_of", str(self.as_of), f"the ledger has {now} entries")
            return self.as_of
        if self.known_on is not None:
            found = size_on(connection, self.known_on, zone_of(connection))
            if not found:
                raise self._refused("known_on", self.known_on.isoformat(), "the ledger began later")
            return found
        return now

    @staticmethod
    def _refused(name: str, value: str, reason: str) -> Problem:
        return Problem(
            422, [Finding("api.bad_parameter", params={"name": name, "value": value, "reason": reason})]
        )


def zone_of(connection: Connection) -> str:
    """The city's civil time zone, from the genesis entry."""
    first = get(connection, 0)
    return "Asia/Shanghai" if first is None else str(first.body["zone"])


Moment = Annotated[AsOfQuery, Depends()]
