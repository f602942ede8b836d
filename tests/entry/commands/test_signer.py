"""``tansuo signer key``: the change of the log's key as an administrator makes it."""

import json
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.cli import main
from tansuo.entry.commands import signer as command
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.signer import SigningService

Printed = pytest.CaptureFixture[str]
DAY = 86_400_000


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(1_767_225_600_000)


@pytest.fixture
def city(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: SimulatedClock
) -> Database:
    """A ledger with one signed head, whose signer is not running."""
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    with SigningService(database, tmp_path / "signer", clock) as service:
        service.step()
    monkeypatch.setattr(command, "open_database", lambda: database)
    monkeypatch.setattr(command, "system_clock", lambda: clock)
    monkeypatch.setattr(command, "home", lambda: tmp_path)
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    return database


def answered(capsys: Printed, *words: str) -> list[dict[str, object]]:
    assert main(["signer", "key", *words, "--json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_next_status_retire(city: Database, tmp_path: Path, clock: SimulatedClock, capsys: Printed) -> None:
    [first] = answered(capsys, "status")
    assert first["signs"] is True
    assert main(["signer", "key", "next"]) == 0
    said = capsys.readouterr().out
    assert "Entry 2 names the next key" in said and "2026-02-01 08:00:00" in said and "next.key" in said
    assert [one["signs"] for one in answered(capsys, "status")] == [True, True]
    assert main(["signer", "key", "status"]) == 0
    said = capsys.readouterr().out
    assert "signs beside the new one" in said and "until 2026-02-01 08:00:00" in said
    assert main(["signer", "key", "next"]) == 2
    assert "being changed" in capsys.readouterr().err
    assert main(["signer", "key", "retire"]) == 2
    assert "31 days are left" in capsys.readouterr().err
    clock.set(clock.now_ms() + 31 * DAY)
    assert main(["--language", "zh", "signer", "key", "retire"]) == 0
    assert "旧密钥已停用" in capsys.readouterr().out
    with transaction(city, SYSTEM) as connection:
        ledger.append(connection, [Draft("say", "kettle", {"value": "3"})], clock)
    with SigningService(city, tmp_path / "signer", clock) as service:
        service.step()
    assert [one["signs"] for one in answered(capsys, "status")] == [False, True]
    assert main(["--language", "en", "ledger", "keys"]) == 0
    assert "retired" in capsys.readouterr().out


def test_a_running_signer_announces_the_key_itself(
    city: Database, tmp_path: Path, clock: SimulatedClock, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SigningService(city, tmp_path / "signer", clock) as running:
        monkeypatch.setattr(command, "WAIT_SECONDS", -1.0)
        assert main(["signer", "key", "next"]) == 2
        assert "announces it when it next signs" in capsys.readouterr().err
        monkeypatch.setattr(command.time, "sleep", lambda _: running.step())
        monkeypatch.setattr(command, "WAIT_SECONDS", 60.0)
        made = answered(capsys, "next")
    assert answered(capsys, "status")[1]["key"] == made["key"]  # type: ignore[call-overload]


def test_where_there_is_no_signer(
    city: Database, capsys: Printed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "home", lambda: tmp_path / "elsewhere")
    for action in ("next", "retire"):
        assert main(["signer", "key", action]) == 2
        assert "no signing key here" in capsys.readouterr().err
