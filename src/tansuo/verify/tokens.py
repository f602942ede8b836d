"""Time stamps of third parties: they stamp heads of this log, and when. Their signatures are for openssl."""

from datetime import UTC, datetime
from hashlib import sha256

from tansuo.evidence.note import NoteError
from tansuo.verify.book import Book, hashes, open_head
from tansuo.verify.report import Report, otherwise, require

_TIME = b"\x18\x0f"  # DER: GeneralizedTime of fifteen letters, YYYYMMDDhhmmssZ


def check_tokens(book: Book, report: Report) -> None:
    """Every token carries the hash of a note that the log signed and whose head begins this one."""
    report.now = "tokens"
    if not any(name.startswith("tokens/") for name in book.files):
        report.skip("there is no time-stamp of a third party")
        return
    for one in book.formed("tokens/stamps.json", "tansuo.tokens/1")["stamps"]:
        name, note = one["authority"], book.files[one["note"]]
        at = stamped_at(book.files[one["token"]], note)
        with otherwise("what {} stamped is not this log: {}", name):
            head = open_head(note.decode("utf-8"), book.keys)
            if head.size <= book.manifest["figure"]:
                raise NoteError("a head without the figure")
            head.begins(book.head, hashes(one["consistency"]))
        require(at, "the token of {} does not carry the hash of what it stamps", name)
        report.passed("{} saw {} entries at {}", name, head.size, at)
        words = "the signature of {}: openssl ts -verify -in {} -data {} -CAfile roots.pem"
        report.skip(words, name, one["token"], one["note"])


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
