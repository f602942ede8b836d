"""Many rows at once into a table with row-level security, where PostgreSQL refuses COPY, and what is due after
many; many texts in one."""

from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, ColumnElement, Connection, Text, any_, literal, text

from tansuo.database.connect import SCHEMA, Database, owner_transaction


def insert_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Insert ``rows`` (tuples in the order of ``columns``) in the running transaction; how many.

    COPY into a temporary twin, then one INSERT … SELECT, so that policies, checks and keys hold. ``table``
    is resolved by the search path, so a shadow table of the same name receives the rows instead.
    """
    parts = {
        "table": sql.Identifier(table),
        "staging": sql.Identifier(f"staging_{table}"),
        "columns": sql.SQL(", ").join(sql.Identifier(column) for column in columns),
    }
    driver = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)
    count = 0
    with driver.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
            ).format(**parts)
        )
        with cursor.copy(sql.SQL("COPY {staging} ({columns}) FROM STDIN").format(**parts)) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute(
            sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {staging}").format(**parts)
        )
        cursor.execute(sql.SQL("DROP TABLE {staging}").format(**parts))
    return count


def analyze(database: Database) -> None:
    """Let PostgreSQL count what the tables hold. Due after a load or a restore: until its own round comes by, a
    minute later or more, it plans by guesses and reads whole indexes for a row."""
    with owner_transaction(database) as connection:
        names = connection.execute(
            text(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = :schema ORDER BY tablename"
            ),
            {"schema": SCHEMA},
        ).scalars()
        if tables := ", ".join(names):
            connection.execute(text(f"ANALYZE {tables}"))


def among(column: ColumnElement[str], texts: Iterable[str]) -> ColumnElement[bool]:
    """Clause: the text ``column`` is one of ``texts``. One parameter however many they are, so that the statement
    stays the same and is prepared once."""
    return column == any_(literal(list(texts), ARRAY(Text)))


def text_array(values: Sequence[str]) -> str:
    """Texts as one literal of ``text[]``, for ``CAST(:name AS text[])``: the driver takes them one by one."""
    plain = '","'.join(values)
    if "\\" in plain or plain.count('"') != 2 * max(0, len(values) - 1):
        plain = '","'.join(one.replace("\\", "\\\\").replace('"', '\\"') for one in values)
    return f'{{"{plain}"}}' if values else "{}"
