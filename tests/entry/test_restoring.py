"""A backup is restored elsewhere, checked whole, and figures come out the same; a spoilt one is refused."""

import gzip
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from demo_city import DemoCity
from tansuo.database.connect import SYSTEM, owner_transaction, transaction
from tansuo.entry import restoring
from tansuo.evidence import ledger
from tansuo.evidence.backup import MANIFEST, load, read_manifest
from tansuo.evidence.tables import entry
from tansuo.quantity.finding import FindingError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    (made / "policy.txt").write_text("quorum none\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def folder(demo: DemoCity, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demo city."""
    made = tmp_path_factory.mktemp("backup") / "one"
    restoring.write(demo.database, made, home)
    return made


def code(refused: pytest.ExceptionInfo[FindingError]) -> str:
    return refused.value.findings[0].code.removeprefix("evidence.")


def test_a_backup_is_proven_by_restoring_it(demo_copy: DemoCity, folder: Path) -> None:
    proof = restoring.prove(folder, sample=25)
    assert proof.findings == ()
    assert (proof.replayed, proof.equal, proof.sound) == (25, 25, True)
    with transaction(demo_copy.database, SYSTEM) as connection:
        assert proof.backup.size == ledger.size(connection)
        assert proof.backup.origin == ledger.origin(connection)
        assert proof.backup.head
    index = restoring.record(demo_copy.database, proof, demo_copy.clock)
    with transaction(demo_copy.database, SYSTEM) as connection:
        stated = ledger.get(connection, index)
        assert stated is not None
        assert (stated.type, stated.body["sound"], stated.body["backup"]) == (
            "drill",
            True,
            proof.backup.digest,
        )


def test_equal_content_gives_an_equal_backup(
    demo: DemoCity, folder: Path, home: Path, tmp_path: Path
) -> None:
    restoring.write(demo.database, tmp_path / "two", home)
    assert read_manifest(tmp_path / "two").digest == read_manifest(folder).digest


def test_a_backup_goes_into_an_empty_folder_and_an_empty_database_only(
    demo_copy: DemoCity, folder: Path, home: Path
) -> None:
    with pytest.raises(FindingError) as refused:
        restoring.write(demo_copy.database, folder, home)
    assert code(refused) == "backup_not_empty"
    with pytest.raises(FindingError) as refused:
        restoring.restore(demo_copy.database, folder, home)
    assert code(refused) == "backup_elsewhere"


@pytest.mark.parametrize("what", ["gone", "altered", "cut"])
def test_a_spoilt_file_is_found_before_anything_is_restored(
    demo_copy: DemoCity, folder: Path, tmp_path: Path, what: str
) -> None:
    spoilt = tmp_path / "spoilt"
    shutil.copytree(folder, spoilt)
    file = spoilt / "entry.gz"
    if what == "gone":
        file.unlink()
    elif what == "altered":
        rows = bytearray(gzip.decompress(file.read_bytes()))
        rows[len(rows) // 2] ^= 1
        file.write_bytes(gzip.compress(bytes(rows), mtime=0))
    else:
        file.write_bytes(file.read_bytes()[:-9])
    with owner_transaction(demo_copy.database) as owner:
        owner.exec_driver_sql("TRUNCATE entry, leaf")
        with pytest.raises(FindingError) as refused:
            load(owner, spoilt)
        assert code(refused) == "backup_damaged"
        assert owner.execute(select(entry)).first() is None
        owner.rollback()


def test_what_is_no_backup_is_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(FindingError) as refused:
        read_manifest(tmp_path)
    assert code(refused) == "backup_unreadable"
    (tmp_path / MANIFEST).write_bytes(
        (folder / MANIFEST).read_bytes().replace(b"tansuo.backup/1", b"tansuo.backup/9")
    )
    with pytest.raises(FindingError) as refused:
        read_manifest(tmp_path)
    assert code(refused) == "backup_unreadable"
