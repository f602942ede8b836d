"""The second tree (SM3) of a log of both suites: the same entries under a head of its own."""

from collections.abc import Mapping, Sequence

from tansuo.evidence import sm3
from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.tree import leaf_hash
from tansuo.methods.document import Json
from tansuo.verify.book import Book, Head, hashes, json_file, open_head
from tansuo.verify.report import Report, otherwise

SECOND = "tansuo.sm3/1"
_FILE = "sm3.json"


def check_second(book: Book, report: Report) -> None:
    """The second tree of a bundle's log, if it has one: every entry of the bundle is in it."""
    if _FILE in book.files:
        entries = {index: book.files[f"entries/{index}.json"] for index in book.entries}
        check_sm3(json_file(book.files, _FILE), book.head, entries, book.keys, report)
    elif 0 in book.entries and book.entries[0]["body"].get("suite") == "both":
        report.skip("the SM3 tree: not in the bundle, not checked")


def check_sm3(
    given: Json, first: Head, entries: Mapping[int, bytes], keys: Sequence[VerifierKey], report: Report
) -> None:
    """``given``: the form, the note of the second head and the paths of ``entries`` (bytes by index) in its tree."""
    new = sm3.find()
    if new is None:
        report.skip("the SM3 tree: this machine has no SM3, not checked")
        return
    report.now = "sm3"
    with otherwise("the SM3 tree does not hold: {}"):
        if given["form"] != SECOND or set(given["inclusion"]) != {str(index) for index in entries}:
            raise NoteError("not of the form or not of these entries")
        head = open_head(given["note"], keys)
        if (head.origin, head.size) != (f"{first.origin}/sm3", first.size):
            raise NoteError(f"a head of {head.origin} at {head.size}")
        for index, data in entries.items():
            head.contains(leaf_hash(data, new), index, hashes(given["inclusion"][str(index)]), new)
    report.passed("SM3 root and proof checked: {} entries are in the SM3 tree", len(entries))
    report.skip("the SM2 signature was not checked: check the SM2 line of the SM3 head with openssl")
