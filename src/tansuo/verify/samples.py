"""Self-drawn samples: raw frames that a signed head chose, shown to be in the arrivals they name and read again."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.proof import ProofError, verify_consistency, verify_inclusion
from tansuo.evidence.tlog_proof import decode64
from tansuo.evidence.tree import leaf_hash
from tansuo.quantity.period import Period
from tansuo.verify.book import Book, hashes, json_file, open_earlier
from tansuo.verify.report import Refused, Report
from tansuo.verify.sources import Segment, epoch, seal_body

FORM = "tansuo.samples/1"
FILE = "frames/samples.json"
A_MONTH, A_DAY = 30, 1
_FRAME = re.compile(r"##[0-9]{4}(.*?)CP=&&(.*)&&[0-9A-Fa-f]{4}[\r\n]*", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_TIME = re.compile(r"((?:19[7-9]|2[01][0-9])[0-9]{5})((?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]).*", re.DOTALL)
_HEAD, _PEER = 14, 13


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
    read = 0
    try:
        head = _head(book, given, keys)
        places = [(one["seal"], one["row"], one["number"]) for one in given["samples"]]
        if places != sorted(set(places)):
            raise Refused("抽样的编号重复或乱序", "samples are numbered twice or out of order")
        for one in given["samples"]:
            read += _check(book, held, head, one)
    except (ProofError, NoteError, KeyError, TypeError, ValueError) as problem:
        raise Refused(f"抽样不成立：{problem}", f"the samples do not hold: {problem}") from None
    count = len(given["samples"])
    report.passed(
        f"{count} 个抽中的原始帧都在到达批次内；{read} 个读出的值与封存的逐字相同",
        f"{count} drawn frames are in their arrivals; {read} of them say what was sealed",
    )
    if read < count:
        report.skip(
            f"{count - read} 个抽中的帧未读出比对（换时制、按月、分包或非 HJ 212），请对照阅读",
            f"{count - read} drawn frames were not read (a change of clocks, monthly, in packets, or not HJ 212)",
        )
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


def _check(book: Book, held: Mapping[Any, Segment], head: str, one: Mapping[str, Any]) -> bool:
    """Whether the frame of a sample was read, and says what was sealed."""
    segment = held[one["seal"], one["row"]]
    period = seal_body(book, one["seal"])["period"]
    if not 0 <= one["number"] < (A_MONTH if len(period) == 7 else A_DAY):
        raise Refused(
            f"封存 {one['seal']} 没有第 {one['number']} 次抽样",
            f"seal {one['seal']} has no drawing {one['number']}",
        )
    row = drawn(head, segment.row["series"], period, one["number"], len(segment.rows))
    if segment.lines[row] != one["line"]:
        raise Refused(f"封存 {one['seal']} 抽中的不是这一行", f"another row of seal {one['seal']} was drawn")
    record = framed(book, one)
    said = line_of(book, segment, one["seal"], record)
    if said is not None and said != one["line"]:
        raise Refused(
            f"抽中的原始帧是 {said}，封存写 {one['line']}",
            f"a drawn frame says {said}, the seal says {one['line']}",
        )
    return said is not None


def framed(book: Book, one: Mapping[str, Any]) -> bytes:
    """The packed frame of a sample, found to be in the arrival it names."""
    arrival = book.entries[one["arrival"]]
    if arrival["type"] != "arrival":
        raise Refused(f"条目 {one['arrival']} 不是到达批次", f"entry {one['arrival']} is no arrival")
    record = decode64(one["frame"])
    root = bytes.fromhex(arrival["body"]["root"])
    verify_inclusion(leaf_hash(record), one["record"], arrival["body"]["count"], hashes(one["path"]), root)
    return record


def line_of(book: Book, segment: Segment, seal: int, record: bytes) -> str | None:
    """The line that a raw frame gives for a series by its plan: HJ 212 read again. None where it is not read here.

    Of a repeated key the last one counts; only the marks N and none are measured, S is declared, F is a standstill
    (with an amount it contradicts itself), every other makes a hole. ValueError for a frame of something else.
    """
    row = segment.row
    (line,) = (
        one
        for one in book.entries[row["plan"]]["body"]["lines"]
        if one["series"] == row["series"]
        and one["valid_from"] <= row["from"]
        and (one.get("valid_to") is None or row["from"] < one["valid_to"])
    )
    period = Period.parse(seal_body(book, seal)["period"])
    begin, end = (epoch(text) for text in segment.entry["valid"])
    ahead = epoch(f"{period.start}T00:00:00+00:00") - begin
    if (
        line["channel"] != "hj212"
        or row["step_s"] < 0
        or epoch(f"{period.end}T00:00:00+00:00") - end != ahead
    ):
        return None
    data = record[_HEAD + record[_PEER] :]
    if not data.isascii():
        return None
    frame = _FRAME.fullmatch(data.decode())
    if frame is None:
        raise ValueError("not a frame of HJ 212")
    head, fields = (
        dict(one.partition("=")[::2] for one in re.split("[;,]", half)) for half in frame.groups()
    )
    command, _, rest = line["stream"].partition(":")
    code, _, name = rest.rpartition(":")
    if (head.get("MN"), head.get("CN")) != (line["device"], command) or f"{code}-{name}" not in fields:
        raise ValueError(f"a frame without {line['stream']} of {line['device']}")
    time, flag = _TIME.fullmatch(fields.get("DataTime", "")), fields.get(f"{code}-Flag", "")
    if time is None or not re.fullmatch("[A-Za-z0-9_-]*", flag, re.ASCII):
        return None
    at = epoch(f"{time[1]}T{time[2]}+00:00") - ahead
    if line["label"] == "end" and line["form"] != "register":
        at -= row["step_s"]
    text = fields[f"{code}-{name}"]
    number = _NUMBER.fullmatch(text) if len(text) <= 64 and re.search("[0-9]", text, re.ASCII) else None
    told = ""
    kind, state = "declared" if flag == "S" else "measured", "missing"
    if flag == "F":
        amount = line["form"] != "register" and number is not None and re.search("[1-9]", text)
        state = "missing" if amount and line["form"] != "ratio" else "not_operating"
    elif flag in ("", "N", "S") and number is not None:
        places = row["decimals"]
        fraction = (number[3] or "").rstrip("0")
        if len(fraction) > places:
            raise ValueError(f"{text} has more decimals than were sealed")
        value = int(f"{number[2]}{fraction:0<{places}}" or "0")
        told = str(-value if number[1] == "-" else value)
        state = "value" if value else f"{kind}_zero"
    return f"{at},{told},{state}.{kind}" + (f".{flag}" if flag else "")
