"""Connections: who is asking is said at the start of every transaction, and row-level security obeys it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import psycopg
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tansuo.database.settings import external_app_url

SCHEMA = "tansuo"
_OPTIONS = f"-c search_path={SCHEMA} -c timezone=UTC"


@dataclass(frozen=True, slots=True)
class Access:
    """Who works in a transaction: a pseudonymous actor, a role, and the organisations that may be seen.

    ``orgs`` None means every organisation; an empty set means public rows only.
    """

    actor: str
    role: str
    orgs: frozenset[str] | None


TROUBLES = (DBAPIError, psycopg.Error, OSError)
"""What a database that is away and a disk that is full raise, by whichever way: a service tries again."""

SYSTEM = Access("system", "system", None)
"""The platform itself: projections, gateway, worker, command line."""


def trouble(problem: BaseException) -> str:
    """What a service says of one of ``TROUBLES``."""
    cause = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
    whose = "the disk does not serve" if isinstance(cause, OSError) else "the database does not answer"
    return f"{whose}: {cause}"


class Database:
    """One database reached by two roles: ``engine`` as ``tansuo_app``, ``owner_engine`` as its owner.

    Engines connect on first use. Both set the search path to the schema ``tansuo`` and the time zone to UTC.
    """

    def __init__(self, url_owner: str, url_app: str) -> None:
        self.url_owner = url_owner
        self.url_app = url_app

    @cached_property
    def engine(self) -> Engine:
        """Connections of the application role, subject to row-level security."""
        return _engine(self.url_app)

    @cached_property
    def owner_engine(self) -> Engine:
        """Connections of the owner: migrations, and nothing else in the product."""
        return _engine(self.url_owner)

    def close(self) -> None:
        """Close every pooled connection; the object may be used again."""
        for name in ("engine", "owner_engine"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                engine.dispose()


def _engine(url: str) -> Engine:
    return create_engine(
        url, connect_args={"options": _OPTIONS}, pool_pre_ping=True, pool_size=5, max_overflow=20
    )


def driver_url(url: str) -> str:
    """``postgres://…`` as people write it, as a SQLAlchemy URL of our driver."""
    scheme, rest = url.split("://", 1)
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError(f"not a PostgreSQL address: {scheme}://…")
    return f"postgresql+psycopg://{rest}"


def conninfo(url: str) -> str:
    """The same address for psycopg itself (LISTEN, COPY), with our search path."""
    parsed = make_url(url).set(drivername="postgresql")
    address = parsed.update_query_dict({"options": _OPTIONS}).render_as_string(hide_password=False)
    return address.replace("+", "%20")  # libpq decodes percent signs only; a real plus is already %2B


def app_url(url_owner: str, password: str) -> str:
    """The address of the application role beside the owner's; ``DATABASE_APP_URL`` wins if set."""
    given = external_app_url()
    if given is not None:
        return driver_url(given)
    parsed = make_url(driver_url(url_owner)).set(username="tansuo_app", password=password)
    return parsed.render_as_string(hide_password=False)


def admit(connection: Connection, access: Access) -> None:
    """Say for the running transaction who is asking; forgotten at its end (SET LOCAL).

    An organisation's name may not hold a comma: ValueError.
    """
    orgs = sorted(access.orgs or ())
    if any("," in org or not org for org in orgs):
        raise ValueError("an organisation's id is empty or holds a comma")
    connection.execute(
        text(
            "SELECT set_config('tansuo.scope', :scope, true), set_config('tansuo.orgs', :orgs, true),"
            " set_config('tansuo.actor', :actor, true), set_config('tansuo.role', :role, true)"
        ),
        {
            "scope": "all" if access.orgs is None else "orgs",
            "orgs": ",".join(orgs),
            "actor": access.actor,
            "role": access.role,
        },
    )


@contextmanager
def transaction(database: Database, access: Access) -> Iterator[Connection]:
    """One transaction of the application role for ``access``: commits at the end, rolls back on an error."""
    with database.engine.begin() as connection:
        admit(connection, access)
        yield connection


@contextmanager
def owner_transaction(database: Database) -> Iterator[Connection]:
    """One transaction of the owner, who sees every row: migrations, and tests that play the forger."""
    with database.owner_engine.begin() as connection:
        admit(connection, SYSTEM)
        yield connection
