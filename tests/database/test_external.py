"""A PostgreSQL that somebody else runs: its application role is made once and checked every time."""

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tansuo.database import guardian
from tansuo.database.connect import SYSTEM, driver_url, transaction
from tansuo.database.external import connect_external
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import APP, OWNER, PostgresServer
from tansuo.entry.compose import migration_sets
from tansuo.quantity.finding import FindingError


@pytest.fixture
def theirs(place: Path) -> Iterator[str]:
    """The address of a strange server as its superuser, without our roles' rights or passwords."""
    with PostgresServer(place) as server:
        hba = server.data / "pg_hba.conf"
        hba.write_text("local all postgres,city trust\n" + hba.read_text())
        assert server.pid is not None
        os.kill(server.pid, signal.SIGHUP)
        url = f"postgresql://postgres@/postgres?host={guardian.socket_folder(server.data)}"
        engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
        while True:
            try:
                with engine.connect() as connection:
                    connection.execute(text("DROP DATABASE tansuo"))
                    connection.execute(text(f"DROP OWNED BY {OWNER}; DROP ROLE {OWNER}, {APP}"))
                break
            except OperationalError:
                time.sleep(0.02)
        engine.dispose()
        yield url


def run_sql(url: str, *statements: str) -> None:
    engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_the_role_is_made_with_a_kept_password_and_found_again(theirs: str, tmp_path: Path) -> None:
    for _ in range(2):
        database = connect_external(theirs, tmp_path)
        upgrade(database, migration_sets())
        with transaction(database, SYSTEM) as connection:
            assert connection.execute(text("SELECT current_user")).scalar() == APP
        database.close()
    file = tmp_path / "secrets" / "tansuo_app.external.password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_lost_password_is_replaced(theirs: str, tmp_path: Path) -> None:
    connect_external(theirs, tmp_path / "first").close()
    database = connect_external(theirs, tmp_path / "second")
    with transaction(database, SYSTEM) as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == APP
    database.close()


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_escapes_row_level_security_is_refused(theirs: str, tmp_path: Path, right: str) -> None:
    connect_external(theirs, tmp_path).close()
    run_sql(theirs, f"ALTER ROLE {APP} {right}")
    with pytest.raises(FindingError) as refused:
        connect_external(theirs, tmp_path)
    assert refused.value.findings[0].code == "database.app_role_unsafe"


def test_an_owner_who_may_not_make_roles_is_told_what_to_ask_for(
    theirs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_sql(theirs, "CREATE ROLE city LOGIN", "CREATE DATABASE city OWNER city")
    city = theirs.replace("postgres@/postgres", "city@/city")
    with pytest.raises(FindingError) as refused:
        connect_external(city, tmp_path)
    assert refused.value.findings[0].code == "database.app_role_missing"
    assert refused.value.findings[0].params == {"owner": "city", "role": APP}
    run_sql(theirs, f"CREATE ROLE {APP} LOGIN PASSWORD 'given'")
    monkeypatch.setenv("DATABASE_APP_URL", city.replace("city@", f"{APP}:given@"))
    database = connect_external(city, tmp_path)
    upgrade(database, migration_sets())
    with transaction(database, SYSTEM) as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == APP
    database.close()


def test_only_postgresql_addresses_are_taken() -> None:
    assert driver_url("postgres://u@h/d") == driver_url("postgresql://u@h/d") == "postgresql+psycopg://u@h/d"
    with pytest.raises(ValueError, match="mysql"):
        driver_url("mysql://u@h/d")
