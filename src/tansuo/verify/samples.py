"""Self-drawn samples: raw frames that a signed head chose, shown to be in the arrivals they name."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.proof import ProofError, verify_consistency, verify_inclusion
from tansuo.evidence.tree import leaf_hash
from tansuo.verify.book import Book, hashes, json_file, open_earlier
from tansuo.verify.report import Refused, Report
from tansuo.verify.sources import Segment, seal_body

FORM = "tansuo.samples/1"
FILE = "frames/samples.json"


def drawn(head: str, series: str, period: str, number: int, rows: int) -> int:
    """Which row of ``rows`` the head draws as sample ``number``: nobody knew its root when the seal was made."""
    text = f"{head}{series}\n{period}\n{number}\n"
    return int.from_bytes(sha256(text.encode()).digest()[:16], "big") % rows


def check_samples(
    book: Book, held: Mapping[Any, Segment], keys: Sequence[VerifierKey], report: Report
) -> None:
    """Every sample is the row that was drawn, and its frame is in the arrival that is in the log."""
    report.now = "samples"
    if FILE not in book.files:
        report.skip("没有抽取原始帧", "no raw frames were drawn")
        return
    given = json_file(book.files, FILE)
    try:
        head = _head(book, given, keys)
        for one in given["samples"]:
            _check(book, held, head, one)
    except (ProofError, NoteError, KeyError, TypeError, ValueError, binascii.Error) as problem:
        raise Refused(f"抽样不成立：{problem}", f"the samples do not hold: {problem}") from None
    count = len(given["samples"])
    report.passed(f"{count} 个抽中的原始帧都在到达批次内", f"{count} drawn frames are in their arrivals")
    report.skip("原始帧的文字与读数请对照阅读", "read the text of the frames beside the readings yourself")
    report.skip("抽样所用检查点是否封存后的第一个", "whether the drawing head was the first after the seals")


def _head(book: Book, given: Mapping[str, Any], keys: Sequence[VerifierKey]) -> str:
    if given["form"] != FORM:
        raise Refused(f"{FILE} 不是 {FORM}", f"{FILE} is not of the form {FORM}")
    note: str = given["head"]
    origin, size, root = open_earlier(note, list(keys))
    if origin != book.origin or any(size <= one["seal"] for one in given["samples"]):
        raise Refused("抽样的检查点早于封存", "the drawing head is older than a seal")
    verify_consistency(size, book.size, hashes(given["consistency"]), root, book.root)
    return note.rpartition("\n\n")[0] + "\n"


def _check(book: Book, held: Mapping[Any, Segment], head: str, one: Mapping[str, Any]) -> None:
    segment = held[one["seal"], one["row"]]
    period = seal_body(book, one["seal"])["period"]
    row = drawn(head, segment.row["series"], period, one["number"], len(segment.rows))
    if segment.lines[row] != one["line"]:
        raise Refused(f"封存 {one['seal']} 抽中的不是这一行", f"another row of seal {one['seal']} was drawn")
    arrival = book.entries[one["arrival"]]
    if arrival["type"] != "arrival":
        raise Refused(f"条目 {one['arrival']} 不是到达批次", f"entry {one['arrival']} is no arrival")
    leaf = leaf_hash(base64.b64decode(one["frame"], validate=True))
    root = bytes.fromhex(arrival["body"]["root"])
    verify_inclusion(leaf, one["record"], arrival["body"]["count"], hashes(one["path"]), root)
