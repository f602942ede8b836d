"""Runs every package's migrations in one transaction: one Alembic branch a package, in the order given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from tansuo.database.connect import SCHEMA, Database, owner_transaction
from tansuo.quantity.finding import Finding, FindingError

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_LOCK = 0x74616E73756F  # "tansuo": two starters migrate one after the other


@dataclass(frozen=True, slots=True)
class MigrationSet:
    """The revisions of one package: its branch label and the folder with ``0001_….py`` and so on."""

    label: str
    path: Path

    @property
    def newest(self) -> str:
        """The newest revision by its file: ``evidence/migrations/0003_….py`` holds ``evidence_0003``."""
        files = sorted(self.path.glob("[0-9]*.py"))
        return f"{self.label}_{files[-1].name[:4]}" if files else self.label


def upgrade(database: Database, packages: Sequence[MigrationSet]) -> None:
    """Bring the database to the newest revision of every package; all of it or nothing. Idempotent.

    Raises FindingError ``database.schema_ahead`` when the database knows a revision this program does not,
    ``database.too_old`` below PostgreSQL 15.
    """
    with owner_transaction(database) as connection:
        _check_version(connection)
        if applied(connection) == {package.newest for package in packages}:
            return
    # Loading Alembic takes half a second; where there is nothing to do we go without it.
    from alembic.script import ScriptDirectory

    with owner_transaction(database) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        script = ScriptDirectory(
            packages[0].path, version_locations=[str(package.path) for package in packages]
        )
        for package in packages:
            _upgrade_branch(connection, script, package)


def applied(connection: Connection) -> frozenset[str]:
    """The newest applied revision of each package; empty in a database that has none of ours."""
    if connection.execute(text("SELECT to_regclass('tansuo.alembic_version')")).scalar() is None:
        return frozenset()
    rows = connection.execute(text("SELECT version_num FROM tansuo.alembic_version"))
    return frozenset(row[0] for row in rows)


def _upgrade_branch(connection: Connection, script: "ScriptDirectory", package: MigrationSet) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.util.exc import CommandError

    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda revisions, _context: script._upgrade_revs(f"{package.label}@head", revisions),
            "version_table_schema": SCHEMA,
            "script": script,
        },
    )
    try:
        with Operations.context(context):
            context.run_migrations()
    except CommandError as problem:
        raise FindingError(Finding("database.schema_ahead", params={"revision": str(problem)})) from problem


def _check_version(connection: Connection) -> None:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if number < 150000:
        raise FindingError(Finding("database.too_old", params={"found": number // 10000}))
