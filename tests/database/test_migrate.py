"""Migrations: one branch a package, in order, all or nothing, and again without effect."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tansuo.database import migrate
from tansuo.database.connect import Database, owner_transaction
from tansuo.database.migrate import MigrationSet, applied, upgrade
from tansuo.entry.compose import migration_sets
from tansuo.quantity.finding import FindingError

REVISION = '''
from alembic import op
revision = "{label}_{number}"
down_revision = {down}
branch_labels = {labels}
def upgrade():
    op.execute("""{sql}""")
'''


def package(folder: Path, label: str, *statements: str) -> MigrationSet:
    """A package's migrations written for one test, one revision a statement."""
    path = folder / label
    path.mkdir(exist_ok=True)
    for number, sql in enumerate(statements, start=1):
        text_ = REVISION.format(
            label=label,
            number=f"{number:04}",
            down="None" if number == 1 else f'"{label}_{number - 1:04}"',
            labels=f'("{label}",)' if number == 1 else "None",
            sql=sql,
        )
        (path / f"{number:04}_{label}.py").write_text(text_)
    return MigrationSet(label, path)


def tables(database: Database) -> set[str]:
    with owner_transaction(database) as connection:
        rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'tansuo'"))
        return {row[0] for row in rows}


def test_running_them_again_changes_nothing(database: Database) -> None:
    with owner_transaction(database) as connection:
        before = applied(connection)
    upgrade(database, migration_sets())
    with owner_transaction(database) as connection:
        assert applied(connection) == before
    assert len(before) == len(migration_sets())


def test_every_file_is_named_as_its_revision(database: Database) -> None:
    with owner_transaction(database) as connection:
        assert applied(connection) == {one.newest for one in migration_sets()}


def test_a_database_that_is_up_to_date_is_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_upgrade_branch", None)
    upgrade(database, migration_sets())


def test_later_packages_build_on_earlier_ones(database: Database, tmp_path: Path) -> None:
    first = package(tmp_path, "coal", "CREATE TABLE pile (id int PRIMARY KEY)")
    second = package(tmp_path, "ash", "CREATE TABLE heap (pile int REFERENCES pile)")
    upgrade(database, [*migration_sets(), first, second])
    assert {"pile", "heap"} <= tables(database)
    with owner_transaction(database) as connection:
        assert {"coal_0001", "ash_0001"} <= applied(connection)


def test_a_new_revision_of_an_early_package_is_taken_up(database: Database, tmp_path: Path) -> None:
    create = "CREATE TABLE pile (id int PRIMARY KEY)"
    upgrade(database, [*migration_sets(), package(tmp_path, "coal", create)])
    upgrade(database, [*migration_sets(), package(tmp_path, "coal", create, "ALTER TABLE pile ADD t int")])
    with owner_transaction(database) as connection:
        connection.execute(text("SELECT t FROM pile"))
        assert "coal_0002" in applied(connection)
        assert "coal_0001" not in applied(connection)


def test_one_failing_revision_leaves_the_database_as_it_was(database: Database, tmp_path: Path) -> None:
    before = tables(database)
    good = package(tmp_path, "coal", "CREATE TABLE pile (id int PRIMARY KEY)")
    bad = package(tmp_path, "ash", "CREATE TABLE heap (pile int REFERENCES nowhere)")
    with pytest.raises(ProgrammingError, match="nowhere"):
        upgrade(database, [*migration_sets(), good, bad])
    assert tables(database) == before


def test_a_database_newer_than_the_program_is_refused(database: Database, tmp_path: Path) -> None:
    upgrade(database, [*migration_sets(), package(tmp_path, "coal", "SELECT 1", "SELECT 2")])
    (tmp_path / "coal" / "0002_coal.py").unlink()
    with pytest.raises(FindingError) as refused:
        upgrade(database, [*migration_sets(), MigrationSet("coal", tmp_path / "coal")])
    assert [finding.code for finding in refused.value.findings] == ["database.schema_ahead"]
