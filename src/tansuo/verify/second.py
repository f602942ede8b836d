"""The second tree (SM3) of a log of both suites: the same entries under a head of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from tansuo.evidence import sm3
from tansuo.evidence.note import NoteError, VerifierKey, open_note
from tansuo.evidence.proof import ProofError, verify_inclusion
from tansuo.evidence.tree import leaf_hash
from tansuo.verify.book import Book, hashes, json_file, read_head
from tansuo.verify.report import Refused, Report

FORM = "tansuo.sm3/1"
FILE = "sm3.json"


def check_second(book: Book, keys: Sequence[VerifierKey], report: Report) -> None:
    """The second tree of a bundle's log, if it has one: every entry of the bundle is in it."""
    genesis = book.entries.get(0)
    if FILE not in book.files:
        if genesis is not None and genesis["body"].get("suite") == "both":
            report.skip("SM3 树：包内没有，未核验", "the SM3 tree: not in the bundle, not checked")
        return
    given = json_file(book.files, FILE)
    entries = {index: book.files[f"entries/{index}.json"] for index in book.entries}
    check_sm3(given, book.origin, book.size, entries, keys, report)


def check_sm3(
    given: Mapping[str, Any],
    origin: str,
    size: int,
    entries: Mapping[int, bytes],
    keys: Sequence[VerifierKey],
    report: Report,
) -> None:
    """``given``: the form, the note of the second head and the paths of ``entries`` (bytes by index) in its tree."""
    new = sm3.find()
    if new is None:
        report.skip("SM3 树：本机没有 SM3，未核验", "the SM3 tree: this machine has no SM3, not checked")
        return
    report.now = "sm3"
    try:
        if given["form"] != FORM or set(given["inclusion"]) != {str(index) for index in entries}:
            raise NoteError("not of the form or not of these entries")
        named, stated, root = read_head(open_note(given["note"], keys).text)
        if (named, stated) != (f"{origin}/sm3", size):
            raise NoteError(f"a head of {named} at {stated}")
        for index, data in entries.items():
            path = hashes(given["inclusion"][str(index)])
            verify_inclusion(leaf_hash(data, new), index, size, path, root, new)
    except (NoteError, ProofError) as problem:
        raise Refused(f"SM3 树不成立：{problem}", f"the SM3 tree does not hold: {problem}") from None
    report.passed(
        f"SM3 根与证明已核验：{len(entries)} 条都在 SM3 树内",
        f"SM3 root and proof checked: {len(entries)} entries are in the SM3 tree",
    )
    report.skip(
        "SM2 签名未核验：请用 openssl 核验 SM3 检查点的 SM2 签名行",
        "the SM2 signature was not checked: check the SM2 line of the SM3 head with openssl",
    )
