"""What is due after many rows."""

from sqlalchemy import text

from tansuo.database.bulk import analyze
from tansuo.database.connect import Database, owner_transaction

UNCOUNTED = text(
    "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE nspname = 'tansuo' AND relkind = 'r' AND reltuples < 0 AND relname IN ('leaf', 'reading', 'segment_day')"
)


def test_after_it_the_planner_knows_how_much_a_table_holds(database: Database) -> None:
    def uncounted() -> set[str]:
        with owner_transaction(database) as connection:
            return set(connection.execute(UNCOUNTED).scalars())

    assert uncounted() == {"leaf", "reading", "segment_day"}
    analyze(database)
    assert uncounted() == set()
