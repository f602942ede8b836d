"""Receipts that somebody keeps: both verifiers vouch for the honest ones and for nothing else."""

import base64
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from second_verifier import Judges
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence import canonical, ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import register_document
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import COSIGNATURE, VerifierKey, verifier_key
from tansuo.evidence.policy import Policy, read_policy
from tansuo.evidence.proving import prove
from tansuo.evidence.signer import SigningService
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.monitoring.intake import close_chunks, pack, store_chunk
from tansuo.monitoring.record import Grade, Received
from tansuo.reporting.frame_receipt import prove_frame
from tansuo.verify.main import verify

BILL = b"a bill of 30 pages"
FRAMES = [f"##0012QN={number};CN=2011".encode() for number in range(300)]


class Signed:
    """A log with a bill (1), an arrival of 300 frames (2) and a statement that names two documents (3)."""

    def __init__(self, database: Database, folder: Any) -> None:
        clock = SimulatedClock(1_767_225_600_000)
        self.database = database
        with transaction(database, SYSTEM) as connection:
            ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
            register_document(connection, "bill", "text/plain", BILL, "demo.power-a", clock=clock)
            received = [Received(5 + at, at, "10.0.0.9", Grade.NONE, one) for at, one in enumerate(FRAMES)]
            store_chunk(connection, "hj212", pack(received), len(received))
            close_chunks(connection, clock)
            named = {
                "documents": ["0" * 64, "00d9bf1235b65cc60a23478250f3f8e37b23ca973e7442a4415a28f489b1a0d7"]
            }
            ledger.append(connection, [Draft("say", "kettle", named)], clock)
        with SigningService(database, folder, clock) as service:
            service.step()
        self.policy = f"log {verifier_key(FileSigner.load(folder / 'signer.key'))}\n"

    def with_entry(self, index: int, make: Callable[[Connection, Entry], TlogProof]) -> TlogProof:
        with transaction(self.database, SYSTEM) as connection:
            entry = ledger.get(connection, index)
            assert entry is not None
            return make(connection, entry)

    def of(self, index: int, frame: int | None = None) -> TlogProof:
        """The receipt of an entry or frame."""
        if frame is None:
            return self.with_entry(index, lambda connection, one: prove(connection, one, Policy()))
        return self.with_entry(index, lambda connection, one: prove_frame(connection, one, frame, Policy()))


@pytest.fixture
def signed(database: Database, tmp_path: Any) -> Signed:
    return Signed(database, tmp_path / "signer")


def steps(said: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one["step"], one["ok"]) for one in said["steps"]]


def test_the_receipt_of_a_document_and_the_document(signed: Signed, judges: Judges) -> None:
    text = signed.of(1).written.encode()
    said = judges.ask(text, signed.policy, BILL)
    assert said["verdict"] == "verified"
    assert [one for one, _ in steps(said)] == ["proof", "checkpoint", "entries", "inclusion", "document"]
    one = said["statement"]
    assert (one["type"], one["subject"][:9], one["frame"], one["synthetic"]) == (
        "document",
        "document/",
        None,
        True,
    )
    assert one["receipt"].startswith("R1-") and one["size"] == 5
    unseen = judges.ask(text, signed.policy)
    assert unseen["verdict"] == "verified"
    assert any("no file of yours" in two["en"] for two in unseen["not_checked"])
    other = judges.ask(text, signed.policy, BILL + b"!")
    assert (other["verdict"], steps(other)[-1]) == ("refused", ("document", False))
    spoken = verify(text, read_policy(signed.policy), BILL).text(False)
    assert one["receipt"] in spoken and "2026-01-01T00:00:00+00:00" in spoken and "SYNTHETIC" in spoken


def test_a_document_named_deep_in_an_entry_is_found(signed: Signed, judges: Judges) -> None:
    text = signed.of(3).written.encode()
    assert judges.ask(text, signed.policy, b"x y z")["verdict"] == "verified"
    entry = signed.with_entry(3, lambda _, one: TlogProof(3, (), one.data.decode())).note.encode()
    assert judges.ask(text, signed.policy, entry)["verdict"] == "verified"
    assert judges.ask(text, signed.policy, b"x y")["verdict"] == "refused"


@pytest.mark.parametrize("number", [0, 1, 255, 256, 299])
def test_the_receipt_of_one_frame_shows_its_batch_and_its_bytes(
    signed: Signed, judges: Judges, number: int
) -> None:
    text = signed.of(2, number).written.encode()
    said = judges.ask(text, signed.policy, FRAMES[number])
    assert said["verdict"] == "verified"
    assert [one for one, _ in steps(said)] == [
        "proof", "checkpoint", "entries", "inclusion", "frame", "document",
    ]  # fmt: skip
    frame = said["statement"]["frame"]
    assert (frame["record"], frame["received_ms"]) == (number, 5 + number)
    assert judges.ask(text, signed.policy, FRAMES[number - 1])["verdict"] == "refused"


def changed(proof: TlogProof, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The receipt with something else in its extra line, which nobody has signed."""
    assert proof.extra is not None
    extra: Any = canonical.decode(proof.extra)
    change(extra)
    return replace(proof, extra=canonical.encode(extra)).written.encode()


def test_what_nobody_signed_is_not_believed(signed: Signed, judges: Judges) -> None:
    frame, entry = signed.of(2, 7), signed.of(1)
    other: Any = canonical.decode(signed.of(2, 8).extra or b"")
    forged = {
        "another frame": (frame, lambda one: one["frame"].update(data=other["frame"]["data"])),
        "another place": (frame, lambda one: one["frame"].update(record=8)),
        "another path": (frame, lambda one: one["frame"].update(path=other["frame"]["path"])),
        "a path of odd hashes": (frame, lambda one: one["frame"].update(path=["AAAA"])),
        "no frame's bytes": (frame, lambda one: one["frame"].update(data="")),
        "a frame's bytes written otherwise": (frame, lambda one: one["frame"].update(data="ZR==")),
        "a frame cut short": (frame, lambda one: one["frame"].update(data=base64.b64encode(b"123").decode())),
        "a frame of a document": (entry, lambda one: one.update(frame=other["frame"])),
        "an entry altered": (entry, lambda one: one.update(entry=one["entry"].replace("bill", "bell"))),
        "an entry of another layout": (
            entry,
            lambda one: one.update(entry=one["entry"].replace(",", ", ", 1)),
        ),
        "no entry of a ledger": (entry, lambda one: one.update(entry='{"a":1}')),
        "a number": (entry, lambda one: one.update(entry="5")),
        "another version": (entry, lambda one: one.update(entry=one["entry"].replace('"v":1', '"v":2'))),
        "a frame that is none": (frame, lambda one: one.update(frame={})),
    }
    for name, (proof, change) in forged.items():
        assert judges.ask(changed(proof, change), signed.policy)["verdict"] == "refused", name


def test_without_our_extra_line_the_holder_brings_the_entry(signed: Signed, judges: Judges) -> None:
    whole = signed.of(1)
    entry = signed.with_entry(1, lambda _, one: TlogProof(1, (), one.data.decode())).note.encode()
    for extra in (None, b"somebody else's", b"[]", canonical.encode({"form": "another/1"})):
        bare = replace(whole, extra=extra).written.encode()
        assert judges.ask(bare, signed.policy, entry)["verdict"] == "verified"
        assert steps(judges.ask(bare, signed.policy))[-1] == ("entries", False)
        assert judges.ask(bare, signed.policy, BILL)["verdict"] == "refused"


def test_a_receipt_needs_a_key_from_outside(signed: Signed, judges: Judges) -> None:
    text = signed.of(1).written.encode()
    for policy in ("", "quorum none\n", f"log {verifier_key(FileSigner('x', bytes(32)))}\n"):
        assert steps(judges.ask(text, policy))[-1] == ("checkpoint", False)


def test_a_quorum_is_asked_for(signed: Signed, judges: Judges) -> None:
    key = VerifierKey("w.example", COSIGNATURE, FileSigner("w.example", b"\7" * 32).public_key)
    asked = f"{signed.policy}witness w {key}\nquorum w\n"
    said = judges.ask(signed.of(1).written.encode(), asked)
    assert (said["verdict"], steps(said)[-1]) == ("refused", ("checkpoint", False))


def test_another_place_or_path_is_refused(signed: Signed, judges: Judges) -> None:
    one, other = signed.of(1), signed.of(3)
    for proof in (
        replace(one, index=0),
        replace(one, index=5),
        replace(one, path=other.path),
        replace(one, path=()),
    ):
        assert steps(judges.ask(proof.written.encode(), signed.policy))[-1] == ("inclusion", False)


@pytest.mark.parametrize(
    "text",
    [
        b"c2sp.org/tlog-proof@v1",
        b"c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n",
        b"c2sp.org/tlog-proof@v1\nextra ZQ==\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        b"c2sp.org/tlog-proof@v1\nextra \nindex 1\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\n"
        + b"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n" * 64
        + b"\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\n\n\xff",
        b"c2sp.org/tlog-proof@v1\nindex 1\n\n" + b"x" * 2_000_000,
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(signed: Signed, judges: Judges, text: bytes) -> None:
    said = judges.ask(text, signed.policy)
    assert (said["verdict"], steps(said)) == ("refused", [("proof", False)])


def test_random_changes_never_change_the_statement(signed: Signed, judges: Judges) -> None:
    chance = random.Random(20261126)
    for proof, held in ((signed.of(2, 7), FRAMES[7]), (signed.of(1), BILL)):
        honest = proof.written.encode()
        statement = judges.ask(honest, signed.policy, held)["statement"]
        for _ in range(150):
            data = bytearray(honest)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            said = judges.ask(bytes(data), signed.policy, held)
            assert said["statement"] in (None, statement), bytes(data)
