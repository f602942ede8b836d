"""Puts the parts together: the order of migrations and of projections, the database, the clock."""

import atexit
from pathlib import Path
from typing import TYPE_CHECKING

import tansuo
from tansuo.database.connect import Database
from tansuo.database.external import connect_external
from tansuo.database.migrate import MigrationSet, upgrade
from tansuo.database.settings import external_url, home
from tansuo.database.supervisor import OWNER, PostgresServer

if TYPE_CHECKING:
    from tansuo.evidence.clock import Clock
    from tansuo.evidence.projection import Projection

PACKAGES_WITH_TABLES = ("database", "evidence", "registry", "monitoring", "accounting", "api")

_servers: dict[Path, PostgresServer] = {}


def migration_sets() -> list[MigrationSet]:
    """The migrations of every package that has tables, in the order they build on one another."""
    root = Path(tansuo.__file__).parent
    return [MigrationSet(label, root / label / "migrations") for label in PACKAGES_WITH_TABLES]


def projections() -> list["Projection"]:
    """Every projection of the ledger, in the order in which they read one another."""
    # Imported when wanted: a command that only opens the database need not load Arrow and NumPy.
    from tansuo.accounting import projection as accounting
    from tansuo.monitoring import projection as monitoring
    from tansuo.monitoring import seal_projection as seals
    from tansuo.registry import projection as registry

    return [registry.PROJECTION, monitoring.PROJECTION, seals.PROJECTION, accounting.PROJECTION]


def open_database(*, migrate: bool = True) -> Database:
    """The database of this home: found or started, brought up to date, held until the process ends.

    ``DATABASE_URL`` names one that somebody else runs; otherwise our own server is used. Raises FindingError
    ``database.*``.
    """
    named = external_url()
    database = connect_external(named, home()) if named else _own(home())
    if migrate:
        upgrade(database, migration_sets())
    return database


def own_server(place: Path) -> PostgresServer:
    """Our own PostgreSQL for one home folder, started and held until the process ends."""
    server = _servers.get(place)
    if server is None:
        server = _servers[place] = PostgresServer(place)
        atexit.register(server.release)
    return server.start()


def _own(place: Path) -> Database:
    server = own_server(place)
    return Database(server.url(role=OWNER), server.url())


def system_clock() -> "Clock":
    """The machine's clock; only ``entry`` chooses which clock the parts are given."""
    from tansuo.evidence.clock import SystemClock

    return SystemClock()
