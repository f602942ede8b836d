"""The application role sees its organisations and no more, whatever the code above it forgets to say."""

from collections.abc import Iterator

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from tansuo.database.bulk import insert_rows, text_array
from tansuo.database.connect import SYSTEM, Access, Database, admit, owner_transaction, transaction
from tansuo.database.protect import protect

PLANT_A = Access("p1", "enterprise", frozenset({"plant-a"}))
PLANTS = Access("p2", "enterprise", frozenset({"plant-a", "plant-b"}))
PUBLIC = Access("anyone", "public", frozenset())


@pytest.fixture
def guarded(database: Database) -> Iterator[Database]:
    """Two tables made as a migration makes them: ``coal`` (ordinary) and ``book`` (a ledger table)."""
    with owner_transaction(database) as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for name, ledger in (("coal", False), ("book", True)):
                connection.execute(
                    text(f"CREATE TABLE {name} (org_id text NOT NULL, tonnes numeric NOT NULL)")
                )
                protect(name, ledger=ledger)
            connection.execute(text("CREATE TABLE tree (level int, hash bytea)"))
            protect("tree", ledger=True, org_column=None)
    with transaction(database, SYSTEM) as connection:
        for name in ("coal", "book"):
            for org, tonnes in (("plant-a", 1), ("plant-b", 2), ("public", 4), ("city", 8)):
                connection.execute(text(f"INSERT INTO {name} VALUES (:o, :t)"), {"o": org, "t": tonnes})
    yield database


def total(connection: Connection, table: str = "coal") -> int | None:
    """Which rows are seen, as a sum of powers of two; None when no row is."""
    value = connection.execute(text(f"SELECT sum(tonnes) FROM {table}")).scalar()
    return None if value is None else int(value)


@pytest.mark.parametrize(
    ("access", "seen"), [(SYSTEM, 15), (PLANT_A, 1 + 4), (PLANTS, 1 + 2 + 4), (PUBLIC, 4)]
)
@pytest.mark.parametrize("table", ["coal", "book"])
def test_each_access_sees_its_rows(guarded: Database, access: Access, seen: int, table: str) -> None:
    with transaction(guarded, access) as connection:
        assert total(connection, table) == seen


def test_a_connection_that_says_nothing_sees_nothing(guarded: Database) -> None:
    with guarded.engine.begin() as connection:
        assert total(connection) is None


def test_empty_settings_show_nothing(guarded: Database) -> None:
    with guarded.engine.begin() as connection:
        connection.execute(text("SET LOCAL tansuo.scope = ''; SET LOCAL tansuo.orgs = ''"))
        assert total(connection) is None


def test_organisations_without_a_scope_show_nothing(guarded: Database) -> None:
    with guarded.engine.begin() as connection:
        connection.execute(text("SET LOCAL tansuo.orgs = 'plant-a'"))
        assert total(connection) is None


def test_access_ends_with_the_transaction_though_the_connection_is_pooled(guarded: Database) -> None:
    with transaction(guarded, SYSTEM) as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    with guarded.engine.begin() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar() == pid
        assert total(connection) is None


@pytest.mark.parametrize("org", ["plant-b", "city", "public"])
def test_an_organisation_writes_for_itself_only(guarded: Database, org: str) -> None:
    with transaction(guarded, PLANT_A) as connection:
        connection.execute(text("INSERT INTO coal VALUES ('plant-a', 16)"))
        assert total(connection) == 1 + 4 + 16
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(guarded, PLANT_A) as connection,
    ):
        connection.execute(text("INSERT INTO coal VALUES (:o, 16)"), {"o": org})


def test_rows_of_others_cannot_be_changed_or_given_away(guarded: Database) -> None:
    with transaction(guarded, PLANT_A) as connection:
        assert connection.execute(text("DELETE FROM coal WHERE org_id = 'plant-b'")).rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(guarded, PLANT_A) as connection,
    ):
        connection.execute(text("UPDATE coal SET org_id = 'plant-b'"))


@pytest.mark.parametrize("table", ["book", "tree"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} ADD x int"],
)
def test_a_ledger_table_only_grows(guarded: Database, table: str, change: str) -> None:
    column = {"book": "tonnes", "tree": "hash"}[table]
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction(guarded, SYSTEM) as connection,
    ):
        connection.execute(text(change.format(table, column)))


def test_the_application_role_can_neither_lift_security_nor_become_the_owner(guarded: Database) -> None:
    for attempt in (
        "ALTER TABLE coal DISABLE ROW LEVEL SECURITY",
        "DROP POLICY by_organisation ON coal",
        "SET ROLE tansuo_owner",
        "CREATE TABLE own (x int)",
        "CREATE ROLE other LOGIN",
        "COPY coal TO '/tmp/coal'",
    ):
        with pytest.raises(ProgrammingError), transaction(guarded, SYSTEM) as connection:
            connection.execute(text(attempt))
    with transaction(guarded, PLANT_A) as connection:
        role = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
                " WHERE rolname = current_user"
            )
        ).one()
        assert not any(role)


def test_the_owner_is_bound_by_the_policies_too(guarded: Database) -> None:
    with guarded.owner_engine.begin() as connection:
        assert total(connection) is None


def test_an_organisation_with_a_comma_is_refused(guarded: Database) -> None:
    for name in ("a,b", ""):
        with pytest.raises(ValueError, match="organisation"), guarded.engine.begin() as connection:
            admit(connection, Access("x", "enterprise", frozenset({name})))


def test_every_table_with_an_organisation_is_guarded(connection: Connection) -> None:
    """All packages' tables: what has an ``org_id`` has forced security; the application role owns nothing."""
    tables = connection.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
            " EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id'"
            "         AND NOT a.attisdropped),"
            " pg_get_userbyid(c.relowner)"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'tansuo' AND c.relkind IN ('r', 'p')"
        )
    ).all()
    assert "alembic_version" in {name for name, *_ in tables}
    assert [name for name, forced, has_org, _ in tables if has_org and not forced] == []
    assert {owner for *_, owner in tables} == {"tansuo_owner"}


def test_bulk_rows_obey_the_policies(guarded: Database) -> None:
    with transaction(guarded, PLANT_A) as connection:
        assert insert_rows(connection, "coal", ["org_id", "tonnes"], [("plant-a", 16), ("plant-a", 32)]) == 2
        assert insert_rows(connection, "coal", ["org_id", "tonnes"], []) == 0
        assert total(connection) == 1 + 4 + 16 + 32
    with pytest.raises(Exception, match="row-level security"), transaction(guarded, PLANT_A) as connection:
        insert_rows(connection, "coal", ["org_id", "tonnes"], [("plant-b", 16)])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["coal", "焦炭"],
        ['say "coal"', "a\\b", "NULL", "a,b", "{x}", " ", "a\nb"],
        ['"'],
        ["\\"],
        ['","', "x"],
    ],
)
def test_a_literal_of_texts_reads_back_as_the_same_texts(guarded: Database, values: list[str]) -> None:
    with transaction(guarded, PLANT_A) as connection:
        found = connection.scalar(text("SELECT CAST(:texts AS text[])"), {"texts": text_array(values)})
    assert found == values
