"""Shadow tables: the same code fills empty twins beside the real rows, which stay as they were."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tansuo.database.bulk import insert_rows
from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.database.shadow import shadow, unshadow


@pytest.fixture
def pile(database: Database) -> Database:
    """A projection table ``pile`` with one row."""
    with owner_transaction(database) as connection:
        connection.execute(text("CREATE TABLE pile (id int PRIMARY KEY, tonnes numeric CHECK (tonnes >= 0))"))
        connection.execute(text("GRANT ALL ON pile TO tansuo_app"))
        connection.execute(text("INSERT INTO pile VALUES (1, 7)"))
    return database


def rows(connection: Connection, name: str = "pile") -> list[tuple[int, int]]:
    return [
        (row[0], int(row[1]))
        for row in connection.execute(text(f"SELECT id, tonnes FROM {name} ORDER BY id"))
    ]


def test_the_twin_is_empty_and_the_original_untouched(pile: Database) -> None:
    with transaction(pile, SYSTEM) as connection:
        shadow(connection, ["pile"])
        assert rows(connection) == []
        connection.execute(text("INSERT INTO pile VALUES (1, 99), (2, 5)"))
        assert insert_rows(connection, "pile", ["id", "tonnes"], [(3, 6)]) == 1
        assert rows(connection) == [(1, 99), (2, 5), (3, 6)]
        assert rows(connection, "tansuo.pile") == [(1, 7)]
    with transaction(pile, SYSTEM) as connection:
        assert rows(connection) == [(1, 7)]


def test_keys_and_checks_hold_in_the_twin(pile: Database) -> None:
    for bad in ("(1, 1), (1, 2)", "(1, -1)"):
        with pytest.raises(IntegrityError), transaction(pile, SYSTEM) as connection:
            shadow(connection, ["pile"])
            connection.execute(text(f"INSERT INTO pile VALUES {bad}"))


def test_statements_prepared_before_mean_the_twin_too(pile: Database) -> None:
    with transaction(pile, SYSTEM) as connection:
        for number in range(10, 20):
            connection.execute(text("INSERT INTO pile VALUES (:id, 1)"), {"id": number})
            rows(connection)
        shadow(connection, ["pile"])
        assert rows(connection) == []
        connection.execute(text("INSERT INTO pile VALUES (:id, 1)"), {"id": 99})
        assert rows(connection) == [(99, 1)]
        assert (99, 1) not in rows(connection, "tansuo.pile")
        unshadow(connection, ["pile"])
        assert len(rows(connection)) == 11


def test_unshadowing_brings_the_real_rows_back_within_the_transaction(pile: Database) -> None:
    with transaction(pile, SYSTEM) as connection:
        shadow(connection, ["pile"])
        unshadow(connection, ["pile"])
        assert rows(connection) == [(1, 7)]
