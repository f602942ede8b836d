"""``tansuo ledger prove``: receipts made and checked on the command line, the check without any platform."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.cli import main
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import register_document
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import verifier_key
from tansuo.evidence.signer import SigningService
from tansuo.monitoring.intake import close_chunks, pack, receive_file, store_chunk
from tansuo.monitoring.record import Grade, Received
from tansuo.reporting.verifier import verifier_program

FRAMES = [b"##0001a", b"##0001b", b"##0001c"]
BILL = b"a bill"


@pytest.fixture
def city(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy and a bill; a log with a bill (1), three frames (2), a file of readings (3), the key
    (4), all signed, and an entry that is not (5)."""
    clock = SimulatedClock(1_767_225_600_000)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
        bill = register_document(connection, "bill", "text/plain", BILL, "demo.power-a", clock=clock)
        store_chunk(
            connection,
            "hj212",
            pack(Received(5, at, "p", Grade.NONE, one) for at, one in enumerate(FRAMES)),
            3,
        )
        close_chunks(connection, clock)
        receive_file(connection, "r.csv", b"t,v", b"map", "m", "demo.power-a", bill.by, clock=clock)
    with SigningService(database, tmp_path / "signer", clock) as service:
        service.step()
    with transaction(database, SYSTEM) as connection:
        register_document(connection, "late", "text/plain", b"late", "demo.power-a", clock=clock)
    key = verifier_key(FileSigner.load(tmp_path / "signer" / "signer.key"))
    (tmp_path / "policy.txt").write_text(f"log {key}\n")
    (tmp_path / "bill").write_bytes(BILL)
    monkeypatch.setattr("tansuo.entry.proving.open_database", lambda: database)
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_receipt_is_made_and_checked(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "1", "-o", "."]) == 0
    assert "The receipt is in R1-" in capsys.readouterr().err
    (file,) = city.glob("R1-*.tlog-proof")
    assert file.read_text().startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert main(["ledger", "prove", "--check", file.name, "--policy", "policy.txt", "--of", "bill"]) == 0
    said = capsys.readouterr().out
    assert "✓ the file that was entered" in said and said.endswith("VERIFIED\n")
    (city / "bill").write_bytes(b"another bill")
    assert (
        main(["ledger", "prove", "--check", file.name, "--policy", "policy.txt", "--of", "bill", "--json"])
        == 1
    )
    assert json.loads(capsys.readouterr().out)["verdict"] == "refused"


def test_a_frame_has_a_receipt_of_its_own(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "2", "--frame", "1", "-o", "f"]) == 0
    (city / "frame").write_bytes(FRAMES[1])
    words = ["ledger", "prove", "--check", "f", "--policy", "policy.txt", "--of", "frame"]
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["statement"]["frame"]["record"] == 1
    assert main(["--language", "zh", *words]) == 0
    assert "验真通过" in capsys.readouterr().out


def test_the_receipt_of_a_file_is_that_of_its_entry(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["3", "--frame", "9"], ["3"]):
        assert main(["ledger", "prove", *words]) == 0
    whole = capsys.readouterr().out
    assert whole[: len(whole) // 2] == whole[len(whole) // 2 :]


def test_it_is_checked_where_nothing_is_installed(city: Path) -> None:
    assert main(["ledger", "prove", "1", "-o", "one"]) == 0
    (city / "verify.py").write_bytes(verifier_program())
    words = [
        sys.executable,
        "-I",
        "-S",
        "verify.py",
        "one",
        "--policy",
        "policy.txt",
        "--of",
        "bill",
        "--json",
    ]
    done = subprocess.run(words, cwd=city, capture_output=True, check=False, text=True)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "verified"), done.stderr


WRONG = {
    "evidence.receipt_usage": [],
    "evidence.no_such_entry": ["99"],
    "evidence.not_signed_yet": ["5"],
    "reporting.no_such_frame": ["2", "--frame", "3"],
    "evidence.receipt_file": ["--check", "nowhere"],
    "evidence.policy_unreadable": ["--check", "bill", "--policy", "bill"],
}


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_be_done_is_said_with_a_remedy(
    city: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    assert main(["ledger", "prove", *WRONG[code], "--json"]) == 2
    (one,) = json.loads(capsys.readouterr().out)["findings"]
    assert one["code"] == code and one["zh"] and one["en"] and "{" not in one["en"] + one["zh"]


def test_frames_of_what_is_no_arrival(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "1", "--frame", "0"]) == 2
    assert "holds no frame 0" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["ledger", "prove", "-1"])


def test_without_a_policy_the_one_of_this_home_counts(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "prove", "1", "-o", "one"]) == 0
    assert main(["ledger", "prove", "--check", "one"]) == 1
    assert "a policy that names the log's key is needed" in capsys.readouterr().out
    (city / "home").mkdir()
    (city / "home" / "policy.txt").write_text((city / "policy.txt").read_text())
    assert main(["ledger", "prove", "--check", "one"]) == 0
