"""Databases of tests: clones of a migrated or loaded one, made in a few milliseconds and dropped again."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text

from tansuo.database.connect import Database
from tansuo.database.supervisor import OWNER, PostgresServer

_POLL = 0.002
_PATIENCE = 1.0
_OPEN = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")


@contextmanager
def administration(server: PostgresServer) -> Iterator[Connection]:
    """A connection of the owner in which databases can be made and dropped."""
    engine: Engine = create_engine(server.url("postgres", OWNER), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def clone(server: PostgresServer, template: str = "template1") -> Iterator[Database]:
    """A copy of the database ``template``, an empty one where none is named; dropped at the end."""
    name = f"t_{uuid.uuid4().hex}"
    with administration(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        made = Database(server.url(name, OWNER), server.url(name))
        try:
            yield made
        finally:
            made.close()
            # PostgreSQL sleeps a tenth of a second where a backend that was left a moment ago is still there.
            end = time.monotonic() + _PATIENCE
            while connection.scalar(_OPEN, {"name": name}) and time.monotonic() < end:
                time.sleep(_POLL)
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
