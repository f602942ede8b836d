"""A ledger is written in the docstring of the test that reads it.

    0  10:00  genesis
    1  10:01  kettle    says 3
    2  10:02  kettle    says 4, replacing 1 because misread

Each line is index, time of the day (by the ledger's clock) and what is stated; an index out of turn fails.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, insert, update

from databases import clone
from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.database.supervisor import PostgresServer
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.projection import Projection
from tansuo.evidence.signer import SigningService
from tansuo.evidence.tables import metadata as evidence_tables

MIDNIGHT_MS = 1_767_225_600_000  # 2026-01-01T00:00Z
_LINE = re.compile(
    r"(?P<index>\d+)  (?P<hour>\d\d):(?P<minute>\d\d)  (?:genesis|(?P<subject>\S+) +says (?P<value>[^,]+)"
    r"(?:, replacing (?P<old>\d+) because (?P<why>.+))?)"
)


_METADATA = MetaData()
SAYING = Table(
    "saying",
    _METADATA,
    Column("subject", Text, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
    Column("value", Text, nullable=False),
)
ECHO = Table(
    "echo",
    _METADATA,
    Column("entry", BigInteger, primary_key=True),
    Column("heard", BigInteger, nullable=False),
)


@pytest.fixture(scope="session")
def lasting(server: PostgresServer, template: str) -> Iterator[Database]:
    """One database for all tests of the ledger; the toy projections' tables are in it too."""
    with clone(server, template) as made:
        with owner_transaction(made) as owner:
            _METADATA.create_all(owner)
            for table in _METADATA.tables:
                owner.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO tansuo_app")
        yield made


@pytest.fixture(scope="session")
def unwritten(lasting: Database) -> Database:
    """The same database for what a test takes back."""
    return lasting


@pytest.fixture
def database(lasting: Database) -> Iterator[Database]:
    """The same database, emptied after each test: much quicker than a new one."""
    yield lasting
    with owner_transaction(lasting) as owner:
        tables = ", ".join([*evidence_tables.tables, *_METADATA.tables])
        owner.exec_driver_sql(f"TRUNCATE {tables}")


@dataclass
class Written:
    """The ledger of a docstring, in the test's own connection."""

    connection: Connection
    clock: SimulatedClock

    def line(self, text: str) -> Entry:
        """Write one line of a docstring ledger."""
        found = _LINE.fullmatch(text.strip())
        assert found, f"not a line of a ledger: {text!r}"
        self.clock.set(MIDNIGHT_MS + (int(found["hour"]) * 60 + int(found["minute"])) * 60_000)
        if found["subject"] is None:
            made = ledger.open_ledger(self.connection, "321100", "Asia/Shanghai", demo=True, clock=self.clock)
        else:
            [made] = ledger.append(self.connection, [draft_of(found)], self.clock)
        assert made.index == int(found["index"]), f"this became entry {made.index}: {text!r}"
        return made

    def entries(self) -> list[Entry]:
        """All of it, as read back."""
        return list(ledger.read(self.connection, 0, ledger.size(self.connection)))


def draft_of(found: re.Match[str]) -> Draft:
    return Draft(
        type="say",
        subject=found["subject"],
        body={"value": found["value"]},
        supersedes=None if found["old"] is None else int(found["old"]),
        why=None if found["why"] is None else {"text": found["why"]},
        by=Actor("p-7", "clerk"),
    )


@pytest.fixture
def written(request: pytest.FixtureRequest, connection: Connection) -> Written:
    """The ledger that the test's docstring tells."""
    book = Written(connection, SimulatedClock(MIDNIGHT_MS))
    for text in (request.function.__doc__ or "").splitlines():
        if re.match(r"\s+\d+  \d\d:\d\d  ", text):
            book.line(text)
    return book


def _apply_sayings(connection: Connection, entries: Sequence[Entry]) -> None:
    for one in entries:
        connection.execute(
            update(SAYING)
            .where(SAYING.c.subject == one.subject, SAYING.c.superseded_at.is_(None))
            .values(superseded_at=one.index)
        )
        row = {"subject": one.subject, "entry": one.index, "value": one.body["value"]}
        connection.execute(insert(SAYING).values(row))


def _apply_echo(connection: Connection, entries: Sequence[Entry]) -> None:
    """How many sayings the projection before this one knows when an ``ask`` is met."""
    for one in entries:
        heard = len(connection.execute(SAYING.select()).all())
        connection.execute(insert(ECHO).values(entry=one.index, heard=heard))


@pytest.fixture
def sayings() -> list[Projection]:
    """Two toy projections, the second of which reads the first."""
    return [
        Projection("sayings", ("saying",), frozenset({"say"}), _apply_sayings),
        Projection("echo", ("echo",), frozenset({"ask"}), _apply_echo),
    ]


@pytest.fixture
def saying_table() -> Table:
    """The table of the first toy projection."""
    return SAYING


@pytest.fixture
def echo_table() -> Table:
    """The table of the second."""
    return ECHO


Forge = Callable[[str], None]


@pytest.fixture
def forge(database: Database) -> Forge:
    """Alter stored rows as somebody with the owner's password would: the application role cannot."""

    def alter(statement: str) -> None:
        with owner_transaction(database) as owner:
            touched = owner.exec_driver_sql(statement).rowcount
            assert touched != 0, f"nothing was altered by: {statement}"

    return alter


@dataclass
class Kept:
    """A committed ledger of one database, for tests in which several parties meet."""

    database: Database
    clock: SimulatedClock

    def say(self, *values: str, subject: str = "kettle") -> list[Entry]:
        """Append one saying for each value and commit."""
        with transaction(self.database, SYSTEM) as connection:
            drafts = [Draft("say", subject, {"value": value}) for value in values]
            return ledger.append(connection, drafts, self.clock)

    def size(self) -> int:
        with transaction(self.database, SYSTEM) as connection:
            return ledger.size(connection)

    def signer(self, directory: Path) -> SigningService:
        return SigningService(self.database, directory, self.clock)


@pytest.fixture
def kept(database: Database) -> Kept:
    """An opened ledger with the genesis entry alone."""
    clock = SimulatedClock(MIDNIGHT_MS)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    return Kept(database, clock)
