"""Anchors: a notary's program is given the head, and what it prints is kept."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.cli import main
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.anchoring import (
    DAY_MS,
    LARGEST,
    RETRY_MS,
    AnchorError,
    Party,
    anchor,
    ask,
    collect,
    parties_of,
    standings,
)
from tansuo.evidence.check import check
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Draft
from tansuo.evidence.signer import SigningService
from tansuo.quantity.finding import FindingError

NOON = 1_767_225_600_000
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "anchor.md"


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def city(
    database: Database, tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """A signed log of two entries, whose home is the test's folder."""
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=clock)
    with SigningService(database, tmp_path / "signer", clock) as service:
        service.step()
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    monkeypatch.setattr("tansuo.entry.commands.anchor.open_database", lambda: database)
    monkeypatch.setattr("tansuo.entry.commands.anchor.system_clock", lambda: clock)
    return database


def program(folder: Path, body: str, name: str = "notary.sh") -> str:
    file = folder / name
    file.write_text(body if body.startswith("#!") else f"#!/bin/sh\n{body}\n")
    file.chmod(0o700)
    return str(file)


def named(folder: Path, body: str) -> None:
    """``anchors.toml`` with a notary who has a program, and a court that is reached by file."""
    command = json.dumps([program(folder, body)])
    text = f'[notary]\ntitle = "a notary"\ncommand = {command}\n\n[court]\ntitle = "a court"\n'
    (folder / "anchors.toml").write_text(text)


def example() -> str:
    """The program of the reference, as it is printed there."""
    found = re.search(r"```sh\n(#!/bin/sh\n.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_of_the_reference_anchors_the_head(
    city: Database, tmp_path: Path, clock: SimulatedClock
) -> None:
    named(tmp_path, example())
    (entry,) = collect(city, tmp_path, clock)
    with transaction(city, SYSTEM) as connection:
        head = checkpoint.latest(connection)
        assert head is not None
        reply = get_blob(connection, str(entry.body["blob"]))
        digest = sha256(head.note.encode()).hexdigest()
        assert reply == f"anchored 2 entries of {head.checkpoint.origin}\n{digest}\n".encode()
        assert (entry.type, entry.subject, entry.org) == ("anchor", "anchor/notary", "public")
        assert {key: entry.body[key] for key in ("form", "size", "root", "note_sha256", "way", "bytes")} == {
            "form": "tansuo.anchor/1", "size": 2, "root": head.checkpoint.root.hex(), "note_sha256": digest,
            "way": "command", "bytes": len(reply),
        }  # fmt: skip
        assert check(connection).sound


def test_a_party_is_asked_once_a_day(city: Database, tmp_path: Path, clock: SimulatedClock) -> None:
    named(tmp_path, example())
    assert len(collect(city, tmp_path, clock)) == 1
    clock.advance(DAY_MS - 1)
    assert collect(city, tmp_path, clock) == []
    clock.advance(1)
    assert len(collect(city, tmp_path, clock)) == 1


def test_a_failure_is_kept_in_sight_and_tried_again(
    city: Database, tmp_path: Path, clock: SimulatedClock
) -> None:
    named(tmp_path, "echo first >&2; echo the office is closed >&2; exit 3")
    assert collect(city, tmp_path, clock) == []
    with transaction(city, SYSTEM) as connection:
        notary, court = standings(connection, parties_of(tmp_path))
    assert (notary.problem, notary.tried_ms, notary.last, notary.size) == (
        "the office is closed",
        NOON,
        None,
        None,
    )
    assert (court.problem, court.tried_ms) == ("", None)
    named(tmp_path, example())
    clock.advance(RETRY_MS - 1)
    assert collect(city, tmp_path, clock) == []
    clock.advance(1)
    assert len(collect(city, tmp_path, clock)) == 1
    with transaction(city, SYSTEM) as connection:
        notary = standings(connection, parties_of(tmp_path))[0]
    assert (notary.problem, notary.size) == ("", 2)


@pytest.mark.parametrize(
    ("body", "said"),
    [("exit 7", "exit code 7"), ("cat > /dev/null", "no reply"), ("sleep 9", "timed out")],
)
def test_what_is_no_reply(body: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(AnchorError, match=said):
        ask(Party("n", "n", (program(tmp_path, body),)), "note", timeout=0.3 if "sleep" in body else 20)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnchorError, match="nowhere"):
        ask(Party("n", "n", ("/nowhere",)), "note")


def test_a_reply_too_long_is_a_failure_and_an_unsigned_log_is_none(
    database: Database, city: Database, tmp_path: Path, clock: SimulatedClock
) -> None:
    named(tmp_path, f"head -c {LARGEST + 1} /dev/zero")
    assert collect(city, tmp_path, clock) == []
    with transaction(city, SYSTEM) as connection:
        assert str(LARGEST + 1) in standings(connection, parties_of(tmp_path))[0].problem


def test_before_the_first_head_nothing_is_asked(
    connection: object, database: Database, tmp_path: Path, clock: SimulatedClock
) -> None:
    assert anchor(database, Party("n", "n", ("/nowhere",)), clock) is None


def test_by_file(
    city: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], clock: SimulatedClock
) -> None:
    named(tmp_path, example())
    head, reply = tmp_path / "head.txt", tmp_path / "reply.pdf"
    assert main(["anchor", "export", "-o", str(head)]) == 0
    reply.write_bytes(b"%PDF a certificate")
    with transaction(city, SYSTEM) as connection:  # the log has grown meanwhile
        ledger.append(connection, [Draft("say", "kettle", {})], clock)
    assert main(["anchor", "import", "court", str(reply), "--head", str(head)]) == 0
    assert "a court has anchored the head at 2 (entry 3)" in capsys.readouterr().out
    with transaction(city, SYSTEM) as connection:
        entry = ledger.get(connection, 3)
        assert entry is not None and entry.body["way"] == "file"
        assert get_blob(connection, str(entry.body["blob"])) == b"%PDF a certificate"
    head.write_text(head.read_text().replace("\n2\n", "\n3\n"))
    for wrong in (head, reply):
        assert main(["anchor", "import", "court", str(reply), "--head", str(wrong), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "evidence.anchor_head"


def test_on_the_command_line(city: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anchor", "status"]) == 0
    assert "not configured" in capsys.readouterr().out
    named(tmp_path, "exit 3")
    assert main(["anchor", "now", "notary"]) == 1
    assert "the last attempt failed: exit code 3" in capsys.readouterr().err
    assert main(["--language", "zh", "anchor", "status"]) == 0
    said = capsys.readouterr().out
    assert "尚未固化过" in said and "上次尝试未成" in said
    named(tmp_path, example())
    assert main(["anchor", "now", "notary"]) == 0
    assert main(["anchor", "status", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(one["party"], one["size"], one["problem"]) for one in found] == [
        ("notary", 2, ""),
        ("court", None, ""),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["now", "nobody"], "evidence.no_such_party"),
        (["import", "court", "nowhere", "--head", "nowhere"], "evidence.receipt_file"),
    ],
)
def test_what_cannot_be_done_is_said(
    city: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    named(tmp_path, example())
    assert main(["anchor", *words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == code


def test_without_a_head_there_is_nothing_to_carry(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    monkeypatch.setattr("tansuo.entry.commands.anchor.open_database", lambda: database)
    named(tmp_path, example())
    for words in (["export", "-o", str(tmp_path / "h")], ["now", "notary"]):
        assert main(["anchor", *words, "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "evidence.nothing_signed"


@pytest.mark.parametrize(
    "text", ["no toml [", "notary = 3", "[n]\ntitle = 3", "[n]\ncommand = 'x'", "[n]\ncommand = [3]"]
)
def test_settings_that_cannot_be_read_are_named(text: str, tmp_path: Path) -> None:
    assert parties_of(tmp_path) == []
    (tmp_path / "anchors.toml").write_text(text)
    with pytest.raises(FindingError) as refused:
        parties_of(tmp_path)
    assert refused.value.findings[0].code == "evidence.anchors_unreadable"
