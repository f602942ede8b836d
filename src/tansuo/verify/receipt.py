"""A receipt as somebody keeps it: the entry it is about is in a signed log, a frame is in its batch, a file is the one
that was entered."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tansuo.evidence import canonical
from tansuo.evidence.note import NoteError
from tansuo.evidence.policy import Policy
from tansuo.evidence.proof import ProofError, verify_inclusion
from tansuo.evidence.tlog_proof import HEADER, TlogProof, decode64
from tansuo.evidence.tree import leaf_hash
from tansuo.verify.book import entry_fields, hashes, read_checkpoint
from tansuo.verify.report import Refused, Report
from tansuo.verify.second import check_sm3

FORM = "tansuo.receipt/1"
_HEAD, _PEER = 14, 13  # of a record: u64 time · u32 number · u8 grade · u8 length of the sender's name


def is_receipt(data: bytes) -> bool:
    """Whether a file says of itself that it is a receipt."""
    return data.startswith(HEADER.encode())


def check_receipt(data: bytes, policy: Policy | None, given: bytes | None, report: Report) -> None:
    """The steps of a receipt. ``given``: the file, frame or entry that its holder says it is about."""
    report.now = "proof"
    try:
        proof = TlogProof.parse(data.decode("utf-8"))
    except (NoteError, UnicodeDecodeError) as problem:
        raise Refused(f"不是回执：{problem}", f"not a receipt: {problem}") from None
    report.passed(f"关于条目 {proof.index} 的回执", f"a receipt of entry {proof.index}")
    report.now = "checkpoint"
    if policy is None or not policy.logs:
        raise Refused("需要写明账本公钥的政策文件", "a policy that names the log's key is needed")
    origin, size, root = read_checkpoint(proof.note.encode(), policy, list, None, report)
    report.now = "entries"
    extra = _extra(proof)
    own = str(extra["entry"]).encode() if extra else given
    if own is None:
        raise Refused("回执里没有条目，请另给条目文件", "the receipt carries no entry: give the entry's file")
    entry = entry_fields(canonical.decode(own))
    if entry is None:
        raise Refused("不是一条账本条目", "this is no entry of a ledger")
    report.passed(f"{entry['type']} {entry['subj']}", f"{entry['type']} {entry['subj']}")
    report.now = "inclusion"
    leaf = leaf_hash(own)
    try:
        verify_inclusion(leaf, proof.index, size, proof.path, root)
    except ProofError as problem:
        raise Refused(f"条目不在账本内：{problem}", f"the entry is not in the log: {problem}") from None
    report.passed(
        f"条目在前 {size} 条的已签名账本内，位置 {proof.index}",
        f"the entry is in the signed log of {size} entries, at {proof.index}",
    )
    if "sm3" in extra:
        check_sm3(extra["sm3"], origin, size, {proof.index: own}, policy.logs, report)
    frame = _frame(extra, entry, report) if "frame" in extra else None
    _given(given, own, entry["body"], frame, report)
    report.skip("收到之前的事", "anything before receipt")
    report.statement = {
        "receipt": f"R{proof.index}-{leaf.hex()[:8]}",
        "origin": origin,
        "size": size,
        "type": entry["type"],
        "subject": entry["subj"],
        "recorded_ms": entry["rec"],
        "frame": None if frame is None else frame[0],
        "synthetic": origin.startswith("tansuo-demo/"),
    }


def _extra(proof: TlogProof) -> Mapping[str, Any]:
    """What we put into the extra line; empty where somebody else wrote it, or nobody."""
    try:
        extra = canonical.decode(proof.extra or b"")
    except canonical.CanonicalError:
        return {}
    return extra if isinstance(extra, dict) and extra.get("form") == FORM else {}


def _frame(
    extra: Mapping[str, Any], entry: Mapping[str, Any], report: Report
) -> tuple[dict[str, Any], bytes]:
    """What is said of the frame, and its bytes."""
    report.now = "frame"
    said, body = extra["frame"], entry["body"]
    try:
        record = decode64(said["data"])
        if entry["type"] != "arrival":
            raise ProofError(entry["type"])
        if len(record) < _HEAD:
            raise ProofError(f"a record of {len(record)} bytes")
        root = bytes.fromhex(body["root"])
        verify_inclusion(leaf_hash(record), said["record"], body["count"], hashes(said["path"]), root)
    except (ProofError, NoteError) as problem:
        raise Refused(f"原始帧不在批次内：{problem}", f"the frame is not in its batch: {problem}") from None
    data = record[_HEAD + record[_PEER] :]
    shown = {
        "record": said["record"],
        "received_ms": int.from_bytes(record[:8], "big"),
        "sha256": sha256(data).hexdigest(),
    }
    report.passed(
        f"批次 {body['count']} 帧中的第 {said['record']} 帧",
        f"frame {said['record']} of the {body['count']} in its batch",
    )
    return shown, data


def _given(
    given: bytes | None,
    own: bytes,
    body: Mapping[str, Any],
    frame: tuple[dict[str, Any], bytes] | None,
    report: Report,
) -> None:
    if given is None:
        report.skip("没有与您手中的文件比对", "no file of yours was compared with it")
        return
    report.now = "document"
    if given != own and (frame is None or given != frame[1]) and not _names(body, sha256(given).hexdigest()):
        raise Refused("给出的文件不是回执所指的", "the file given is not what the receipt is about")
    report.passed("您手中的文件就是所登记的", "the file you hold is the one that was entered")


def _names(value: object, digest: str) -> bool:
    """Whether a hash stands anywhere in what an entry states."""
    if isinstance(value, dict):
        return any(_names(one, digest) for one in value.values())
    if isinstance(value, list):
        return any(_names(one, digest) for one in value)
    return value == digest
