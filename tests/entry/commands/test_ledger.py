"""``tansuo ledger check`` and ``export`` as people and scripts use them."""

import json
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.entry.cli import main
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.signer import SigningService
from tansuo.monitoring.intake import close_chunks, pack, store_chunk
from tansuo.monitoring.record import Grade, Received

FRAMES = [b"##0001a", b"##0001b", b"##0001c"]


@pytest.fixture
def city(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A signed ledger of four entries, one of them an arrival of three frames."""
    clock = SimulatedClock(1_767_225_600_000)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
        ledger.append(connection, [Draft("say", "kettle", {"value": "3"})], clock)
        received = [Received(5, number, "peer", Grade.NONE, frame) for number, frame in enumerate(FRAMES)]
        store_chunk(connection, "hj212", pack(received), len(received))
        close_chunks(connection, clock)
    with SigningService(database, tmp_path / "signer", clock) as service:
        service.step()
    monkeypatch.setattr("tansuo.entry.commands.ledger.open_database", lambda: database)
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    return database


def test_a_sound_ledger(city: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "check"]) == 0
    said = capsys.readouterr()
    assert "4 entries" in said.out and "everything agrees" in said.out
    assert "--key" in said.out
    assert "entries 4/4" in said.err


def test_the_same_in_chinese(city: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "zh", "ledger", "check"]) == 0
    assert "4 条" in (said := capsys.readouterr().out) and "全部相符" in said


def test_what_was_altered_is_named_and_the_exit_code_is_one(
    city: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with owner_transaction(city) as owner:
        owner.exec_driver_sql("UPDATE entry SET data = data || ' ' WHERE index = 1")
    assert main(["ledger", "check"]) == 1
    said = capsys.readouterr()
    assert "The bytes of entry 1 are not those that were hashed" in said.err
    assert "2 things do not agree" in said.out
    assert main(["ledger", "check", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["sound"] is False
    assert [one["code"] for one in report["findings"]] == ["evidence.entry_bytes", "evidence.entry_malformed"]
    assert {one["where"]["entry"] for one in report["findings"]} == {1}


def test_an_altered_frame_is_found_in_its_arrival(city: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with owner_transaction(city) as owner:
        owner.exec_driver_sql("UPDATE blob SET data = set_byte(data, 20, get_byte(data, 20) # 1)")
    assert main(["ledger", "check", "--json"]) == 1
    codes = {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert codes == {"evidence.blob_hash", "monitoring.arrival_bytes_differ"}


def test_the_key_may_come_from_outside(
    city: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction(city, SYSTEM) as connection:
        key = str(ledger.get(connection, 3).body["key"])
    (tmp_path / "key").write_text(key + "\n")
    for given in (key, str(tmp_path / "key")):
        assert main(["ledger", "check", "--key", given]) == 0
        assert "--key" not in capsys.readouterr().out
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert main(["ledger", "check", "--key", other]) == 1
    assert "no known key" in capsys.readouterr().err
    assert main(["ledger", "check", "--key", "no key"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_export_and_again(city: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "export", str(tmp_path / "mirror")]) == 0
    assert "2 files written, 0 were there" in capsys.readouterr().out
    assert main(["ledger", "export", str(tmp_path / "mirror"), "--json"]) == 0
    stated = json.loads(capsys.readouterr().out)
    assert (stated["written"], stated["kept"]) == (0, 2)
    assert stated["log"].endswith("@4") and len(stated["root"]) == 64
    assert (tmp_path / "mirror" / "checkpoint").read_text().startswith(stated["log"].split("@")[0])


def test_an_empty_home_says_what_to_do(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tansuo.entry.commands.ledger.open_database", lambda: database)
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    assert main(["ledger", "check"]) == 1
    assert "no genesis entry" in capsys.readouterr().err
    assert main(["ledger", "export", str(tmp_path)]) == 2
    assert "no signed checkpoint" in capsys.readouterr().err
