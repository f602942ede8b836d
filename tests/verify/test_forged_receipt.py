"""Receipts of a log whose key is known: what nobody signed is not believed by either verifier, in these words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from forging import ORIGIN, SIGNER, encoded, made, refused
from second_verifier import Judges
from tansuo.evidence import canonical
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.policy import read_policy
from tansuo.evidence.proof import make_inclusion
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.evidence.tree import leaf_hash, root
from tansuo.verify.main import verify

POLICY = f"log {verifier_key(SIGNER)}\n"
FRAMES = [b"##frame %d" % number for number in range(7)]
RECORDS = [
    (1_000 + at).to_bytes(8, "big") + at.to_bytes(4, "big") + b"\x02\x03abc" + one
    for at, one in enumerate(FRAMES)
]
BILL = b"a bill"


def entry(kind: str, body: Any) -> bytes:
    """An entry of a ledger."""
    return canonical.encode(
        {"v": 1, "type": kind, "org": "a", "region": "", "subj": f"{kind}/x", "valid": None, "rec": 1767225600999,
         "sup": None, "why": None, "by": {"id": "x", "role": "service"}, "body": body, "salt": ""}
    )  # fmt: skip


ENTRIES = [
    entry("genesis", {}),
    entry("document", {"papers": [5, None, {"sha256": sha256(BILL).hexdigest()}]}),
    entry("arrival", {"root": root([leaf_hash(one) for one in RECORDS]).hex(), "count": 7}),
    entry("arrival", {"root": root([leaf_hash(b"x" * 13), leaf_hash(bytes(14))]).hex(), "count": 2}),
]
LEAVES = [leaf_hash(one) for one in ENTRIES]


def read(leaves: list[bytes]) -> Callable[[int, int, int], list[bytes]]:
    return lambda level, start, stop: leaves[start:stop]


def receipt(index: int, frame: int | None = None, records: list[bytes] = RECORDS) -> TlogProof:
    """The honest receipt of an entry or of a frame."""
    extra: dict[str, Any] = {"form": "tansuo.receipt/1", "entry": ENTRIES[index].decode()}
    if frame is not None:
        leaves = [leaf_hash(one) for one in records]
        path = [encoded(one) for one in make_inclusion(read(leaves), frame, len(leaves))]
        extra["frame"] = {"record": frame, "data": encoded(records[frame]), "path": path}
    note = sign(f"{ORIGIN}\n4\n{encoded(root(LEAVES))}\n", SIGNER)
    return TlogProof(index, tuple(make_inclusion(read(LEAVES), index, 4)), note, canonical.encode(extra))


def other(proof: TlogProof, change: Callable[[Any], object]) -> bytes:
    """The receipt with something else in its extra line."""
    extra: Any = canonical.decode(proof.extra or b"")
    change(extra)
    return replace(proof, extra=canonical.encode(extra)).written.encode()


def frame(**fields: Any) -> Callable[[], bytes]:
    """Another frame in a frame's receipt."""
    return lambda: other(receipt(2, 3), lambda one: one["frame"].update(fields))


FORGERIES: dict[str, Callable[[], bytes]] = {
    "no receipt": lambda: b"c2sp.org/tlog-proof@v1",
    "no text": lambda: receipt(1).written.encode() + b"\xff",
    "another note": lambda: replace(receipt(1), note=receipt(1).note.replace("4", "5", 1)).written.encode(),
    "another place": lambda: replace(receipt(1), index=0).written.encode(),
    "a path cut short": lambda: replace(receipt(1), path=receipt(1).path[1:]).written.encode(),
    "an entry of another form": lambda: other(receipt(1), lambda one: one.update(entry='{"a":1}')),
    "an entry in another layout": lambda: other(receipt(1), lambda one: one.update(entry="{ }")),
    "an entry altered": lambda: other(
        receipt(1), lambda one: one.update(entry=one["entry"].replace("document", "documend"))
    ),
    "no entry": lambda: replace(receipt(1), extra=None).written.encode(),
    "a frame of a document": lambda: other(
        receipt(1),
        lambda one: one.update(frame=canonical.decode(receipt(2, 3).extra or b"")["frame"]),  # type: ignore[index,call-overload]
    ),
    "a frame of no bytes": frame(data=""),
    "a frame that is no base64": frame(data="!"),
    "a frame in another spelling": frame(data=encoded(RECORDS[3])[:-2] + "x="),
    "another frame": frame(data=encoded(RECORDS[4])),
    "another record": frame(record=2),
    "a record beyond the batch": frame(record=7),
    "a frame's path cut short": frame(path=[]),
    "a frame's path of no hashes": frame(path=["AAAA"]),
    "a frame's path that is none": frame(path=None),
    "a frame cut short": lambda: receipt(3, 0, [b"x" * 13, bytes(14)]).written.encode(),
    "a frame that says nothing": lambda: other(receipt(2, 3), lambda one: one.update(frame={})),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_receipt_is_refused_in_these_words(what: str) -> None:
    refused("receipt", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_a_forged_receipt(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), POLICY)["verdict"] == "refused"


def test_without_a_key_from_outside_a_receipt_is_refused() -> None:
    refused("receipt", "no policy", verify(receipt(1).written.encode()))
    refused(
        "receipt", "a policy without a log", verify(receipt(1).written.encode(), read_policy("quorum none\n"))
    )


def test_another_file_is_refused() -> None:
    policy = read_policy(POLICY)
    refused("receipt", "another file", verify(receipt(1).written.encode(), policy, BILL + b"!"))
    refused("receipt", "another frame's file", verify(receipt(2, 3).written.encode(), policy, FRAMES[2]))
    bare = replace(receipt(1), extra=b"not ours").written.encode()
    refused("receipt", "a file that is no entry", verify(bare, policy, b"{}"))


EXTRAS = (None, b"x", b"[]", b"{}", canonical.encode({"form": "tansuo.receipt/2", "entry": "x"}))


def kept() -> list[tuple[bytes, bytes | None, bool]]:
    """Receipts of the document, what their holder gives with them, and whether that is compared."""
    text = receipt(1).written.encode()
    bare = [replace(receipt(1), extra=one).written.encode() for one in EXTRAS]
    return [
        (text, BILL, True),
        (text, ENTRIES[1], True),
        (text, None, False),
        *((one, ENTRIES[1], True) for one in bare),
    ]


def test_both_vouch_for_an_honest_receipt(judges: Judges) -> None:
    for data, given, _ in kept():
        assert judges.ask(data, POLICY, given)["verdict"] == "verified"
    for number in range(7):
        data = receipt(2, number).written.encode()
        assert judges.ask(data, POLICY, FRAMES[number])["verdict"] == "verified"


def test_what_a_receipt_says() -> None:
    """The whole verdict on an entry, with a file, without one, and on an entry that its holder brings."""
    policy = read_policy(POLICY)
    short = LEAVES[1].hex()[:8]
    for data, given, step in kept():
        report = verify(data, policy, given)
        assert report.statement == {
            "receipt": f"R1-{short}", "origin": ORIGIN, "size": 4, "type": "document", "subject": "document/x",
            "recorded_ms": 1767225600999, "frame": None, "synthetic": True,
        }  # fmt: skip
        signed = f"{ORIGIN} 的 4 条已签名；见证：—", f"4 entries of {ORIGIN} are signed; witnessed by —"
        there = "条目在前 4 条的已签名账本内，位置 1", "the entry is in the signed log of 4 entries, at 1"
        held = "您手中的文件就是所登记的", "the file you hold is the one that was entered"
        assert report.steps == [
            ("proof", True, "关于条目 1 的回执", "a receipt of entry 1"),
            ("checkpoint", True, *signed),
            ("entries", True, "document document/x", "document document/x"),
            ("inclusion", True, *there),
            *([("document", True, *held)] * step),
        ]  # fmt: skip
        assert report.not_checked == [
            ("没有要求见证方达到法定数", "no quorum of witnesses was asked for"),
            *([] if step else [("没有与您手中的文件比对", "no file of yours was compared with it")]),
            ("收到之前的事", "anything before receipt"),
        ]


@pytest.mark.parametrize("number", range(7))
def test_what_a_frames_receipt_says(number: int) -> None:
    data = receipt(2, number).written.encode()
    report = verify(data, read_policy(POLICY), FRAMES[number])
    assert report.statement is not None
    assert report.statement["frame"] == {
        "record": number, "received_ms": 1_000 + number, "sha256": sha256(FRAMES[number]).hexdigest(),
    }  # fmt: skip
    assert (
        "frame",
        True,
        f"批次 7 帧中的第 {number} 帧",
        f"frame {number} of the 7 in its batch",
    ) in report.steps
    assert report.steps[-1][0] == "document"


def test_a_record_without_a_name_or_a_frame() -> None:
    report = verify(receipt(3, 1, [b"x" * 13, bytes(14)]).written.encode(), read_policy(POLICY), b"")
    assert report.statement is not None
    assert report.statement["frame"] == {"record": 1, "received_ms": 0, "sha256": sha256(b"").hexdigest()}
    assert report.verified
