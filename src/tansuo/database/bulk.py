"""Many rows at once into a table with row-level security, where PostgreSQL refuses COPY."""

from collections.abc import Iterable, Sequence
from typing import cast

import psycopg
from sqlalchemy import Connection


def insert_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Insert ``rows`` (tuples in the order of ``columns``) in the running transaction; how many.

    COPY into a temporary twin, then one INSERT … SELECT, so that policies, checks and keys hold. ``table``
    is resolved by the search path, so a shadow table of the same name receives the rows instead.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    staging = f"staging_{table}"
    driver = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)
    count = 0
    with driver.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA".encode()
        )
        with cursor.copy(f"COPY {staging} ({names}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging}".encode())
        cursor.execute(f"DROP TABLE {staging}".encode())
    return count
