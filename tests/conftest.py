"""What tests stand on: one PostgreSQL a run, a migrated database cloned for each test, the shared data."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection, text

from databases import administration, clone
from tansuo.database.connect import SYSTEM, Database, admit
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import migration_sets

pytest_plugins = ("demo_city", "browsing", "second_verifier", "stamping")

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "tansuo_template"

# No test is timed, and a failing example is printed, not kept in a folder that may be read-only.
hypothesis.settings.register_profile("tansuo", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("tansuo")


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes the run's home; xdist workers inherit it.

    A process of tests holds all of the product and looks for circles in it less often than Python does by itself,
    which costs up to a fifth of its time. What is left over is still looked for at the end of a run.
    """
    gc.set_threshold(50_000, 10, 10)
    if hasattr(config, "workerinput"):
        return
    home = tempfile.mkdtemp(prefix="tansuo-test-", dir="/tmp")
    Path(home).chmod(0o711)
    os.environ["TANSUO_HOME"] = home
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories first: they take longest, and nobody should wait at the end for the last of them alone.

    Tests that stand on a database are marked ``store``, so that they can be run alone on another PostgreSQL.
    """
    for one in items:
        if "server" in getattr(one, "fixturenames", ()):
            one.add_marker("store")
    items.sort(key=lambda one: "stories/" not in one.nodeid)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """The run's PostgreSQL, shared by all xdist workers; the last out stops it. Not durable, for speed."""
    with PostgresServer(Path(os.environ["TANSUO_HOME"]), durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: PostgresServer) -> str:
    """The name of a database migrated once, from which each test's database is cloned."""
    lock = os.open(Path(os.environ["TANSUO_HOME"]) / "template.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with administration(server) as connection:
            known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": TEMPLATE})
            if known.first() is None:
                connection.execute(text("CREATE DATABASE template_in_making"))
                making = Database(server.url("template_in_making", OWNER), server.url("template_in_making"))
                upgrade(making, migration_sets())
                making.close()
                connection.execute(text(f"ALTER DATABASE template_in_making RENAME TO {TEMPLATE}"))
    finally:
        os.close(lock)
    return TEMPLATE


@pytest.fixture
def database(server: PostgresServer, template: str) -> Iterator[Database]:
    """A fresh, migrated, empty database of this test's own."""
    with clone(server, template) as made:
        yield made


@pytest.fixture(scope="session")
def unwritten(server: PostgresServer, template: str) -> Iterator[Database]:
    """A migrated, empty database in which nobody commits; one a test process."""
    with clone(server, template) as made:
        yield made


@pytest.fixture
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A transaction of the application role with the platform's access, rolled back after the test.

    It is one of the test's own ``database`` where it has one.
    """
    of = "database" if "database" in request.fixturenames else "unwritten"
    database: Database = request.getfixturevalue(of)
    with database.engine.connect() as opened:
        admit(opened, SYSTEM)
        yield opened
        opened.rollback()


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """``shared_data("hj212_frames")``: a folder of data outside the repository; skips where it is absent."""
    base = ROOT / os.environ.get("TANSUO_TEST_DATA", "../shared/data")

    def find(name: str) -> Path:
        folder = base / name
        if not folder.exists():
            pytest.skip(f"{folder} is absent; set TANSUO_TEST_DATA to the folder that holds {name}")
        return folder

    return find
