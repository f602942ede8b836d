"""Empty twins of projection tables, so that the same projector can be run again beside the real ones."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from tansuo.database.connect import SCHEMA


def shadow(connection: Connection, table_names: Iterable[str]) -> None:
    """Hide each named table behind an empty temporary copy until the transaction ends.

    Columns, defaults, keys, checks and indexes are copied; policies and foreign keys are not. Every
    unqualified name in this connection then means the copy, because PostgreSQL looks for temporary tables
    first. For that reason projections use unqualified names and no sequences.
    """
    for name in table_names:
        connection.execute(
            text(f'CREATE TEMPORARY TABLE "{name}" (LIKE {SCHEMA}."{name}" INCLUDING ALL) ON COMMIT DROP')
        )
    _forget_plans(connection)


def unshadow(connection: Connection, table_names: Iterable[str]) -> None:
    """Drop the copies, so that the names mean the real tables again within the same transaction."""
    for name in table_names:
        connection.execute(text(f'DROP TABLE pg_temp."{name}"'))
    _forget_plans(connection)


def _forget_plans(connection: Connection) -> None:
    """Statements the driver has prepared keep the tables they were planned for; a new table that hides one of
    them does not make PostgreSQL look again. Without this, a rebuild would read and write the live rows."""
    connection.execute(text("DISCARD PLANS"))
