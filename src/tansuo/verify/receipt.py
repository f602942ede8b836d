"""A receipt as somebody keeps it: the entry it is about is in a signed log, a frame is in its batch, a file is the one
that was entered."""

from hashlib import sha256
from typing import Any

from tansuo.evidence import canonical
from tansuo.evidence.policy import Policy
from tansuo.evidence.tlog_proof import HEADER, TlogProof
from tansuo.evidence.tree import leaf_hash
from tansuo.methods.document import Json
from tansuo.verify.book import is_entry, read_checkpoint
from tansuo.verify.frame import arrived, frame_of
from tansuo.verify.report import Refused, Report, otherwise, require
from tansuo.verify.second import check_sm3

RECEIPT = "tansuo.receipt/1"


def is_receipt(data: bytes) -> bool:
    """Whether a file says of itself that it is a receipt."""
    return data.startswith(HEADER.encode())


def check_receipt(data: bytes, policy: Policy, given: bytes | None, report: Report) -> None:
    """The steps of a receipt. ``given``: the file, frame or entry that its holder says it is about."""
    report.now = "proof"
    with otherwise("not a receipt: {}"):
        proof = TlogProof.parse(data.decode("utf-8"))
    report.passed("a receipt of entry {}", proof.index)
    report.now = "checkpoint"
    require(policy.logs, "a policy that names the log's key is needed")
    head, _ = read_checkpoint(proof.note.encode(), policy, list, None, report)
    report.now = "entries"
    extra = _extra(proof)
    own = str(extra["entry"]).encode() if extra else given
    if own is None:
        raise Refused("the receipt carries no entry: give the entry's file")
    entry: Any = canonical.decode(own)
    require(is_entry(entry), "this is no entry of a ledger")
    report.passed("{} {}", entry["type"], entry["subj"])
    report.now = "inclusion"
    leaf = leaf_hash(own)
    with otherwise("the entry is not in the log: {}"):
        head.contains(leaf, proof.index, proof.path)
    report.passed("the entry is in the signed log of {} entries, at {}", head.size, proof.index)
    if "sm3" in extra:
        check_sm3(extra["sm3"], head, {proof.index: own}, policy.logs, report)
    frame, shown = _frame(extra["frame"], entry, report) if "frame" in extra else (None, None)
    if given is None:
        report.skip("no file of yours was compared with it")
    else:
        report.now = "document"
        right = given in (own, frame) or _names(entry["body"], sha256(given).hexdigest())
        require(right, "the file given is not what the receipt is about")
        report.passed("the file you hold is the one that was entered")
    report.skip("anything before receipt")
    report.statement = {
        "receipt": f"R{proof.index}-{leaf.hex()[:8]}", "origin": head.origin, "size": head.size, "type": entry["type"],
        "subject": entry["subj"], "recorded_ms": entry["rec"], "frame": shown,
        "synthetic": head.origin.startswith("tansuo-demo/"),
    }  # fmt: skip


def _extra(proof: TlogProof) -> Json:
    """What we put into the extra line; empty where somebody else wrote it, or nobody."""
    try:
        extra = canonical.decode(proof.extra or b"")
    except canonical.CanonicalError:
        return {}
    return extra if isinstance(extra, dict) and extra.get("form") == RECEIPT else {}


def _frame(said: Json, entry: Json, report: Report) -> tuple[bytes, Json]:
    """The bytes of the frame, and what is said of it."""
    report.now = "frame"
    with otherwise("the frame is not in its batch: {}"):
        record = arrived(entry, said["data"], said)
    data = frame_of(record)
    received = int.from_bytes(record[:8], "big")
    report.passed("frame {} of the {} in its batch", said["record"], entry["body"]["count"])
    return data, {"record": said["record"], "received_ms": received, "sha256": sha256(data).hexdigest()}


def _names(value: object, digest: str) -> bool:
    """Whether a hash stands anywhere in what an entry states."""
    if isinstance(value, dict):
        value = list(value.values())
    return any(_names(one, digest) for one in value) if isinstance(value, list) else value == digest
