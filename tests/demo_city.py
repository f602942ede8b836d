"""The demo city for tests that read figures, pages and the API: loaded once a run, by the very loader of the demo.

Ten of its firms are in it, by the hour throughout. Its history is short and its present fixed: from 1 March to
21 May 2026, 09:40 in Zhenjiang. In it 演示造纸E is silent for 41 hours in March, 演示金属G is late in April,
演示水泥C and 演示电厂A stand still for a while, 演示玻璃F reports a broken meter on 1 May, and one hour of steam of
演示化工D is put right in May, after April was published.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text

from databases import administration, clone
from tansuo.database.connect import SYSTEM, Database, admit, transaction
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import projections
from tansuo.entry.demo.history import Extent
from tansuo.entry.demo.model import firms
from tansuo.evidence.clock import SimulatedClock

if TYPE_CHECKING:  # every test process reads this file; those that need the city pay for the rest
    from anyio.from_thread import BlockingPortal
    from fastapi import FastAPI
    from starlette.testclient import TestClient

TEMPLATE = "tansuo_demo"
SINCE = date(2026, 3, 1)
NOW = datetime(2026, 5, 21, 9, 40)  # civil time of the city
FIRMS = tuple(firm for firm in firms() if firm.id[-2] == "-" and firm.id[-1] <= "j")
"""The ten firms of the test city, at least one of each sector and of each assessment unit."""
EXTENT = Extent(SINCE, SINCE, FIRMS, NOW.date())
MONTHS = ("2026-03", "2026-04", "2026-05")
METHOD = "general_combustion_and_power"

OWN, OTHER = "demo.power-a", "demo.chemical-d"
"""The firm of the enterprise roles in these tests, and a firm of another unit."""

SUBJECT = {"city": "zj.city", "unit": "zj.unit.dantu", "enterprise": OWN, "none": ""}
"""Over which subject a role is signed in, by the reach of its row in the policy table."""

HTML = {"accept": "text/html"}


def milliseconds(civil: datetime) -> int:
    """A civil time of the city as the clocks of the platform count."""
    return int(civil.replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)


@dataclass
class DemoCity:
    """A database with the loaded city, and the application over it with the city's own present.

    Requests of all its browsers run in one event loop, as they do in a served platform.
    """

    database: Database
    clock: SimulatedClock
    app: "FastAPI"
    loop: "BlockingPortal"

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A transaction that sees everything, undone at its end."""
        with self.database.engine.connect() as opened:
            admit(opened, SYSTEM)
            yield opened
            opened.rollback()

    def client(self, *, https: bool = False) -> "TestClient":
        """A browser without a session."""
        from starlette.testclient import TestClient

        scheme = "https" if https else "http"
        browser = TestClient(self.app, base_url=f"{scheme}://testserver", follow_redirects=False)
        browser.portal = self.loop
        return browser

    def link(self, role: str, subject: str | None = None, label: str = "") -> str:
        """The token of a fresh sign-in link."""
        from tansuo.api.policy import policy
        from tansuo.api.sessions import create_link

        over = SUBJECT[policy().roles[role].scope] if subject is None else subject
        with transaction(self.database, SYSTEM) as connection:
            return create_link(
                connection, role=role, subject=over, label=label or f"test.{role}", clock=self.clock
            )

    def signed_in(self, role: str, subject: str | None = None, label: str = "") -> "TestClient":
        """A browser in which `role` has signed in by a one-time link; `anonymous` has not."""
        browser = self.client()
        if role != "anonymous":
            answer = browser.post(f"/zh/sign-in/{self.link(role, subject, label)}")
            assert answer.status_code == 303, answer.text
        return browser

    def work(self) -> None:
        """Let the worker close chunks and bring every table up to the log, and the importer do its jobs."""
        from tansuo.entry.worker import Worker
        from tansuo.monitoring.importing.work import Importer

        Worker(self.database, projections(), self.clock).step()
        Importer(self.database, projections(), self.clock).step()

    def pass_time(self, **span: float) -> None:
        """Move the present forward."""
        self.clock.advance(int(timedelta(**span).total_seconds() * 1000))


@contextmanager
def copy_of(server: PostgresServer, template: str) -> Iterator[DemoCity]:
    """A copy of the loaded city, dropped at the end."""
    from anyio.from_thread import start_blocking_portal

    from tansuo.api.app import create_app

    clock = SimulatedClock(milliseconds(NOW))
    with clone(server, template) as made, start_blocking_portal() as loop:
        yield DemoCity(made, clock, create_app(made, clock), loop)


@pytest.fixture(scope="session")
def demo_template(server: PostgresServer, template: str) -> str:
    """The name of a database with the city in it, loaded by the first test process that needs it."""
    home = Path(os.environ["TANSUO_HOME"])
    lock = os.open(home / "demo.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with administration(server) as admin:
            known = admin.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": TEMPLATE})
            if known.first() is None:
                admin.execute(text(f"CREATE DATABASE demo_in_making TEMPLATE {template}"))
                making = Database(server.url("demo_in_making", OWNER), server.url("demo_in_making"))
                _load(making, home / "demo-city")
                making.close()
                admin.execute(text(f"ALTER DATABASE demo_in_making RENAME TO {TEMPLATE}"))
    finally:
        os.close(lock)
    return TEMPLATE


def _load(database: Database, folder: Path) -> None:
    """The city, and one signed head of its log."""
    from tansuo.entry.demo.load import Loader
    from tansuo.evidence.signer import SigningService

    folder.mkdir(parents=True)
    loader = Loader(database, projections(), folder, NOW, EXTENT)
    loader.run()
    with SigningService(database, folder / "signer", loader.clock) as signer:
        assert signer.step() is not None
    loader.worker.step()


@pytest.fixture(scope="session")
def demo(server: PostgresServer, demo_template: str) -> Iterator[DemoCity]:
    """The loaded city for tests that only read (sessions apart); one copy a test process."""
    with copy_of(server, demo_template) as made:
        yield made


@pytest.fixture
def demo_copy(server: PostgresServer, demo_template: str) -> Iterator[DemoCity]:
    """A city of this test's own, to write into and to move in time."""
    with copy_of(server, demo_template) as made:
        yield made
