"""A raw frame: that it is in the arrival it names, and what it says, HJ 212 read again."""

import re

from tansuo.evidence.note import NoteError
from tansuo.evidence.proof import verify_inclusion
from tansuo.evidence.tlog_proof import decode64
from tansuo.evidence.tree import leaf_hash
from tansuo.methods.document import Json
from tansuo.quantity.period import Period
from tansuo.verify.book import Book, hashes
from tansuo.verify.sources import Segment, epoch, midnights

_FRAME = re.compile(r"##[0-9]{4}(.*?)CP=&&(.*)&&[0-9A-Fa-f]{4}[\r\n]*", re.ASCII | re.DOTALL)
_NUMBER = re.compile(r"(?=.{0,63}[0-9])([+-]?)0*([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_TIME = re.compile(r"((?:19[7-9]|2[01][0-9])[0-9]{5})((?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]).*", re.DOTALL)
_HEAD, _PEER = 14, 13  # of a record: u64 time · u32 number · u8 grade · u8 length of the sender's name


def arrived(entry: Json, frame: object, one: Json) -> bytes:
    """The packed frame, found to be record ``one`` of the arrival in ``entry``; NoteError or ProofError otherwise."""
    record, body = decode64(frame), entry["body"]
    if entry["type"] != "arrival":
        raise NoteError(f"{entry['type']} is no arrival")
    if len(record) < _HEAD:
        raise NoteError(f"a record of {len(record)} bytes")
    root = bytes.fromhex(body["root"])
    verify_inclusion(leaf_hash(record), one["record"], body["count"], hashes(one["path"]), root)
    return record


def frame_of(record: bytes) -> bytes:
    """What the device sent."""
    return record[_HEAD + record[_PEER] :]


def line_of(book: Book, segment: Segment, record: bytes) -> str | None:
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
    begin, end = segment.span
    first, last = midnights(Period.parse(segment.seal["period"]))
    ahead, data = first - begin, frame_of(record)
    if line["channel"] != "hj212" or row["step_s"] < 0 or last - end != ahead or not data.isascii():
        return None
    frame = _FRAME.fullmatch(data.decode())
    if frame is None:
        raise ValueError("not a frame of HJ 212")
    head, fields = (
        dict(one.partition("=")[::2] for one in re.split("[;,]", half)) for half in frame.groups()
    )
    command, _, rest = line["stream"].partition(":")
    code, _, name = rest.rpartition(":")
    text = fields.get(f"{code}-{name}")
    if (head.get("MN"), head.get("CN")) != (line["device"], command) or text is None:
        raise ValueError(f"a frame without {line['stream']} of {line['device']}")
    time, flag = _TIME.fullmatch(fields.get("DataTime", "")), fields.get(f"{code}-Flag", "")
    if time is None or not re.fullmatch("[A-Za-z0-9_-]*", flag, re.ASCII):
        return None
    register = line["form"] == "register"
    at = epoch(f"{time[1]}T{time[2]}+00:00") - ahead
    at -= row["step_s"] if line["label"] == "end" and not register else 0
    value, quality = _read(text, flag, row["decimals"], register or line["form"] == "ratio")
    return f"{at},{value},{quality}" + (f".{flag}" if flag else "")


def _read(text: str, flag: str, places: int, still: bool) -> tuple[str, str]:
    """Integer and quality of a field; ``still``: at a standstill it may say a number."""
    number = _NUMBER.fullmatch(text) if len(text) <= 64 else None
    if flag == "F":
        amount = number is not None and re.search("[1-9]", text)
        return "", "missing.measured" if amount and not still else "not_operating.measured"
    kind = "declared" if flag == "S" else "measured"
    if flag not in ("", "N", "S") or number is None:
        return "", f"missing.{kind}"
    fraction = (number[3] or "").rstrip("0")
    if len(fraction) > places:
        raise ValueError(f"{text} has more decimals than were sealed")
    value = int(f"{number[2]}{fraction:0<{places}}" or "0")
    return str(-value if number[1] == "-" else value), f"{'value' if value else kind + '_zero'}.{kind}"
