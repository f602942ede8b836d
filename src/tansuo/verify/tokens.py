"""Time stamps of third parties: they stamp heads of this log, and when. Their signatures are for openssl."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.proof import ProofError, verify_consistency
from tansuo.verify.book import Book, hashes, json_file, open_earlier
from tansuo.verify.report import Refused, Report

FORM = "tansuo.tokens/1"
FILE = "tokens/stamps.json"
_TIME = b"\x18\x0f"  # DER: GeneralizedTime of fifteen letters, YYYYMMDDhhmmssZ


def check_tokens(book: Book, keys: Sequence[VerifierKey], report: Report) -> None:
    """Every token carries the hash of a note that the log signed and whose head begins this one."""
    report.now = "tokens"
    if not any(name.startswith("tokens/") for name in book.files):
        report.skip("没有第三方时间戳", "there is no time-stamp of a third party")
        return
    given = json_file(book.files, FILE)
    if given.get("form") != FORM:
        raise Refused(f"{FILE} 不是 {FORM}", f"{FILE} is not of the form {FORM}")
    for one in given["stamps"]:
        note, token = book.files[one["note"]], book.files[one["token"]]
        try:
            origin, size, root = open_earlier(note.decode("utf-8"), list(keys))
            if origin != book.origin or size <= book.manifest["figure"]:
                raise NoteError("another log, or a head without the figure")
            verify_consistency(size, book.size, hashes(one["consistency"]), root, book.root)
        except (NoteError, ProofError, UnicodeDecodeError) as problem:
            raise Refused(
                f"{one['authority']} 的时间戳所盖的不是本账本：{problem}",
                f"what {one['authority']} stamped is not this log: {problem}",
            ) from None
        said = stamped_at(token, note)
        if said is None:
            raise Refused(
                f"{one['authority']} 的时间戳里没有所盖内容的哈希",
                f"the token of {one['authority']} does not carry the hash of what it stamps",
            )
        report.passed(
            f"{one['authority']} 于 {said} 收到 {size} 条时的账本",
            f"{one['authority']} saw {size} entries at {said}",
        )
        report.skip(
            f"{one['authority']} 的签名：openssl ts -verify -in {one['token']} -data {one['note']} -CAfile 根证书.pem",
            f"the signature of {one['authority']}: openssl ts -verify -in {one['token']} -data {one['note']} -CAfile"
            " roots.pem",
        )


def stamped_at(token: bytes, note: bytes) -> str | None:
    """The time (UTC) a token states after the hash of the note; None where it has not that hash."""
    at = token.find(b"\x04\x20" + sha256(note).digest())
    begin = token.find(_TIME, at) if at >= 0 else -1
    try:
        text = token[begin + 2 : begin + 17].decode("ascii")
        stamped = datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return stamped.strftime("%Y-%m-%dT%H:%M:%SZ") if begin >= 0 else None
