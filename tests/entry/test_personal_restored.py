"""Backups hold personal data sealed: what was erased does not come back from any of them, old ones included."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from databases import clone
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import PostgresServer
from tansuo.entry import restoring
from tansuo.entry.checking import full_check
from tansuo.entry.compose import migration_sets
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor
from tansuo.evidence.erasable import check_erasable, redactions
from tansuo.evidence.erasable_keys import read_keys, write_keys
from tansuo.evidence.ledger import open_ledger
from tansuo.evidence.tables import erasable, erasable_key
from tansuo.quantity.finding import FindingError
from tansuo.registry import personal

CLOCK = SimulatedClock(1_772_323_200_000)
FIRST, SECOND = Actor("s.one", "security_admin"), Actor("a.two", "audit_admin")
NAME, OTHER = "示例人员甲", "示例人员乙"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def city(database: Database) -> Database:
    """A log with two people and a scan."""
    with transaction(database, SYSTEM) as connection:
        open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)
        for person, name in (("p.one", NAME), ("p.two", OTHER)):
            personal.store(connection, person, "demo.firm", {"name": name}, FIRST, CLOCK)
        personal.keep_document(
            connection, f"{NAME}.pdf", "application/pdf", NAME.encode(), "demo.firm", FIRST, CLOCK
        )
    return database


def erase_first(database: Database) -> int:
    """Erase everything of p.one, by two people; the index of the redact entry."""
    with transaction(database, SYSTEM) as connection:
        asked = personal.ask(connection, "pipl-47-3", "consent withdrawn", FIRST, CLOCK, person="p.one")
        done = personal.confirm(connection, str(asked.body["id"]), SECOND, CLOCK)
        [redact] = done.body["notes"]["redacted"]  # type: ignore[index]
        return int(redact)


@pytest.fixture
def empty(server: PostgresServer) -> Iterator[Database]:
    """An empty database to restore into."""
    with clone(server) as made:
        upgrade(made, migration_sets())
        yield made


def stored(connection: Connection) -> dict[str, list[str]]:
    return {
        person: [
            one.fields["name"] for one in personal.opened(connection, personal.versions(connection, person))
        ]
        for person in ("p.one", "p.two")
    }


def test_a_backup_without_its_keys_says_no_word(city: Database, home: Path, tmp_path: Path) -> None:
    restoring.write(city, tmp_path / "b" / "monday", home)
    keys = tmp_path / "b" / "personal.keys"
    for file in (tmp_path / "b" / "monday").glob("*.gz"):
        data = gzip.decompress(file.read_bytes())
        assert NAME.encode() not in data and OTHER.encode() not in data, file
    assert NAME.encode() not in keys.read_bytes()
    assert keys.stat().st_mode & 0o777 == 0o600
    assert (len(read_keys(keys).rows), read_keys(keys).redacted) == (3, {})


def test_a_backup_is_restored_with_its_keys(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    restoring.write(city, tmp_path / "b" / "monday", home)
    restoring.restore(empty, tmp_path / "b" / "monday", home)
    with transaction(empty, SYSTEM) as connection:
        assert stored(connection) == {"p.one": [NAME], "p.two": [OTHER]}
        assert full_check(connection).findings == ()
    assert restoring.prove(tmp_path / "b" / "monday").sound


def test_what_was_erased_since_an_old_backup_is_erased_again(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    restoring.write(city, tmp_path / "b" / "monday", home)
    at = erase_first(city)
    restoring.write(city, tmp_path / "b" / "tuesday", home)
    backup = restoring.restore(empty, tmp_path / "b" / "monday", home, clock=CLOCK)
    assert backup.size <= at  # Monday's log knows nothing of it
    with transaction(empty, SYSTEM) as connection:
        assert stored(connection) == {"p.one": [], "p.two": [OTHER]}
        [gone] = redactions(connection, [one.commitment for one in personal.items(connection)]).values()
        assert gone.index == backup.size
        said = {name: gone.body[name] for name in ("basis", "reason", "asked_by", "again")}
        assert said == {
            "basis": "pipl-47-3", "reason": "consent withdrawn", "asked_by": "s.one", "again": at,
        }  # fmt: skip
        assert gone.body["redacted_by"] == {"id": "a.two", "role": "audit_admin"}
        assert len(connection.execute(select(erasable)).all()) == 2
        assert full_check(connection).findings == ()


def test_a_newer_backup_needs_no_second_erasure(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    at = erase_first(city)
    restoring.write(city, tmp_path / "b" / "one", home)
    backup = restoring.restore(empty, tmp_path / "b" / "one", home)
    with transaction(empty, SYSTEM) as connection:
        assert ledger.size(connection) == backup.size > at
        assert stored(connection) == {"p.one": [], "p.two": [OTHER]}
        assert full_check(connection).findings == ()


def test_keys_that_are_older_than_the_backup_are_refused(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    restoring.write(city, tmp_path / "b" / "monday", home)
    old = (tmp_path / "b" / "personal.keys").read_bytes()
    erase_first(city)
    restoring.write(city, tmp_path / "b" / "tuesday", home)
    (tmp_path / "old.keys").write_bytes(old)
    with pytest.raises(FindingError) as refused:
        restoring.restore(empty, tmp_path / "b" / "tuesday", home, keys=tmp_path / "old.keys")
    assert refused.value.findings[0].code == "evidence.keys_old"


def test_an_old_keys_file_that_was_kept_opens_an_old_backup(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    """What no software can do: who keeps Monday's keys beside Monday's backup has what was erased on Tuesday."""
    restoring.write(city, tmp_path / "b" / "monday", home)
    (tmp_path / "old.keys").write_bytes((tmp_path / "b" / "personal.keys").read_bytes())
    erase_first(city)
    restoring.write(city, tmp_path / "b" / "tuesday", home)
    restoring.restore(empty, tmp_path / "b" / "monday", home, keys=tmp_path / "old.keys")
    with transaction(empty, SYSTEM) as connection:
        assert stored(connection)["p.one"] == [NAME]


def test_the_keys_file_is_never_set_back(city: Database, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "personal.keys"
    with transaction(city, SYSTEM) as connection:
        size = write_keys(connection, file).size
    newer = json.loads(file.read_bytes())
    file.write_text(json.dumps({**newer, "size": size + 1}, separators=(",", ":"), sort_keys=True))
    with transaction(city, SYSTEM) as connection, pytest.raises(FindingError) as refused:
        write_keys(connection, file)
    assert refused.value.findings[0].code == "evidence.keys_elsewhere"


@pytest.mark.parametrize("text", ["", "{}", '{"form":"tansuo.keys/2"}', '{"form":"tansuo.keys/1"}'])
def test_no_keys_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "k").write_text(text)
    with pytest.raises(FindingError) as refused:
        read_keys(tmp_path / "k")
    assert refused.value.findings[0].code == "evidence.keys_unreadable"


def test_lost_keys_are_said_and_every_item_named(
    city: Database, home: Path, tmp_path: Path, empty: Database
) -> None:
    restoring.write(city, tmp_path / "b" / "monday", home)
    (tmp_path / "b" / "personal.keys").unlink()
    with pytest.raises(FindingError) as refused:
        restoring.restore(empty, tmp_path / "b" / "monday", home)
    assert refused.value.findings[0].code == "evidence.keys_needed"
    restoring.restore(empty, tmp_path / "b" / "monday", home, without_keys=True)
    with transaction(empty, SYSTEM) as connection:
        assert connection.execute(select(erasable_key)).all() == []
        assert [one.code for one in check_erasable(connection)] == ["evidence.personal_missing"] * 3
